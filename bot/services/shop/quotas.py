"""Quotas: rate limits for callers of the API."""

import math
from collections.abc import Hashable
from dataclasses import dataclass

BURST = 4
"""The size of a burst: this many seconds' worth of the rate."""


@dataclass(frozen=True)
class Left:
    """``taken``: the request may pass. ``more``: how many more may pass now. ``wait``: seconds
    until one more."""

    taken: bool
    more: int
    wait: float


class Quotas:
    """A token bucket for each caller, full at first. All have the same size.

    In memory: each replica counts on its own.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.burst = max(1, math.ceil(rate * BURST))
        self._buckets: dict[Hashable, tuple[float, float]] = {}  # tokens, and when

    @property
    def window(self) -> float:
        """Seconds until an empty bucket is full."""
        return self.burst / self.rate

    def take(self, asker: Hashable, now: float) -> Left:
        """Takes a token. ``now``: seconds of a monotonic clock. A refused request costs nothing."""
        tokens, then = self._buckets.get(asker, (self.burst, now))
        tokens = min(self.burst, tokens + (now - then) * self.rate)
        taken = tokens >= 1
        tokens -= taken
        self._buckets[asker] = tokens, now
        more = math.floor(tokens)
        return Left(taken, more, (more + 1 - tokens) / self.rate)
