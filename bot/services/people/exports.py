"""Exports: all that is held of a customer, in one piece."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.news.deliveries import Deliveries, Delivery
from storage.chats import Chats
from storage.feedback import Opinions
from storage.models import Chat, Opinion, Order
from storage.orders import Orders
from storage.phones import Phones

AT_ONCE = 100
"""Orders that are read at a time."""


@dataclass(frozen=True)
class Export:
    customer_id: str
    knows_phone: bool
    chats: Sequence[Chat]
    orders: Sequence[Order]
    feedback: Sequence[Opinion]
    deliveries: Sequence[Delivery]


class Exports:
    def __init__(self, orders: Orders, chats: Chats, opinions: Opinions, phones: Phones) -> None:
        self._orders = orders
        self._chats = chats
        self._opinions = opinions
        self._phones = phones

    async def of_customer(self, customer_id: str) -> Export:
        """Empty for one of whom nothing is held."""
        return Export(
            customer_id,
            await self._phones.has(customer_id),
            await self._chats.of_customer(customer_id),
            await self._all_orders(customer_id),
            await self._opinions.of_customer(customer_id),
            await Deliveries(self._chats).of_customer(customer_id),
        )

    async def _all_orders(self, customer_id: str) -> Sequence[Order]:
        orders: list[Order] = []
        after = None
        while found := await self._orders.page_of_customer(customer_id, after, AT_ONCE):
            orders += found
            after = (found[-1].created_at, found[-1].id)
        return orders
