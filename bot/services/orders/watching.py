"""Who looks at an order just now, and wants to know when there is something new to look at.

What is recorded here is known at once. What other replicas record is found by one look at all
orders that anybody watches here: two reads every `EVERY` seconds, however many watch, and none
while nobody does (docs/decisions/0047-tracking-page.md).
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from storage.clock import Clock
from storage.models import Order
from storage.orders import Orders
from storage.shares import Shares

EVERY = 3
"""Seconds."""


class Watcher:
    """One who looks. ``share_id``: the link by which they do, if they do by one."""

    def __init__(self, order_id: str, share_id: str | None) -> None:
        self.order_id, self.share_id = order_id, share_id
        self.is_over = False
        self._stirred = asyncio.Event()

    def stir(self) -> None:
        self._stirred.set()

    async def stirred(self, seconds: float) -> None:
        """Returns when it is worth looking again, or after so many seconds."""
        try:
            await asyncio.wait_for(self._stirred.wait(), seconds)
        except TimeoutError:
            return
        self._stirred.clear()

    def end(self) -> None:
        """They are to come again, to us or to another."""
        self.is_over = True
        self.stir()


class Watching:
    def __init__(self, orders: Orders, shares: Shares, clock: Clock) -> None:
        self._orders, self._shares, self._clock = orders, shares, clock
        self._watchers: defaultdict[str, set[Watcher]] = defaultdict(set)
        self._versions: dict[str, int] = {}

    @contextmanager
    def watching(self, order_id: str, share_id: str | None = None) -> Iterator[Watcher]:
        """Look at the order only after this: so nothing is missed in between."""
        watcher = Watcher(order_id, share_id)
        self._watchers[order_id].add(watcher)
        try:
            yield watcher
        finally:
            watchers = self._watchers[order_id]
            watchers.discard(watcher)
            if not watchers:
                del self._watchers[order_id]
                self._versions.pop(order_id, None)

    def recorded(self, _before: Order | None, order: Order) -> None:
        """The order was written here."""
        for watcher in self._watchers.get(order.id, ()):
            watcher.stir()

    async def look_at_watched(self) -> None:
        """Stirs those whose order is another version than at the last look or is gone, and those
        whose link is. An order is looked at first when it may have changed since it was read."""
        watchers = [each for watching in self._watchers.values() for each in watching]
        if not watchers:
            return
        versions = await self._orders.versions({each.order_id for each in watchers})
        links = {each.share_id for each in watchers if each.share_id}
        standing = await self._shares.standing(links, self._clock()) if links else frozenset()
        for each in watchers:
            is_same = versions.get(each.order_id) == self._versions.get(each.order_id)
            if not is_same or (each.share_id and each.share_id not in standing):
                each.stir()
        self._versions = {o: v for o, v in versions.items() if o in self._watchers}

    def end(self) -> None:
        """For all: the service stops."""
        for watching in self._watchers.values():
            for each in watching:
                each.end()
