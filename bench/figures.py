"""Figures: what was measured in each round, and what was aimed at."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Target:
    """At least, or at most, so much: on the embedded database, and on a server near MongoDB."""

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
    """One quantity, with its value in each round. ``skipped``: why there is none."""

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
    """Ours to theirs, round by round: both were measured right after each other."""
    return [one / other for one, other in zip(ours, theirs, strict=True)]
