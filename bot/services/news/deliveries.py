"""Deliveries: what was sent to a customer's chats, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.chats import Chats
from storage.models import Kind


@dataclass(frozen=True)
class Delivery:
    """``link``: its reference."""

    link: str
    order_id: str
    kind: Kind
    at: datetime


class Deliveries:
    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    async def of_customer(self, customer_id: str) -> Sequence[Delivery]:
        """Newest first: as many of each chat as its mailbox remembers."""
        found = [
            Delivery(chat.link_id, told.order_id, told.kind, told.at)
            for chat in await self._chats.of_customer(customer_id)
            for told in chat.told
            if told.at is not None
        ]
        return sorted(found, key=lambda delivery: delivery.at, reverse=True)
