"""`GET /p/{enclosed}.png`: an order's state as a picture, for Telegram to show with a message."""

import hashlib
from datetime import UTC, datetime
from http import HTTPStatus

from aiohttp import web

from bot.pictures.studio import CannotDraw
from bot.services.orders.pictures import NoPicture
from bot.texts.sheets import sheet
from handlers.web.backend import BACKEND
from handlers.web.problems import TryLater, in_time

routes = web.RouteTableDef()

_HEADERS = {
    "Cache-Control": "private, max-age=3600, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, noimageindex",
}


@routes.get(r"/p/{enclosed:[\w-]+}.png")
async def show(request: web.Request) -> web.Response:
    """The picture never changes as long as it may be seen, so clients may cache it."""
    backend, enclosed = request.app[BACKEND], request.match_info["enclosed"]
    try:
        shown = await in_time(backend.pictures.find(enclosed, datetime.now(UTC)))
        picture = await backend.studio.png(sheet(shown, backend.reader))
    except NoPicture:
        raise web.HTTPNotFound from None
    except CannotDraw:
        raise TryLater("The picture cannot be drawn now.") from None
    etag = hashlib.sha256(picture).hexdigest()[:32]
    headers = {**_HEADERS, "ETag": f'"{etag}"'}
    if any(known.value in {etag, "*"} for known in request.if_none_match or ()):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(body=picture, content_type="image/png", headers=headers)
