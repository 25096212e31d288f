"""Which states of the shop's book are missing from an order.

A state that came by webhook is not missing, even if its id and its time differ
(docs/decisions/0012-catching-up.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.services.orders.statuses import Status, rank

APART = timedelta(days=1)
"""How much the times of the same change may differ between the book and a webhook.

One of them may take local time for UTC, or the webhook may have the time at which it was sent.
"""
MOMENT = timedelta(milliseconds=1)
"""The resolution of times in the database."""


@dataclass(frozen=True)
class DatedState:
    """A state and its time. ``status`` None: the order was created.

    ``id``: of the event that records it or would record it. ``is_undated``: it is the present
    state, and the book does not say since when.
    """

    status: str | None
    at: datetime
    id: str
    is_undated: bool = False

    @property
    def means(self) -> str:
        return self.status or Status.PLACED

    @property
    def place(self) -> tuple[datetime, int]:
        return (self.at, rank(self.means))


def missing(booked: Sequence[DatedState], held: Sequence[DatedState]) -> list[DatedState]:
    """The ``booked`` states that are not ``held``. Both are sorted, oldest first.

    A missing state keeps the book's time if that puts it between the same neighbours as in the
    book. Otherwise it is moved between them: with differing times, an old state could end up last.
    """
    pairs = _pairs(booked, held)
    lacking: list[DatedState] = []
    latest: DatedState | None = None
    for n, step in enumerate(booked):
        if n in pairs:
            latest = held[pairs[n]]
        elif not _goes_without_saying(step, [*held, *lacking]):
            latest = _between(latest, step, _end(n, pairs, held))
            lacking.append(latest)
    return lacking


def _end(n: int, pairs: Mapping[int, int], held: Sequence[DatedState]) -> datetime | None:
    """The latest possible time of the ``n``-th state, with room for the missing ones after it."""
    later = [k for k in pairs if k > n]
    if not later:
        return None
    return min(held[pairs[k]].at for k in later) - MOMENT * (min(later) - n)


def _pairs(booked: Sequence[DatedState], held: Sequence[DatedState]) -> dict[int, int]:
    """Pairs of matching indexes, from ``booked`` to ``held``.

    Each held state matches one booked state with the same meaning within `APART`. Equal ids match
    first, then the nearest times.
    """
    near = [
        (timedelta(-1) if ours.id == theirs.id else abs(ours.at - theirs.at), n, m)
        for n, theirs in enumerate(booked)
        for m, ours in enumerate(held)
        if ours.id == theirs.id or _may_be(theirs, ours, is_first=n == 0)
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, n, m in sorted(near):
        if n not in pairs and m not in taken:
            pairs[n] = m
            taken.add(m)
    return pairs


def _between(before: DatedState | None, step: DatedState, end: datetime | None) -> DatedState:
    if end and step.at > end:
        step = replace(step, at=end)
    if before and step.place < before.place:
        step = replace(step, at=before.at + MOMENT)
    return step


def _may_be(theirs: DatedState, ours: DatedState, *, is_first: bool) -> bool:
    """Whether both may be the same change. Creation means "placed" only as the first state."""
    is_near = abs(ours.at - theirs.at) <= APART
    return is_near and theirs.means == ours.means and (ours.status is not None or is_first)


def _goes_without_saying(step: DatedState, known: Sequence[DatedState]) -> bool:
    """Whether an undated state, or the creation of the order, follows from what is known."""
    if not (step.is_undated and known):
        return False
    return step.status in {None, max(known, key=lambda one: one.place).means}
