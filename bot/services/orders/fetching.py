"""When to remind of what waits to be fetched: once, before its last day or on it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

from bot.services.orders.expecting import begins, days
from bot.services.orders.offers import Waiting, offers
from bot.services.orders.statuses import Status, place
from bot.services.orders.timeline import Timeline
from storage.models import Event, Window

A_DAY = timedelta(days=1)
AHEAD = 2 * A_DAY
"""So long before the last day begins, it is morning of the day before nowhere yet."""


def until(pickups: Iterable[Waiting]) -> Window | None:
    """The end of what must be fetched first, if there is one."""
    ends = [Window(latest=each.place.until) for each in pickups]
    starts = [(start, end) for end in ends if (start := begins(end))]
    return min(starts, key=lambda start: start[0])[1] if starts else None


def remind_at(events: Sequence[Event], now: datetime) -> datetime | None:
    """From then on somebody may want to be reminded. ``events``: those that count.

    None: nothing waits, nobody knows until when, or that is past.
    """
    end = until(offers(events).pickups)
    first = begins(end) if end else None
    return first - AHEAD if first and first > now - A_DAY else None


def day_to_remind(order: Timeline, zone: tzinfo) -> date | None:
    """The day before the last, where the zone is; the last, if it was not ready sooner than that.

    None: there is nothing to remind of, or it was ready on its last day only.
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
