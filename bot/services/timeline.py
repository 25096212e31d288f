"""An order as its owner sees it: derived from the set of its events, however they arrived."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.services.statuses import CLOSED, DELIVERY, Status
from storage.models import Carrier, Event, Order, Window

T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """One line of the timeline. ``status`` is the state in force then, whoever told the news."""

    status: str
    at: datetime
    note: str | None = None
    location: str | None = None
    parcel: str | None = None


@dataclass(frozen=True)
class Parcel:
    name: str
    status: str
    carrier: Carrier | None


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` phases of a delivery are reached."""

    done: int
    total: int


@dataclass(frozen=True)
class Timeline:
    order_id: str
    order_number: str
    status: str
    steps: tuple[Step, ...]  # oldest first
    carrier: Carrier | None
    parcels: tuple[Parcel, ...]
    estimated_delivery: Window | None
    items: int | None
    progress: Progress | None

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED

    def expected(self, now: datetime) -> Window | None:
        """The expected delivery, unless it has come or its time is past."""
        window = self.estimated_delivery
        end = window and (window.latest or window.earliest)
        return window if self.is_open and end and end >= now else None


def timeline(order: Order) -> Timeline:
    events = order.events
    parcels = tuple(_parcels(events))
    still_out = {parcel.name for parcel in parcels if parcel.status not in CLOSED} or None
    # One parcel's delivery does not end an order while another is still on its way.
    counting = [e for e in events if still_out is None or e.parcel in {None, *still_out}]
    statuses = [] if events[0].status else [Status.PLACED.value]
    statuses += [event.status for event in counting if event.status]
    status = _in_force(counting)
    numbers = [event.order_number for event in events if event.order_number]
    return Timeline(
        order_id=order.id,
        order_number=numbers[-1] if numbers else order.id,
        status=status,
        steps=tuple(_steps(events)),
        carrier=_latest_carrier(events),
        parcels=parcels,
        estimated_delivery=_newest(event.estimated_delivery for event in events),
        items=_newest(event.items for event in events),
        progress=_progress(status, statuses),
    )


def _newest(values: Iterable[T | None]) -> T | None:
    return next((value for value in reversed(list(values)) if value is not None), None)


def _latest_carrier(events: Iterable[Event]) -> Carrier | None:
    return _newest(event.carrier for event in events)


def _steps(events: list[Event]) -> Iterable[Step]:
    """What a reader wants to see: changes of state, and news with words; a bare repeat is left out.

    The first event always counts: an order that starts without a state has been placed.
    """
    told: dict[str | None, str] = {None: Status.PLACED}
    for count, event in enumerate(events, 1):
        changes = event.status is not None and told.get(event.parcel) != event.status
        if event.status:
            told[event.parcel] = event.status
        if changes or count == 1 or event.note or event.location:
            status = _in_force(events[:count], event.parcel)
            yield Step(status, event.occurred_at, event.note, event.location, event.parcel)


def _in_force(events: Sequence[Event], parcel: str | None = None) -> str:
    """The newest state; of a parcel its own one, unless the whole order's is newer."""
    statuses = (
        event.status
        for event in reversed(events)
        if event.status and (parcel is None or event.parcel in {None, parcel})
    )
    return next(statuses, Status.PLACED)


def _parcels(events: list[Event]) -> Iterable[Parcel]:
    for name in sorted({event.parcel for event in events if event.parcel}):
        own = [event for event in events if event.parcel == name]
        yield Parcel(name, _in_force(events, name), _latest_carrier(own))


def _progress(status: str, statuses: list[str]) -> Progress | None:
    """None where a delivery's phases say nothing: the order was cancelled or came back."""
    if status in CLOSED and status != Status.DELIVERED:
        return None
    reached = [phase for s in statuses for phase, states in enumerate(DELIVERY, 1) if s in states]
    return Progress(reached[-1] if reached else 0, len(DELIVERY))
