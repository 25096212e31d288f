"""Privacy: what is held about somebody, and how it goes (docs/decisions/0007-erasure.md)."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.chats import Chats
from storage.clock import Clock
from storage.erasures import Erasures
from storage.models import Chat
from storage.orders import Orders

LOOK = 0.05
"""Seconds between looks whether a send that was in hand is over."""


class CustomerErased(Exception):
    """Nothing is taken in for this customer any more."""


@dataclass(frozen=True)
class Held:
    """What is held of a linked chat. ``shared``: others are linked to the same account."""

    account_hint: str | None
    linked_at: datetime
    orders: int
    shared: bool


@dataclass(frozen=True)
class Privacy:
    """``shop``: hears who has left."""

    erasures: Erasures
    orders: Orders
    chats: Chats
    shop: ShopNews = UNHEARD
    clock: Clock = field(default_factory=Clock)

    # For the shop

    async def erase(self, customer_id: str) -> None:
        """Removes all that is held of a customer, for good. Nothing leaves once this returns.

        Waits for the sends that are in hand; for a sender that died, until its lease runs out.
        """
        await self.erasures.begin(customer_id, self.clock())
        await self._remove(customer_id)

    async def repeat(self) -> None:
        """Removes what came in while an erasure of the last hour was at work, or was cut off."""
        for customer_id in await self.erasures.recent():
            await self._remove(customer_id)

    async def refuse_erased(self, customer_id: str) -> None:
        """Raises `CustomerErased`."""
        if await self.erasures.is_erased(customer_id):
            raise CustomerErased

    async def _remove(self, customer_id: str) -> None:
        await self._remove_chats(customer_id)
        await self.erasures.remove_of_customer(customer_id)
        self.orders.put_away(customer_id)

    async def _remove_chats(self, customer_id: str) -> None:
        while True:
            if await self.erasures.remove_chats(customer_id, self.clock()):
                return
            await asyncio.sleep(LOOK)

    # For the person

    async def held(self, chat: Chat | None) -> Held | None:
        """None: the chat is not linked, and nothing but its latest failed tries may be held."""
        if chat is None:
            return None
        return Held(
            chat.account_hint,
            chat.linked_at,
            await self.erasures.count_orders(chat.customer_id),
            await self._is_shared(chat.customer_id, chat.id),
        )

    async def forget(self, chat_id: int) -> None:
        """Removes the chat, and its customer's orders unless another chat is linked to them.

        The chat goes last but one: until then this can be repeated after a crash. Orders are looked
        at again behind it, for two chats may go at the same time and each have seen the other.
        """
        await self.erasures.remove_of_chat(chat_id)
        chat = await self.chats.get(chat_id)
        if chat is None:
            return
        await self.erasures.remove_tokens(chat.customer_id, used_by=chat_id)
        await self._remove_unless_shared(chat.customer_id, chat_id)
        await self.shop.unlinked(chat, "deleted")
        await self.chats.unlink(chat_id)
        await self._remove_unless_shared(chat.customer_id, chat_id)

    async def _remove_unless_shared(self, customer_id: str, chat_id: int) -> None:
        """What the shop is to be told stays: it shall know that nobody is linked any more."""
        if not await self._is_shared(customer_id, chat_id):
            await self.erasures.remove_of_customer(customer_id, but=["shop_events"])
            self.orders.put_away(customer_id)

    async def _is_shared(self, customer_id: str, chat_id: int) -> bool:
        linked = await self.chats.of_customer(customer_id)
        return any(chat.id != chat_id for chat in linked)
