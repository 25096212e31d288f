"""The one way in which an order is written.

Read it, or have it in hand; decide what it shall be; save that, if nobody else was quicker.
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
"""Makes of the order as it is, None if there is none, the order as it shall be: the very same if
there is nothing to do. Raises `Refused` for what cannot be done."""


class Refused(Exception):
    """It cannot be recorded, and trying again will not help."""


class UnknownOrder(Refused):
    """It was never seen, and what is told of it does not begin it."""


class IdTaken(Refused):
    """The event's id came before, with another body."""


class NotThisCustomers(Refused):
    """The order is known as another customer's."""


class TooManyEvents(Refused):
    """The order has as many events as it can hold."""


@dataclass(frozen=True)
class Recorded:
    """``before``: the order until then; ``order``: from now on; the very same, if it was so.

    ``followers``: the chats that its news is for; None: there is none.
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
    """``fresh``: takes what is to be told. ``noticed``: hears each state that is recorded;
    each of ``watched``: the order as it was and is."""

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
        """Makes the order what is decided, durably, and lets its followers know.

        Of what is asked for at the same time the database hears at once. A new event of a known
        order costs a read of who follows it, if it is news, and a write; an order that is not in
        hand a read besides, unless it ``is_likely_new``; a new one a look whether its customer was
        erased. Raises what ``decide`` raises, `CustomerErased`, `Overloaded`.
        """
        async with self._turns.setdefault(order_id, asyncio.Lock()):
            in_hand = self.orders.at_hand(order_id)
            if (in_hand or is_likely_new) and (recorded := await self._guess(in_hand, decide)):
                return recorded
            while True:
                held = await self.orders.get(order_id)
                order = decide(held)
                if order is held:
                    self._announce(order)
                    return Recorded(held, order)
                if recorded := await self._save(held, order):
                    return recorded

    async def bring_up(self, orders: Sequence[Order]) -> None:
        """Writes those anew that are over by what their words mean today, or are not: mostly none.

        Raises `Overloaded`.
        """

        def brought_up(order: Order | None) -> Order:
            if order is None:
                raise UnknownOrder
            return history.brought_up(order)

        for order in filter(history.is_outdated, orders):
            with suppress(UnknownOrder):  # erased meanwhile
                await self.write(order.id, brought_up)

    async def _guess(self, held: Order | None, decide: Decide) -> Recorded | None:
        """Takes the order to be as we think. None: by that there would be nothing to do, or it is
        not so; nothing is refused or left out before somebody has looked."""
        try:
            order = decide(held)
            return None if order is held else await self._save(held, order)
        except (Refused, CustomerErased):
            return None

    async def _save(self, held: Order | None, order: Order) -> Recorded | None:
        """None: somebody else was quicker."""
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
