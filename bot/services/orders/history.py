"""The next state of an order: pure functions from one order to the next.

When a save fails because another writer was faster, they are called again on the newer order.
What is derived from the events is defined here, once: whether the order is closed, and when to
send a reminder. What counts as news is in `bot.services.orders.newsworthy`.
"""

from bisect import insort
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from bot.services.orders import pickup_reminders
from bot.services.orders.choices import answers
from bot.services.orders.descriptions import DESCRIBED
from bot.services.orders.expecting import begins
from bot.services.orders.goods import is_partial
from bot.services.orders.newsworthy import is_news, latest_state
from bot.services.orders.parcels import counting
from bot.services.orders.references import is_buyers
from bot.services.orders.statuses import closes
from storage.models import Change, Event, Order, Replaced
from storage.orders import CHANGES
from storage.whose import account

REMEMBERED = 1000
"""How many replaced events an order remembers, to recognise them when they are posted again."""
CONTACTS = 4
"""How many contacts an order keeps, the latest ones."""
AHEAD = timedelta(days=1)
"""How long before the expected delivery to look at the reminder. At that time the morning of the
delivery day has not begun in any time zone."""


@dataclass(frozen=True)
class Report:
    """New events of one order that arrive together.

    ``keys``: further keys to find the order by. ``customer_id``: the account that the order
    belongs to from now on, or None if the sender did not say. ``may_be_news``: ids of those
    ``events`` that may be news to the customer. ``contacts``: fingerprints, as an order keeps them.
    """

    order_id: str
    customer_id: str | None
    events: Sequence[Event]
    keys: Sequence[str]
    may_be_news: Collection[str]
    contacts: Sequence[bytes] = ()


# From one order to the next


def reported(order: Order | None, report: Report) -> Order:
    """The order with new events added. News is counted as if each had arrived on its own."""
    new = sorted(report.events, key=attrgetter("sort_key"))
    order = belonging(order or _nothing_yet(report, new[0]), report.customer_id, report.contacts)
    events, news, changes = list(order.events), order.news, order.changes
    for event in new:
        before = list(events)
        insort(events, event, key=attrgetter("sort_key"))
        is_answer = event.id in answers(order.chosen, events)
        is_new = is_answer or is_news(event, counting(events), counting(before))
        if event.id in report.may_be_news and is_new:
            news += 1
            changes = [*changes, Change(event=event.id, news=news)][-CHANGES:]
    known = dict.fromkeys([*order.keys, *_account(order), *report.keys])
    now = new[-1].recorded_at
    return _with(order, events, now, keys=list(known), news=news, changes=changes)


def described(order: Order | None, report: Report) -> Order:
    """The order with these sorted events in place of all earlier ones.

    It is news if the newest state has changed. The ids of the replaced events are remembered, up
    to `REMEMBERED`, except for steps of an earlier description: no sender knows their ids.
    """
    newest, ids = report.events[-1], {event.id for event in report.events}
    order = belonging(order or _nothing_yet(report, newest), report.customer_id, report.contacts)
    before = [*order.replaced, *(Replaced(id=e.id, digest=e.digest) for e in order.events)]
    gone = [each for each in before if each.id not in ids and not each.id.startswith(DESCRIBED)]
    news, changes = order.news, order.changes
    if newest.id in report.may_be_news and latest_state(order.events) != latest_state(
        report.events
    ):
        news += 1
        changes = [*changes, Change(event=newest.id, news=news)][-CHANGES:]
    return _with(
        order,
        list(report.events),
        newest.recorded_at,
        keys=[*_account(order), *report.keys, *filter(is_buyers, order.keys)],
        news=news,
        changes=changes,
        replaced=gone[-REMEMBERED:],
    )


def belonging(
    order: Order, customer_id: str | None, contacts: Sequence[bytes] = (), keys: Sequence[str] = ()
) -> Order:
    """The order with this account, these contacts and these keys added.

    Returns the same object if nothing changes. A guest's order may move into an account later;
    its followers stay.
    """
    contacts = list(dict.fromkeys([*order.contacts, *contacts]))[-CONTACTS:]
    customer_id = customer_id or order.customer_id
    is_known = (customer_id, contacts) == (order.customer_id, order.contacts)
    if is_known and {*keys} <= {*order.keys}:
        return order
    order = order.model_copy(update={"customer_id": customer_id, "contacts": contacts})
    known = dict.fromkeys([*order.keys, *_account(order), *keys])
    return order.model_copy(update={"keys": list(known)})


def announced_again(order: Order, event_id: str) -> Order:
    """The order with the event counted as news once more."""
    change = Change(event=event_id, news=order.news + 1)
    changes = [*order.changes, change][-CHANGES:]
    return order.model_copy(update={"news": change.news, "changes": changes})


def is_outdated(order: Order) -> bool:
    """Whether ``closed`` is wrong because the shop's own states mean something else by now."""
    return order.closed != is_closed(order.events)


def refreshed(order: Order) -> Order:
    """The order with ``closed`` as its states are understood today. The same object if it is right
    already."""
    return order.model_copy(update={"closed": not order.closed}) if is_outdated(order) else order


def marked(before: Order | None, order: Order, now: datetime, *, followed: bool) -> Order:
    """The order, marked for fan-out if it has fresh news and somebody follows it."""
    known = before.news if before else 0
    if order.news != known and not followed:
        order = order.model_copy(update={"unfanned_since": None, "fanned": order.news})
    elif order.news != known and not order.unfanned_since:
        order = order.model_copy(update={"unfanned_since": now, "fanned": known})
    look_at = order.to_look_at
    return order if order.look_at == look_at else order.model_copy(update={"look_at": look_at})


def _nothing_yet(report: Report, first: Event) -> Order:
    return Order(
        id=report.order_id,
        latest_at=first.occurred_at,
        created_at=first.recorded_at,
    )


def _account(order: Order) -> list[str]:
    return [] if order.customer_id is None else [account(order.customer_id)]


def _with(order: Order, events: list[Event], now: datetime, **changes: object) -> Order:
    """The order with these events and everything that is derived from them."""
    derived = {
        "events": events,
        "latest_at": events[-1].occurred_at,
        "closed": is_closed(events),
        "remind_at": remind_at(events, now),
    }
    return order.model_copy(update=derived | changes)


def belongs_to_another(order: Order | None, customer_id: str | None) -> bool:
    """Whether the order belongs to another customer than ``customer_id``."""
    named = {customer_id, order.customer_id if order else None} - {None}
    return len(named) > 1


# What follows from the events


def is_closed(events: Sequence[Event]) -> bool:
    """Whether every parcel is in a closing state; without parcels, whether the order is.

    The state of a parcel is the newest one of the parcel or of the whole order.
    """
    events = counting(events)
    own: dict[str, bool] = {}
    whole = False
    for event in reversed(events):
        if event.parcel is not None:
            if event.status:
                own.setdefault(event.parcel, closes(event.status))
        elif event.status:
            whole = closes(event.status)
            break
    if not whole and is_partial(events):
        return False
    parcels = {event.parcel for event in events if event.parcel is not None}
    return all(own.get(parcel, whole) for parcel in parcels) if parcels else whole


def remind_at(events: Sequence[Event], now: datetime) -> datetime | None:
    """When to look at the reminder of a delivery, or of a parcel that waits to be picked up.

    That is `AHEAD` of the expected day. None: nothing is expected, or the day is long past.
    """
    events = counting(events)
    if pickup := pickup_reminders.remind_at(events, now):
        return pickup
    expected = [event.estimated_delivery for event in events]
    windows = [window for window in expected if window]
    first = begins(windows[-1]) if windows else None
    return first - AHEAD if first and first > now - AHEAD else None
