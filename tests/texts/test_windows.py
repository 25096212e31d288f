"""When a delivery is expected, in words and in the reader's zone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.orders.expecting import Expected
from bot.texts import windows
from bot.texts.message import Message
from storage.models import Window
from tests.texts.reading import READER, read

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
UTC_READER = replace(READER, timezone=ZoneInfo("UTC"))


def window(earliest: float | None, latest: float | None) -> Window:
    """In hours around noon of Thursday, 26 November."""
    ends = [None if end is None else NOON + timedelta(hours=end) for end in (earliest, latest)]
    return Window(earliest=ends[0], latest=ends[1])


def said(expected: Expected) -> str:
    return read(Message(windows.sentence(expected, UTC_READER))).text


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ((2, 6), "Expected Thu 26 Nov 14:00–18:00 UTC"),
        ((2, 2), "Expected Thu 26 Nov 14:00 UTC"),
        ((-12, 11.99), "Expected Thu 26 Nov"),
        ((-12, 11), "Expected Thu 26 Nov 00:00–23:00 UTC"),
        ((2, 30), "Expected Thu 26 Nov – Fri 27 Nov"),
        ((10, 14), "Expected Thu 26 Nov 22:00 – Fri 27 Nov 02:00 UTC"),
        ((None, 6), "Expected by Thu 26 Nov 18:00 UTC"),
        ((2, None), "Expected from Thu 26 Nov 14:00 UTC"),
    ],
)
def test_a_window_is_told_as_exactly_as_people_think_of_it(
    ends: tuple[float | None, float | None], says: str
) -> None:
    assert said(Expected(window(*ends))) == says


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ((-22, -18), "Expected Thu 26 Nov 14:00–18:00 UTC (was Wed 25 Nov)"),
        ((-22, 1), "Expected Thu 26 Nov 14:00–18:00 UTC (was Wed 25 Nov – Thu 26 Nov)"),
        ((-4, -2), "Expected Thu 26 Nov 14:00–18:00 UTC (was 08:00–10:00)"),
        ((None, -2), "Expected Thu 26 Nov 14:00–18:00 UTC (was 10:00)"),
    ],
)
def test_what_was_expected_before_is_told_by_its_day_or_on_the_same_day_by_its_hours(
    before: tuple[float | None, float], says: str
) -> None:
    assert said(Expected(window(2, 6), window(*before))) == says


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ((None, 6), "Expected by Thu 26 Nov 18:00 UTC (was Wed 25 Nov)"),
        ((2, None), "Expected from Thu 26 Nov 14:00 UTC (was Wed 25 Nov)"),
    ],
)
def test_an_open_window_that_has_moved_says_so_too(
    ends: tuple[float | None, float | None], says: str
) -> None:
    assert said(Expected(window(*ends), window(-22, -18))) == says


def test_days_are_those_of_the_readers_zone() -> None:
    late = Expected(window(8, 11))
    auckland = replace(READER, timezone=ZoneInfo("Pacific/Auckland"))
    assert "Fri 27 Nov 09:00–12:00" in read(Message(windows.sentence(late, auckland))).text
    shortest = windows.short_days(NOON + timedelta(hours=12), auckland, NOON)
    assert shortest == ["Fri 27 Nov", "27 Nov"]


@pytest.mark.parametrize(
    ("before", "moves"), [(None, False), ((-4, -2), False), ((-22, -18), True)]
)
def test_other_hours_are_not_another_day(before: tuple[float, float] | None, moves: bool) -> None:
    expected = Expected(window(2, 6), window(*before) if before else None)
    assert windows.moves_day(expected, UTC_READER) == moves


def test_a_phone_shows_the_times_in_its_own_zone() -> None:
    parsed = read(Message(windows.sentence(Expected(window(2, 6)), READER)))
    shown = [(e["unix_time"], e["date_time_format"]) for e in parsed.entities]
    start, end = (int((NOON + timedelta(hours=h)).timestamp()) for h in (2, 6))
    assert shown == [(start, "wd"), (start, "t"), (end, "t")]


# Days


ZONES = ["America/New_York", "Pacific/Auckland", "Pacific/Honolulu", "Africa/Kampala"]
DAY, NEXT = date(2026, 12, 3), date(2026, 12, 4)
UTC_DAY = datetime(2026, 12, 3, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("window", "says"),
    [
        (Window(earliest=DAY, latest=DAY), "Expected Thu 3 Dec"),
        (
            Window(earliest=UTC_DAY, latest=UTC_DAY + timedelta(hours=23, minutes=59)),
            "Expected Thu 3 Dec",
        ),
        (Window(earliest=DAY, latest=NEXT), "Expected Thu 3 Dec – Fri 4 Dec"),
        (Window(latest=DAY), "Expected by Thu 3 Dec"),
        (Window(earliest=DAY), "Expected from Thu 3 Dec"),
        (Window(earliest=DAY, latest=UTC_DAY + timedelta(hours=12)), "Expected Thu 3 Dec"),
    ],
)
def test_a_day_is_that_day_in_every_zone_and_no_phone_makes_another_of_it(
    window: Window, says: str, zone: str
) -> None:
    there = replace(READER, timezone=ZoneInfo(zone))
    told = read(Message(windows.sentence(Expected(window), there)))
    if (
        zone == "Pacific/Auckland"
        and isinstance(window.latest, datetime)
        and window.earliest == DAY
    ):
        says = "Expected Thu 3 Dec – Fri 4 Dec"  # whose noon of UTC it is
    assert told.text == says
    assert [e for e in told.entities if e["type"] == "date_time"] == []


def test_days_that_have_moved_say_which_they_were() -> None:
    moved = Expected(Window(earliest=NEXT, latest=NEXT), Window(earliest=DAY, latest=DAY))
    assert said(moved) == "Expected Fri 4 Dec (was Thu 3 Dec)"
    assert windows.moves_day(moved, UTC_READER)
