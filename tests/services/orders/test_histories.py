"""Of a history that is told at once, what began the present state is news."""

import pytest

from bot.services.orders.histories import worth_telling
from tests.support.news import event


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([], ""),
        (["shipped"], "0"),
        (["placed", "shipped"], "1"),
        (["placed", "shipped", "shipped"], "1"),
        (["shipped", "delayed", "shipped"], "2"),
        (["placed", None, "shipped", None], "123"),
        ([None], "0"),
    ],
)
def test_what_was_left_for_another_state_is_past(states: list[str | None], told: str) -> None:
    events = [event(state, event_id=str(n), after=n) for n, state in enumerate(states)]
    assert worth_telling(events, []) == set(told)


def test_each_parcel_and_the_order_itself_have_their_own_present() -> None:
    events = [
        event("placed", event_id="0"),
        event("shipped", event_id="1", parcel="a", after=1),
        event("shipped", event_id="2", parcel="b", after=2),
        event("delivered", event_id="3", parcel="a", after=3),
    ]
    assert worth_telling(events, []) == {"0", "2", "3"}


def test_what_is_known_already_parts_what_is_new() -> None:
    known = [event("placed", event_id="0"), event("delayed", event_id="2", after=2)]
    late, new = event("shipped", event_id="1", after=1), event("shipped", event_id="3", after=3)
    assert worth_telling([late, new], known) == {"3"}
    assert worth_telling([late], known) == set()
