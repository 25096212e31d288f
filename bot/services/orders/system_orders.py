"""Orders read from a shop system's API: which of their events we have not recorded yet.

What a webhook has already brought is not recorded again, even under another id. States follow the
rules of docs/decisions/0012-catching-up.md; other details are skipped if they equal the latest
recorded value.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.services.orders import history
from bot.services.orders.adding import IncomingEvent, adding, belonging
from bot.services.orders.events import OrderEvent
from bot.services.orders.missing import MOMENT, DatedState, missing
from bot.services.orders.recording import NotThisCustomers
from bot.services.orders.statuses import Dialect, rank
from storage.models import Event, Order
from storage.sealing import Seal

ALMOST_A_SECOND = timedelta(seconds=1) - MOMENT
DETAILS = ("items", "goods", "carrier", "estimated_delivery", "order_number")
OF_ITS_SYSTEM = ("lists", "is_partial")
"""Details that are compared only with events of the same system."""


@dataclass(frozen=True)
class SystemOrder:
    """``events``: the events that the system's webhook would post now. ``made_at``: when the order
    was created, if known."""

    events: Sequence[IncomingEvent]
    dialect: Dialect
    made_at: datetime | None = None

    @property
    def order_id(self) -> str:
        return self.events[0].event.data.order_id

    @property
    def customer_id(self) -> str | None:
        return self.events[0].event.data.customer_id

    @property
    def words(self) -> list[str]:
        """Its states, in the system's words."""
        return [each.event.data.status for each in self.events if each.event.data.status]

    @property
    def with_creation(self) -> Sequence[IncomingEvent]:
        """With the creation of the order, which a webhook would have posted at that time."""
        return (
            [_creation(self.events[0], self.made_at), *self.events] if self.made_at else self.events
        )


@dataclass(frozen=True)
class OrderForm:
    """How to read an order of a system's API. It has the same form as in the system's webhooks.

    ``fields``: the members to request. ``read``: returns None if nothing in the record concerns
    us; raises `WrongRecord`.
    """

    fields: Sequence[str]
    read: Callable[[Mapping[str, Any]], SystemOrder | None]


@dataclass(frozen=True)
class SystemComparison:
    """An order of a system's API, compared with the stored one.

    ``incoming``, ``events``: from `Intake.prepared`. ``notify``: the newest state may be news.
    """

    incoming: Sequence[IncomingEvent]
    events: Sequence[Event]
    notify: bool
    seal: Seal

    @property
    def customer_id(self) -> str | None:
        return self.incoming[0].event.data.customer_id

    def becomes(self, held: Order | None) -> Order:
        """The order with its missing events; the same object if none is. Raises `Refused`."""
        if history.belongs_to_another(held, self.customer_id):
            raise NotThisCustomers
        events = self._lacking(held)
        if held and not events:
            return belonging(held, self.incoming, self.seal)
        by_id = {each.id: each for each in self.incoming}
        is_past = any(event.status for event in events)  # the creation is old news by then
        quiet = {e.id for e in events if not self.notify or (e.implies and is_past)}
        incoming = [_quiet(by_id[e.id]) if e.id in quiet else by_id[e.id] for e in events]
        incoming = [replace(each, is_as_saved=False) for each in incoming]
        return adding(held, incoming=incoming, events=events, seal=self.seal)

    def _lacking(self, held: Order | None) -> Sequence[Event]:
        if held is None:
            return list(lacking(self.events, []))
        known = {each.id for each in held.all_events}
        reported = [event for event in self.events if event.id not in known and not event.implies]
        return list(lacking(reported, held.events))


def lacking(reported: Sequence[Event], held: Sequence[Event]) -> Iterator[Event]:
    """Those of the events ``reported`` that say something that the events ``held`` do not."""
    states = dict(_missing_states(reported, held))
    for event in reported:
        if event.id in states:
            yield _last_of_its_second(event, states[event.id])
        elif not all(_is_held(event, detail, held) for detail in (*DETAILS, *OF_ITS_SYSTEM)):
            dated = _last_of_its_second(event, event.occurred_at)
            yield _without_state(dated) if _others_report_it(event, held) else dated


def _missing_states(
    reported: Sequence[Event], held: Sequence[Event]
) -> Iterator[tuple[str, datetime]]:
    """Pairs of an event id and the time at which to date its state."""
    for parcel in dict.fromkeys(event.parcel for event in reported):
        ours = [event for event in held if event.parcel == parcel and _is_stated(event)]
        theirs = [event for event in reported if event.parcel == parcel and _is_stated(event)]
        known = _steps(ours)
        lacking = missing(_steps(each for each in theirs if not each.as_saved), known)
        for event in theirs:
            if event.as_saved:
                lacking += _now(event, [*known, *lacking], ours)
        yield from ((step.id, step.at) for step in lacking)


def _now(event: Event, known: Sequence[DatedState], ours: Sequence[Event]) -> Sequence[DatedState]:
    """The state that an order was last saved in, if it is missing.

    It is not missing while it is in force, or while it is the latest word of any source. If it is
    older than the newest known state, `missing` decides where it belongs.
    """
    (step,) = _steps([event])
    newest = max(known, key=lambda one: one.place, default=None)
    last_words = {each.source: each.status for each in ours if each.status}
    if (newest and newest.means == step.means) or event.status in last_words.values():
        return []
    return missing([step], known) if newest and step.at <= newest.at else [step]


def _last_of_its_second(event: Event, at: datetime) -> Event:
    """Dates a saved state at the end of its second.

    Systems store whole seconds. A webhook for an earlier save in the same second may still arrive
    with the same time, and has to sort before this one.
    """
    is_whole = event.as_saved and not at.microsecond
    return event.model_copy(update={"occurred_at": at + ALMOST_A_SECOND if is_whole else at})


def _others_report_it(event: Event, held: Sequence[Event]) -> bool:
    """Whether other sources report states, too. They may know a later one, which repeating this
    state would undo."""
    return any(e.source != event.source and _is_stated(e) for e in held)


def _without_state(event: Event) -> Event:
    return event.model_copy(update={"status": None, "implies": None, "rank": rank(None)})


def _is_stated(event: Event) -> bool:
    return event.status is not None or event.implies is not None


def _steps(events: Iterable[Event]) -> list[DatedState]:
    steps = [DatedState(event.status, event.occurred_at, event.id) for event in events]
    return sorted(steps, key=lambda step: step.place)


def _is_held(event: Event, detail: str, held: Sequence[Event]) -> bool:
    """Whether the event has no such detail, or the same value as the latest recorded one."""
    says = getattr(event, detail)
    about = [
        getattr(each, detail)
        for each in held
        if each.parcel == event.parcel
        and (detail in DETAILS or each.source == event.source)
        and getattr(each, detail) is not None
    ]
    return says is None or (bool(about) and about[-1] == says)


def _creation(first: IncomingEvent, made_at: datetime) -> IncomingEvent:
    data = first.event.data
    whose = {"order_id": data.order_id, "order_number": data.order_number}
    made = OrderEvent.model_validate(
        {
            "type": "order.created",
            "timestamp": made_at.isoformat(),
            "data": {**whose, "customer_id": data.customer_id},
        }
    )
    return IncomingEvent(f"made:{data.order_id}", made)


def _quiet(incoming: IncomingEvent) -> IncomingEvent:
    data = incoming.event.data.model_copy(update={"notify": False})
    return replace(incoming, event=incoming.event.model_copy(update={"data": data}))
