"""Which news a chat is sent, and when: its preferences, applied to the events.

Pure functions (docs/decisions/0010-when-news-is-told.md). ``zone`` is always the reader's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services.news.weights import LIGHTEST, Weight, changes_since, fresh_events, weigh
from bot.services.orders.expecting import days
from bot.services.orders.pickup_reminders import day_to_remind
from bot.services.orders.statuses import Status, place
from bot.services.orders.timeline import Timeline, timeline
from storage.models import Card, Chat, Entry, Order, Preferences

MORNING = 8
"""The default hour of reminders."""
MORNINGS = range(5, 12)
MOST_AT_ONCE = 10
"""How many orders one message covers. The others come in the next one."""


@dataclass(frozen=True)
class Item:
    """An entry that waits in a mailbox, and its order in the present state."""

    entry: Entry
    order: Order

    @property
    def timeline(self) -> Timeline:
        return timeline(self.order)

    @property
    def as_sent(self) -> Entry:
        """What to mark as sent once the present state of the order has been sent."""
        if self.entry.kind == "reminder":
            return self.entry
        return self.entry.model_copy(update={"news": max(self.entry.news, self.order.news)})


@dataclass(frozen=True)
class Verdict:
    """What to do with items that are judged together.

    ``send``: send them in one message. ``over``: drop them, as the reader does not want them.
    ``hold``: keep them until their entry is ``due``.
    """

    send: list[Item] = field(default_factory=list)
    over: list[Item] = field(default_factory=list)
    hold: list[Item] = field(default_factory=list)


# When it is sent


def news_for(chat: Chat, order: Order, *, now: datetime, zone: ZoneInfo) -> Entry | None:
    """The entry that the order's fresh news puts into the chat's mailbox. None: no entry."""
    since = order.unfanned_since
    if since is None:
        return None
    entry = Entry(order_id=order.id, news=order.news, since=since, after=order.reached)
    if stale_card(chat, entry):
        return entry  # the card is edited now, whenever the news itself is sent
    at = _news_at(chat, entry, order, now=now, zone=zone)
    if at is None:
        return None
    return entry if at <= now else entry.model_copy(update={"due": at})


def stale_card(chat: Chat, entry: Entry) -> Card | None:
    """The card of the entry's order, if it does not show the news yet."""
    if not chat.preferences.cards or entry.kind != "news":
        return None
    card = card_of(chat, entry.order_id)
    return card if card and card.news < entry.news else None


def card_of(chat: Chat, order_id: str) -> Card | None:
    return next((card for card in chat.cards if card.order_id == order_id), None)


def together(entries: Sequence[Entry], now: datetime) -> Sequence[Entry]:
    """The due entries to judge in one go: one entry, or several that were held back.

    So the morning's reminders and the digest are a single message.
    """
    due = [entry for entry in entries if (entry.due or entry.since) <= now]
    held = [entry for entry in due if entry.due and entry.kind != "arrival"]
    return held[:MOST_AT_ONCE] if due and due[0] in held else due[:1]


def judge(chat: Chat, items: Sequence[Item], *, now: datetime, zone: ZoneInfo) -> Verdict:
    """Applies the present preferences, which may have changed since the entries were posted."""
    verdict = Verdict()
    for item in items:
        at = _send_at(chat, item, now, zone)
        if at is None:
            verdict.over.append(item)
        elif at <= now:
            verdict.send.append(item)
        else:
            verdict.hold.append(Item(item.entry.model_copy(update={"due": at}), item.order))
    return verdict


def _send_at(chat: Chat, item: Item, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When to send the item. None: never."""
    if item.entry.kind == "arrival":
        return after_the_quiet(chat.preferences, now, zone)
    if item.entry.kind == "news":
        return _news_at(chat, item.entry, item.order, now=now, zone=zone)
    reminder = reminder_for(chat, item.timeline, now=now, zone=zone)
    return reminder.due if reminder and reminder.news == item.entry.news else None


def _news_at(
    chat: Chat, entry: Entry, order: Order, *, now: datetime, zone: ZoneInfo
) -> datetime | None:
    after = _sent_up_to(chat, entry)
    weight = weigh(order, after=after, zone=zone)
    if weight is None or not _is_heard(chat, entry.order_id, weight):
        return None
    chosen, is_problem = chat.preferences, weight == Weight.PROBLEM
    at = max(now, _not_before(order, after) or now)
    if chosen.digest is not None and not is_problem:
        at = max(at, _next(chosen.digest, entry.since, zone))
    return at if is_problem and chosen.problems_break_quiet else after_the_quiet(chosen, at, zone)


def news_in(chat: Chat, item: Item) -> Sequence[str]:
    """Ids of the events that a message about the item in this chat would cover."""
    if item.entry.kind != "news":
        return []
    return changes_since(item.order, _sent_up_to(chat, item.entry))


def _not_before(order: Order, after: int) -> datetime | None:
    """The earliest time at which any of the fresh news may be sent. None: now."""
    waits = [event.tell_from for event in fresh_events(order, after) or ()]
    return min((at for at in waits if at), default=None) if all(waits) else None


def _sent_up_to(chat: Chat, entry: Entry) -> int:
    """The count of the order's news up to which this chat needs nothing any more.

    Earlier news was sent there, or belongs to an earlier entry.
    """
    sent = (t.news for t in chat.told if t.order_id == entry.order_id and t.kind == "news")
    return max([entry.after, *sent])


def _is_heard(chat: Chat, order_id: str, weight: Weight) -> bool:
    if order_id in chat.muted:
        return False
    lightest = LIGHTEST.get(chat.preferences.hear)
    return order_id in chat.followed or (lightest is not None and weight >= lightest)


def after_the_quiet(chosen: Preferences, at: datetime, zone: ZoneInfo) -> datetime:
    """``at``, or the end of the quiet hours if ``at`` is within them."""
    if chosen.quiet is None:
        return at
    begins, ends = chosen.quiet
    hour = at.astimezone(zone).hour
    is_quiet = begins <= hour < ends if begins <= ends else not ends <= hour < begins
    return _next(ends, at, zone) if is_quiet else at


def _next(hour: int, since: datetime, zone: ZoneInfo) -> datetime:
    """The next time at this hour, not before ``since``. Correct when clocks change."""
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
    """A reminder, due in the morning of the expected delivery or before a pickup deadline.

    Its ``news`` is the ordinal of the day, so that each day has at most one reminder. None: there
    is nothing to remind of.
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
    """The hour of reminders: that of the digest or the end of quiet hours, if in the morning."""
    hours = [chosen.digest, chosen.quiet[1] if chosen.quiet else None]
    return next((hour for hour in hours if hour and hour in MORNINGS), MORNING)


def _wants_reminders(chat: Chat, order_id: str) -> bool:
    """A chat that is sent no news of the order gets no reminders, either."""
    return chat.preferences.reminders and _is_heard(chat, order_id, Weight.PROBLEM)


def _says_so_already(order: Timeline, day: date, zone: ZoneInfo) -> bool:
    """Whether the customer knows already: it is ready for pickup, or left for delivery today."""
    return place(order.status) == Status.READY_FOR_PICKUP or any(
        place(step.status) == Status.OUT_FOR_DELIVERY and step.at.astimezone(zone).date() == day
        for step in order.steps
    )
