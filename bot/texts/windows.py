"""When a delivery is expected, in words."""

from datetime import date, datetime, time, timedelta

from babel.dates import format_date

from bot.services.orders.timeline import Expected
from bot.texts.message import N_, Reader, moment
from storage.models import Window

FROM, BY, BETWEEN = range(3)
SENTENCES = {
    FROM: (N_("Expected from {when}"), N_("Expected from {when} (was {before})")),
    BY: (N_("Expected by {when}"), N_("Expected by {when} (was {before})")),
    BETWEEN: (N_("Expected {when}"), N_("Expected {when} (was {before})")),
}
LAST_MINUTE = time(23, 59)


def sentence(expected: Expected, reader: Reader) -> str:
    """When it is expected and, if that has moved, when it was before; as HTML."""
    window, before = expected.window, expected.before
    kind = BETWEEN if window.earliest and window.latest else BY if window.latest else FROM
    as_it_was, moved = SENTENCES[kind]
    when = _when(window, reader)
    if before is None:
        return reader.say(as_it_was, when=when)
    return reader.say(moved, when=when, before=_was(before, window, reader))


def moves_day(expected: Expected, reader: Reader) -> bool:
    """Whether it has moved to another day, and not just to other hours."""
    return expected.before is not None and (
        _days(expected.before, reader) != _days(expected.window, reader)
    )


def short_days(at: datetime, reader: Reader, now: datetime) -> list[str]:
    """``Thu 26 Nov`` and ``26 Nov``, for where no phone would put its own; else with the year."""
    day = at.astimezone(reader.timezone).date()
    this_year = now.astimezone(reader.timezone).year
    patterns = ["EEE d MMM", "d MMM"] if day.year == this_year else ["d MMM y"]
    return [format_date(day, pattern, locale=reader.language) for pattern in patterns]


def _when(window: Window, reader: Reader) -> str:
    """One moment, hours of a day, a day, or days: as exactly as people think of it."""
    earliest, latest = window.earliest, window.latest
    if earliest is None or latest is None or earliest == latest:
        only = earliest or latest
        return moment(only, reader) if only else ""
    first, last = _days(window, reader)
    if first == last and _is_whole_day(earliest, latest, reader):
        return moment(latest, reader, style="wd")
    if first == last:
        hours = moment(earliest, reader, zone=False), moment(latest, reader, style="t")
        return "–".join(hours)
    if latest - earliest < timedelta(days=1):
        return " – ".join([moment(earliest, reader, zone=False), moment(latest, reader)])
    return " – ".join(moment(end, reader, style="wd") for end in (earliest, latest))


def _was(before: Window, window: Window, reader: Reader) -> str:
    """The days, or the hours where the day is the same."""
    ends = [end for end in (before.earliest, before.latest) if end]
    first, last = _days(before, reader)
    if _days(window, reader) == (first, last) and first == last:
        hours = [moment(end, reader, style="t", zone=end is ends[-1]) for end in ends]
        return "–".join(hours)
    if first == last:
        return moment(ends[-1], reader, style="wd")
    return " – ".join(moment(end, reader, style="wd") for end in ends)


def _days(window: Window, reader: Reader) -> tuple[date, date]:
    ends = [
        end.astimezone(reader.timezone).date() for end in (window.earliest, window.latest) if end
    ]
    return ends[0], ends[-1]


def _is_whole_day(earliest: datetime, latest: datetime, reader: Reader) -> bool:
    start, end = earliest.astimezone(reader.timezone), latest.astimezone(reader.timezone)
    return start.time() == time.min and end.time() >= LAST_MINUTE
