"""How far to look into a backlog at a time.

The embedded database reads all that a query matches before it sorts and cuts. So whoever wants
the oldest few of many asks for what is older than a *horizon*, which moves on as they are served.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from storage.mongo import Document

_SMALL = timedelta(seconds=2)
"""A rest that is not worth a query of its own."""
_LARGE = timedelta(days=36_500)
_MOST = 7 / 8
"""Of the way to now: eleven queries reach it when nothing waits, and what is read of a backlog at
first is a part of it."""


class Horizon:
    """Only saves work: all that is older is asked for, whenever it came.

    At first each query goes most of the way to now, until something is there. In a backlog the
    horizon moves by what the last full batch spanned; by twice that if it was too little, and so
    on.
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
        """What is due now, a ``limit`` at most. ``read``: what is due up to then, oldest first,
        with the same limit; ``mark`` says when."""
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
        """Who only looks goes up to the same place the next time: nothing is served by that."""
        self._at -= self._step

    def next(self, now: datetime) -> datetime:
        """The moment to ask up to: ``now`` at last, if `found_little` was said each time."""
        rest = now - self._at
        self._at = now if rest <= _SMALL else self._at + min(self._step, _MOST * rest)
        return self._at

    def found_enough(self, oldest: datetime, newest: datetime) -> None:
        """The batch is full, and reaches from then to then."""
        self._at = newest
        self._step = max(newest - oldest, timedelta(milliseconds=1))

    def found_little(self) -> None:
        self._step = min(2 * self._step, _LARGE)
