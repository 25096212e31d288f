"""The result of each received event: a line in the log, and a count.

The log line of a message (`bot.delivery.traces`) names the same events, so that a webhook can be
followed to the phone, through restarts and across replicas.
"""

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import structlog
from prometheus_client import Counter
from structlog.contextvars import get_contextvars

from bot.services.console.lately import LATELY
from bot.services.orders.recording import Recorded, Refused
from bot.services.orders.references import number_of
from bot.services.people.privacy import CustomerErased
from storage.models import Trace

Result = Literal["recorded", "duplicate", "ignored", "refused"]

WEBHOOK, API, BOOK = "webhook", "api", "book"
"""Sources other than shop systems: our own webhook and API, and the shop's book that we read."""
MOST_NAMED = 20
"""How many events one line names. For more it adds their number."""

EVENTS = Counter(
    "trackline_events_total",
    "Order events by what became of them: recorded, duplicate (recorded before), ignored (a shop "
    "system's, with nothing in it for us) or refused.",
    ["result"],
)
_COUNTS: Mapping[Result, Counter] = {result: EVENTS.labels(result) for result in get_args(Result)}

_NO_STATES: Mapping[str, str | None] = {}

log = structlog.get_logger()


def trace_event(
    result: Result,
    events: Sequence[str] = (),
    *,
    source: str | None = None,
    number: str | None = None,
    states: Mapping[str, str | None] = _NO_STATES,
    **more: object,
) -> None:
    """Logs and counts the result of events. ``events``: their ids, if they could be read.

    ``more``: further fields of the line; None is left out. ``order``: its id. ``chats``: how many
    chats it is news for. ``why``: the reason of a refusal.
    For the console: ``source``, if the log context does not have it; ``number``: the order's;
    ``states``: the state of each event by id.
    """
    _COUNTS[result].inc(len(events) or 1)
    line = {name: value for name, value in more.items() if value is not None}
    _remember(result, events, source, states, **line, number=number)
    write = log.warning if result == "refused" else log.info
    write("order_event", result=result, events=named(events), **line)


def _remember(
    result: Result,
    events: Sequence[str],
    source: str | None,
    states: Mapping[str, str | None],
    **more: Any,
) -> None:
    """Keeps the events for the console."""
    post = get_contextvars()
    webhook_id = post.get("webhook_id")
    source = source or post.get("system") or (WEBHOOK if webhook_id else API)
    why = more.pop("why", None)
    words = ", ".join(why) if isinstance(why, list) else why
    said: dict[str, Any] = {
        "source": source,
        "at": datetime.now(UTC),
        "result": result,
        "why": words,
        **more,
    }
    for event in events or [webhook_id or "?"]:
        LATELY.arrived(Trace(event=event, state=states.get(event), **said))


def trace_refused(source: str, why: str) -> None:
    """Logs and counts a post with a wrong signature. The sender gets no details."""
    LATELY.refused(source)
    log.warning("webhook_refused", why=why)


async def traced(recording: Awaitable[Recorded], events: Sequence[str], order: str) -> Recorded:
    """Awaits ``recording`` and logs its result. Raises what ``recording`` raises."""
    with refusals_traced(events, order):
        recorded = await recording
    _trace_stored(events, recorded, is_new=recorded.is_new)
    return recorded


def trace_each(
    events: Sequence[str], outcomes: Sequence[bool | Refused], recorded: Recorded
) -> None:
    """Logs the events of one order: one line for each kind of outcome. True: it was new."""
    alike: dict[bool | str, list[str]] = {}
    for event, outcome in zip(events, outcomes, strict=True):
        kind = type(outcome).__name__ if isinstance(outcome, Refused) else outcome
        alike.setdefault(kind, []).append(event)
    for kind, those in alike.items():
        if isinstance(kind, str):
            order = recorded.order
            trace_event("refused", those, number=number_of(order), order=order.id, why=kind)
        else:
            _trace_stored(those, recorded, is_new=kind)


def _trace_stored(events: Sequence[str], recorded: Recorded, *, is_new: bool) -> None:
    if is_new:
        _trace_recorded(events, recorded)
    else:
        trace_event("duplicate", events, number=number_of(recorded.order), order=recorded.order.id)


def _trace_recorded(events: Sequence[str], recorded: Recorded, source: str | None = None) -> None:
    stored = [event for event in recorded.order.events if event.id in events]
    trace_event(
        "recorded",
        events,
        source=source,
        number=number_of(recorded.order),
        states={event.id: event.status or event.implies for event in stored},
        order=recorded.order.id,
        chats=recorded.followers,
    )


def trace_new(recorded: Recorded) -> None:
    """Logs events that nobody posted, but that were read from the shop's book."""
    if events := [event.id for event in recorded.new_events]:
        _trace_recorded(events, recorded, BOOK)


@contextmanager
def refusals_traced(events: Sequence[str], order: str) -> Iterator[None]:
    try:
        yield
    except (Refused, CustomerErased) as why:
        trace_event("refused", events, order=order, why=type(why).__name__)
        raise


def named(events: Sequence[str]) -> Sequence[str]:
    more = len(events) - MOST_NAMED
    return [*events[:MOST_NAMED], f"and {more} more"] if more > 0 else events
