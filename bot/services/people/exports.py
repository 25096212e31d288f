"""Exports: all that is held of a customer, in one piece."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.news.deliveries import Deliveries, Delivery
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.feedback import Opinions
from storage.link_tokens import LinkTokens
from storage.models import Chat, DeadLetter, LinkToken, Opinion, Order, Phone, Share, ShopEvent
from storage.orders import Orders
from storage.phones import Phones
from storage.shares import Shares
from storage.shop_events import ShopEvents

AT_ONCE = 100
"""Orders that are read at a time."""


@dataclass(frozen=True)
class Export:
    """``tokens``: links on offer, and those of the last day. ``events``: wait for the shop."""

    customer_id: str
    phone: Phone | None
    chats: Sequence[Chat]
    tokens: Sequence[LinkToken]
    orders: Sequence[Order]
    feedback: Sequence[Opinion]
    shares: Sequence[Share]
    deliveries: Sequence[Delivery]
    letters: Sequence[DeadLetter]
    events: Sequence[ShopEvent]


@dataclass(frozen=True, kw_only=True)
class Exports:
    orders: Orders
    chats: Chats
    tokens: LinkTokens
    opinions: Opinions
    phones: Phones
    shares: Shares
    letters: DeadLetters
    events: ShopEvents

    async def of_customer(self, customer_id: str) -> Export:
        """Empty for one of whom nothing is held."""
        orders = await self._all_orders(customer_id)
        return Export(
            customer_id,
            await self.phones.of_customer(customer_id),
            await self.chats.of_customer(customer_id),
            await self.tokens.all_of_customer(customer_id),
            orders,
            await self.opinions.of_customer(customer_id),
            await self.shares.of_customer(customer_id),
            await Deliveries(self.chats).of_customer(customer_id),
            await self.letters.of_orders([order.id for order in orders]),
            await self.events.of_customer(customer_id),
        )

    async def _all_orders(self, customer_id: str) -> Sequence[Order]:
        orders: list[Order] = []
        after = None
        while found := await self.orders.page_of_customer(customer_id, after, AT_ONCE):
            orders += found
            after = (found[-1].created_at, found[-1].id)
        return orders
