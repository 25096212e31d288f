"""The shop's own book of orders: the documents of its database, and the steps in them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
CUSTOMER = "64f000000000000000000001"


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def document(
    n: int = 1, *states: str, customer: object = None, at: Sequence[float] = (), **more: Any
) -> dict[str, Any]:
    """An order as Mongoose stores it. Its states are an hour apart, or ``at`` these hours."""
    states = states or ("placed", "packed", "shipped", "delivered")
    times = [MONDAY + hours(after) for after in at or range(len(states))]
    steps = [
        {"status": state, "timestamp": time, "_id": ObjectId()}
        for state, time in zip(states, times, strict=True)
    ]
    return {
        "_id": ObjectId(f"{n:024x}"),
        "user": ObjectId(CUSTOMER) if customer is None else customer,
        "status": states[-1],
        "orderNumber": str(1000 + n),
        "trackingInfo": steps,
        "createdAt": MONDAY,
        "updatedAt": times[-1],
        "__v": 0,
        **more,
    }


def order_id(n: int = 1) -> str:
    return f"{n:024x}"
