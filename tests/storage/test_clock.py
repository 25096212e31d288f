"""The clock that replicas share: the database's, and never put back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from storage.clock import FOLLOWED, Clock
from tests.support.news import NOON, minutes

MachineSays = Callable[[datetime], None]


@pytest.fixture
def pass_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets time pass on the monotonic clock, which stands still otherwise."""
    passed = timedelta()

    def pass_by(time: timedelta) -> None:
        nonlocal passed
        passed += time

    monkeypatch.setattr("storage.clock.time.monotonic", lambda: 1000 + passed.total_seconds())
    return pass_by


@pytest.fixture
def machine_says(monkeypatch: pytest.MonkeyPatch) -> MachineSays:
    def says(moment: datetime) -> None:
        monkeypatch.setattr("storage.clock.time.time", moment.timestamp)

    return says


Passes = Callable[[timedelta], None]


def test_until_it_has_learned_better_it_tells_the_machine_s_time(
    pass_by: Passes, machine_says: MachineSays
) -> None:
    machine_says(NOON)
    clock = Clock()
    pass_by(minutes(1))
    assert clock() == NOON + minutes(1)


@pytest.mark.parametrize("wrong_by", [timedelta(seconds=-90), timedelta(days=400)])
def test_it_tells_the_database_s_time_whatever_the_machine_says(
    pass_by: Passes, machine_says: MachineSays, wrong_by: timedelta
) -> None:
    machine_says(NOON + wrong_by)
    clock = Clock()
    clock.learned(NOON)
    pass_by(minutes(1))
    assert clock() == NOON + minutes(1)


def test_a_machine_whose_clock_is_set_anew_keeps_its_time(
    pass_by: Passes, machine_says: MachineSays
) -> None:
    clock = Clock()
    clock.learned(NOON)
    machine_says(NOON - minutes(10))
    pass_by(minutes(1))
    assert clock() == NOON + minutes(1)


def test_a_database_whose_clock_is_put_back_a_little_is_not_followed(pass_by: Passes) -> None:
    clock = Clock()
    clock.learned(NOON)
    pass_by(minutes(1))
    clock.learned(NOON - minutes(9))
    assert clock() == NOON + minutes(1)
    clock.learned(NOON + minutes(2))
    assert clock() == NOON + minutes(2)


def test_a_database_whose_clock_was_wrong_by_far_is_followed(pass_by: Passes) -> None:
    clock = Clock()
    clock.learned(NOON + timedelta(days=365))
    clock.learned(NOON)
    assert clock() == NOON
    clock.learned(NOON + timedelta(seconds=FOLLOWED))
    clock.learned(NOON)
    assert clock() == NOON + timedelta(seconds=FOLLOWED)


def test_it_tells_whole_milliseconds_as_the_database_does() -> None:
    clock = Clock()
    for _ in range(100):
        now = clock()
        assert now.microsecond % 1000 == 0
        assert now.tzinfo is UTC
