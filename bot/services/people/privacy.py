"""Privacy: what is stored about a person, and its removal (docs/decisions/0007-erasure.md)."""

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
"""Seconds between checks whether a send in progress has ended."""


class CustomerErased(Exception):
    """The customer was erased. Nothing is accepted for them any more."""


@dataclass(frozen=True)
class HeldOrders:
    """How many orders a linked chat follows. ``shared``: they stay when the chat is forgotten."""

    orders: int
    shared: bool


class Maps(Protocol):
    """The part of `CourierNews` that privacy needs. `CourierNews` needs privacy itself."""

    async def end(self, *, orders: Collection[str] = (), chat_id: int | None = None) -> None:
        """Forgets the places of these orders' couriers and ends their maps, or this chat's maps."""

    async def left(self, chat_id: int) -> None:
        """Ends the maps in this chat of orders that it no longer follows."""


@dataclass(frozen=True, kw_only=True)
class Privacy:
    """``shop``: is told which links have ended."""

    erasures: Erasures
    orders: Orders
    chats: Chats
    maps: Maps
    shop: ShopNews = UNHEARD
    clock: Clock = field(default_factory=Clock)

    # For the shop. ``whose``: an account or a single order, as in `storage.whose`

    async def erase(self, whose: str) -> None:
        """Removes everything about ``whose`` for good: later events of it are refused.

        Nothing about it is sent after this returns. Waits for sends in progress and, if a sender
        has died, for the end of its lease.
        """
        await self.erasures.begin(whose, self.clock())
        await self.remove(whose)

    async def remove(self, whose: str) -> None:
        """Removes everything about ``whose``, but accepts later events of it again."""
        orders = frozenset(await self.orders.whose([whose]))
        await self._remove_links({whose, *map(single, orders)}, orders)
        await self.maps.end(orders={*orders, *singles([whose])})
        await self.erasures.remove(whose)
        self.orders.uncache(whose)
        LATELY.forget({*orders, *singles([whose])})

    async def repeat(self) -> None:
        """Repeats the erasures of the last hour.

        This removes what was written while one was running, and completes one that was cut off.
        """
        for whose in await self.erasures.recent():
            await self.remove(whose)

    async def refuse_erased(self, whose: Sequence[str]) -> None:
        """Raises `CustomerErased` if any of these was erased."""
        if await self.erasures.is_erased(whose):
            raise CustomerErased

    async def _remove_links(self, erased: Set[str], orders: frozenset[str]) -> None:
        """Removes these links from all chats. A chat keeps only its other links, if it has any."""
        while chats := await self.chats.following(*erased):
            now = self.clock()
            links = [(c.id, link) for c in chats for link in c.links if link.whose in erased]
            left = [await self.chats.leave(*each, orders, idle_at=now) for each in links]
            if not all(left):
                await asyncio.sleep(LOOK)  # a send may be in progress there

    # For the person

    async def held(self, chat: Chat | None) -> HeldOrders | None:
        """None: the chat is not linked. At most its latest failed tries are stored."""
        if chat is None:
            return None
        unshared = await self._unshared(chat)
        return HeldOrders(await self.erasures.count_orders(chat.whose), shared=not unshared)

    async def forget(self, chat_id: int) -> None:
        """Removes the chat, and its orders unless they are shared.

        An order is shared if another chat follows it. A single order is also shared if it is in a
        customer's account.
        The chat is removed late, so that this can be repeated after a crash. The orders are checked
        again afterwards: two chats may be forgotten at once, and each have seen the other.
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
        """Removes unshared orders, but not events back: the shop has to learn that a link ended."""
        for whose in await self._unshared(chat):
            await self.erasures.remove(whose, but=["shop_events"])
            self.orders.uncache(whose)

    async def _unshared(self, chat: Chat) -> Sequence[str]:
        """Those accounts and single orders of the chat that are not shared. Three reads in all."""
        orders = await self.orders.whose(chat.whose)
        followers = await self.chats.following(*chat.whose, *map(single, orders))
        others = {each for other in followers if other.id != chat.id for each in other.whose}
        return [whose for whose in chat.whose if not _is_shared(whose, orders, others)]


def _is_shared(whose: str, orders: Mapping[str, Set[str]], others: Set[str]) -> bool:
    """Whether ``others`` follow any of its orders, or a single order is in somebody's account.

    ``orders``: by order id, the accounts and single orders through which it can be followed.
    """
    its = {order_id: of for order_id, of in orders.items() if whose in of}
    if order_of(whose) and any(map(customers, its.values())):
        return True
    return not others.isdisjoint({whose, *map(single, its)})
