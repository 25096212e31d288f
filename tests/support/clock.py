"""A clock that a test sets. It runs on from there."""

from datetime import UTC, datetime, timedelta


class Clock:
    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def set(self, moment: datetime) -> None:
        self._ahead = moment - datetime.now(UTC)
