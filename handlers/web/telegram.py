"""`POST /telegram`: updates from Telegram, if they come by webhook."""

import hmac

from aiohttp import web

from bot.telegram.reading import read_update
from handlers.web.backend import BACKEND
from handlers.web.body import read_json_body, strict_json
from handlers.web.problems import Unauthorized

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST_UPDATE = 1024 * 1024

routes = web.RouteTableDef()


@routes.post("/telegram")
async def take_update(request: web.Request) -> web.Response:
    """Answers 200 only after the update is handled: until then Telegram keeps it."""
    backend = request.app[BACKEND]
    given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, (backend.telegram_secret or "").encode()):
        raise Unauthorized
    body = await read_json_body(request, largest=LARGEST_UPDATE)
    update = read_update(strict_json(body), backend.bot)
    if update:  # an unreadable one is accepted: Telegram would repeat it and hold up the others
        await backend.take_update(update)
    return web.Response()
