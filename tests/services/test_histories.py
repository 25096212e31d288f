"""Of a history that is told at once, the present state is news, from when it began."""

import pytest

from bot.services.histories import past
from tests.support.news import event


@pytest.mark.parametrize(
    ("states", "left"),
    [
        ([], ""),
        (["shipped"], ""),
        (["placed", "shipped"], "0"),
        (["placed", "shipped", "shipped"], "0"),
        (["shipped", "delayed", "shipped"], "01"),
        (["placed", None, "shipped", None], "0"),
        ([None], ""),
    ],
)
def test_what_was_left_for_another_state_is_past(states: list[str | None], left: str) -> None:
    events = [event(state, event_id=str(n)) for n, state in enumerate(states)]
    assert past(events) == set(left)


def test_each_parcel_and_the_order_itself_have_their_own_present() -> None:
    told = [
        event("placed", event_id="0"),
        event("shipped", event_id="1", parcel="a"),
        event("shipped", event_id="2", parcel="b"),
        event("delivered", event_id="3", parcel="a"),
    ]
    assert past(told) == {"1"}
