"""Deliveries: the messages that were sent to a customer's chats."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.chats import Chats
from storage.models import Chat, Kind
from storage.orders import Orders
from storage.whose import account


@dataclass(frozen=True)
class Delivery:
    """A message that was sent. ``link``: the reference of the chat's link."""

    link: str
    order_id: str
    kind: Kind
    at: datetime


class Deliveries:
    def __init__(self, chats: Chats, orders: Orders) -> None:
        self._chats = chats
        self._orders = orders

    async def of_customer(self, customer_id: str) -> Sequence[Delivery]:
        """Newest first, for all chats of the account, as far back as each mailbox remembers."""
        whose = account(customer_id)
        chats, orders = await self._chats.following(whose), await self._orders.whose([whose])
        return self.of_chats(chats, whose, orders)

    @staticmethod
    def of_chats(chats: Sequence[Chat], whose: str, orders: Container[str]) -> Sequence[Delivery]:
        """What these chats were sent about these ``orders``, through their link to ``whose``."""
        found = [
            Delivery(link.reference, sent.order_id, sent.kind, sent.at)
            for chat in chats
            if (link := chat.link_to([whose]))
            for sent in chat.told
            if sent.at is not None and sent.order_id in orders
        ]
        return sorted(found, key=lambda delivery: delivery.at, reverse=True)
