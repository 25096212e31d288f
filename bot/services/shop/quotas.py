"""Quotas: how much anybody may ask of us at once, and a second."""

import math
from collections.abc import Hashable
from dataclasses import dataclass

BURST = 4
"""Seconds' worth of the rate that may come at once."""


@dataclass(frozen=True)
class Left:
    """``taken``: the request may pass. ``more``: so many more at once; ``wait``: seconds to one."""

    taken: bool
    more: int
    wait: float


class Quotas:
    """A token bucket for each asker; all have the same size, and are full at first.

    In memory: each replica counts for itself.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.burst = max(1, math.ceil(rate * BURST))
        self._buckets: dict[Hashable, tuple[float, float]] = {}  # tokens, and when

    @property
    def window(self) -> float:
        """Seconds in which an empty bucket fills."""
        return self.burst / self.rate

    def take(self, asker: Hashable, now: float) -> Left:
        """``now``: seconds of a clock that never goes back. What is refused costs nothing."""
        tokens, then = self._buckets.get(asker, (self.burst, now))
        tokens = min(self.burst, tokens + (now - then) * self.rate)
        taken = tokens >= 1
        tokens -= taken
        self._buckets[asker] = tokens, now
        more = math.floor(tokens)
        return Left(taken, more, (more + 1 - tokens) / self.rate)
