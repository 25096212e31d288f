"""Exports: everything that is stored about a customer, or about an order without an account."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from bot.services.news.deliveries import Deliveries, Delivery
from storage.chats import Chats
from storage.conversations import Conversations
from storage.couriers import Couriers
from storage.dead_letters import DeadLetters
from storage.feedback import Opinions
from storage.link_tokens import LinkTokens
from storage.models import (
    Chat,
    Conversation,
    Courier,
    DeadLetter,
    Link,
    LinkToken,
    Opinion,
    Order,
    Phone,
    Share,
    ShopEvent,
)
from storage.orders import Orders
from storage.phones import Phones
from storage.shares import Shares
from storage.shop_events import ShopEvents
from storage.waits import Waits
from storage.whose import account, single

AT_ONCE = 100
"""How many orders are read at a time."""


@dataclass(frozen=True)
class LinkedChat:
    """A chat and its link. ``chat``: without the parts about other people's orders."""

    chat: Chat
    link: Link


@dataclass(frozen=True)
class Export:
    """``phone``: of a customer. ``tokens``: of unused links, and of those used in the last day.
    ``waiting``: how many people wait by each share, by its id. ``events``: events back that are
    not sent yet. ``couriers``: of orders that are out for delivery."""

    phone: Phone | None
    chats: Sequence[LinkedChat]
    tokens: Sequence[LinkToken]
    orders: Sequence[Order]
    feedback: Sequence[Opinion]
    shares: Sequence[Share]
    waiting: Mapping[str, int]
    deliveries: Sequence[Delivery]
    letters: Sequence[DeadLetter]
    events: Sequence[ShopEvent]
    conversations: Sequence[Conversation]
    couriers: Sequence[Courier]


@dataclass(frozen=True, kw_only=True)
class Exports:
    orders: Orders
    chats: Chats
    tokens: LinkTokens
    opinions: Opinions
    phones: Phones
    shares: Shares
    waits: Waits
    letters: DeadLetters
    events: ShopEvents
    conversations: Conversations
    couriers: Couriers

    async def of_customer(self, customer_id: str) -> Export:
        """Everything about a customer. Empty if nothing is stored."""
        return await self._of(
            account(customer_id),
            await self._all_orders(customer_id),
            feedback=await self.opinions.of_customer(customer_id),
            events=await self.events.of_customer(customer_id),
            phone=await self.phones.of_customer(customer_id),
        )

    async def of_order(self, order_id: str) -> Export:
        """Everything about an order and the chats that follow this order itself. Empty if nothing
        is stored."""
        return await self._of(
            single(order_id),
            await self.orders.get_all([order_id]),
            feedback=await self.opinions.of_order(order_id),
            events=await self.events.of_order(order_id),
        )

    async def _of(
        self,
        whose: str,
        orders: Sequence[Order],
        *,
        feedback: Sequence[Opinion],
        events: Sequence[ShopEvent],
        phone: Phone | None = None,
    ) -> Export:
        ids = frozenset(order.id for order in orders)
        chats = await self.chats.following(whose)
        shares = await self.shares.of(whose)
        return Export(
            phone,
            [_about(chat, link, ids) for chat in chats if (link := chat.link_to([whose]))],
            await self.tokens.all_of(whose),
            orders,
            feedback,
            shares,
            await self.waits.counts([share.id for share in shares]) if shares else {},
            Deliveries.of_chats(chats, whose, ids),
            await self.letters.of_orders([order.id for order in orders]),
            events,
            await self.conversations.of_orders(ids),
            await self.couriers.of_orders(ids) if ids else [],
        )

    async def _all_orders(self, customer_id: str) -> Sequence[Order]:
        orders: list[Order] = []
        after = None
        while found := await self.orders.page_of_customer(customer_id, after, AT_ONCE):
            orders += found
            after = (found[-1].created_at, found[-1].id)
        return orders


def _about(chat: Chat, link: Link, orders: Container[str]) -> LinkedChat:
    """The chat without what concerns other orders: the person may follow other people's, too."""
    only = {
        "muted": [order_id for order_id in chat.muted if order_id in orders],
        "followed": [order_id for order_id in chat.followed if order_id in orders],
        "entries": [entry for entry in chat.entries if entry.order_id in orders],
        "cards": [card for card in chat.cards if card.order_id in orders],
    }
    return LinkedChat(chat.model_copy(update=only), link)
