"""Which events are news: the state of an order or a parcel has changed, or its delivery window."""

from collections.abc import Collection, Sequence
from operator import attrgetter

from bot.services.orders.expecting import is_empty, is_same
from bot.services.orders.parcels import counting
from storage.models import Event, Window


def is_news(event: Event, events: Sequence[Event], before: Sequence[Event]) -> bool:
    """Whether the event is the newest of its parcel and says something new.

    Late events, and the same state under two ids, are stored but are not news. Nor is the first
    expected delivery: it usually comes together with a state.
    ``events``: the result of `counting`. ``before``: its result without this event.
    """
    own = [counted for counted in events if counted.id == event.id]
    return any(_is_news_of_one(counted, events, before) for counted in own)


def _is_news_of_one(event: Event, events: Sequence[Event], before: Sequence[Event]) -> bool:
    was = latest_state([e for e in before if e.parcel == event.parcel])
    if event.status != was and _changes_state(event, events):
        return True
    if _is_the_first_word(event, events):
        return True
    return moved_from(event, events) is not None and _is_newest_window(event, events)


def _changes_state(event: Event, events: Sequence[Event]) -> bool:
    if event.status is None:
        return False
    own = [e for e in events if e.parcel == event.parcel]
    stated = [e for e in own if e.status]
    if stated[-1] is not event:
        return False
    if len(stated) > 1:
        return stated[-2].status != event.status
    return next((e.implies for e in own if e.implies), None) != event.status


def _is_the_first_word(event: Event, events: Sequence[Event]) -> bool:
    """Whether the event implies a state and no other event states or implies one.

    The creation of an order is news once.
    """
    if event.status or not event.implies:
        return False
    return sum(1 for e in events if e.status or e.implies) == 1


def moved_from(event: Event, events: Sequence[Event]) -> Window | None:
    """The delivery window before this event changed it, or None if it changed nothing.

    The window of a parcel is the latest one given for the parcel or for the whole order.
    """
    now = event.estimated_delivery
    if now is None:
        return None
    before = events[: events.index(event)]
    dated = [e for e in before if e.estimated_delivery and e.parcel in {event.parcel, None}]
    if not any(e.parcel == event.parcel for e in dated):
        return None
    known = dated[-1].estimated_delivery
    if known is None or is_same(known, now) or is_empty(known) or is_empty(now):
        return None
    return known


def _is_newest_window(event: Event, events: Sequence[Event]) -> bool:
    dated = [e for e in events if e.estimated_delivery and e.parcel == event.parcel]
    return dated[-1] is event


def news_candidates(new: Collection[Event], known: Sequence[Event]) -> set[str]:
    """Ids of those ``new`` events that may be news when they arrive together.

    For each parcel, and for the order itself, only the event that began the present state may be
    news. Earlier states are past and repeats change nothing. Events without a state are always
    candidates.
    """
    ids = {event.id for event in new}
    silent = {event.id for event in new if event.status is None}
    present: dict[str | None, str] = {}
    began: dict[str | None, str] = {}
    for event in reversed(counting(sorted([*known, *new], key=attrgetter("sort_key")))):
        if event.status is None:
            continue
        if present.setdefault(event.parcel, event.status) != event.status:
            present[event.parcel] = ""  # matches no state: everything earlier is past
        elif event.id in ids:
            began[event.parcel] = event.id
    return silent | set(began.values())


def latest_state(events: Sequence[Event]) -> str | None:
    return next((e.status for e in reversed(events) if e.status), None)
