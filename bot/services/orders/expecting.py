"""Delivery windows, as their reader understands them.

Each end of a window is a moment or a day. A day is the same date in every time zone. A window of
whole days in UTC counts as days, too: older senders had no other way to say a day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from storage.models import Window

FIRST, LAST = timedelta(hours=14), timedelta(hours=12)
"""A day begins up to 14 hours earlier than in UTC, and ends up to 12 hours later, by time zone."""
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True)
class Expected:
    """The expected delivery, and the window before it if it has changed."""

    window: Window
    before: Window | None = None

    def is_past(self, now: datetime, zone: tzinfo) -> bool:
        ends = moments(self.window)
        if ends is None:
            return days(self.window, zone)[-1] < now.astimezone(zone).date()
        earliest, latest = ends
        last = latest or earliest
        return last is None or last < now

    def is_late(self, now: datetime, zone: tzinfo) -> bool:
        return self.window.latest is not None and self.is_past(now, zone)

    def updated(self, window: Window) -> "Expected | None":
        """The state after the shop gave this ``window``. One inside the known one is no change."""
        if is_empty(window):
            return None
        if _is_inside(window, self.window):
            return Expected(window, self.before)
        return Expected(window, self.window)


def is_empty(window: Window) -> bool:
    return window.earliest is None and window.latest is None


def is_same(window: Window, other: Window) -> bool:
    """Whether both mean the same, whatever their form."""
    return _meant(window) == _meant(other)


def moments(window: Window) -> tuple[datetime | None, datetime | None] | None:
    """Both ends as moments. None: at least one end is a day."""
    first, last = _meant(window)
    if isinstance(first, datetime | None) and isinstance(last, datetime | None):
        return first, last
    return None


def days(window: Window, zone: tzinfo) -> list[date]:
    """The days of its ends in this time zone."""
    return [
        end.astimezone(zone).date() if isinstance(end, datetime) else end
        for end in _meant(window)
        if end
    ]


def is_in_order(earliest: date | None, latest: date | None) -> bool:
    """Whether ``earliest`` is not after ``latest``. For a day and a moment: in any time zone."""
    if earliest is None or latest is None:
        return True
    if isinstance(earliest, datetime) == isinstance(latest, datetime):
        return earliest <= latest
    return _start(earliest, FIRST) <= _end(latest, LAST)


def begins(window: Window) -> datetime | None:
    """The earliest moment of the window, where a day begins as in UTC."""
    first = window.earliest or window.latest
    return _start(first) if first else None


def _meant(window: Window) -> tuple[date | None, date | None]:
    """Both ends, each as a day or a moment. Whole days of UTC become days."""
    first, last = window.earliest, window.latest
    if not (isinstance(first, datetime) and isinstance(last, datetime)):
        return first, last
    if first.time() == time.min and last.time() >= LAST_MINUTE:
        return first.date(), last.date()
    return first, last


def _is_inside(window: Window, known: Window) -> bool:
    """Whether ``window`` may be the known one, given more precisely."""
    (first, last), (earliest, latest) = _meant(window), _meant(known)
    starts = not first or not earliest or _start(first) >= _start(earliest, FIRST)
    ends = not last or not latest or _end(last) <= _end(latest, LAST)
    return starts and ends


def _start(end: date, earlier: timedelta = timedelta()) -> datetime:
    if isinstance(end, datetime):
        return end
    return datetime.combine(end, time.min, UTC) - earlier


def _end(end: date, later: timedelta = timedelta()) -> datetime:
    if isinstance(end, datetime):
        return end
    return datetime.combine(end, time.max, UTC) + later
