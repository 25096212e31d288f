"""`GET /api/v1/customers/{customer_id}/export`: all that is held of a customer."""

from aiohttp import web
from pydantic import ConfigDict

from bot.services.orders.events import Identifier
from bot.services.people.exports import Export
from bot.services.people.links import link_of
from bot.services.shop.keys import Scope
from handlers.web.api.deliveries import DeliveryInfo
from handlers.web.api.feedback import FeedbackInfo
from handlers.web.api.links import LinkInfo
from handlers.web.api.operation import Body, operation
from handlers.web.api.orders import OrderInfo
from handlers.web.backend import Backend
from storage.models import Chat, Preferences

routes = web.RouteTableDef()


class LinkedChat(LinkInfo):
    """A link, and what its person has chosen."""

    model_config = ConfigDict(json_schema_extra={})  # not the example of a link alone

    account_hint: str | None
    language: str | None
    """The phone's."""
    preferences: Preferences
    muted: list[str]
    """Ids of orders."""
    followed: list[str]
    """Ids of orders."""

    @classmethod
    def of_chat(cls, chat: Chat) -> "LinkedChat":
        return cls(
            **dict(LinkInfo.of(link_of(chat))),
            account_hint=chat.account_hint,
            language=chat.language,
            preferences=chat.preferences,
            muted=chat.muted,
            followed=chat.followed,
        )


class CustomerExport(Body):
    """All that is held of a customer."""

    customer_id: str
    knows_phone: bool
    """A keyed hash of a phone number is held; the number itself is nowhere."""
    chats: list[LinkedChat]
    orders: list[OrderInfo]
    feedback: list[FeedbackInfo]
    deliveries: list[DeliveryInfo]

    @classmethod
    def of(cls, export: Export) -> "CustomerExport":
        return cls(
            customer_id=export.customer_id,
            knows_phone=export.knows_phone,
            chats=[LinkedChat.of_chat(chat) for chat in export.chats],
            orders=[OrderInfo.of_order(order) for order in export.orders],
            feedback=[FeedbackInfo.of(opinion) for opinion in export.feedback],
            deliveries=[DeliveryInfo.of(delivery) for delivery in export.deliveries],
        )


@routes.get("/api/v1/customers/{customer_id}/export")
@operation(Scope.READ, in_time=False)
async def export_customer(backend: Backend, customer_id: Identifier) -> CustomerExport:
    """Read all that is held of a customer."""
    return CustomerExport.of(await backend.exports.of_customer(customer_id))
