"""`/api/v1/console`: the state of the service, for operators; `/console` shows it."""

from aiohttp import web
from pydantic import AwareDatetime

from bot.services.console.lately import Fate, fate
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, for_console, operation
from handlers.web.api.status_words import WordInfo
from handlers.web.backend import Backend
from storage.models import Source, Trace

routes = web.RouteTableDef()


class ArrivalInfo(Body):
    """An event that arrived recently, and what became of it, down to the phone."""

    event_id: str
    """The event's id; if it could not be read, the id of the request."""
    order_id: str | None
    order_number: str | None
    """The number that customers use. Null: there is none, or it was not looked up."""
    source: str
    """A shop system's name, `webhook`, `api`, or `book` (read from the shop's own orders)."""
    at: AwareDatetime
    fate: Fate
    """`no_news`: stored, but there is nothing to send. `nobody`: no chat is connected. `held`: it
    is sent later, because of quiet hours or a daily summary. `failed`: it will be tried again.
    `paused`: it waits, as the customer has blocked the bot or cannot be reached. `sent`: Telegram
    has it."""
    state: str | None
    """The state as it was stored. Null: it has none, or was not recorded."""
    why: str | None
    """What was wrong with it."""
    again: int
    """How often it came again."""
    chats: int | None
    """The number of chats that it is news for. Null: it is no news."""
    sent: int
    """The number of chats that have got it."""
    held_until: AwareDatetime | None
    """When the last chat that gets it later will get it. Null: there is none."""
    seconds: float | None
    """Seconds until the last chat got it."""

    @classmethod
    def of(cls, trace: Trace) -> "ArrivalInfo":
        return cls(
            event_id=trace.event,
            order_id=trace.order,
            order_number=trace.number,
            source=trace.source,
            at=trace.at,
            fate=fate(trace),
            state=trace.state,
            why=trace.why,
            again=trace.again,
            chats=trace.chats,
            sent=trace.sent,
            held_until=trace.held_until,
            seconds=trace.seconds,
        )


class SourceInfo(Body):
    """When a source last sent something. Null: never, as far as is known."""

    source: str
    event_at: AwareDatetime | None
    unread_at: AwareDatetime | None
    """The last request with a valid signature that could not be used."""
    refused_at: AwareDatetime | None
    """The last request with a wrong or missing signature."""

    @classmethod
    def of(cls, source: Source) -> "SourceInfo":
        return cls(
            source=source.name,
            event_at=source.event_at,
            unread_at=source.unread_at,
            refused_at=source.refused_at,
        )


class ConsoleInfo(Body):
    """The current state of the service."""

    at: AwareDatetime
    """The time now, by the service's clock."""
    arrivals: list[ArrivalInfo]
    """The latest hundred, newest first. Those of other replicas are a few seconds behind."""
    sources: list[SourceInfo]
    status_words: list[WordInfo]
    """Unknown words for states, followed by those that were given a meaning."""
    waiting: int
    """Messages that are due and not sent yet; 1000 means 1000 or more."""
    oldest_seconds: float
    """How long the oldest of them has waited."""


@routes.get("/api/v1/console")
@operation(Scope.READ)
@for_console
async def get_console(backend: Backend) -> ConsoleInfo:
    """Read what arrived recently, what is waiting, and the state of each source."""
    now = await backend.console.now()
    return ConsoleInfo(
        at=now.at,
        arrivals=[ArrivalInfo.of(trace) for trace in now.traces],
        sources=[SourceInfo.of(source) for source in now.sources],
        status_words=[WordInfo.of(word) for word in now.words],
        waiting=now.backing.waiting,
        oldest_seconds=now.backing.oldest,
    )
