"""`POST /telegram`: updates from Telegram, when they come by webhook."""

import hmac

import structlog
from aiohttp import web
from telegram import Update

from handlers.web.backend import BACKEND
from handlers.web.body import read_json_body, strict_json
from handlers.web.problems import Unauthorized

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST_UPDATE = 1024 * 1024

log = structlog.get_logger()
routes = web.RouteTableDef()


@routes.post("/telegram")
async def take_update(request: web.Request) -> web.Response:
    """Answers 200 only once the update is handled: until then Telegram keeps it for us."""
    backend = request.app[BACKEND]
    given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, (backend.telegram_secret or "").encode()):
        raise Unauthorized
    body = await read_json_body(request, largest=LARGEST_UPDATE)
    try:
        update = Update.de_json(strict_json(body), backend.bot)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Were it refused, Telegram would bring it again and again, and the rest behind it.
        log.error("update_unreadable", error=type(error).__name__)  # noqa: TRY400 - it holds the update
        return web.Response()
    await backend.take_update(update)
    return web.Response()
