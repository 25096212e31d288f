"""Documents as they are stored, for tests that begin at the stores."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.services.orders import history
from bot.services.orders.history import Report
from bot.services.orders.newsworthy import news_candidates
from bot.services.orders.references import keys
from bot.services.orders.statuses import rank
from storage.feedback import opinion_id
from storage.models import Chat, Entry, Event, Link, Opinion, Order, Rating, ShopEvent
from storage.orders import Orders
from storage.whose import account

NOON = datetime(2024, 6, 3, 12, 0, tzinfo=UTC)
WHOSE = [account("customer-1")]


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def event(
    status: str | None = "shipped",
    *,
    after: float = 0,
    event_id: str | None = None,
    parcel: str | None = None,
    note: str | None = None,
    implies: str | None = None,
) -> Event:
    """An event that happened ``after`` minutes past noon."""
    event_id = event_id or f"msg_{uuid.uuid4().hex}"
    return Event(
        id=event_id,
        digest=hashlib.sha256(event_id.encode()).digest(),
        occurred_at=NOON + minutes(after),
        recorded_at=datetime.now(UTC).replace(microsecond=0),
        rank=rank(status or implies),
        status=status,
        implies=implies,
        parcel=parcel,
        note=note,
    )


def after(*events: Event, order: Order | None = None, notify: bool = True) -> Order:
    """The ``order``, which somebody follows, after these events, one by one.

    Without an ``order``, the first event creates it: ``ord_1`` of customer-1.
    """
    for each in events:
        order = _with(order, each, notify=notify)
    assert order is not None
    return order


def _with(
    order: Order | None,
    event: Event,
    *,
    order_id: str = "ord_1",
    customer_id: str = "customer-1",
    names: Sequence[str] = (),
    notify: bool = True,
) -> Order:
    known = order.events if order else []
    may_be_news = news_candidates([event], known) if notify else set()
    report = Report(order_id, customer_id, [event], [*names] or keys(order_id, None), may_be_news)
    return history.marked(order, history.reported(order, report), event.recorded_at, followed=True)


async def record(
    orders: Orders,
    order_id: str,
    event: Event,
    *,
    customer_id: str = "customer-1",
    names: Sequence[str] = (),
    notify: bool = True,
) -> bool:
    """Stores one event of an order that somebody follows.

    ``names``: the order's other names. Returns False if the order already has the event.
    """
    order_of = partial(_with, order_id=order_id, customer_id=customer_id, names=names)
    while True:
        held = await orders.get(order_id)
        if held and event.id in {each.id for each in held.events}:
            return False
        if await orders.save(held, order_of(held, event, notify=notify)):
            return True


def chat(
    chat_id: int = 1001,
    customer_id: str = "customer-1",
    *,
    whose: str | None = None,
    since: datetime = NOON,
    hint: str | None = None,
) -> Chat:
    """A chat that has just been linked for the first time. ``whose``: linked to this instead of the
    customer's account."""
    whose = whose or account(customer_id)
    link = Link(whose=whose, reference=f"link-{chat_id}", account_hint=hint, since=since)
    return Chat(id=chat_id, links=[link])


def opinion(
    chat_id: int = 1001, order_id: str = "ord_1", *, after: float = 0, rating: Rating = "good"
) -> Opinion:
    """The first opinion of a chat of customer-1, this many minutes past noon."""
    return Opinion(
        id=opinion_id(chat_id, order_id),
        reference=uuid.uuid4().hex[:16],
        order_id=order_id,
        customer_id="customer-1",
        chat_id=chat_id,
        rating=rating,
        at=NOON + minutes(after),
        since=NOON + minutes(after),
    )


def entry(order_id: str = "ord_1", news: int = 1, *, since: datetime = NOON) -> Entry:
    return Entry(order_id=order_id, news=news, since=since)


def an_event_back(chat_id: int = 1001, customer_id: str = "customer-1") -> ShopEvent:
    """An event back about this customer, to be posted to the shop."""
    now = datetime.now(UTC)
    return ShopEvent(
        id=f"evt_{uuid.uuid4().hex}",
        type="customer.linked",
        customer_id=customer_id,
        chat_id=chat_id,
        body="{}",
        at=now,
        due_at=now,
    )
