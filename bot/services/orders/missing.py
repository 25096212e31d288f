"""What the shop's book holds of an order and we lack.

What came by webhook, under another id and perhaps dated otherwise, is not lacking
(docs/decisions/0012-catching-up.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.services.orders.statuses import Status, rank

APART = timedelta(days=1)
"""So far apart the book and a webhook may date the same change: a shop's local time is taken for
UTC in one of them, or a webhook is dated when it was sent.
"""
MOMENT = timedelta(milliseconds=1)
"""The shortest time that the database tells apart."""


@dataclass(frozen=True)
class Step:
    """``status`` None: the order was made. ``is_undated``: it is the state now, since whenever.

    ``id``: of its event, whether that is recorded or would be.
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


def missing(booked: Sequence[Step], held: Sequence[Step]) -> list[Step]:
    """Those of the steps ``booked`` that are not ``held``. Both are sorted, oldest first.

    Their moments are the book's as far as they come between the same steps there as they do in the
    book: else what is held is dated otherwise, and the order would end in a state long past.
    """
    pairs = _pairs(booked, held)
    lacking: list[Step] = []
    latest: Step | None = None
    for n, step in enumerate(booked):
        if n in pairs:
            latest = held[pairs[n]]
        elif not _goes_without_saying(step, [*held, *lacking]):
            latest = _between(latest, step, _end(n, pairs, held))
            lacking.append(latest)
    return lacking


def _end(n: int, pairs: Mapping[int, int], held: Sequence[Step]) -> datetime | None:
    """When the ``n``-th step must have happened, for what is missing with it to fit in as well."""
    later = [k for k in pairs if k > n]
    if not later:
        return None
    return min(held[pairs[k]].at for k in later) - MOMENT * (min(later) - n)


def _pairs(booked: Sequence[Step], held: Sequence[Step]) -> dict[int, int]:
    """Which of the ``booked`` is which of the ``held``, by their places.

    One that is held accounts for one of the same state within `APART`: the nearest go together,
    and before them what was recorded from this very step.
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


def _between(before: Step | None, step: Step, end: datetime | None) -> Step:
    if end and step.at > end:
        step = replace(step, at=end)
    if before and step.place < before.place:
        step = replace(step, at=before.at + MOMENT)
    return step


def _may_be(theirs: Step, ours: Step, *, is_first: bool) -> bool:
    """That an order was made stands for "placed" only while it has no other state."""
    is_near = abs(ours.at - theirs.at) <= APART
    return is_near and theirs.means == ours.means and (ours.status is not None or is_first)


def _goes_without_saying(step: Step, known: Sequence[Step]) -> bool:
    """A state since whenever is known once it is in force; that the order was made, with it."""
    if not (step.is_undated and known):
        return False
    return step.status in {None, max(known, key=lambda one: one.place).means}
