"""Pages for people, from templates.

A template is a file ``handlers/web/AREA/name.html`` that extends ``html/base.html``; its styles and
scripts are in ``handlers/web/AREA/static``. A route renders it with `page`:

    reader = reader_of(request)
    return page(request, "console/orders.html", reader, words=words, orders=orders)

In a template, values are escaped unless they are `markupsafe.Markup`, and an undefined value is an
error. ``asset("console/orders.css")`` is the address of a file, and ``to("console")`` that of one
of our paths; both also work if a proxy serves us below a path. ``lang``, ``dir``, ``shop`` (its
name, or None) and ``brand`` (`handlers.web.html.brand`) are always defined.

No page has inline scripts or styles, loads anything from other hosts, sets a cookie, is indexed by
search engines, or sends a referrer.
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
    """A reader in the language of the address (``?lang=fr``), else in the browser's."""
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
    """A response with a page. ``policy``: directives of the content security policy that differ
    for this page, such as ``{"form-action": "'self'"}``.
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
    """The HTML of a page, or of a part of one."""
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
    """One of our paths, relative to the requested page."""
    return "../" * (request.rel_url.raw_path.count("/") - 1) + path


def wanted_languages(request: web.Request) -> list[str]:
    """The language tags that the browser accepts, the preferred one first."""
    asked = []
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            asked.append((-float(quality or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for _, tag in sorted(asked, key=lambda each: each[0]) if tag != "*"]
