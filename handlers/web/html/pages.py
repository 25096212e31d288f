"""Pages for people, from templates.

A template is a file ``handlers/web/AREA/name.html`` that extends ``html/base.html``; its styles and
scripts lie in ``handlers/web/AREA/static``. A route gives it to `page`:

    reader = reader_of(request)
    return page(request, "console/orders.html", reader, words=words, orders=orders)

In a template, values are escaped unless they are `markupsafe.Markup`; one that was not given is an
error. ``asset("console/orders.css")`` is the address of a file, ``to("console")`` that of a path of
ours; both work below whatever path a proxy serves us at. ``lang``, ``dir``, ``shop`` (its name, or
None) and ``brand`` (`handlers.web.html.brand`) are always there.

No page has a script or a style in itself, asks anybody else for anything, sets a cookie, is found
by a search engine, or tells the next page where its reader comes from.
"""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.texts.languages import is_right_to_left
from bot.texts.message import Reader
from handlers.web.backend import BACKEND
from handlers.web.html.assets import ASSETS, WEB
from handlers.web.html.brand import Brand
from handlers.web.pages import wanted_languages

_POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": "'self'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "img-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
_TEMPLATES = Environment(
    loader=FileSystemLoader(WEB),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
BRAND = web.AppKey("brand", Brand)
UNCHANGED: Mapping[str, str] = MappingProxyType({})


def reader_of(request: web.Request) -> Reader:
    """The shop's reader in the language of the address (``?lang=fr``), else of the browser."""
    chosen = request.query.get("lang", "")[:20]
    return request.app[BACKEND].reader.speaking(chosen, *wanted_languages(request))


def page(
    request: web.Request,
    template: str,
    reader: Reader,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    policy: Mapping[str, str] = UNCHANGED,
    **values: Any,
) -> web.Response:
    """``policy``: directives of the content security policy that differ here, for forms, say:
    ``{"form-action": "'self'"}``.
    """
    said = "; ".join(f"{name} {value}" for name, value in (_POLICY | dict(policy)).items())
    answer = web.Response(
        text=rendered(request, template, reader, **values),
        content_type="text/html",
        status=status,
        headers=_HEADERS | {"Content-Security-Policy": said},
    )
    answer.enable_compression()
    return answer


def rendered(request: web.Request, template: str, reader: Reader, **values: Any) -> str:
    """HTML, be it a page or a part of one."""
    return _TEMPLATES.get_template(template).render(
        asset=lambda name: path_to(request, request.app[ASSETS].path(name)),
        to=partial(path_to, request),
        lang=reader.language.replace("_", "-"),
        dir="rtl" if is_right_to_left(reader.language) else "ltr",
        shop=reader.shop_name,
        brand=request.app[BRAND],
        **values,
    )


def path_to(request: web.Request, path: str) -> str:
    """The path of ours as the page that was asked for can name it."""
    return "../" * (request.rel_url.raw_path.count("/") - 1) + path
