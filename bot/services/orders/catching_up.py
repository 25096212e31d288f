"""Catching up with the shop's book: records what the book has of an order and we do not."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services.orders import history, references
from bot.services.orders.booked import BookedOrder
from bot.services.orders.extras import kept_items
from bot.services.orders.history import Report
from bot.services.orders.intake import Intake
from bot.services.orders.missing import DatedState, missing
from bot.services.orders.recording import (
    NotThisCustomers,
    Recording,
    Refused,
    TooManyEvents,
)
from bot.services.orders.statuses import Status, canonical, rank
from bot.services.orders.system_orders import SystemComparison, SystemOrder
from bot.services.orders.traces import trace_new
from bot.services.people.contacts import marks
from bot.services.people.privacy import CustomerErased
from storage.models import Event, Order
from storage.orders import MOST_EVENTS
from storage.whose import whose_of


@dataclass(frozen=True)
class Outcome:
    """The result for one order: numbers of events recorded and known before, or why it was refused.

    ``is_new``: the order was not stored before.
    """

    recorded: int = 0
    known: int = 0
    is_new: bool = False
    is_erased: bool = False
    problem: str | None = None


@dataclass
class NotOurs(Refused):
    """The order in the book cannot be recorded. ``problem``: why, for the reader of the outcome."""

    problem: str


WHY = {
    NotThisCustomers: "we hold this order as another customer's",
    TooManyEvents: f"it would have more than {MOST_EVENTS} events",
}


@dataclass
class _BookDecision:
    """Decides what to record of an order of the book. Each call sets ``outcome`` anew."""

    order: BookedOrder
    words: Mapping[str, str]
    now: datetime
    notify: bool
    contacts: Sequence[bytes]
    outcome: Outcome = Outcome()

    @property
    def customer_id(self) -> str | None:
        return self.order.customer_id

    def __call__(self, held: Order | None) -> Order:
        """Raises `NotOurs`."""
        order = self.order
        if history.belongs_to_another(held, order.customer_id):
            raise NotOurs(WHY[NotThisCustomers])
        events = held.events if held else []
        steps = _booked(order, self.words)
        lacking = missing(steps, _held(events))
        if len(events) + len(lacking) > MOST_EVENTS:
            raise NotOurs(WHY[TooManyEvents])
        self.outcome = Outcome(len(lacking), len(steps) - len(lacking), is_new=held is None)
        if held and not lacking:
            return history.refreshed(history.belonging(held, order.customer_id, self.contacts))
        first = lacking[0] if not any(event.goods for event in events) else None
        new = [_event(order, step, self.now, names_goods=step is first) for step in lacking]
        keys = references.keys(order.order_id, order.order_number)
        may_be_news = [new[-1].id] if self.notify else []
        report = Report(order.order_id, order.customer_id, new, keys, may_be_news, self.contacts)
        return history.reported(held, report)


@dataclass
class _SystemDecision:
    """The same for an order that a shop system's API returns in the form of its webhooks."""

    comparison: SystemComparison
    outcome: Outcome = Outcome()

    @property
    def customer_id(self) -> str | None:
        return self.comparison.customer_id

    def __call__(self, held: Order | None) -> Order:
        """Raises `NotOurs`."""
        try:
            order = self.comparison.becomes(held)
        except Refused as refused:
            raise NotOurs(WHY.get(type(refused), "it cannot be recorded")) from None
        before = len(held.events) if held else 0
        recorded = len(order.events) - before
        known = len(self.comparison.events) - recorded
        self.outcome = Outcome(recorded, known, is_new=held is None)
        return order if recorded else history.refreshed(order)


Booked = BookedOrder | SystemOrder


class CatchingUp:
    """``status_words``: the book's words for states, and their meaning."""

    def __init__(self, recording: Recording, *, status_words: Mapping[str, str]) -> None:
        self._recording = recording
        self._words = status_words
        self._intake = Intake(recording, status_words=status_words)

    async def catch_up(
        self, book: Sequence[Booked], *, notify: bool = False, dry: bool = False
    ) -> list[Outcome]:
        """Records what is missing of these orders, concurrently. Safe to repeat.

        ``notify``: followers are notified of the newest state, if it was missing. ``dry``: writes
        nothing, and returns what would happen.
        """
        return await asyncio.gather(*(self._catch_up(order, notify, dry) for order in book))

    async def _catch_up(self, order: Booked, notify: bool, dry: bool) -> Outcome:
        decision = self._decision(order, notify)
        try:
            if dry:
                await self._try(order.order_id, decision)
            else:
                recorded = await self._recording.write(order.order_id, decision)
                trace_new(recorded)
        except CustomerErased:
            return Outcome(is_erased=True)
        except NotOurs as why:
            return Outcome(problem=why.problem)
        return decision.outcome

    def _decision(self, order: Booked, notify: bool) -> _BookDecision | _SystemDecision:
        seal = self._recording.orders.seal
        if isinstance(order, BookedOrder):
            contacts = marks(seal, order.order_id, order.contacts)
            return _BookDecision(order, self._words, self._recording.clock(), notify, contacts)
        incoming, events = self._intake.prepared(order.with_creation, order.dialect)
        return _SystemDecision(SystemComparison(incoming, events, notify, seal))

    async def _try(self, order_id: str, decide: _BookDecision | _SystemDecision) -> None:
        held = await self._recording.orders.get(order_id)
        if held is None:
            await self._recording.privacy.refuse_erased(whose_of(order_id, decide.customer_id))
        decide(held)


def _booked(order: BookedOrder, words: Mapping[str, str]) -> list[DatedState]:
    dated = {_booked_step(order, canonical(step.status, words), step.at) for step in order.steps}
    steps = sorted(dated, key=lambda step: step.place)
    if order.at is None:
        return steps
    status = canonical(order.status, words) if order.status else None
    now = replace(_booked_step(order, status, order.at), is_undated=True)
    is_later = not steps or (status and status != steps[-1].status and now.at > steps[-1].at)
    return [*steps, now] if is_later else steps


def _booked_step(order: BookedOrder, status: str | None, at: datetime) -> DatedState:
    digest = hashlib.sha256(f"{status}\n{at.isoformat()}".encode()).hexdigest()
    return DatedState(status, at, f"import:{order.order_id}:{digest[:16]}")


def _held(events: Sequence[Event]) -> list[DatedState]:
    return [
        DatedState(event.status, event.occurred_at, event.id)
        for event in events
        if event.status or event.implies
    ]


def _event(order: BookedOrder, step: DatedState, now: datetime, *, names_goods: bool) -> Event:
    return Event(
        id=step.id,
        digest=hashlib.sha256(step.id.encode()).digest(),
        occurred_at=step.at,
        recorded_at=now,
        rank=rank(step.means),
        status=step.status,
        implies=None if step.status else Status.PLACED,
        order_number=order.order_number,
        **kept_items(order.items if names_goods and order.items else None),
    )
