"""When a delivery is expected, as its reader understands it.

An end of a window is a moment, or a day: that is the same day for everybody, wherever they read of
it. Whole days of UTC are days as well: so they were told before there were any.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from storage.models import Window

FIRST, LAST = timedelta(hours=14), timedelta(hours=12)
"""By so much a day begins earlier than in UTC where it begins first, and ends later where last."""
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True)
class Expected:
    """When the delivery is expected, and when it was before, if that has moved."""

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

    def told(self, window: Window) -> "Expected | None":
        """After the shop told this ``window``. One inside the known one moves nothing."""
        if is_empty(window):
            return None
        if _is_inside(window, self.window):
            return Expected(window, self.before)
        return Expected(window, self.window)


def is_empty(window: Window) -> bool:
    return window.earliest is None and window.latest is None


def is_same(window: Window, other: Window) -> bool:
    """Whether they say the same, in whatever form."""
    return _meant(window) == _meant(other)


def moments(window: Window) -> tuple[datetime | None, datetime | None] | None:
    """Its ends. None: it tells days rather than times, and be it by one of its ends."""
    first, last = _meant(window)
    if isinstance(first, datetime | None) and isinstance(last, datetime | None):
        return first, last
    return None


def days(window: Window, zone: tzinfo) -> list[date]:
    """The days of its ends, where the zone is."""
    return [
        end.astimezone(zone).date() if isinstance(end, datetime) else end
        for end in _meant(window)
        if end
    ]


def is_in_order(earliest: date | None, latest: date | None) -> bool:
    """Not where they are a day and a moment, if the moment is of another day wherever one is."""
    if earliest is None or latest is None:
        return True
    if isinstance(earliest, datetime) == isinstance(latest, datetime):
        return earliest <= latest
    return _start(earliest, FIRST) <= _end(latest, LAST)


def begins(window: Window) -> datetime | None:
    """A day begins as in UTC."""
    first = window.earliest or window.latest
    return _start(first) if first else None


def _meant(window: Window) -> tuple[date | None, date | None]:
    """Its ends, each a day or a moment."""
    first, last = window.earliest, window.latest
    if not (isinstance(first, datetime) and isinstance(last, datetime)):
        return first, last
    if first.time() == time.min and last.time() >= LAST_MINUTE:
        return first.date(), last.date()
    return first, last


def _is_inside(window: Window, known: Window) -> bool:
    """Nothing speaks against its being the same delivery, told more precisely."""
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
