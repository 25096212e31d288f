"""Privacy: what is held about somebody, and how it goes (docs/decisions/0007-erasure.md)."""

import asyncio
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol

from bot.services.console.lately import LATELY
from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.chats import Chats
from storage.clock import Clock
from storage.erasures import Erasures
from storage.models import Chat
from storage.orders import Orders
from storage.whose import customers, order_of, single, singles

LOOK = 0.05
"""Seconds between looks whether a send that was in hand is over."""


class CustomerErased(Exception):
    """Nothing is taken in for this customer any more."""


@dataclass(frozen=True)
class Held:
    """What is held of a linked chat's orders. ``shared``: they stay when it goes."""

    orders: int
    shared: bool


class Maps(Protocol):
    """What shows couriers, as far as it is anybody's privacy."""

    async def end(self, *, orders: Collection[str] = (), chat_id: int | None = None) -> None:
        """Forgets where the couriers of these orders are, and ends the maps that show it; or those
        in this chat."""

    async def left(self, chat_id: int) -> None:
        """Ends the maps in this chat that show what it follows no more."""


class NoMaps:
    """Where nobody tells of couriers."""

    async def end(self, *, orders: Collection[str] = (), chat_id: int | None = None) -> None:
        """Nothing to end."""

    async def left(self, chat_id: int) -> None:
        """Nothing to end."""


@dataclass(frozen=True)
class Privacy:
    """``shop``: hears who has left."""

    erasures: Erasures
    orders: Orders
    chats: Chats
    shop: ShopNews = UNHEARD
    clock: Clock = field(default_factory=Clock)
    maps: Maps = field(default_factory=NoMaps)

    # For the shop. ``whose``: a customer's, or a single order (`storage.whose`)

    async def erase(self, whose: str) -> None:
        """Removes all that is held of these, for good. Nothing leaves once this returns.

        Waits for the sends that are in hand; for a sender that died, until its lease runs out.
        """
        await self.erasures.begin(whose, self.clock())
        await self.remove(whose)

    async def remove(self, whose: str) -> None:
        """The same, and not for good: what is told of these again is taken in again."""
        orders = frozenset(await self.orders.whose([whose]))
        await self._remove_links({whose, *map(single, orders)}, orders)
        await self.maps.end(orders={*orders, *singles([whose])})
        await self.erasures.remove(whose)
        self.orders.put_away(whose)
        LATELY.forget({*orders, *singles([whose])})

    async def repeat(self) -> None:
        """Removes what came in while an erasure of the last hour was at work, or was cut off."""
        for whose in await self.erasures.recent():
            await self.remove(whose)

    async def refuse_erased(self, whose: Sequence[str]) -> None:
        """Raises `CustomerErased` if any of these was."""
        if await self.erasures.is_erased(whose):
            raise CustomerErased

    async def _remove_links(self, erased: Set[str], orders: frozenset[str]) -> None:
        """Of the chats that follow any of these, nothing stays but what else they follow."""
        while chats := await self.chats.following(*erased):
            now = self.clock()
            links = [(c.id, link) for c in chats for link in c.links if link.whose in erased]
            left = [await self.chats.leave(*each, orders, idle_at=now) for each in links]
            if not all(left):
                await asyncio.sleep(LOOK)  # somebody may be sending there

    # For the person

    async def held(self, chat: Chat | None) -> Held | None:
        """None: the chat is not linked, and nothing but its latest failed tries may be held."""
        if chat is None:
            return None
        unshared = await self._unshared(chat)
        return Held(await self.erasures.count_orders(chat.whose), shared=not unshared)

    async def forget(self, chat_id: int) -> None:
        """Removes the chat, and the orders that it follows unless another chat does or, of a
        single one, somebody's account has it.

        The chat goes last but one: until then this can be repeated after a crash. Orders are looked
        at again behind it, for two chats may go at the same time and each have seen the other.
        """
        await self.erasures.remove_of_chat(chat_id)
        await self.maps.end(chat_id=chat_id)
        chat = await self.chats.get(chat_id)
        if chat is None:
            return
        for whose in chat.whose:
            await self.erasures.remove_tokens(whose, used_by=chat_id)
        await self._remove_unless_shared(chat)
        await self.shop.unlinked(chat, "deleted")
        await self.chats.unlink(chat_id)
        await self._remove_unless_shared(chat)

    async def _remove_unless_shared(self, chat: Chat) -> None:
        """What the shop is to be told stays: it shall know that nobody is linked any more."""
        for whose in await self._unshared(chat):
            await self.erasures.remove(whose, but=["shop_events"])
            self.orders.put_away(whose)

    async def _unshared(self, chat: Chat) -> Sequence[str]:
        """Of what the chat follows, that of which nobody else follows anything, nor has the single
        order in their account. Three reads, however much it is."""
        orders = await self.orders.whose(chat.whose)
        followers = await self.chats.following(*chat.whose, *map(single, orders))
        others = {each for other in followers if other.id != chat.id for each in other.whose}
        return [whose for whose in chat.whose if not _is_shared(whose, orders, others)]


def _is_shared(whose: str, orders: Mapping[str, Set[str]], others: Set[str]) -> bool:
    """Whether ``others`` follow any of it, or somebody has the single order in their account.

    ``orders``: of each by its id, who all may follow it.
    """
    its = {order_id: of for order_id, of in orders.items() if whose in of}
    if order_of(whose) and any(map(customers, its.values())):
        return True
    return not others.isdisjoint({whose, *map(single, its)})
