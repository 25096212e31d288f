"""Quotas: a burst at once, then the rate, for everybody on their own."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shop.quotas import BURST, Left, Quotas

START = 1_000_000.0


def taken(quotas: Quotas, now: float, tries: int, asker: str = "shop") -> int:
    return sum(quotas.take(asker, now).taken for _ in range(tries))


def test_a_burst_is_taken_and_the_next_one_is_not() -> None:
    quotas = Quotas(5)
    assert quotas.burst == 5 * BURST
    assert taken(quotas, START, quotas.burst) == quotas.burst
    assert quotas.take("shop", START) == Left(taken=False, more=0, wait=0.2)


def test_each_answer_says_how_many_more_may_come() -> None:
    quotas = Quotas(1)
    left = [quotas.take("shop", START) for _ in range(5)]
    assert [one.more for one in left] == [3, 2, 1, 0, 0]
    assert [one.wait for one in left] == [1] * 5


def test_what_was_refused_costs_nothing() -> None:
    quotas = Quotas(1)
    taken(quotas, START, 1000)
    assert quotas.take("shop", START + 1) == Left(taken=True, more=0, wait=1)


def test_after_its_wait_one_more_is_taken_and_not_before() -> None:
    quotas = Quotas(1)
    taken(quotas, START, quotas.burst)
    assert taken(quotas, START + 0.75, 5) == 0
    assert quotas.take("shop", START + 0.75).wait == 0.25
    assert taken(quotas, START + 1, 5) == 1


def test_whoever_was_quiet_for_long_has_one_burst_and_no_more() -> None:
    quotas = Quotas(1)
    taken(quotas, START, quotas.burst)
    assert taken(quotas, START + 1e6, 100) == quotas.burst


def test_nobody_spends_what_is_another_s() -> None:
    quotas = Quotas(1)
    taken(quotas, START, 1000, "one")
    assert taken(quotas, START, 100, "other") == quotas.burst


@pytest.mark.parametrize(
    ("rate", "burst", "window"), [(100, 400, 4), (1, 4, 4), (0.5, 2, 4), (0.1, 1, 10)]
)
def test_at_least_one_may_come_at_once(rate: float, burst: int, window: float) -> None:
    quotas = Quotas(rate)
    assert (quotas.burst, quotas.window) == (burst, window)
    assert taken(quotas, START, 1000) == burst


@given(
    st.floats(0.1, 10_000),
    st.lists(st.floats(0, 10) | st.just(0.0) | st.floats(0, 0.01), max_size=300),
)
def test_in_no_stretch_of_time_more_is_taken_than_a_burst_and_the_rate(
    rate: float, gaps: list[float]
) -> None:
    quotas, now, moments = Quotas(rate), START, []
    for gap in gaps:
        now += gap
        left = quotas.take("shop", now)
        assert 0 <= left.more < quotas.burst
        assert 0 < left.wait <= 1 / rate + 1e-9
        if left.taken:
            moments.append(now)
    for first, start in enumerate(moments):
        most = quotas.burst + (now - start) * rate
        assert len(moments[first:]) <= math.floor(most + 1e-3)


@given(st.floats(0.1, 10_000), st.lists(st.floats(0, 1), max_size=50))
def test_a_refusal_never_lasts_longer_than_it_says(rate: float, gaps: list[float]) -> None:
    quotas, now = Quotas(rate), START
    for gap in gaps:
        now += gap
        taken(quotas, now, 3)
    taken(quotas, now, quotas.burst)
    later = now + quotas.take("shop", now).wait + 1e-6
    assert quotas.take("shop", later).taken
