"""When a delivery is expected, in words."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.services.orders.expecting import LAST_MINUTE, Expected, days, moments
from bot.texts.days import day
from bot.texts.message import N_, Reader, moment
from storage.models import Window

FROM, BY, BETWEEN = range(3)
SENTENCES = {
    FROM: (N_("Expected from {when}"), N_("Expected from {when} (was {before})")),
    BY: (N_("Expected by {when}"), N_("Expected by {when} (was {before})")),
    BETWEEN: (N_("Expected {when}"), N_("Expected {when} (was {before})")),
}


def sentence(expected: Expected, reader: Reader, *, is_past: bool = False) -> str:
    """When it is expected and, if that has changed, when it was expected before; as HTML.

    ``is_past``: when it was expected.
    """
    if is_past:
        return reader.say("Was expected {when}", when=when(expected.window, reader))
    window, before = expected.window, expected.before
    kind = BETWEEN if window.earliest and window.latest else BY if window.latest else FROM
    as_it_was, moved = SENTENCES[kind]
    at = when(window, reader)
    if before is None:
        return reader.say(as_it_was, when=at)
    return reader.say(moved, when=at, before=_was(before, window, reader))


def in_days(earliest: date | None, latest: date | None, reader: Reader) -> str:
    """The same for a picture, which does not know the reader's zone. Empty: nothing is known."""
    dates = dict.fromkeys(end for end in (earliest, latest) if end)
    if not dates:
        return ""
    kind = BETWEEN if earliest and latest else BY if latest else FROM
    when = _range([a_day(each, reader) for each in dates], reader)
    return reader.say(SENTENCES[kind][0], when=when)


def moves_day(expected: Expected, reader: Reader) -> bool:
    """Whether it has moved to another day, and not only to other hours."""
    zone, before = reader.timezone, expected.before
    return before is not None and days(before, zone) != days(expected.window, zone)


def beside(expected: Expected, reader: Reader, now: datetime) -> str:
    """The same after a state, where there is no room for a sentence."""
    by = when(expected.window, reader)
    return was_due(by, reader) if expected.is_late(now, reader.timezone) else by


def was_due(when: str, reader: Reader) -> str:
    return reader.say("was due {when}", when=when)


def short_days(at: date, reader: Reader, now: datetime) -> list[str]:
    """``Thu 26 Nov`` and ``26 Nov``, for places that a phone does not fill in; in another year,
    with the year.

    ``at``: a moment, or a day.
    """
    there = at.astimezone(reader.timezone) if isinstance(at, datetime) else at
    if there.year != now.astimezone(reader.timezone).year:
        return [day(there, reader.language, weekday=False, year=True)]
    return [day(there, reader.language, weekday=weekday) for weekday in (True, False)]


def when(window: Window, reader: Reader) -> str:
    """As exactly as people think of it, as HTML: a moment, hours of a day, a day, several days."""
    ends = moments(window)
    if ends is None:
        return _as_days(window, reader)
    earliest, latest = ends
    if earliest is None or latest is None or earliest == latest:
        only = earliest or latest
        return moment(only, reader) if only else ""
    first, last = days(window, reader.timezone)
    if first == last and _is_whole_day(earliest, latest, reader):
        return moment(latest, reader, style="wd")
    if first == last:
        return reader.say(
            "{day} {hours}",
            day=moment(earliest, reader, style="wd"),
            hours=hours(earliest, latest, reader),
        )
    if latest - earliest < timedelta(days=1):
        return _range([moment(earliest, reader, zone=False), moment(latest, reader)], reader)
    return _range([moment(end, reader, style="wd") for end in (earliest, latest)], reader)


def _was(before: Window, window: Window, reader: Reader) -> str:
    """The days; if the day is the same, the hours."""
    known = moments(before)
    if known is None:
        return _as_days(before, reader)
    ends = [end for end in known if end]
    was, now = ({*days(each, reader.timezone)} for each in (before, window))
    if len(was) == 1 and was == now:
        return hours(ends[0], ends[-1], reader, zone=False)
    if len(was) == 1:
        return moment(ends[-1], reader, style="wd")
    return _range([moment(end, reader, style="wd") for end in ends], reader)


def _as_days(window: Window, reader: Reader) -> str:
    """Not as moments: a phone would show them in its own zone, perhaps as another day."""
    dates = dict.fromkeys(days(window, reader.timezone))
    return _range([a_day(each, reader) for each in dates], reader)


def a_day(at: date, reader: Reader) -> str:
    return day(at, reader.language)


def hours(first: datetime, last: datetime, reader: Reader, *, zone: bool = True) -> str:
    """Two times of a day, which a phone shows in its own way. If they are the same, one."""
    end = moment(last, reader, style="t", zone=zone)
    if first == last:
        return end
    start = moment(first, reader, style="t", zone=False)
    return reader.say("{first}–{last}", first=start, last=end)


def _range(ends: Sequence[str], reader: Reader) -> str:
    if len(ends) == 1:
        return ends[0]
    return reader.say("{first} – {last}", first=ends[0], last=ends[1])


def _is_whole_day(earliest: datetime, latest: datetime, reader: Reader) -> bool:
    start, end = earliest.astimezone(reader.timezone), latest.astimezone(reader.timezone)
    return start.time() == time.min and end.time() >= LAST_MINUTE
