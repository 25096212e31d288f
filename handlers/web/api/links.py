"""Links of chats to customers: to offer one, list them, confirm and end them."""

from http import HTTPStatus
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, StrictBool, StringConstraints
from telegram import Bot
from telegram.helpers import create_deep_linked_url

from bot.services.orders.events import Identifier
from bot.services.people.links import Link, LinkNotFound, NotAgreed, State, WrongProof
from bot.services.shop.keys import Scope
from bot.texts.general import at_hand
from bot.texts.linking import linked, unlinked
from handlers.telling import tell, tell_ended
from handlers.web.api.operation import Body, example, operation
from handlers.web.backend import Backend
from handlers.web.problems import TryLater
from handlers.web.refusals import refusing

routes = web.RouteTableDef()

AccountHint = (
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None
)
"""What the customer knows the account by, masked by the shop."""


class LinkRequest(Body):
    """Whom the link is for."""

    model_config = example(customer_id="cus_7", account_hint="a•••@example.com")

    customer_id: Identifier
    """Who is signed in, as you call them."""
    account_hint: AccountHint = None
    """What they know the account by, masked by you: the bot shows it before they agree."""
    confirm: StrictBool = False
    """The link counts once you have confirmed it, with the code that the customer is shown."""


class LinkOffer(Body):
    """Two ways to the same link."""

    model_config = example(
        url="https://t.me/your_bot?start=nDEuMdCPJ5XdGLYX",
        code="K7WM-3XQP",
        expires_at="2026-11-23T09:45:00Z",
        link_id="5f0d1c2b3a49",
    )

    url: str
    """Where to send the browser."""
    code: str
    """The same, to type: `/link K7WM-3XQP`."""
    expires_at: AwareDatetime
    link_id: str
    """What the link is called: to confirm it, or to end it."""


class ShownProof(Body):
    """What the customer has typed."""

    model_config = example(proof="482 913")

    proof: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    """The code that the chat shows to whoever agreed there, with or without the space."""


class LinkInfo(Body):
    """A chat that is linked to the customer, or a link on offer."""

    model_config = example(
        link_id="5f0d1c2b3a49",
        state="linked",
        linked_at="2026-11-23T09:31:20Z",
        expires_at=None,
    )

    link_id: str
    state: State
    """`offered`: nobody has agreed yet. `unconfirmed`: a person has, and you have to. `linked`.
    `blocked`: it is linked, and the person has blocked the bot."""
    linked_at: AwareDatetime | None
    """Null while it is an offer."""
    expires_at: AwareDatetime | None
    """When the offer ends."""

    @classmethod
    def of(cls, link: Link) -> "LinkInfo":
        return cls(
            link_id=link.reference,
            state=link.state,
            linked_at=link.since,
            expires_at=link.until and link.until.replace(microsecond=0),
        )


class LinkList(Body):
    """All of a customer's links."""

    links: list[LinkInfo]


@routes.post("/api/v1/links")
@operation(Scope.LINK, status=HTTPStatus.CREATED)
async def offer_link(backend: Backend, body: LinkRequest) -> LinkOffer:
    """Make a link that connects one chat to a customer, once."""
    username = _username(backend.bot)
    issued = await backend.linking.issue(body.customer_id, body.account_hint, confirm=body.confirm)
    return LinkOffer(
        url=create_deep_linked_url(username, issued.token),
        code=issued.code,
        expires_at=issued.expires_at.replace(microsecond=0),
        link_id=issued.reference,
    )


@routes.get("/api/v1/customers/{customer_id}/links")
@operation(Scope.READ)
async def list_links(backend: Backend, customer_id: Identifier) -> LinkList:
    """List the chats that are linked to a customer, and the links on offer."""
    links = await backend.links.of_customer(customer_id)
    return LinkList(links=[LinkInfo.of(link) for link in links])


@routes.post("/api/v1/customers/{customer_id}/links/{link_id}/confirm")
@operation(
    Scope.LINK,
    status=HTTPStatus.NO_CONTENT,
    refusals=refusing(LinkNotFound, NotAgreed, WrongProof),
)
async def confirm_link(
    backend: Backend, customer_id: Identifier, link_id: str, body: ShownProof
) -> None:
    """Confirm a link that was made with ``confirm``, after somebody agreed to it in a chat.

    That chat shows a code of six digits. Ask for it in the customer's own session: so the chat is
    theirs, whoever else saw the link's address and agreed first. After five wrong ones the link is
    over.
    """
    chat = await backend.links.confirm(customer_id, link_id, body.proof)
    if chat:
        await backend.people.has_joined(chat)
        recent = await backend.tracking.recent(chat)
        reader = backend.reader.of(chat)
        await tell(backend.bot, chat.id, linked([o for o in recent if o.is_open], reader))
        await tell(backend.bot, chat.id, at_hand(reader))


@routes.delete("/api/v1/customers/{customer_id}/links/{link_id}")
@operation(Scope.LINK, status=HTTPStatus.NO_CONTENT, refusals=refusing(LinkNotFound))
async def end_link(backend: Backend, customer_id: Identifier, link_id: str) -> None:
    """End a link, or take an offer back. The chat is told that nothing more will arrive."""
    chat = await backend.links.end(customer_id, link_id)
    if chat:
        await tell_ended(backend.bot, chat, unlinked(backend.reader.of(chat)))


def _username(bot: Bot) -> str:
    """Raises `TryLater`: the bot learns its name from Telegram."""
    try:
        return bot.username
    except RuntimeError:
        raise TryLater("The bot has not reached Telegram yet.") from None
