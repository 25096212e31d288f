"""The time that all replicas share: the database's, carried on by the local monotonic clock.

So a replica whose own clock is wrong, or is corrected, takes no lease too early. If the database's
clock is set back a little, we do not follow it: a wait of a second would last that much longer.
"""

import time
from datetime import UTC, datetime

FOLLOWED = 3600.0
"""Seconds. A clock that is set back by more than this was wrong before, and is followed."""


class Clock:
    """Tells the machine's time until it has `learned` the database's."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()
        self._has_learned = False

    def __call__(self) -> datetime:
        """The time now in UTC, to the millisecond, as MongoDB stores it."""
        milliseconds = int((self._offset + time.monotonic()) * 1000)
        return datetime.fromtimestamp(milliseconds / 1000, UTC)

    def learned(self, now: datetime) -> None:
        """``now``: the time by the database's clock, or by another clock that has learned it."""
        offset = now.timestamp() - time.monotonic()
        is_put_back = self._has_learned and 0 < self._offset - offset <= FOLLOWED
        if not is_put_back:
            self._offset = offset
        self._has_learned = True
