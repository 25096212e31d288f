"""Figures: what was measured in each round, and the targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Target:
    """A minimum or maximum: for the embedded database, and for a nearby MongoDB server."""

    sign: str
    embedded: float
    engine: float

    def bound(self, *, is_embedded: bool) -> float:
        return self.embedded if is_embedded else self.engine

    def is_met(self, value: float, *, is_embedded: bool) -> bool:
        bound = self.bound(is_embedded=is_embedded)
        return value >= bound if self.sign == "≥" else value <= bound


def at_least(embedded: float, engine: float | None = None) -> Target:
    return Target("≥", embedded, embedded if engine is None else engine)


def at_most(embedded: float, engine: float | None = None) -> Target:
    return Target("≤", embedded, embedded if engine is None else engine)


@dataclass(frozen=True)
class Figure:
    """One quantity with its value in each round. ``skipped``: why it has no values."""

    bench: str
    what: str
    unit: str
    values: Sequence[float] = ()
    target: Target | None = None
    skipped: str = ""

    @property
    def median(self) -> float:
        return median(self.values)


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Our values divided by theirs, by round: both were measured right after each other."""
    return [one / other for one, other in zip(ours, theirs, strict=True)]
