"""Which news a person is told, and when: what they chose, applied to what happened.

Pure decisions (docs/decisions/0010-when-news-is-told.md). ``zone`` is always the reader's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from bot.services.orders.choices import answers
from bot.services.orders.expecting import days
from bot.services.orders.fetching import day_to_remind
from bot.services.orders.history import moved_from
from bot.services.orders.parcels import counting
from bot.services.orders.statuses import CLOSED, OwnState, Status, place
from bot.services.orders.timeline import Timeline, timeline
from storage.models import Card, Chat, Entry, Event, Order, Preferences

MORNING = 8
"""The hour of a reminder, for who has chosen no other."""
MORNINGS = range(5, 12)
MOST_AT_ONCE = 10
"""Of how many orders one message tells, whatever they are called; others come in the next."""


@dataclass(frozen=True)
class Item:
    """An entry as it waits in a mailbox, and its order as it is now."""

    entry: Entry
    order: Order

    @property
    def timeline(self) -> Timeline:
        return timeline(self.order)

    @property
    def told(self) -> Entry:
        """What has been told once the order was told as it is."""
        if self.entry.kind == "reminder":
            return self.entry
        return self.entry.model_copy(update={"news": max(self.entry.news, self.order.news)})


@dataclass(frozen=True)
class Verdict:
    """What becomes of items that are looked at together.

    ``tell``: in one message. ``over``: their reader does not want to hear of them. ``hold``: until
    their entry is ``due``.
    """

    tell: list[Item] = field(default_factory=list)
    over: list[Item] = field(default_factory=list)
    hold: list[Item] = field(default_factory=list)


class Weight(IntEnum):
    """How much a change matters. The heavier, the fewer want to be spared it."""

    MINOR = 0
    MAIN = 1
    DELIVERY = 2
    PROBLEM = 3


PROBLEMS = frozenset(
    {
        Status.PAYMENT_DUE,
        Status.ATTEMPT_FAILED,
        Status.DELAYED,
        Status.NO_NEWS,
        Status.ON_HOLD,
        Status.PROBLEM,
        Status.CANCELLED,
    }
)
"""What may want the customer to act."""

_WEIGHTS: dict[str, Weight] = {
    Status.PLACED: Weight.MAIN,
    Status.SHIPPED: Weight.MAIN,
    Status.OUT_FOR_DELIVERY: Weight.DELIVERY,
    Status.READY_FOR_PICKUP: Weight.DELIVERY,
    **dict.fromkeys(CLOSED, Weight.DELIVERY),
    **dict.fromkeys(PROBLEMS, Weight.PROBLEM),
}
_LIGHTEST = {"all": Weight.MINOR, "main": Weight.MAIN, "important": Weight.DELIVERY}


# What it is worth


def of_status(status: str) -> Weight:
    if isinstance(status, OwnState) and status.hear:
        return _LIGHTEST[status.hear]
    return _WEIGHTS.get(place(status), Weight.MINOR)


def weigh(order: Order, *, after: int, zone: ZoneInfo) -> Weight | None:
    """The heaviest of the news since the order's count was ``after``. None: nobody wants it.

    All of it counts, and not the newest state alone: what is minor must not hide what came before.
    """
    fresh = _fresh(order, after)
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


def _fresh(order: Order, after: int) -> list[Event] | None:
    """The events that were news since then, but for what was over before it could be told.

    None: they were counted by an older version.
    """
    ids = _changes(order, after)
    if not ids:
        return None
    fresh: list[Event] = []
    followed: set[str | None] = set()  # parcels of which a later state was told
    for event in reversed(counting(order.events)):
        if event.id in ids and not (event.tell_from and event.parcel in followed):
            fresh.append(event)
        if event.status:
            followed.add(event.parcel)
    return fresh


def _move(event: Event, events: Sequence[Event], zone: ZoneInfo) -> Weight | None:
    """A delivery that is expected on another day is a main step; another hour is a minor one."""
    before, now = moved_from(event, events), event.estimated_delivery
    if before is None or now is None:
        return None
    return Weight.MINOR if days(before, zone) == days(now, zone) else Weight.MAIN


# When it is told


def news_for(chat: Chat, order: Order, *, now: datetime, zone: ZoneInfo) -> Entry | None:
    """What the order's fresh news puts into the chat's mailbox. None: nothing."""
    since = order.unfanned_since
    if since is None:
        return None
    entry = Entry(order_id=order.id, news=order.news, since=since, after=order.reached)
    if stale_card(chat, entry):
        return entry  # looked at now, whatever is told when
    at = _news_at(chat, entry, order, now=now, zone=zone)
    if at is None:
        return None
    return entry if at <= now else entry.model_copy(update={"due": at})


def stale_card(chat: Chat, entry: Entry) -> Card | None:
    """The live message of the entry's order, if it does not show its news yet."""
    if not chat.preferences.cards or entry.kind != "news":
        return None
    card = card_of(chat, entry.order_id)
    return card if card and card.news < entry.news else None


def card_of(chat: Chat, order_id: str) -> Card | None:
    return next((card for card in chat.cards if card.order_id == order_id), None)


def together(entries: Sequence[Entry], now: datetime) -> Sequence[Entry]:
    """What is to be looked at now, and at once: one entry, or several that were held back; so the
    morning's reminders and the daily summary are one message."""
    due = [entry for entry in entries if (entry.due or entry.since) <= now]
    held = [entry for entry in due if entry.due and entry.kind != "arrival"]
    return held[:MOST_AT_ONCE] if due and due[0] in held else due[:1]


def judge(chat: Chat, items: Sequence[Item], *, now: datetime, zone: ZoneInfo) -> Verdict:
    """By what the person wants now, which may have changed since the entries were posted."""
    verdict = Verdict()
    for item in items:
        at = _tell_at(chat, item, now, zone)
        if at is None:
            verdict.over.append(item)
        elif at <= now:
            verdict.tell.append(item)
        else:
            verdict.hold.append(Item(item.entry.model_copy(update={"due": at}), item.order))
    return verdict


def _tell_at(chat: Chat, item: Item, now: datetime, zone: ZoneInfo) -> datetime | None:
    """None: not at all, any more."""
    if item.entry.kind == "arrival":
        return after_the_quiet(chat.preferences, now, zone)
    if item.entry.kind == "news":
        return _news_at(chat, item.entry, item.order, now=now, zone=zone)
    reminder = reminder_for(chat, item.timeline, now=now, zone=zone)
    return reminder.due if reminder and reminder.news == item.entry.news else None


def _news_at(
    chat: Chat, entry: Entry, order: Order, *, now: datetime, zone: ZoneInfo
) -> datetime | None:
    after = _told(chat, entry)
    weight = weigh(order, after=after, zone=zone)
    if weight is None or not _is_heard(chat, entry.order_id, weight):
        return None
    chosen, is_problem = chat.preferences, weight == Weight.PROBLEM
    at = max(now, _told_from(order, after) or now)
    if chosen.digest is not None and not is_problem:
        at = max(at, _next(chosen.digest, entry.since, zone))
    return at if is_problem and chosen.problems_break_quiet else after_the_quiet(chosen, at, zone)


def news_in(chat: Chat, item: Item) -> Sequence[str]:
    """Ids of the events that a message about the item tells of there."""
    if item.entry.kind != "news":
        return []
    return _changes(item.order, _told(chat, item.entry))


def _changes(order: Order, after: int) -> Sequence[str]:
    return [change.event for change in order.changes if change.news > after]


def _told_from(order: Order, after: int) -> datetime | None:
    """When the first of the fresh news may be told; None: now."""
    waits = [event.tell_from for event in _fresh(order, after) or ()]
    return min((at for at in waits if at), default=None) if all(waits) else None


def _told(chat: Chat, entry: Entry) -> int:
    """How much of the order's news is behind us: told there, or posted before the entry was."""
    told = (t.news for t in chat.told if t.order_id == entry.order_id and t.kind == "news")
    return max([entry.after, *told])


def _is_heard(chat: Chat, order_id: str, weight: Weight) -> bool:
    if order_id in chat.muted:
        return False
    lightest = _LIGHTEST.get(chat.preferences.hear)
    return order_id in chat.followed or (lightest is not None and weight >= lightest)


def after_the_quiet(chosen: Preferences, at: datetime, zone: ZoneInfo) -> datetime:
    """``at`` itself, or the end of the quiet hours that it falls into."""
    if chosen.quiet is None:
        return at
    begins, ends = chosen.quiet
    hour = at.astimezone(zone).hour
    is_quiet = begins <= hour < ends if begins <= ends else not ends <= hour < begins
    return _next(ends, at, zone) if is_quiet else at


def _next(hour: int, since: datetime, zone: ZoneInfo) -> datetime:
    """The next time, ``since`` included, that it is this hour: a clock may be put on or back."""
    today = since.astimezone(zone).date()
    for day in (today, today + timedelta(days=1)):
        at = _at(day, hour, zone)
        if at >= since:
            break
    return at


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


# The reminder


def reminder_for(chat: Chat, order: Timeline, *, now: datetime, zone: ZoneInfo) -> Entry | None:
    """A reminder, due in the morning of the expected day, or before what waits must be fetched.

    Its ``news`` is the day's ordinal: no day is reminded of twice. None: there is nothing.
    """
    fetch, window = day_to_remind(order, zone), order.estimated_delivery
    day = fetch or (next(iter(days(window, zone)), None) if window else None)
    if day is None or not _wants_reminders(chat, order.order_id):
        return None
    at = max(now, _at(day, morning(chat.preferences), zone))
    at = after_the_quiet(chat.preferences, at, zone)
    has_come = order.expected(at, zone) is None or _says_so_already(order, day, zone)
    if at.astimezone(zone).date() != day or (has_come and not fetch):
        return None
    return Entry(order_id=order.order_id, news=day.toordinal(), since=now, due=at, kind="reminder")


def morning(chosen: Preferences) -> int:
    """The hour of reminders: with what else is told in the morning, if that has its hour."""
    hours = [chosen.digest, chosen.quiet[1] if chosen.quiet else None]
    return next((hour for hour in hours if hour and hour in MORNINGS), MORNING)


def _wants_reminders(chat: Chat, order_id: str) -> bool:
    """Who hears of nothing is not reminded either."""
    return chat.preferences.reminders and _is_heard(chat, order_id, Weight.PROBLEM)


def _says_so_already(order: Timeline, day: date, zone: ZoneInfo) -> bool:
    """It can be picked up, or left for its delivery on that very day."""
    return place(order.status) == Status.READY_FOR_PICKUP or any(
        place(step.status) == Status.OUT_FOR_DELIVERY and step.at.astimezone(zone).date() == day
        for step in order.steps
    )
