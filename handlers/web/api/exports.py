"""`…/export`: everything held about a customer, or about a guest's order."""

import asyncio
from collections.abc import Mapping
from typing import Literal

from aiohttp import web
from pydantic import AwareDatetime, ConfigDict

from bot.services.news.undelivered import numbers
from bot.services.orders.values import Identifier
from bot.services.people.exports import Export
from bot.services.people.exports import LinkedChat as Linked
from bot.services.people.links import link_of
from bot.services.shop.keys import Scope
from handlers.web.api.dead_letters import DeadLetterInfo
from handlers.web.api.deliveries import DeliveryInfo
from handlers.web.api.feedback import FeedbackInfo
from handlers.web.api.links import LinkInfo
from handlers.web.api.operation import Body, operation
from handlers.web.api.orders import OrderInfo
from handlers.web.backend import Backend
from storage.models import Conversation, Courier, LinkToken, Order, Preferences, Share

routes = web.RouteTableDef()


class LinkedChat(LinkInfo):
    """A linked chat, with the person's choices."""

    model_config = ConfigDict(json_schema_extra={})  # without the example of `LinkInfo`

    account_hint: str | None
    language: str | None
    """The phone's."""
    preferences: Preferences
    muted: list[str]
    """Ids of orders."""
    followed: list[str]
    """Ids of orders."""
    telegram_id: int
    """The person's Telegram id. In a household, each chat has its own."""
    waiting: list[str]
    """Ids of orders with a message waiting to be sent."""
    live_messages: list[str]
    """Ids of orders with a message here that is kept up to date."""
    missed_at: list[AwareDatetime]
    """The last times when the person asked for an order that was not found."""

    @classmethod
    def of_chat(cls, linked: Linked) -> "LinkedChat":
        chat = linked.chat
        return cls(
            **dict(LinkInfo.of(link_of(chat, linked.link))),
            account_hint=linked.link.account_hint,
            language=chat.language,
            preferences=chat.preferences,
            muted=chat.muted,
            followed=chat.followed,
            telegram_id=chat.id,
            waiting=[entry.order_id for entry in chat.entries],
            live_messages=[card.order_id for card in chat.cards],
            missed_at=chat.misses,
        )


class KnownPhone(Body):
    """A phone number, of which only a keyed hash is stored."""

    account_hint: str | None
    given_at: AwareDatetime


class HeldOffer(Body):
    """A link on offer, kept for a day after it ends. Only hashes of its secrets are stored."""

    link_id: str
    account_hint: str | None
    expires_at: AwareDatetime
    used_by: int | None
    """The Telegram id of the person who agreed to it."""
    used_at: AwareDatetime | None


class SharedOrder(Body):
    """A link that shows an order's progress to others. Only a hash of its secret is stored."""

    order_id: str
    created_at: AwareDatetime
    expires_at: AwareDatetime
    shared_by: int | None
    """The Telegram id of the person who made it; null: you have."""
    waiting: int
    """How many people with the link wait for the order's arrival."""


class ToldChoice(Body):
    """A button of yours that was pressed, and sent to you. Who pressed it is not stored."""

    order_id: str
    event_id: str
    """The event that it came with."""
    action_id: str
    chosen_at: AwareDatetime


class WaitingEvent(Body):
    """An event for your webhook that you have not accepted yet."""

    type: str
    at: AwareDatetime


class ConversationInfo(Body):
    """A conversation with your staff about an order. Messages are stored only until they reach the
    other side. Then they stay in Telegram: in the customer's chat and in your group."""

    order_id: str
    telegram_id: int
    """The customer's Telegram id."""
    name: str | None
    """The customer's first name, if they let you see it."""
    last_at: AwareDatetime
    """When the last message was written, or the conversation was opened."""
    ended_by: Literal["customer", "shop", "silence"] | None
    waiting: list[str]
    """Messages that have not reached the other side yet: their texts, or their captions."""

    @classmethod
    def of(cls, held: Conversation) -> "ConversationInfo":
        return cls(
            order_id=held.order_id,
            telegram_id=held.chat_id,
            name=held.name,
            last_at=held.latest_at,
            ended_by=held.ended,
            waiting=[said.text or "" for said in held.waiting if said.kind in {"words", "copy"}],
        )


class CourierPlace(Body):
    """The last place of an order's courier, and who watches it. Kept until the order arrives."""

    order_id: str
    at: AwareDatetime | None
    latitude: float | None
    longitude: float | None
    watched_by: list[int]
    """Telegram ids."""


class OrderExport(Body):
    """Everything held about an order and about those who follow only this order."""

    chats: list[LinkedChat]
    offers: list[HeldOffer]
    orders: list[OrderInfo]
    choices: list[ToldChoice]
    feedback: list[FeedbackInfo]
    shares: list[SharedOrder]
    deliveries: list[DeliveryInfo]
    dead_letters: list[DeadLetterInfo]
    events_back: list[WaitingEvent]
    conversations: list[ConversationInfo]
    couriers: list[CourierPlace]

    @classmethod
    async def of(cls, export: Export) -> "OrderExport":
        called = numbers(export.orders)
        return cls(
            chats=[LinkedChat.of_chat(chat) for chat in export.chats],
            offers=[_offer(token) for token in export.tokens],
            orders=[await _order_info(order) for order in export.orders],
            choices=[each for order in export.orders for each in _choices(order)],
            feedback=[FeedbackInfo.of(opinion) for opinion in export.feedback],
            shares=[_shared(share, export.waiting) for share in export.shares],
            deliveries=[DeliveryInfo.of(delivery) for delivery in export.deliveries],
            dead_letters=[
                DeadLetterInfo.of(letter, called.get(letter.order_id)) for letter in export.letters
            ],
            events_back=[WaitingEvent(type=event.type, at=event.at) for event in export.events],
            conversations=[ConversationInfo.of(each) for each in export.conversations],
            couriers=[_last_place(courier) for courier in export.couriers],
        )


class CustomerExport(OrderExport):
    """Everything held about a customer."""

    customer_id: str
    knows_phone: bool
    phone: KnownPhone | None

    @classmethod
    async def of_customer(cls, customer_id: str, export: Export) -> "CustomerExport":
        phone = export.phone
        return cls(
            **dict(await OrderExport.of(export)),
            customer_id=customer_id,
            knows_phone=phone is not None,
            phone=phone and KnownPhone(account_hint=phone.account_hint, given_at=phone.at),
        )


async def _order_info(order: Order) -> OrderInfo:
    """Yields to other tasks first, as there may be thousands of orders."""
    await asyncio.sleep(0)
    return OrderInfo.of_order(order)


def _choices(order: Order) -> list[ToldChoice]:
    return [
        ToldChoice(order_id=order.id, event_id=each.event, action_id=each.action, chosen_at=each.at)
        for each in order.chosen
    ]


def _offer(token: LinkToken) -> HeldOffer:
    return HeldOffer(
        link_id=token.reference,
        account_hint=token.account_hint,
        expires_at=token.expires_at,
        used_by=token.used_by,
        used_at=token.used_at,
    )


def _last_place(courier: Courier) -> CourierPlace:
    place = courier.place
    return CourierPlace(
        order_id=courier.id,
        at=place and place.at,
        latitude=place and place.latitude,
        longitude=place and place.longitude,
        watched_by=[each.chat_id for each in courier.maps],
    )


def _shared(share: Share, waiting: Mapping[str, int]) -> SharedOrder:
    return SharedOrder(
        order_id=share.order_id,
        created_at=share.created_at,
        expires_at=share.expires_at,
        shared_by=share.chat_id,
        waiting=waiting.get(share.id, 0),
    )


@routes.get("/api/v1/customers/{customer_id}/export")
@operation(Scope.READ, in_time=False)
async def export_customer(backend: Backend, customer_id: Identifier) -> CustomerExport:
    """Read everything held about a customer.

    For a household, it is about several people: give each person only their own data.
    """
    export = await backend.exports.of_customer(customer_id)
    return await CustomerExport.of_customer(customer_id, export)


@routes.get("/api/v1/orders/{order_id}/export")
@operation(Scope.READ)
async def export_order(backend: Backend, order_id: Identifier) -> OrderExport:
    """Read everything held about an order, for guests, who have no account.

    It may be about several people who follow the order: give each person only their own data.
    """
    return await OrderExport.of(await backend.exports.of_order(order_id))
