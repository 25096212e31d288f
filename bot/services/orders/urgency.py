"""Which of somebody's orders they look for first."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo

from bot.services.orders.expecting import days
from bot.services.orders.statuses import Status, place
from bot.services.orders.timeline import Timeline

_FIRST = (
    frozenset({Status.OUT_FOR_DELIVERY}),
    frozenset(
        {
            Status.ATTEMPT_FAILED,
            Status.READY_FOR_PICKUP,
            Status.PAYMENT_DUE,
            Status.PROBLEM,
            Status.ON_HOLD,
        }
    ),
)
"""At the door, then what waits for the customer. A parcel counts as its order does."""


def by_urgency(orders: Iterable[Timeline], now: datetime, zone: tzinfo) -> Sequence[Timeline]:
    """What comes to the door, what waits for the customer, then by the day that it is expected, in
    their zone; then what has come to its end. Of equals, as they were."""
    return sorted(orders, key=lambda order: _place(order, now, zone))


def _place(order: Timeline, now: datetime, zone: tzinfo) -> tuple[bool, int, date]:
    states = {order.status, *(parcel.status for parcel in order.parcels if parcel.is_open)}
    ranks = [n for n, first in enumerate(_FIRST) if any(place(state) in first for state in states)]
    window = order.expected(now, zone)
    expected = days(window, zone)[-1] if window else date.max
    return not order.is_open, min(ranks, default=len(_FIRST)), expected
