"""Orders as storage keeps them: each event put in its place as it arrives."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.services.orders.statuses import rank
from storage.models import Carrier, Event, Order, Window

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DHL = Carrier(name="DHL", tracking_number="JD01", tracking_url="https://dhl.test/JD01")

_numbers = count(1)


def happened(hours: float, status: str | None = None, **told: Any) -> Event:
    """An event ``hours`` after the start, under an id of its own unless one is ``told``."""
    at = START + timedelta(hours=hours)
    return Event.model_validate(
        {
            "id": f"msg_{next(_numbers):06}",
            "digest": b"",
            "occurred_at": at,
            "recorded_at": at,
            "rank": rank(status or told.get("implies")),
            "status": status,
            **told,
        }
    )


def window(earliest: float | None, latest: float | None) -> Window:
    """In hours after the start."""
    ends = [None if end is None else START + timedelta(hours=end) for end in (earliest, latest)]
    return Window(earliest=ends[0], latest=ends[1])


def order(*arriving: Event, order_id: str = "ord_1") -> Order:
    """The order after these events, in this order of arrival."""
    events: list[Event] = []
    for minute, event in enumerate(arriving):
        recorded_at = START + timedelta(days=1, minutes=minute)
        events.append(event.model_copy(update={"recorded_at": recorded_at}))
        events.sort(key=lambda e: (e.occurred_at, e.rank, e.id))
    return Order(
        id=order_id,
        customer_id="customer-1",
        events=events,
        latest_at=events[-1].occurred_at,
        created_at=START,
    )


def all_of(statuses: Iterable[str], **told: Any) -> list[Event]:
    """One event an hour."""
    return [happened(hour, status, **told) for hour, status in enumerate(statuses)]
