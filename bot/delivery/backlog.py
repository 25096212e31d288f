"""The backlog as metrics: how many messages wait, and how long the oldest has waited."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from math import nan

from bot.delivery import metrics
from storage.backlog import Backlog
from storage.errors import DatabaseError


class BacklogGauges:
    """``now``: the clock that all replicas share."""

    def __init__(self, backlog: Backlog, now: Callable[[], datetime]) -> None:
        self._backlog = backlog
        self._now = now

    def measure(self) -> Awaitable[None]:
        """Sets the gauges to NaN at once, and to their values when the database has answered."""
        metrics.DATABASE.set(0)
        metrics.WAITING.set(nan)
        metrics.OLDEST.set(nan)
        return self._measure()

    async def _measure(self) -> None:
        now = self._now()
        try:
            since = await self._backlog.since(now)
        except DatabaseError:
            return
        metrics.DATABASE.set(1)
        metrics.WAITING.set(len(since))
        metrics.OLDEST.set((now - since[0]).total_seconds() if since else 0)
