"""Open pages that show an order, and want to know when it changes.

Changes recorded by this replica are known at once. Those of other replicas are found by polling:
two reads every `EVERY` seconds for all watched orders together, and none while nobody watches
(docs/decisions/0047-tracking-page.md).
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
"""Seconds between polls."""


class Watcher:
    """One open page. ``share_id``: the share by which it was opened, if any."""

    def __init__(self, order_id: str, share_id: str | None) -> None:
        self.order_id, self.share_id = order_id, share_id
        self.is_over = False
        self._stirred = asyncio.Event()

    def stir(self) -> None:
        self._stirred.set()

    async def stirred(self, seconds: float) -> None:
        """Returns when the order may have changed, or after this many seconds."""
        try:
            await asyncio.wait_for(self._stirred.wait(), seconds)
        except TimeoutError:
            return
        self._stirred.clear()

    def end(self) -> None:
        """Asks the page to connect again, to this replica or to another."""
        self.is_over = True
        self.stir()


class Watching:
    def __init__(self, orders: Orders, shares: Shares, clock: Clock) -> None:
        self._orders, self._shares, self._clock = orders, shares, clock
        self._watchers: defaultdict[str, set[Watcher]] = defaultdict(set)
        self._versions: dict[str, int] = {}

    @contextmanager
    def watching(self, order_id: str, share_id: str | None = None) -> Iterator[Watcher]:
        """Read the order inside this context, so that no change in between is missed."""
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
        """Call this after each write of an order on this replica."""
        for watcher in self._watchers.get(order.id, ()):
            watcher.stir()

    async def look_at_watched(self) -> None:
        """Stirs the watchers whose order has changed or is gone, or whose share has ended.

        The first poll of an order always stirs: it may have changed since the page read it.
        """
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
        """Ends all watchers, because the service stops."""
        for watching in self._watchers.values():
            for each in watching:
                each.end()
