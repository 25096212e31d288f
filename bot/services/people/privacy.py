"""Privacy: what is held about somebody, and how it goes (docs/decisions/0007-erasure.md)."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.chats import Chats
from storage.erasures import Erasures
from storage.models import Chat

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


class Privacy:
    def __init__(self, erasures: Erasures, chats: Chats, shop: ShopNews = UNHEARD) -> None:
        self._erasures = erasures
        self._chats = chats
        self._shop = shop

    # For the shop

    async def erase(self, customer_id: str) -> None:
        """Removes all that is held of a customer, for good. Nothing leaves once this returns.

        Waits for the sends that are in hand; for a sender that died, until its lease runs out.
        """
        await self._erasures.begin(customer_id, datetime.now(UTC))
        await self._remove(customer_id)

    async def repeat(self) -> None:
        """Removes what came in while an erasure of the last hour was at work, or was cut off."""
        for customer_id in await self._erasures.recent():
            await self._remove(customer_id)

    async def refuse_erased(self, customer_id: str) -> None:
        """Raises `CustomerErased`."""
        if await self._erasures.is_erased(customer_id):
            raise CustomerErased

    async def erased_among(self, customer_ids: Collection[str]) -> set[str]:
        """In one round trip, however many they are."""
        return await self._erasures.erased_among(customer_ids)

    async def _remove(self, customer_id: str) -> None:
        """Orders go last: what else there is of them is found by them, after a crash as well."""
        await self._erasures.remove_phone(customer_id)
        await self._erasures.remove_tokens(customer_id)
        await self._remove_chats(customer_id)
        await self._erasures.remove_shares(customer_id)
        await self._erasures.remove_feedback(customer_id)
        await self._erasures.remove_repeatables(customer_id)
        await self._erasures.remove_shop_events(customer_id)
        await self._erasures.remove_orders(customer_id)

    async def _remove_chats(self, customer_id: str) -> None:
        while True:
            if await self._erasures.remove_chats(customer_id, datetime.now(UTC)):
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
            await self._erasures.count_orders(chat.customer_id),
            await self._is_shared(chat.customer_id, chat.id),
        )

    async def forget(self, chat_id: int) -> None:
        """Removes the chat, and its customer's orders unless another chat is linked to them.

        The chat goes last but one: until then this can be repeated after a crash. Orders are looked
        at again behind it, for two chats may go at the same time and each have seen the other.
        """
        await self._erasures.remove_throttles(chat_id)
        await self._erasures.remove_dead_letters(chat_id)
        await self._erasures.remove_shares_by(chat_id)
        await self._erasures.remove_feedback_by(chat_id)
        await self._erasures.remove_shop_events_by(chat_id)
        chat = await self._chats.get(chat_id)
        if chat is None:
            return
        await self._erasures.remove_tokens(chat.customer_id, used_by=chat_id)
        await self._remove_unless_shared(chat.customer_id, chat_id)
        await self._shop.unlinked(chat, "deleted")
        await self._chats.unlink(chat_id)
        await self._remove_unless_shared(chat.customer_id, chat_id)

    async def _remove_unless_shared(self, customer_id: str, chat_id: int) -> None:
        if not await self._is_shared(customer_id, chat_id):
            await self._erasures.remove_phone(customer_id)
            await self._erasures.remove_tokens(customer_id)
            await self._erasures.remove_shares(customer_id)
            await self._erasures.remove_feedback(customer_id)
            await self._erasures.remove_repeatables(customer_id)
            await self._erasures.remove_orders(customer_id)

    async def _is_shared(self, customer_id: str, chat_id: int) -> bool:
        linked = await self._chats.of_customer(customer_id, limit=2)
        return any(chat.id != chat_id for chat in linked)
