"""Catching up with the shop's own book: what it holds of an order and we lack is recorded."""

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.services.orders import references
from bot.services.orders.booked import BookedOrder
from bot.services.orders.missing import Step, missing
from bot.services.orders.statuses import Status, canonical, rank
from bot.services.people.privacy import Privacy
from storage.models import Event, Order
from storage.orders import MOST_EVENTS, Addition, Orders

ROUNDS = 5
"""How often an order is looked at again because it got another event meanwhile."""


@dataclass(frozen=True)
class Outcome:
    """What became of one order: events recorded, events known before, or why it was refused."""

    recorded: int = 0
    known: int = 0
    is_erased: bool = False
    problem: str | None = None


@dataclass(frozen=True)
class Lack:
    addition: Addition
    known: int

    @property
    def outcome(self) -> Outcome:
        return Outcome(len(self.addition.events), self.known)

    def is_mended(self, held: Order | None) -> bool:
        ids = {event.id for event in held.events} if held else set()
        return all(event.id in ids for event in self.addition.events)


class CatchingUp:
    def __init__(
        self, orders: Orders, privacy: Privacy, *, status_words: Mapping[str, str]
    ) -> None:
        self._orders = orders
        self._privacy = privacy
        self._words = status_words

    async def catch_up(
        self, book: Sequence[BookedOrder], *, notify: bool = False, dry: bool = False
    ) -> list[Outcome]:
        """Records what is missing; of all these orders in three round trips. Safe to repeat.

        No order stands in the ``book`` twice. ``notify``: the customer is told of the newest
        state, if that was missing. ``dry``: nothing is written, only told.
        """
        outcomes: dict[str, Outcome] = {}
        tried: dict[str, Lack] = {}
        for _ in range(ROUNDS):
            left = [order for order in book if order.order_id not in outcomes]
            found = await self._compared(left, tried, notify=notify)
            tried = {} if dry else {i: lack for i, lack in found.items() if isinstance(lack, Lack)}
            outcomes |= {i: _outcome(told) for i, told in found.items() if i not in tried}
            additions = [lack.addition for lack in tried.values()]
            if await self._orders.append_to_many(additions) == len(additions):
                outcomes |= {order_id: lack.outcome for order_id, lack in tried.items()}
                break
        busy = Outcome(problem="others write to this order all the time: try it later")
        return [outcomes.get(order.order_id, busy) for order in book]

    async def _compared(
        self, book: Sequence[BookedOrder], tried: Mapping[str, Lack], *, notify: bool
    ) -> dict[str, Outcome | Lack]:
        held = {o.id: o for o in await self._orders.get_all([order.order_id for order in book])}
        erased = await self._privacy.erased_among({order.customer_id for order in book})
        found: dict[str, Outcome | Lack] = {}
        for order in book:
            known, before = held.get(order.order_id), tried.get(order.order_id)
            if before and before.is_mended(known):
                found[order.order_id] = before.outcome
            else:
                found[order.order_id] = self._compare(order, known, erased, notify=notify)
        return found

    def _compare(
        self, order: BookedOrder, held: Order | None, erased: Set[str], *, notify: bool
    ) -> Outcome | Lack:
        if order.customer_id in erased:
            return Outcome(is_erased=True)
        if held and held.customer_id != order.customer_id:
            return Outcome(problem="we hold this order as another customer's")
        events = held.events if held else []
        steps = _booked(order, self._words)
        lacking = missing(steps, _held(events, self._words))
        if len(events) + len(lacking) > MOST_EVENTS:
            return Outcome(problem=f"it would have more than {MOST_EVENTS} events")
        if not lacking:
            return Outcome(known=len(steps))
        addition = Addition(
            order.order_id,
            order.customer_id,
            events=[_event(order, step) for step in lacking],
            keys=references.keys(order.order_id, order.order_number),
            held=len(events),
            notify=notify,
        )
        return Lack(addition, known=len(steps) - len(lacking))


def _booked(order: BookedOrder, words: Mapping[str, str]) -> list[Step]:
    dated = {_booked_step(order, canonical(step.status, words), step.at) for step in order.steps}
    steps = sorted(dated, key=lambda step: step.place)
    if order.at is None:
        return steps
    status = canonical(order.status, words) if order.status else None
    now = replace(_booked_step(order, status, order.at), is_undated=True)
    is_later = not steps or (status and status != steps[-1].status and now.at > steps[-1].at)
    return [*steps, now] if is_later else steps


def _booked_step(order: BookedOrder, status: str | None, at: datetime) -> Step:
    told = hashlib.sha256(f"{status}\n{at.isoformat()}".encode()).hexdigest()
    return Step(status, at, f"import:{order.order_id}:{told[:16]}")


def _held(events: Sequence[Event], words: Mapping[str, str]) -> list[Step]:
    return [
        Step(canonical(event.status, words) if event.status else None, event.occurred_at, event.id)
        for event in events
        if event.status or event.implies
    ]


def _event(order: BookedOrder, step: Step) -> Event:
    return Event(
        id=step.id,
        digest=hashlib.sha256(step.id.encode()).digest(),
        occurred_at=step.at,
        recorded_at=datetime.now(UTC),
        rank=rank(step.means),
        status=step.status,
        implies=None if step.status else Status.PLACED,
        order_number=order.order_number,
    )


def _outcome(told: Outcome | Lack) -> Outcome:
    return told.outcome if isinstance(told, Lack) else told
