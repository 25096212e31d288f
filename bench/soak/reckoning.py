"""Checks whether each promise was kept."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import quantiles

from bench.soak.faults import LONGEST_DELAY, Trouble
from bench.soak.phones import Received, by_order
from bench.soak.shop import Event
from bench.soak.stage import LIMITED_FOR

MARKED = timedelta(seconds=LONGEST_DELAY + 3)
"""A message is marked as sent within this time after its arrival, unless a fault interferes."""
KILLING = timedelta(seconds=1)
"""A message sent just before a kill may arrive this long after it."""
JITTER = 2
"""The additional messages that are allowed per second. They are counted on arrival, and on a busy
machine the time between arrivals varies. The sum is still within Telegram's 30."""


@dataclass
class Reckoning:
    """``broken``: a sentence for each promise that was not kept."""

    broken: list[str] = field(default_factory=list)
    duplicates: Counter[str] = field(default_factory=Counter)
    losses: int = 0
    messages: int = 0
    unknowable: int = 0

    def events(self, events: Sequence[Event], stored: Mapping[str, int]) -> None:
        """A 2xx means: stored exactly once. ``stored``: how often each id is in the database."""
        for event in events:
            if event.acknowledged_at is None:
                self.broken.append(f"{event.id} never got a 2xx in {event.posts} posts")
            elif stored.get(event.id, 0) != 1:
                count = stored.get(event.id, 0)
                self.broken.append(f"{event.id} got a 2xx and is stored {count} times")
            if event.answers.count("recorded") > 1 + event.is_to_come_again:
                self.broken.append(f"{event.id} was answered as new twice")
        for event_id in stored.keys() - {event.id for event in events}:
            self.broken.append(f"{event_id} is stored and was never posted")

    def phone(
        self,
        name: str,
        received: Sequence[Received],
        steps: Mapping[str, int],
        log: Sequence[Trouble],
    ) -> None:
        """``steps``: the last step of each of the person's orders."""
        self.messages += len(received)
        self.unknowable += sum(not message.is_known for message in received)
        orders = by_order(received)
        for order_id, step in steps.items():
            last = orders[order_id][-1].step if order_id in orders else 0
            if last != step:
                self.losses += 1
                self.broken.append(f"{name}: {order_id} is at step {step}, told was {last}")
        for order_id in orders.keys() - steps.keys():
            self.broken.append(f"{name} was told of {order_id}, which is not theirs")
        for order_id, messages in orders.items():
            for before, after in pairwise(messages):
                if after.step < before.step and not _is_restored_between(before, after, log):
                    self.broken.append(
                        f"{name}: {order_id} stepped back from {before.step} to {after.step}"
                    )

    def repeats(self, name: str, received: Sequence[Received], log: Sequence[Trouble]) -> None:
        """A state may be sent twice in a row only for a reason beyond the sender's control."""
        for first, again in _repeated(received):
            restored = _is_restored_between(first, again, log)
            reason = "restore" if restored else _reason(first, log)
            self.duplicates[reason] += 1
            if reason not in _EXCUSED:
                gap = (again.at - first.at).total_seconds()
                self.broken.append(
                    f"{name}: {first.order_id} step {first.step} was told at {first.at:%X.%f} "
                    f"and again {gap:.1f} s later ({reason})"
                )

    def rate(self, most: int, at: datetime, allowed: int) -> None:
        if most > allowed + JITTER:
            self.broken.append(f"{most} sends in the second from {at:%X.%f}, not {allowed}")

    def delays(self, p95: float) -> None:
        """``p95``: milliseconds until other chats get messages while only one chat is limited."""
        if p95 > LIMITED_FOR * 1000:
            self.broken.append(f"one limited chat lets others wait: p95 {p95:.0f} ms")


_EXCUSED = ("unknowable", "kill", "restore")


def _reason(first: Received, log: Sequence[Trouble]) -> str:
    if not first.is_known:
        return "unknowable"
    if any(t.kind == "kill" and -KILLING < t.began - first.at < MARKED for t in log):
        return "kill"
    kinds = {t.kind for t in log if t.began < first.at + MARKED and first.at < t.ended}
    return f"known, during {', '.join(sorted(kinds)) or 'nothing'}"


def _is_restored_between(before: Received, after: Received, log: Sequence[Trouble]) -> bool:
    """Whether a restore between them made the database forget that the first was sent."""
    return any(t.kind == "restore" and before.at < t.ended < after.at for t in log)


def _repeated(received: Sequence[Received]) -> Iterator[tuple[Received, Received]]:
    for messages in by_order(received).values():
        for before, after in pairwise(messages):
            if after.step == before.step:
                yield before, after


def waits(
    events: Sequence[Event], received: Sequence[Received], until: datetime
) -> Iterator[float]:
    """Milliseconds from an event's 2xx to its message, for the 2xx before ``until``."""
    came = {}
    for message in reversed(received):
        came[message.order_id, message.step] = message.at
    for event in events:
        acknowledged, at = event.acknowledged_at, came.get((event.order.id, event.step))
        if acknowledged and at and acknowledged < until:
            yield (at - acknowledged) / timedelta(milliseconds=1)


def p50_p95(values: Sequence[float]) -> tuple[float, float]:
    """Raises ValueError for fewer than two values."""
    cuts = quantiles(values, n=20, method="inclusive")
    return cuts[9], cuts[18]
