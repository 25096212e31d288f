"""The only place that writes orders: read, decide in Python, save by compare-and-set.

If another writer was faster, it reads and decides again.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from bot.services.news.fresh import FreshNews
from bot.services.orders import history
from bot.services.orders.noticed import Noticed
from bot.services.people.privacy import CustomerErased, Privacy
from storage.chats import Chats
from storage.clock import Clock
from storage.models import Chat, Event, Order
from storage.orders import Orders

Decide = Callable[[Order | None], Order]
"""Takes the stored order, None if there is none, and returns the order to store.

Returns the same object if there is nothing to do. Raises `Refused` for what is not allowed."""


class Refused(Exception):
    """The event cannot be recorded, and a retry will not help."""


class UnknownOrder(Refused):
    """The order is not stored, and the event is not one that creates an order."""


class IdTaken(Refused):
    """The event's id was used before, with another body."""


class NotThisCustomers(Refused):
    """The order belongs to another customer."""


class TooManyEvents(Refused):
    """The order has as many events as one order can hold."""


@dataclass(frozen=True)
class Recorded:
    """``before`` and ``order``: the order before and after; the same object if nothing changed.

    ``followers``: how many chats the news is for. None: there is no news.
    """

    before: Order | None
    order: Order
    followers: int | None = None

    @property
    def is_new(self) -> bool:
        return self.order is not self.before

    @property
    def new_events(self) -> list[Event]:
        known = {event.id for event in self.before.events} if self.before else set()
        return [event for event in self.order.events if event.id not in known]


@dataclass(frozen=True, kw_only=True)
class Recording:
    """``fresh``: receives orders with news. ``noticed``: receives each recorded state.

    ``watched``: callbacks that receive the order before and after each write.
    """

    orders: Orders
    chats: Chats
    privacy: Privacy
    fresh: FreshNews
    noticed: Noticed
    clock: Clock
    watched: Sequence[Callable[[Order | None, Order], None]] = ()
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def write(
        self, order_id: str, decide: Decide, *, is_likely_new: bool = False
    ) -> Recorded:
        """Stores what ``decide`` returns, durably, and announces news to the dispatcher.

        Concurrent calls share database round trips. The cost: one write; one read of the
        followers if there is news; one read of the order if it is not cached, unless it
        ``is_likely_new``; one read of the erasures if the order or its customer is new.
        Raises what ``decide`` raises, `CustomerErased`, `Overloaded`.
        """
        async with self._turns.setdefault(order_id, asyncio.Lock()):
            cached = self.orders.cached(order_id)
            if (cached or is_likely_new) and (recorded := await self._guess(cached, decide)):
                return recorded
            while True:
                held = await self.orders.get(order_id)
                order = decide(held)
                if order is held:
                    self._announce(order)
                    return Recorded(held, order)
                if recorded := await self._save(held, order):
                    return recorded

    async def refresh(self, orders: Sequence[Order]) -> None:
        """Corrects ``closed`` of those orders whose own states mean something else by now.

        Usually none, and nothing is written. Raises `Overloaded`.
        """

        def refreshed(order: Order | None) -> Order:
            if order is None:
                raise UnknownOrder
            return history.refreshed(order)

        for order in filter(history.is_outdated, orders):
            with suppress(UnknownOrder):  # erased meanwhile
                await self.write(order.id, refreshed)

    async def _guess(self, held: Order | None, decide: Decide) -> Recorded | None:
        """Decides and saves on the cached order, without reading it.

        None: the cached order is stale, or the decision was to refuse or to do nothing. Such a
        decision counts only after the database has been read.
        """
        try:
            order = decide(held)
            return None if order is held else await self._save(held, order)
        except (Refused, CustomerErased):
            return None

    async def _save(self, held: Order | None, order: Order) -> Recorded | None:
        """None: another writer was faster."""
        if held is None or held.customer_id != order.customer_id:
            await self.privacy.refuse_erased(order.whose)
        followers = None
        if order.news != (held.news if held else 0):
            followers = await self.chats.following(*order.whose)
        order = history.marked(held, order, self.clock(), followed=bool(followers))
        saved = await self.orders.save(held, order)
        if saved is None:
            return None
        self._announce(saved, followers)
        for watch in self.watched:
            watch(held, saved)
        recorded = Recorded(held, saved, None if followers is None else len(followers))
        self._notice(recorded)
        return recorded

    def _announce(self, order: Order, followers: Sequence[Chat] | None = None) -> None:
        if order.unfanned_since:
            self.fresh.announce(order.id, order, followers)

    def _notice(self, recorded: Recorded) -> None:
        for event in recorded.new_events:
            if event.status:
                self.noticed.state(event.status)
