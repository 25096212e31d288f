"""How much news matters: the weight of a change, as preferences compare it."""

from collections.abc import Sequence
from enum import IntEnum
from zoneinfo import ZoneInfo

from bot.services.orders.choices import answers
from bot.services.orders.expecting import days
from bot.services.orders.newsworthy import moved_from
from bot.services.orders.parcels import counting
from bot.services.orders.statuses import CLOSED, TROUBLE, OwnState, Status, place
from bot.services.orders.timeline import timeline
from storage.models import Event, Order


class Weight(IntEnum):
    """How much a change matters. Preferences set the lightest weight that a chat is sent."""

    MINOR = 0
    MAIN = 1
    DELIVERY = 2
    PROBLEM = 3


PROBLEMS = TROUBLE | {Status.CANCELLED}
"""States in which the customer may have to act."""

_WEIGHTS: dict[str, Weight] = {
    Status.PLACED: Weight.MAIN,
    Status.SHIPPED: Weight.MAIN,
    Status.OUT_FOR_DELIVERY: Weight.DELIVERY,
    Status.READY_FOR_PICKUP: Weight.DELIVERY,
    **dict.fromkeys(CLOSED, Weight.DELIVERY),
    **dict.fromkeys(PROBLEMS, Weight.PROBLEM),
}
LIGHTEST = {"all": Weight.MINOR, "main": Weight.MAIN, "important": Weight.DELIVERY}


def of_status(status: str) -> Weight:
    if isinstance(status, OwnState) and status.hear:
        return LIGHTEST[status.hear]
    return _WEIGHTS.get(place(status), Weight.MINOR)


def weigh(order: Order, *, after: int, zone: ZoneInfo) -> Weight | None:
    """The weight of the heaviest news since the order's count was ``after``. None: no news is left.

    All of it counts, not only the newest state: a minor change must not hide an earlier one.
    """
    fresh = fresh_events(order, after)
    if fresh is None:
        return Weight.DELIVERY
    counted = counting(order.events)
    there = {event.id for event in fresh}
    states = [event.status or event.implies for event in order.events if event.id in there]
    weights = [of_status(state) for state in states if state]
    weights += [Weight.DELIVERY] * bool(there & answers(order.chosen, order.events))
    if not weights and timeline(order).is_open:
        moves = (_move(event, counted, zone) for event in fresh)
        weights = [weight for weight in moves if weight is not None]
    return max(weights, default=None)


def fresh_events(order: Order, after: int) -> list[Event] | None:
    """The events that were news since then, without delayed ones that are outdated by now.

    None: not known, as an older version counted them.
    """
    ids = changes_since(order, after)
    if not ids:
        return None
    fresh: list[Event] = []
    followed: set[str | None] = set()  # parcels with a later state
    for event in reversed(counting(order.events)):
        if event.id in ids and not (event.tell_from and event.parcel in followed):
            fresh.append(event)
        if event.status:
            followed.add(event.parcel)
    return fresh


def changes_since(order: Order, after: int) -> Sequence[str]:
    """Ids of the events that were news since the order's count was ``after``."""
    return [change.event for change in order.changes if change.news > after]


def _move(event: Event, events: Sequence[Event], zone: ZoneInfo) -> Weight | None:
    """The weight of a changed delivery window: `MAIN` for another day, `MINOR` for another hour."""
    before, now = moved_from(event, events), event.estimated_delivery
    if before is None or now is None:
        return None
    return Weight.MINOR if days(before, zone) == days(now, zone) else Weight.MAIN
