"""The order in which a customer's orders are listed: the most urgent first."""

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
"""First orders on their way to the door, then those that wait for the customer. The state of an
open parcel counts like that of the order."""


def by_urgency(orders: Iterable[Timeline], now: datetime, zone: tzinfo) -> Sequence[Timeline]:
    """Sorted by urgency as in `_FIRST`, then by expected day in this zone; closed orders come last.

    Equal ones keep their order.
    """
    return sorted(orders, key=lambda order: _place(order, now, zone))


def _place(order: Timeline, now: datetime, zone: tzinfo) -> tuple[bool, int, date]:
    states = {order.status, *(parcel.status for parcel in order.parcels if parcel.is_open)}
    ranks = [n for n, first in enumerate(_FIRST) if any(place(state) in first for state in states)]
    window = order.expected(now, zone)
    expected = days(window, zone)[-1] if window else date.max
    return not order.is_open, min(ranks, default=len(_FIRST)), expected
