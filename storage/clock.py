"""The time that all replicas share: the database's, counted on by this machine's monotonic clock.

Whose machine has a wrong clock, or has it put right, takes nobody's lease for that. A database's
clock that is put back a little is not followed: what was to wait for a second would wait for that.
"""

import time
from datetime import UTC, datetime

FOLLOWED = 3600.0
"""Seconds. A clock that is put back by more than that was wrong before, and is followed."""


class Clock:
    """Until it has `learned` the database's time it tells this machine's."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()
        self._has_learned = False

    def __call__(self) -> datetime:
        """Now, to the millisecond, as the database keeps it."""
        milliseconds = int((self._offset + time.monotonic()) * 1000)
        return datetime.fromtimestamp(milliseconds / 1000, UTC)

    def learned(self, now: datetime) -> None:
        """So late it is by the database's clock, or by somebody's who has learned it."""
        offset = now.timestamp() - time.monotonic()
        is_put_back = self._has_learned and 0 < self._offset - offset <= FOLLOWED
        if not is_put_back:
            self._offset = offset
        self._has_learned = True
