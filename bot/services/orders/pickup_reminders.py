"""When to remind of a parcel that waits for pickup: once, on the day before its last, or on it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

from bot.services.orders.expecting import begins, days
from bot.services.orders.offers import WaitingPickup, offers
from bot.services.orders.statuses import Status, place
from bot.services.orders.timeline import Timeline
from storage.models import Event, Window

A_DAY = timedelta(days=1)
AHEAD = 2 * A_DAY
"""How long before the last day (in UTC) to look at the reminder. At that time the morning of the
day before has not begun in any time zone."""


def until(pickups: Iterable[WaitingPickup]) -> Window | None:
    """The earliest of the pickup deadlines, if there are any."""
    ends = [Window(latest=each.place.until) for each in pickups]
    starts = [(start, end) for end in ends if (start := begins(end))]
    return min(starts, key=lambda start: start[0])[1] if starts else None


def remind_at(events: Sequence[Event], now: datetime) -> datetime | None:
    """The earliest time at which a reminder may be due. ``events``: from `parcels.counting`.

    None: nothing waits for pickup, there is no deadline, or it is past.
    """
    end = until(offers(events).pickups)
    first = begins(end) if end else None
    return first - AHEAD if first and first > now - A_DAY else None


def day_to_remind(order: Timeline, zone: tzinfo) -> date | None:
    """The day of the reminder in this time zone: the day before the deadline.

    It is the last day if the order was not ready earlier. None: there is no deadline, or the order
    became ready on the last day itself.
    """
    end = until(order.offers.pickups)
    if end is None:
        return None
    last = days(end, zone)[-1]
    ready = _ready_since(order).astimezone(zone).date()
    return next((day for day in (last - A_DAY, last) if ready < day), None)


def _ready_since(order: Timeline) -> datetime:
    since = order.steps[-1].at
    for step in reversed(order.steps):
        if place(step.status) != Status.READY_FOR_PICKUP:
            break
        since = step.at
    return since
