"""The steps of a timeline: the events of an order, replayed from the oldest to the newest."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services.orders.expecting import Expected, is_empty, is_same
from bot.services.orders.scoped import Scoped
from bot.services.orders.statuses import WAYS, Status, closes, place
from storage.models import Event


@dataclass(frozen=True)
class Step:
    """One line of the timeline. ``status``: the state in force at that time.

    ``is_pickup``: the customer picks the order up. ``is_answer``: the shop's answer to a button
    that the customer pressed, with no change of state.
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
    """The latest news: a state, an answer or, with ``expected``, a changed delivery window.

    ``step``: with the latest note and location that the shop gave for it.
    """

    step: Step
    expected: Expected | None = None


class Replay:
    """Replays the events once, oldest first, and tracks what is in force after each of them."""

    def __init__(self, events: Iterable[Event], answers: Container[str]) -> None:
        self._answers = answers
        self.steps: list[Step] = []
        self.news: News | None = None
        self.states: Scoped[str] = Scoped()
        self.ways: Scoped[str] = Scoped()
        self.windows: Scoped[Expected | None] = Scoped()
        self._newest: str = Status.PLACED
        self._last: dict[str | None, str] = {}  # the latest state of each parcel itself
        self._dated: set[str | None] = set()  # parcels that have had a window of their own
        for event in events:
            self._take(event)

    def _take(self, event: Event) -> None:
        before = self._last.get(event.parcel)
        changes = event.status is not None and event.status != before
        if event.status:
            self._take_state(event.parcel, event.status)
        moves = self._take_window(event)
        step = self._step(event, is_answer=event.id in self._answers and not changes)
        placed_already = before is None and not event.parcel and event.status == Status.PLACED
        if not self.steps or event.note or event.location or (changes and not placed_already):
            self.steps.append(step)
        self._take_news(step, changes=changes, moves=moves)

    def _take_state(self, parcel: str | None, status: str) -> None:
        self._newest = self._last[parcel] = status
        self.states.put(parcel, status)
        if place(status) in WAYS:
            self.ways.put(parcel, place(status))

    def _take_window(self, event: Event) -> bool:
        """Whether the delivery window has changed. The first window is no change."""
        window = event.estimated_delivery
        if window is None:
            return False
        before = self.windows.of(event.parcel)
        if before is None:
            now = None if is_empty(window) else Expected(window)
        else:
            now = before.updated(window)
        self.windows.put(event.parcel, now)
        is_first = event.parcel not in self._dated
        self._dated.add(event.parcel)
        if is_first or before is None or now is None:
            return False
        return not is_same(before.window, now.window)

    def _step(self, event: Event, *, is_answer: bool) -> Step:
        """The event as a step: the shop's words under the state in force at that time."""
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

    def _take_news(self, step: Step, *, changes: bool, moves: bool) -> None:
        """A change of state comes first. A changed window is news only while the order is open."""
        if moves and not (changes or closes(step.status)):
            self.news = News(step, self.windows.of(step.parcel))
        elif changes or step.is_answer:
            self.news = News(step)
        elif self.news and self.news.step.parcel == step.parcel and (step.note or step.location):
            words = replace(self.news.step, note=step.note, location=step.location)
            self.news = replace(self.news, step=words)
