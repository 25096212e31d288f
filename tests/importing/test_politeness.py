"""When a shop's API is asked once more, and when it is given a rest."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.book.politeness import MOST_ATTEMPTS, rest_after, retry_after, wait_before

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2),
        ("2.0", 2),
        ("0", 0),
        ("-5", 0),
        ("Sat, 28 Nov 2026 12:01:00 GMT", 60),
        ("Sat, 28 Nov 2026 11:00:00 GMT", 0),
        ("Sat, 28 Nov 2026 12:01:00 -0000", 60),
        *((wrong, None) for wrong in ("", "soon", "nan", "inf", "1e400")),
    ],
)
def test_it_says_for_how_long_in_seconds_or_by_a_date(header: str, seconds: int | None) -> None:
    wait = retry_after(header, NOW)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


def test_without_a_word_each_wait_is_twice_the_last_up_to_a_minute() -> None:
    waits = [wait_before(attempt, {}, NOW) for attempt in range(1, MOST_ATTEMPTS)]
    assert [wait and wait.total_seconds() for wait in waits] == [1, 2, 4, 8, 16, 32, 60]
    assert wait_before(MOST_ATTEMPTS, {}, NOW) is None


def test_it_is_not_asked_sooner_than_it_says_nor_waited_for_all_day() -> None:
    assert wait_before(1, {"Retry-After": "90"}, NOW) == timedelta(seconds=90)
    assert wait_before(1, {"Retry-After": "3600"}, NOW) is None


@pytest.mark.parametrize(
    ("call_limit", "seconds"),
    [("1/40", 0), ("30/40", 0), ("40/40", 5), ("400/400", 5), ("", 0), ("x/y", 0), ("1/0", 0)],
)
def test_a_quarter_of_the_bucket_is_left_to_others(call_limit: str, seconds: int) -> None:
    assert rest_after(call_limit) == timedelta(seconds=seconds)
