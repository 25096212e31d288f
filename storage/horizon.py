"""Queries for the oldest few documents of a long backlog.

The embedded database reads everything that a query matches before it sorts and limits. So we only
ask for what is older than a *horizon*, and move the horizon on as documents are served.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from storage.mongo import Document

_SMALL = timedelta(seconds=2)
"""When less than this is left up to now, go all the way."""
_LARGE = timedelta(days=36_500)
_MOST = 7 / 8
"""The part of the way to now that one step goes at most. With nothing waiting, eleven queries reach
now; with a backlog, the first query reads only part of it."""


class Horizon:
    """The time up to which to ask next. It has no lower bound, so nothing is ever missed.

    At first each query goes most of the way to now, until one finds something. In a backlog the
    horizon moves on by the time span of the last full batch, and by twice that after each batch
    that was not full.
    """

    def __init__(self) -> None:
        self._at = datetime(2000, 1, 1, tzinfo=UTC)
        self._step = _LARGE

    async def oldest(
        self,
        now: datetime,
        limit: int,
        read: Callable[[datetime], Awaitable[list[Document]]],
        *,
        mark: str = "due_at",
    ) -> list[Document]:
        """At most ``limit`` documents that are due, the oldest first.

        ``read``: returns what is due up to a time, oldest first, with the same limit. ``mark``: the
        field with the time.
        """
        while True:
            until = self.next(now)
            found = await read(until)
            if len(found) == limit:
                self.found_enough(found[0][mark], found[-1][mark])
            else:
                self.found_little()
            if len(found) == limit or until == now:
                return found

    def stay(self) -> None:
        """Undoes the last step, for callers that only count and serve nothing."""
        self._at -= self._step

    def next(self, now: datetime) -> datetime:
        """The time to ask up to. It reaches ``now`` after enough calls of `found_little`."""
        rest = now - self._at
        self._at = now if rest <= _SMALL else self._at + min(self._step, _MOST * rest)
        return self._at

    def found_enough(self, oldest: datetime, newest: datetime) -> None:
        """The last batch was full, and spans these times."""
        self._at = newest
        self._step = max(newest - oldest, timedelta(milliseconds=1))

    def found_little(self) -> None:
        """The last batch was not full."""
        self._step = min(2 * self._step, _LARGE)
