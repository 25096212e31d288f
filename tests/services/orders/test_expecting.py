"""What an expected delivery means: moments, and days that are the same day everywhere."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.orders import expecting
from bot.services.orders.expecting import Expected
from bot.services.orders.history import remind_at
from storage.models import Window
from tests.services.orders.history import happened

ZONES = ["America/New_York", "Pacific/Auckland", "Pacific/Honolulu", "Africa/Kampala"]
DAY = date(2026, 12, 3)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
THAT_DAY = Window(earliest=DAY, latest=DAY)
AS_IT_WAS_TOLD_ONCE = Window(
    earliest=datetime(2026, 12, 3, tzinfo=UTC), latest=datetime(2026, 12, 3, 23, 59, tzinfo=UTC)
)
"""Before there were days."""


def at(hour: float) -> datetime:
    """On that day, in UTC."""
    return datetime(2026, 12, 3, tzinfo=UTC) + timedelta(hours=hour)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("window", [THAT_DAY, AS_IT_WAS_TOLD_ONCE, Window(latest=DAY)])
def test_a_day_is_that_day_in_every_zone(window: Window, zone: str) -> None:
    there = ZoneInfo(zone)
    assert {*expecting.days(window, there)} == {DAY}
    last = datetime(2026, 12, 3, 23, 59, tzinfo=there)
    assert not Expected(window).is_past(last, there)
    assert Expected(window).is_past(last + timedelta(minutes=1), there)


def test_a_moment_is_of_the_day_that_it_is_where_it_is_read() -> None:
    window = Window(earliest=at(2), latest=at(4))
    found = {zone: expecting.days(window, ZoneInfo(zone))[0].day for zone in ZONES}
    assert list(found.values()) == [2, 3, 2, 3]


def test_the_same_day_in_another_form_has_not_moved() -> None:
    assert expecting.is_same(THAT_DAY, AS_IT_WAS_TOLD_ONCE)
    assert not expecting.is_same(THAT_DAY, Window(earliest=AFTER, latest=AFTER))
    assert not expecting.is_same(THAT_DAY, Window(latest=DAY))


@pytest.mark.parametrize(
    ("known", "told", "has_moved"),
    [
        (THAT_DAY, THAT_DAY, False),
        (THAT_DAY, AS_IT_WAS_TOLD_ONCE, False),
        (AS_IT_WAS_TOLD_ONCE, THAT_DAY, False),
        (THAT_DAY, Window(earliest=at(15), latest=at(19)), False),
        (THAT_DAY, Window(earliest=at(-9), latest=at(-8)), False),  # 3 December in Auckland
        (THAT_DAY, Window(earliest=at(30), latest=at(31)), False),  # 3 December in Honolulu
        (THAT_DAY, Window(earliest=at(39), latest=at(40)), True),
        (Window(earliest=BEFORE, latest=AFTER), THAT_DAY, False),
        (THAT_DAY, Window(earliest=AFTER, latest=AFTER), True),
        (THAT_DAY, Window(earliest=BEFORE, latest=BEFORE), True),
        (Window(earliest=at(15), latest=at(19)), THAT_DAY, True),  # the hours are no longer said
        (Window(latest=at(19)), Window(latest=AFTER), True),
    ],
)
def test_what_is_told_inside_of_what_was_known_has_not_moved(
    known: Window, told: Window, has_moved: bool
) -> None:
    after = Expected(known).updated(told)
    assert after == Expected(told, known if has_moved else None)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", *ZONES, "Pacific/Pago_Pago"])
def test_it_is_looked_at_for_reminders_before_it_is_that_morning_anywhere(zone: str) -> None:
    told = happened(0, "shipped", estimated_delivery=THAT_DAY)
    mark = remind_at([told], now=at(-100))
    assert mark
    assert mark < datetime(2026, 12, 3, 8, tzinfo=ZoneInfo(zone))
    assert remind_at([told], now=at(24)) is None


def test_a_day_is_stored_as_the_text_it_is_and_read_back_as_a_day() -> None:
    stored = Window(earliest=DAY, latest=at(9)).to_mongo()
    assert stored == {"earliest": "2026-12-03", "latest": at(9)}
    assert Window.from_mongo(stored) == Window(earliest=DAY, latest=at(9))
