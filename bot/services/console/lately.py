"""The latest events of this process and their results, in memory and bounded.

Like the metrics, there is one instance in a process, filled where the log lines are written. It
costs no database operation (docs/decisions/0046-the-console.md).
"""

import secrets
from collections import OrderedDict
from collections.abc import Iterable, Sequence, Set
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal, TypeVar

from prometheus_client import Gauge

from storage.models import Source, Trace

MOST = 200
"""How many events are remembered, the latest ones."""

HEARD = Gauge(
    "trackline_source_heard_timestamp_seconds",
    "When an event came last from a shop system, our webhook or our API, on this replica",
    ["source"],
)

Outcome = Literal["sent", "unwanted", "held", "failed", "undelivered", "paused"]
"""The result of an event's news in one chat. ``held`` and ``failed``: it waits for another try.
``undelivered``: the chat does not exist, or Telegram refuses the message. ``paused``: the person
blocks the bot or cannot be reached; the news waits until they are back."""


class Fate(StrEnum):
    """The overall result of an event, as far as it is known."""

    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    REFUSED = "refused"
    NO_NEWS = "no_news"
    NOBODY = "nobody"
    ON_ITS_WAY = "on_its_way"
    HELD = "held"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    PAUSED = "paused"
    UNWANTED = "unwanted"
    SENT = "sent"


def fate(trace: Trace) -> Fate:
    """The overall result: while any chat waits, the worst state among its chats."""
    if trace.result in {Fate.DUPLICATE, Fate.IGNORED, Fate.REFUSED}:
        return Fate(trace.result)
    if not trace.chats:
        return Fate.NO_NEWS if trace.chats is None else Fate.NOBODY
    open_chats = trace.chats - trace.sent - trace.unwanted - trace.undelivered
    if open_chats > trace.paused:
        waits = ((trace.failed, Fate.FAILED), (trace.held, Fate.HELD))
        return next((fate for count, fate in waits if count), Fate.ON_ITS_WAY)
    if trace.undelivered:
        return Fate.UNDELIVERED
    if open_chats > 0:
        return Fate.PAUSED
    return Fate.SENT if trace.sent else Fate.UNWANTED


Time = TypeVar("Time", float, datetime)
Key = tuple[str | None, str]


class Lately:
    """``replica``: a random name of this process."""

    def __init__(self) -> None:
        self.replica = secrets.token_hex(8)
        self._traces: OrderedDict[Key, Trace] = OrderedDict()
        self._sources: dict[str, Source] = {}

    def arrived(self, arrival: Trace) -> None:
        """Takes an event. For a repeat of an event known here, only the count changes."""
        key = arrival.order, arrival.event
        known = self._traces.get(key)
        self._heard(arrival.source, event_at=arrival.at)
        HEARD.labels(arrival.source).set(arrival.at.timestamp())
        if known and known.result and arrival.result == Fate.DUPLICATE:
            self._change(key, again=known.again + 1)
            return
        if known:
            del self._traces[key]
            if known.result is None:  # its message was sent before this line was written
                arrival = merged([known, arrival])
        self._put(key, arrival)

    def became(
        self,
        outcome: Outcome,
        order: str,
        events: Sequence[str] | None = None,
        seconds: float | None = None,
        until: datetime | None = None,
    ) -> None:
        """Takes a result in one chat. ``events``: None: all waiting events of the order.

        ``until``: when held news is sent.
        """
        if events is None:
            waiting = [each for each in self._traces.values() if _waits(each, order)]
            if outcome == "paused":  # the same chat again, for further news of the order
                waiting = [each for each in waiting if fate(each) is not Fate.PAUSED]
            events = [each.event for each in waiting]
        for event in events:
            key = order, event
            if key not in self._traces:
                self._put(key, Trace(event=event, order=order, at=_now()))
            trace = self._traces[key]
            changes: dict[str, object] = {
                outcome: getattr(trace, outcome) + 1,
                "seconds": _latest(trace.seconds, seconds),
                "held_until": _latest(trace.held_until, until),
            }
            self._change(key, **changes)

    def refused(self, source: str) -> None:
        """Call this when a post had a wrong signature."""
        self._heard(source, refused_at=_now())

    def unread(self, source: str) -> None:
        """Call this when a post was signed correctly but could not be used."""
        self._heard(source, unread_at=_now())

    def forget(self, orders: Set[str]) -> None:
        """Removes the events of erased orders."""
        for key in [key for key in self._traces if key[0] in orders]:
            del self._traces[key]

    @property
    def traces(self) -> Sequence[Trace]:
        """All remembered events, the latest last."""
        return list(self._traces.values())

    @property
    def sources(self) -> Sequence[Source]:
        return list(self._sources.values())

    def _put(self, key: Key, trace: Trace) -> None:
        self._traces[key] = trace
        if len(self._traces) > MOST:
            self._traces.popitem(last=False)

    def _change(self, key: Key, **changes: object) -> None:
        self._traces[key] = self._traces[key].model_copy(update=changes)

    def _heard(self, source: str, **at: datetime) -> None:
        known = self._sources.get(source) or Source(name=source)
        self._sources[source] = known.model_copy(update=at)


LATELY = Lately()


def merged(traces: Iterable[Trace]) -> Trace:
    """Merges the traces that several replicas have of one event: its arrival and its messages."""
    known = sorted(traces, key=lambda trace: (trace.result is None, trace.at))
    first, *more = known
    counts = ("again", "sent", "unwanted", "undelivered", "paused", "held", "failed")
    summed = {name: sum(getattr(trace, name) for trace in known) for name in counts}
    latest = {
        "seconds": _latest(*(trace.seconds for trace in known)),
        "held_until": _latest(*(trace.held_until for trace in known)),
    }
    return first.model_copy(update={**summed, **latest}) if more else first


def of_all(replicas: Iterable[Sequence[Trace]]) -> list[Trace]:
    """The traces of all replicas, merged by event, latest first. Events that arrived too long ago
    for any replica to remember are left out."""
    known: dict[Key, list[Trace]] = {}
    for traces in replicas:
        for trace in traces:
            known.setdefault((trace.order, trace.event), []).append(trace)
    whole = [merged(traces) for traces in known.values()]
    arrived = [trace for trace in whole if trace.result is not None]
    return sorted(arrived, key=lambda trace: trace.at, reverse=True)


def _latest(*values: Time | None) -> Time | None:
    return max((value for value in values if value is not None), default=None)


def _waits(trace: Trace, order: str) -> bool:
    waiting = {Fate.ON_ITS_WAY, Fate.HELD, Fate.FAILED, Fate.PAUSED}
    return trace.order == order and fate(trace) in waiting


def _now() -> datetime:
    return datetime.now(UTC)
