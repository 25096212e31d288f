"""Traces what becomes of news on its way to the phone: in the log, and for the console.

The line of the event is the other end of the trace (docs/monitor.md).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

import structlog
from structlog.contextvars import bound_contextvars

from bot.delivery import metrics
from bot.delivery.policy import Failure, Lost, Pause, Retry
from bot.services.console.lately import LATELY, Outcome
from bot.services.news.notices import Item, news_in
from bot.services.orders.traces import named
from storage.models import Chat, Entry

Kind = Literal["news", "card", "edit", "reminder", "summary", "arrival"]
"""A push; a live message that is new, or edited; a reminder; news of several orders; what somebody
waits for who was given a share."""

log = structlog.get_logger()


@contextmanager
def attending(chat: Chat, items: Sequence[Item]) -> Iterator[None]:
    """Adds the orders and events to all lines that are logged meanwhile."""
    with bound_contextvars(**_about(chat, items)):
        yield


def _about(chat: Chat, items: Sequence[Item]) -> dict[str, Sequence[str]]:
    events = [event for item in items for event in news_in(chat, item)]
    return {"orders": [item.order.id for item in items], "events": named(events)}


def trace_message(chat: Chat, kind: Kind, items: Sequence[Item], now: datetime) -> None:
    """Telegram has just accepted the message."""
    line: dict[str, object] = {"chat": chat.id, "kind": kind, **_about(chat, items)}
    if kind != "reminder":
        seconds = (now - min(item.entry.since for item in items)).total_seconds()
        is_held = any(item.entry.due for item in items)
        if not is_held:
            metrics.TO_PHONE.observe(seconds)
        line |= {"seconds": round(seconds, 3), "held": is_held}
        for item in items:
            LATELY.became("sent", item.order.id, news_in(chat, item), None if is_held else seconds)
    log.info("message_sent", **line)


def trace_held(chat: Chat, entry: Entry) -> None:
    metrics.HELD.inc()
    LATELY.became("held", entry.order_id, until=entry.due)
    log.info("news_held", chat=chat.id, order=entry.order_id, until=str(entry.due))


def trace_paused(chat: Chat, order_id: str) -> None:
    LATELY.became("paused", order_id)
    log.info("news_paused", chat=chat.id, order=order_id, why=chat.paused)


def trace_unwanted(chat: Chat, order_id: str) -> None:
    LATELY.became("unwanted", order_id)
    log.info("news_unwanted", chat=chat.id, order=order_id)


def trace_failed(failure: Failure, orders: Sequence[str]) -> None:
    """For the console only: the sender has logged it. After a lost lease nothing is known."""
    outcome: Outcome
    match failure:
        case Lost():
            return
        case Retry():
            outcome = "failed"
        case Pause():
            outcome = "paused"
        case _:
            outcome = "undelivered"
    for order_id in orders:
        LATELY.became(outcome, order_id)
