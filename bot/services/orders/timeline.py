"""An order as its owner sees it: derived from the set of its events, however they arrived."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import count
from typing import TypeVar

from bot.services.orders.carriers import completed
from bot.services.orders.choices import answers
from bot.services.orders.expecting import Expected, is_empty, is_same
from bot.services.orders.goods import Contents, contents, how_many, is_partial
from bot.services.orders.offers import Offers, offers
from bot.services.orders.parcels import counting, key
from bot.services.orders.scoped import Scoped
from bot.services.orders.statuses import DELIVERY, PICKUP, WAYS, Status, closes, place
from storage.models import Carrier, Event, Order, Window
from storage.whose import whose_of

T = TypeVar("T")

LONGEST_NAME = 11
"""Characters of a parcel's name for people."""


@dataclass(frozen=True)
class Step:
    """One line of the timeline. ``status`` is the state in force then, whoever told the news.

    ``is_pickup``: the customer fetches it themselves. ``is_answer``: the shop's answer to what was
    chosen, in a state that it does not change.
    """

    status: str
    at: datetime
    note: str | None = None
    location: str | None = None
    parcel: str | None = None
    is_pickup: bool = False
    is_answer: bool = False


@dataclass(frozen=True)
class News:
    """What is newest to tell: a state, an answer or, with ``expected``, another expected delivery.

    ``step``: with the shop's latest words of it.
    """

    step: Step
    expected: Expected | None = None


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
        """When it is or was expected, unless it has come."""
        return None if _has_come(self.status) else self.expected

    @property
    def is_named(self) -> bool:
        """By a name for people: a system's id is none, and a tracking number neither."""
        number = (self.carrier and self.carrier.tracking_number) or ""
        return len(self.name) <= LONGEST_NAME and key(self.name) != key(number)


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` phases are reached, the last of them by the state ``reached``."""

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
    rest_follows: bool  # some of it is still to be sent, in a parcel that is not here
    offers: Offers
    photo_url: str | None  # where the latest is, its owner's alone

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
        """What people call the parcel: the shop's own name for it, or its number among them."""
        return _called(self.parcels)[parcel]

    @property
    def delivered(self) -> int:
        """How many of the parcels have been delivered."""
        return sum(place(parcel.status) == Status.DELIVERED for parcel in self.parcels)

    @property
    def awaited(self) -> Expected | None:
        """When the delivery is or was expected, unless it has come."""
        return None if _has_come(self.status) else self.estimated

    def is_late(self, now: datetime, zone: tzinfo) -> bool:
        """Whether it has not come in the time that was told, where the zone is. A first moment
        alone is no promise."""
        return self.awaited is not None and self.awaited.is_late(now, zone)

    def expected(self, now: datetime, zone: tzinfo) -> Window | None:
        """The expected delivery, unless it has come or is late, where the zone is."""
        if self.awaited is None or self.awaited.is_past(now, zone):
            return None
        return self.awaited.window


def _has_come(status: str) -> bool:
    return closes(status) or place(status) == Status.READY_FOR_PICKUP


def timeline(order: Order) -> Timeline:
    events = counting(order.events)
    walk = _Walk(events, answers(order.chosen, order.events))
    parcels = tuple(_parcels(events, walk))
    still_out = {parcel.name for parcel in parcels if parcel.is_open} or None
    # One parcel's delivery does not end an order while another is still on its way.
    current = [e for e in events if still_out is None or e.parcel in {None, *still_out}]
    statuses = [] if events[0].status else [Status.PLACED.value]
    statuses += [event.status for event in current if event.status]
    rest_follows = is_partial(events) and not closes(walk.states.of(None))
    if rest_follows and parcels and still_out is None:
        statuses.append(Status.PROCESSING.value)
    status = statuses[-1] if statuses else Status.PLACED.value
    numbers = [event.order_number for event in events if event.order_number]
    is_pickup = _is_pickup([parcel for parcel in parcels if parcel.is_open] or parcels, walk)
    return Timeline(
        order_id=order.id,
        order_number=numbers[-1] if numbers else order.id,
        status=status,
        steps=tuple(walk.steps),
        news=walk.news or News(walk.steps[-1]),
        carrier=completed(_newest(event.carrier for event in events)),
        parcels=parcels,
        estimated=_estimated(current, walk),
        items=how_many(events),
        contents=contents(events),
        customer_id=order.customer_id,
        progress=_progress(status, statuses, PICKUP if is_pickup else DELIVERY),
        is_pickup=is_pickup,
        rest_follows=rest_follows,
        offers=offers(events, order.chosen),
        photo_url=_newest(event.photo_url for event in events),
    )


class _Walk:
    """Goes through the events once, oldest first, and knows what is in force at each."""

    def __init__(self, events: Iterable[Event], answers: Container[str]) -> None:
        self._answers = answers
        self.steps: list[Step] = []
        self.news: News | None = None
        self.states: Scoped[str] = Scoped()
        self.ways: Scoped[str] = Scoped()
        self.windows: Scoped[Expected | None] = Scoped()
        self._newest: str = Status.PLACED
        self._last: dict[str | None, str] = {}  # each parcel's own latest state
        self._dated: set[str | None] = set()  # of which an own delivery was expected
        for event in events:
            self._take(event)

    def _take(self, event: Event) -> None:
        before = self._last.get(event.parcel)
        changes = event.status is not None and event.status != before
        if event.status:
            self._told_state(event.parcel, event.status)
        moves = self._told_window(event)
        step = self._step(event, is_answer=event.id in self._answers and not changes)
        placed_already = before is None and not event.parcel and event.status == Status.PLACED
        if not self.steps or event.note or event.location or (changes and not placed_already):
            self.steps.append(step)
        self._tell(step, changes=changes, moves=moves)

    def _told_state(self, parcel: str | None, status: str) -> None:
        self._newest = self._last[parcel] = status
        self.states.tell(parcel, status)
        if place(status) in WAYS:
            self.ways.tell(parcel, place(status))

    def _told_window(self, event: Event) -> bool:
        """Whether another delivery is expected now than before; the first is told with a state."""
        window = event.estimated_delivery
        if window is None:
            return False
        before = self.windows.of(event.parcel)
        if before is None:
            now = None if is_empty(window) else Expected(window)
        else:
            now = before.told(window)
        self.windows.tell(event.parcel, now)
        is_first = event.parcel not in self._dated
        self._dated.add(event.parcel)
        if is_first or before is None or now is None:
            return False
        return not is_same(before.window, now.window)

    def _step(self, event: Event, *, is_answer: bool) -> Step:
        """What the event means. It says what the shop said, under the state in force then."""
        status = self._newest if event.parcel is None else self.states.of(event.parcel)
        return Step(
            status or Status.PLACED,
            event.occurred_at,
            event.note,
            event.location,
            event.parcel,
            self.is_pickup(event.parcel),
            is_answer,
        )

    def is_pickup(self, parcel: str | None) -> bool:
        ways = {self.ways.of(parcel)} if parcel else self.ways.all()
        return ways == {Status.READY_FOR_PICKUP}

    def _tell(self, step: Step, *, changes: bool, moves: bool) -> None:
        """A change of state is told first; another expected delivery only of what is open."""
        if moves and not (changes or closes(step.status)):
            self.news = News(step, self.windows.of(step.parcel))
        elif changes or step.is_answer:
            self.news = News(step)
        elif self.news and self.news.step.parcel == step.parcel and (step.note or step.location):
            words = replace(self.news.step, note=step.note, location=step.location)
            self.news = replace(self.news, step=words)


def _parcels(events: Iterable[Event], walk: _Walk) -> Iterable[Parcel]:
    """As people count, then those without a name for people, in the order in which they came."""
    parcels = [
        Parcel(
            name,
            walk.states.of(name) or Status.PLACED,
            completed(_newest(event.carrier for event in events if event.parcel == name)),
            walk.windows.of(name),
            walk.is_pickup(name),
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
    """Sorts 2 before 10, wherever in the name the number stands."""
    parts = re.split("([0-9]+)", name)
    return [(int(part) if place % 2 else 0, part) for place, part in enumerate(parts)]


def _is_pickup(parcels: Iterable[Parcel], walk: _Walk) -> bool:
    kinds = {parcel.is_pickup for parcel in parcels} or {walk.is_pickup(None)}
    return kinds == {True}


def _estimated(current: Iterable[Event], walk: _Walk) -> Expected | None:
    """What was told last of the order, or of a parcel that is still out."""
    told = [event.parcel for event in current if event.estimated_delivery]
    return walk.windows.of(told[-1]) if told else None


def _newest(values: Iterable[T | None]) -> T | None:
    return next((value for value in reversed(list(values)) if value is not None), None)


def _progress(
    status: str, statuses: list[str], phases: tuple[frozenset[Status], ...]
) -> Progress | None:
    """None where phases say nothing: the order was cancelled or came back."""
    if closes(status) and place(status) != Status.DELIVERED:
        return None
    reached = [(n, s) for s in statuses for n, phase in enumerate(phases, 1) if place(s) in phase]
    done, by = reached[-1] if reached else (0, None)
    return Progress(done, len(phases), by)
