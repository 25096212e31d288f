"""An order as its owner sees it. It depends on the set of events, not on their arrival order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import count
from typing import TypeVar

from bot.services.orders.carriers import completed
from bot.services.orders.choices import answers
from bot.services.orders.expecting import Expected
from bot.services.orders.goods import Contents, contents, how_many, is_partial
from bot.services.orders.offers import Offers, offers
from bot.services.orders.parcels import counting, key
from bot.services.orders.statuses import DELIVERY, PICKUP, Status, closes, place
from bot.services.orders.steps import News, Replay, Step
from storage.models import Carrier, Event, Order, Window
from storage.whose import whose_of

T = TypeVar("T")

LONGEST_NAME = 11
"""Characters of a parcel name that is shown to people. A longer one is an id of some system."""


@dataclass(frozen=True)
class Parcel:
    name: str
    status: str
    carrier: Carrier | None
    expected: Expected | None = None
    is_pickup: bool = False

    @property
    def is_open(self) -> bool:
        return not closes(self.status)

    @property
    def awaited(self) -> Expected | None:
        """The expected delivery, also once it is overdue. None after the parcel has arrived."""
        return None if _has_come(self.status) else self.expected

    @property
    def is_named(self) -> bool:
        """Whether the name is meant for people, and is neither a system's id nor the number."""
        number = (self.carrier and self.carrier.tracking_number) or ""
        return len(self.name) <= LONGEST_NAME and key(self.name) != key(number)


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` phases are complete. ``reached``: the state that began the last one."""

    done: int
    total: int
    reached: str | None = None


@dataclass(frozen=True)
class Timeline:
    order_id: str
    order_number: str
    status: str
    steps: tuple[Step, ...]  # oldest first
    news: News
    carrier: Carrier | None
    parcels: tuple[Parcel, ...]
    estimated: Expected | None
    items: int | None
    contents: Contents
    progress: Progress | None
    is_pickup: bool
    customer_id: str | None
    rest_follows: bool  # part of it will be sent in a parcel that is not known yet
    offers: Offers
    photo_url: str | None  # the address of the latest photo; only the owner may see it

    @property
    def whose(self) -> tuple[str, ...]:
        return whose_of(self.order_id, self.customer_id)

    @property
    def is_open(self) -> bool:
        return not closes(self.status)

    @property
    def estimated_delivery(self) -> Window | None:
        return self.estimated.window if self.estimated else None

    def called(self, parcel: str) -> str:
        """The parcel's name for people: the shop's own name, or else its number in the order."""
        return _called(self.parcels)[parcel]

    @property
    def delivered(self) -> int:
        """How many of the parcels have been delivered."""
        return sum(place(parcel.status) == Status.DELIVERED for parcel in self.parcels)

    @property
    def awaited(self) -> Expected | None:
        """The expected delivery, also once it is overdue. None after the order has arrived."""
        return None if _has_come(self.status) else self.estimated

    def is_late(self, now: datetime, zone: tzinfo) -> bool:
        """Whether the delivery is overdue in this time zone. A window without an end never is."""
        return self.awaited is not None and self.awaited.is_late(now, zone)

    def expected(self, now: datetime, zone: tzinfo) -> Window | None:
        """The expected delivery. None if it has arrived or is overdue in this time zone."""
        if self.awaited is None or self.awaited.is_past(now, zone):
            return None
        return self.awaited.window


def _has_come(status: str) -> bool:
    return closes(status) or place(status) == Status.READY_FOR_PICKUP


def timeline(order: Order) -> Timeline:
    events = counting(order.events)
    replay = Replay(events, answers(order.chosen, order.events))
    parcels = tuple(_parcels(events, replay))
    still_out = {parcel.name for parcel in parcels if parcel.is_open} or None
    # One parcel's delivery does not end an order while another is still on its way.
    current = [e for e in events if still_out is None or e.parcel in {None, *still_out}]
    statuses = [] if events[0].status else [Status.PLACED.value]
    statuses += [event.status for event in current if event.status]
    rest_follows = is_partial(events) and not closes(replay.states.of(None))
    if rest_follows and parcels and still_out is None:
        statuses.append(Status.PROCESSING.value)
    status = statuses[-1] if statuses else Status.PLACED.value
    numbers = [event.order_number for event in events if event.order_number]
    is_pickup = _is_pickup([parcel for parcel in parcels if parcel.is_open] or parcels, replay)
    return Timeline(
        order_id=order.id,
        order_number=numbers[-1] if numbers else order.id,
        status=status,
        steps=tuple(replay.steps),
        news=replay.news or News(replay.steps[-1]),
        carrier=completed(_newest(event.carrier for event in events)),
        parcels=parcels,
        estimated=_estimated(current, replay),
        items=how_many(events),
        contents=contents(events),
        customer_id=order.customer_id,
        progress=_progress(status, statuses, PICKUP if is_pickup else DELIVERY),
        is_pickup=is_pickup,
        rest_follows=rest_follows,
        offers=offers(events, order.chosen),
        photo_url=_newest(event.photo_url for event in events),
    )


def _parcels(events: Iterable[Event], replay: Replay) -> Iterable[Parcel]:
    """Named parcels in natural order, then the others in the order of their first event."""
    parcels = [
        Parcel(
            name,
            replay.states.of(name) or Status.PLACED,
            completed(_newest(event.carrier for event in events if event.parcel == name)),
            replay.windows.of(name),
            replay.is_pickup(name),
        )
        for name in dict.fromkeys(event.parcel for event in events if event.parcel)
    ]
    named = [parcel for parcel in parcels if parcel.is_named]
    yield from sorted(named, key=lambda parcel: _as_counted(parcel.name))
    yield from (parcel for parcel in parcels if not parcel.is_named)


def _called(parcels: Sequence[Parcel]) -> dict[str, str]:
    called = {parcel.name: parcel.name for parcel in parcels if parcel.is_named}
    for number, parcel in enumerate(parcels, 1):
        if not parcel.is_named:
            free = (str(n) for n in count(number) if str(n) not in called.values())
            called[parcel.name] = next(free)
    return called


def _as_counted(name: str) -> list[tuple[int, str]]:
    """A natural sort key: 2 comes before 10, anywhere in the name."""
    parts = re.split("([0-9]+)", name)
    return [(int(part) if place % 2 else 0, part) for place, part in enumerate(parts)]


def _is_pickup(parcels: Iterable[Parcel], replay: Replay) -> bool:
    kinds = {parcel.is_pickup for parcel in parcels} or {replay.is_pickup(None)}
    return kinds == {True}


def _estimated(current: Iterable[Event], replay: Replay) -> Expected | None:
    """The latest window of the order or of a parcel that is still open."""
    expecting = [event.parcel for event in current if event.estimated_delivery]
    return replay.windows.of(expecting[-1]) if expecting else None


def _newest(values: Iterable[T | None]) -> T | None:
    return next((value for value in reversed(list(values)) if value is not None), None)


def _progress(
    status: str, statuses: list[str], phases: tuple[frozenset[Status], ...]
) -> Progress | None:
    """None for an order that was cancelled or returned: phases do not apply to it."""
    if closes(status) and place(status) != Status.DELIVERED:
        return None
    reached = [(n, s) for s in statuses for n, phase in enumerate(phases, 1) if place(s) in phase]
    done, by = reached[-1] if reached else (0, None)
    return Progress(done, len(phases), by)
