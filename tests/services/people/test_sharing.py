"""How long a shared order is followed: from the day after the last of it came to its end."""

from datetime import timedelta

import pytest

from bot.services.orders.timeline import Timeline, timeline
from bot.services.people.sharing import AFTERWARDS, is_over, is_shared
from storage.models import Order
from tests.support.news import NOON, event

DAY = AFTERWARDS / timedelta(minutes=1)


def order(*told: tuple[str | None, float] | tuple[str | None, float, str]) -> Timeline:
    """Of events: (status, minutes past noon, parcel)."""
    events = [
        event(status, after=after, parcel=(*parcel, None)[0]) for status, after, *parcel in told
    ]
    latest = events[-1].occurred_at
    return timeline(
        Order(id="ord_1", customer_id="c", events=events, latest_at=latest, created_at=NOON)
    )


def ends_after(order: Timeline) -> float | None:
    """In minutes past noon; None while it is open."""
    if order.is_open:
        assert not is_over(order, NOON + timedelta(days=9999))
        return None
    return next(m for m in range(10 * int(DAY)) if is_over(order, NOON + timedelta(minutes=m)))


@pytest.mark.parametrize(
    ("told", "end"),
    [
        ([("placed", 0)], None),
        ([("placed", 0), ("delivered", 5)], 5),
        ([("placed", 0), ("cancelled", 5)], 5),
        ([("delivered", 5)], 5),
        ([("delivered", 5), ("returned", 9)], 5),
        ([("delivered", 5), (None, 9)], 5),
        ([("delivered", 5), ("problem", 7)], None),
        ([("delivered", 5), ("out_for_delivery", 7), ("delivered", 9)], 9),
        ([("placed", 0), ("delivered", 5, "A"), ("shipped", 6, "B")], None),
        ([("placed", 0), ("delivered", 5, "A"), ("delivered", 8, "B")], 8),
        ([("delivered", 8, "B"), ("delivered", 9, "A"), ("returned", 20, "B")], 9),
        ([("shipped", 1, "A"), ("shipped", 2, "B"), ("delivered", 8)], 8),
        ([("delivered", 3, "A"), ("shipped", 4, "B"), ("delivered", 8)], 8),
        ([("delivered", 3), ("shipped", 4, "A"), ("delivered", 8, "A")], 8),
    ],
)
def test_an_order_is_over_a_day_after_its_last_parcel_ended(
    told: list[tuple[str | None, float]], end: float | None
) -> None:
    assert ends_after(order(*told)) == (None if end is None else end + DAY)


@pytest.mark.parametrize(
    ("payload", "is_one"),
    [
        ("s_" + "A" * 32, True),
        ("s_", True),
        ("s_x", True),
        ("s_" + "A" * 41, False),  # a token to connect with may begin so
        ("A" * 43, False),
        ("S_" + "A" * 32, False),
        ("ABCD-EFGH", False),
        ("", False),
    ],
)
def test_a_share_s_payload_is_told_from_others(payload: str, is_one: bool) -> None:
    assert is_shared(payload) == is_one
