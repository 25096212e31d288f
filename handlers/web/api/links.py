"""Links of chats to accounts and orders: offering, listing, confirming and ending them."""

from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Annotated

import segno
from aiohttp import web
from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from telegram import Bot
from telegram.helpers import create_deep_linked_url

from bot.services.orders.values import Identifier
from bot.services.people.links import Link, LinkNotFound, NotAgreed, State, WrongProof
from bot.services.shop.keys import Scope
from bot.texts.following import link_ended
from bot.texts.general import at_hand
from bot.texts.linking import linked
from handlers.notifying import notify, notify_ended
from handlers.web.api.operation import Body, example, operation
from handlers.web.backend import Backend
from handlers.web.problems import TryLater
from handlers.web.refusals import refusing
from storage.whose import account, single

routes = web.RouteTableDef()

AccountHint = (
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None
)
"""How the customer knows the account, masked by the shop."""


_ASKED: Mapping[str, JsonValue] = {"customer_id": "cus_7", "account_hint": "a•••@example.com"}
_ONE_OF_THE_TWO: dict[str, JsonValue] = {
    "oneOf": [
        {
            "required": ["customer_id"],
            "properties": {"customer_id": {"type": "string"}, "order_id": {"type": "null"}},
        },
        {
            "required": ["order_id"],
            "properties": {
                "order_id": {"type": "string"},
                "customer_id": {"type": "null"},
                "confirm": {"const": False},
            },
        },
    ]
}
"""The same rule as the validators of `LinkRequest`, for the JSON schema."""


class LinkRequest(Body):
    """What the link is to: an account or, for guests, one order."""

    model_config = ConfigDict(json_schema_extra={"examples": [dict(_ASKED)], **_ONE_OF_THE_TWO})

    order_id: Identifier | None = None
    """Instead of `customer_id`: a link to this order, for any number of chats. The order need not
    exist yet."""
    customer_id: Annotated[Identifier | None, Field(validate_default=True)] = None
    """Your id of the customer who is signed in: a link to their account, for one chat, once."""
    account_hint: AccountHint = None
    """How they know the account, masked by you. The bot shows it before they agree."""
    confirm: StrictBool = False
    """If true, the link only works after you have confirmed it, with the code that the chat shows.
    Not possible with an order."""
    qr: StrictBool = False
    """Whether to return the address as a QR code, too."""

    @field_validator("customer_id")
    @classmethod
    def _one_of_the_two(cls, customer_id: str | None, info: ValidationInfo) -> str | None:
        if "order_id" in info.data and (customer_id is None) == (info.data["order_id"] is None):
            raise PydanticCustomError("one_of", "give either customer_id or order_id")
        return customer_id

    @field_validator("confirm")
    @classmethod
    def _orders_are_not_confirmed(cls, confirm: bool, info: ValidationInfo) -> bool:
        if confirm and info.data.get("order_id"):
            raise PydanticCustomError("no_confirm", "a link to an order is not confirmed")
        return confirm

    @property
    def whose(self) -> str:
        if self.customer_id is not None:
            return account(self.customer_id)
        return single(self.order_id or "")


class QrCode(Body):
    """The link's address, for a page, a mail or a printed slip."""

    svg: str
    """SVG markup, to include in a page."""
    png: str
    """A `data:` address, for an `img`."""


class LinkOffer(Body):
    """A link on offer: as an address, as a code and, if you want, as a QR code."""

    model_config = example(
        url="https://t.me/your_bot?start=nDEuMdCPJ5XdGLYX",
        code="K7WM-3XQP",
        expires_at="2026-11-23T09:45:00Z",
        link_id="5f0d1c2b3a49",
    )

    url: str
    """The address to open in a browser."""
    code: str
    """A code to type in the chat instead: `/link K7WM-3XQP`."""
    expires_at: AwareDatetime
    link_id: str
    """The link's id, to confirm or end it."""
    qr: QrCode | None = None
    """Null unless you asked for it."""


class ShownProof(Body):
    """What the customer has typed."""

    model_config = example(proof="482 913")

    proof: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    """The code that the chat shows after the customer has agreed, with or without the space."""


class LinkInfo(Body):
    """A linked chat, or a link on offer."""

    model_config = example(
        link_id="5f0d1c2b3a49",
        state="linked",
        linked_at="2026-11-23T09:31:20Z",
        expires_at=None,
    )

    link_id: str
    state: State
    """`offered`: nobody has agreed yet. `unconfirmed`: somebody has agreed, and you must confirm.
    `linked`: the chat gets messages. `blocked`: it is linked, but the person has blocked the
    bot."""
    linked_at: AwareDatetime | None
    """Null if it is only an offer."""
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
    """All links to an account or to an order."""

    links: list[LinkInfo]


@routes.post("/api/v1/links")
@operation(Scope.LINK, status=HTTPStatus.CREATED)
async def create_link(backend: Backend, body: LinkRequest) -> LinkOffer:
    """Create a link that connects one chat to an account, once, or any number of chats to an order.

    A link to an order is for the page after the purchase, for the order's email and for a slip in
    the parcel. Ask for it once, and keep it with the order.
    """
    name = username(backend.bot)
    issued = await backend.linking.issue(body.whose, body.account_hint, confirm=body.confirm)
    url = create_deep_linked_url(name, issued.token)
    return LinkOffer(
        url=url,
        code=issued.code,
        expires_at=issued.expires_at.replace(microsecond=0),
        link_id=issued.reference,
        qr=qr_code(url) if body.qr else None,
    )


def qr_code(url: str) -> QrCode:
    """A QR code with the quiet zone that readers need, dark on white on any page."""
    code, drawn = segno.make_qr(url, error="m"), BytesIO()
    look = {"scale": 4, "unit": "px", "light": "#fff", "title": "QR code"}
    code.save(drawn, kind="svg", xmldecl=False, nl=False, **look)
    return QrCode(svg=drawn.getvalue().decode(), png=code.png_data_uri(scale=8))


@routes.get("/api/v1/customers/{customer_id}/links")
@operation(Scope.READ)
async def list_links(backend: Backend, customer_id: Identifier) -> LinkList:
    """List the chats that are linked to a customer, and the links on offer."""
    links = await backend.links.to(account(customer_id))
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
    """Confirm a link that was created with ``confirm``, after somebody agreed to it in a chat.

    That chat shows a code of six digits. Ask for it in the customer's own session. This proves that
    the chat is theirs, and not of somebody else who saw the address and agreed first. Five wrong
    codes end the link.
    """
    chat = await backend.links.confirm(account(customer_id), link_id, body.proof)
    if chat:
        await backend.people.remind_again(chat)
        recent = (await backend.tracking.page(chat)).orders
        reader = backend.reader.of(chat)
        await notify(backend.bot, chat.id, linked([o for o in recent if o.is_open], reader))
        await notify(backend.bot, chat.id, at_hand(reader))


@routes.delete("/api/v1/customers/{customer_id}/links/{link_id}")
@operation(Scope.LINK, status=HTTPStatus.NO_CONTENT, refusals=refusing(LinkNotFound))
async def end_link(backend: Backend, customer_id: Identifier, link_id: str) -> None:
    """End a link, or withdraw an offer. The chat is told that nothing more will arrive."""
    await _end(backend, account(customer_id), link_id)


@routes.get("/api/v1/orders/{order_id}/links")
@operation(Scope.READ)
async def list_order_links(backend: Backend, order_id: Identifier) -> LinkList:
    """List the chats that follow this one order, and the links to it on offer."""
    links = await backend.links.to(single(order_id))
    return LinkList(links=[LinkInfo.of(link) for link in links])


@routes.delete("/api/v1/orders/{order_id}/links/{link_id}")
@operation(Scope.LINK, status=HTTPStatus.NO_CONTENT, refusals=refusing(LinkNotFound))
async def end_order_link(backend: Backend, order_id: Identifier, link_id: str) -> None:
    """End a link to an order, or withdraw an offer. Withdrawing it ends no link made through it."""
    await _end(backend, single(order_id), link_id)


async def _end(backend: Backend, whose: str, link_id: str) -> None:
    chat = await backend.links.end(whose, link_id)
    if chat:
        await notify_ended(backend.bot, chat, link_ended(chat, whose, backend.reader.of(chat)))


def username(bot: Bot) -> str:
    """The bot's username. Raises `TryLater` until the bot has learned it from Telegram."""
    try:
        return bot.username
    except RuntimeError:
        raise TryLater("The bot has not reached Telegram yet.") from None
