"""What the shop's book holds and we lack: what came by webhook is not recorded again."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.orders.missing import DatedState, missing
from tests.support.book import MONDAY, hours

SECOND = 1 / 3600


def steps(*told: tuple[str | None, float]) -> list[DatedState]:
    """(state, hours after Monday morning), of one source or another."""
    return [step(status, after) for status, after in told]


def step(status: str | None, after: float, **more: Any) -> DatedState:
    return DatedState(status, MONDAY + hours(after), uuid.uuid4().hex, **more)


def told_otherwise(book: list[DatedState], late: float) -> list[DatedState]:
    return [replace(one, at=one.at + hours(late), id=uuid.uuid4().hex) for one in book]


ORDINARY = steps(("placed", 0), ("shipped", 20), ("delivered", 40))


def test_of_an_order_that_we_do_not_hold_all_is_missing() -> None:
    assert missing(ORDINARY, []) == ORDINARY


def test_what_we_hold_is_not_missing() -> None:
    assert missing(ORDINARY, ORDINARY) == []


@pytest.mark.parametrize("late", [SECOND, 40 * SECOND, 3, -3, 24])
def test_a_webhook_that_dates_a_change_up_to_a_day_otherwise_told_the_same_change(
    late: float,
) -> None:
    held = told_otherwise(ORDINARY, late)
    assert missing(ORDINARY, held) == []


def test_the_same_state_on_another_day_is_another_step() -> None:
    book = steps(("out_for_delivery", 0), ("attempt_failed", 6), ("out_for_delivery", 30))
    assert missing(book, book[:2]) == book[2:]


def test_a_second_try_on_the_same_day_is_another_step_though_near() -> None:
    book = steps(("out_for_delivery", 0), ("attempt_failed", 3), ("out_for_delivery", 5))
    held = steps(("out_for_delivery", SECOND), ("attempt_failed", 3))
    assert missing(book, held) == book[2:]


def test_of_two_tries_the_one_that_we_hold_is_the_nearest() -> None:
    book = steps(("out_for_delivery", 0), ("attempt_failed", 3), ("out_for_delivery", 5))
    assert missing(book, steps(("out_for_delivery", 5 + SECOND))) == book[:2]


def test_tries_that_are_dated_in_another_time_zone_are_the_same_tries() -> None:
    book = steps(("out_for_delivery", 0), ("attempt_failed", 3), ("out_for_delivery", 4))
    held = told_otherwise(book, 3)
    assert missing(book, held) == []


def test_what_only_we_hold_is_left_alone() -> None:
    held = steps(("placed", 0), ("delayed", 10), ("shipped", 20), ("delivered", 40))
    assert missing(ORDINARY, held) == []


def test_a_gap_in_the_middle_is_found() -> None:
    assert missing(ORDINARY, [ORDINARY[0], ORDINARY[2]]) == [ORDINARY[1]]


def test_that_an_order_was_made_stands_for_its_first_step_only() -> None:
    made = steps((None, 0))
    assert missing(steps(("placed", 0)), made) == []
    paid_later = steps(("payment_due", 0), ("placed", 1))
    assert missing(paid_later, made) == paid_later


def test_a_state_since_whenever_is_known_while_it_is_in_force() -> None:
    undated = [step("shipped", 900, is_undated=True)]
    assert missing(undated, steps(("placed", 0), ("shipped", 20))) == []
    assert missing(undated, steps(("shipped", 20), ("problem", 30))) == undated
    assert missing(undated, []) == undated


def test_a_state_since_whenever_is_not_in_force_where_something_missing_came_after_it() -> None:
    book = [*steps(("placed", 0), ("packed", 1)), step("placed", 5, is_undated=True)]
    assert missing(book, book[:1]) == book[1:]


def test_that_an_order_was_made_is_known_with_anything_of_it() -> None:
    made = [step(None, 0, is_undated=True)]
    assert missing(made, steps(("shipped", 20))) == []
    assert missing(made, []) == made


# The order of the book is kept


def states(held: list[DatedState], lacking: list[DatedState]) -> list[str]:
    """As the timeline has them."""
    return [one.means for one in sorted(held + lacking, key=lambda one: one.place)]


@pytest.mark.parametrize(
    "told",
    [
        ("placed", "out_for_delivery", "attempt_failed", "delivered"),
        ("problem", "delayed", "shipped", "placed"),  # each would come first at the same moment
    ],
)
@pytest.mark.parametrize("late", [-23, -3, 3, 23])
@pytest.mark.parametrize("known", [{0}, {1}, {2}, {3}, {0, 3}, {1, 2}, {0, 1, 3}, {0, 1, 2}])
def test_what_is_missing_comes_where_the_book_has_it_however_the_webhooks_were_dated(
    told: tuple[str, ...], known: set[int], late: float
) -> None:
    book = steps(*zip(told, range(4), strict=True))
    held = told_otherwise([book[n] for n in sorted(known)], late)
    lacking = missing(book, held)
    assert states(held, lacking) == [one.means for one in book]
    assert missing(book, sorted(held + lacking, key=lambda one: one.at)) == []


def test_a_step_that_was_recorded_from_the_book_is_known_by_its_id_wherever_it_came_to_stand() -> (
    None
):
    book = steps(("out_for_delivery", 0), ("out_for_delivery", 30))
    moved = replace(book[0], at=MONDAY + hours(29))
    assert missing(book, [moved]) == book[1:]


TOLD = st.lists(
    st.tuples(
        st.sampled_from(["placed", "packed", "shipped", "attempt_failed", "delivered"]),
        st.integers(0, 60),
    ),
    max_size=6,
    unique=True,
)


@given(TOLD, TOLD, st.booleans())
def test_whatever_the_book_and_the_webhooks_say_once_mended_nothing_is_missing(
    told: list[tuple[str, int]], webhooks: list[tuple[str, int]], has_state_now: bool
) -> None:
    book = sorted(steps(*told), key=lambda one: one.place)
    if has_state_now:
        book.append(step("shipped", 61, is_undated=True))
    held = sorted(steps(*webhooks), key=lambda one: one.place)
    mended = sorted(held + missing(book, held), key=lambda one: one.place)
    assert missing(book, mended) == []
