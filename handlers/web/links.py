"""`POST /api/v1/links`: a one-time link, and a code, that connect a chat to a customer."""

from http import HTTPStatus
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, StringConstraints
from telegram.helpers import create_deep_linked_url

from bot.services.events import Identifier
from handlers.web.backend import BACKEND
from handlers.web.body import parse, read_json_body
from handlers.web.keys import require_key
from handlers.web.problems import TryLater, in_time

routes = web.RouteTableDef()


AccountHint = (
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None
)
"""What the customer knows the account by, masked by the shop."""


class LinkRequest(BaseModel):
    customer_id: Identifier
    account_hint: AccountHint = None


@routes.post("/api/v1/links")
async def issue_link(request: web.Request) -> web.Response:
    backend = request.app[BACKEND]
    require_key(request)
    wanted = parse(LinkRequest, await read_json_body(request))
    try:
        username = backend.bot.username
    except RuntimeError:  # the bot learns its name from Telegram
        raise TryLater("The bot has not reached Telegram yet.") from None
    issued = await in_time(backend.linking.issue(wanted.customer_id, wanted.account_hint))
    return web.json_response(
        {
            "url": create_deep_linked_url(username, issued.token),
            "code": issued.code,
            "expires_at": issued.expires_at.isoformat(timespec="seconds"),
        },
        status=HTTPStatus.CREATED,
        headers={"Cache-Control": "no-store"},
    )
