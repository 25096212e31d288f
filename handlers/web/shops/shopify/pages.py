"""Small pages for Shopify's app proxy, complete in themselves.

They appear under the shop's own address, where the files of our other pages cannot be reached. So
they have no template and no assets, and their style is part of the page.
"""

from html import escape
from http import HTTPStatus

from aiohttp import web

from bot.texts.connecting import Words
from bot.texts.languages import is_right_to_left
from bot.texts.message import Reader

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:15vh auto;padding:0 1.5rem;"
    "text-align:center;color-scheme:light dark}"
    "a{display:inline-block;margin-top:1rem;padding:.7rem 1.6rem;border-radius:.6rem;"
    "background:#1d78b5;color:#fff;text-decoration:none}"
)


def page(
    words: Words, reader: Reader, *, link: str = "", status: HTTPStatus = HTTPStatus.OK
) -> web.Response:
    """``link``: where the button leads, and where ``status`` 302 redirects to."""
    direction = "rtl" if is_right_to_left(reader.language) else "ltr"
    lines = "".join(f"<p>{line}</p>" for line in words.lines)
    button = f'<a href="{escape(link)}" rel="noreferrer">{words.button}</a>' if link else ""
    html = (
        f'<!doctype html><html lang="{reader.language}" dir="{direction}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{words.title}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{words.title}</h1>{lines}{button}</body></html>"
    )
    headers = _HEADERS | ({"Location": link} if status == HTTPStatus.FOUND else {})
    return web.Response(text=html, content_type="text/html", status=status, headers=headers)
