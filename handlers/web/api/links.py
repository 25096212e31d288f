"""`POST /api/v1/links`: a one-time link, and a code, that connect a chat to a customer."""

from http import HTTPStatus
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, StringConstraints
from telegram import Bot
from telegram.helpers import create_deep_linked_url

from bot.services.events import Identifier
from bot.services.keys import Scope
from handlers.web.api.operation import operation
from handlers.web.backend import Backend
from handlers.web.problems import TryLater

routes = web.RouteTableDef()

AccountHint = (
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None
)
"""What the customer knows the account by, masked by the shop."""


class LinkRequest(BaseModel):
    customer_id: Identifier
    account_hint: AccountHint = None


class LinkOffer(BaseModel):
    """Two ways to the same link: an address to open, and a ``code`` to type."""

    url: str
    code: str
    expires_at: AwareDatetime


@routes.post("/api/v1/links")
@operation(Scope.LINK, status=HTTPStatus.CREATED)
async def issue_link(backend: Backend, body: LinkRequest) -> LinkOffer:
    """Make a link that connects one chat to a customer, once."""
    username = _username(backend.bot)
    issued = await backend.linking.issue(body.customer_id, body.account_hint)
    return LinkOffer(
        url=create_deep_linked_url(username, issued.token),
        code=issued.code,
        expires_at=issued.expires_at.replace(microsecond=0),
    )


def _username(bot: Bot) -> str:
    """Raises `TryLater`: the bot learns its name from Telegram."""
    try:
        return bot.username
    except RuntimeError:
        raise TryLater("The bot has not reached Telegram yet.") from None
