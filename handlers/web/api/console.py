"""`/api/v1/console`: the state of the service, for operators; `/console` shows it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field

from bot.services.console.figures import percentile, together
from bot.services.console.lately import Fate, fate
from bot.services.console.stories import Became, Message, Step, Story
from bot.services.shop.keys import Scope
from handlers.web.api.operation import OF_TEXT, Body, Query, example, for_console, operation
from handlers.web.api.status_words import WordInfo
from handlers.web.backend import Backend
from storage.models import Figures, Kind, Source, Trace

routes = web.RouteTableDef()

_AT = "2026-11-20T09:30:00Z"


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


class ToPhone(Body):
    """Approximate seconds between recording an event and Telegram having its message."""

    p50: float | None
    """Half of the messages took at most this long. Null: there were none."""
    p95: float | None
    p99: float | None

    @classmethod
    def of(cls, phone: Mapping[str, int]) -> "ToPhone":
        p50, p95, p99 = (percentile(phone, share) for share in (0.5, 0.95, 0.99))
        return cls(p50=p50, p95=p95, p99=p99)


class FiguresInfo(Body):
    """Counts for one minute or day."""

    at: AwareDatetime
    """When it began."""
    events: dict[str, int]
    """The number of events by result: `recorded`, `duplicate`, `ignored`, `refused`."""
    messages: dict[str, int]
    """The number of messages by outcome: `sent`, `retried`, `blocked`, `gone`, `dead`."""
    to_phone: ToPhone
    waiting: int
    """The highest number of waiting messages that was measured."""
    oldest_seconds: float
    """The longest wait of a message that was measured."""
    linked: int | None
    """The number of linked chats at the end. Null: it was not counted."""

    @classmethod
    def of(cls, figures: Figures) -> "FiguresInfo":
        return cls(
            at=figures.at,
            events=figures.events,
            messages=figures.messages,
            to_phone=ToPhone.of(figures.phone),
            waiting=figures.waiting,
            oldest_seconds=figures.oldest,
            linked=figures.linked,
        )


class FiguresWanted(Query):
    """The wanted period."""

    each: Literal["minute", "day"] = "minute"
    """Minutes are kept for two days, days for four hundred days."""
    count: Annotated[int, Field(ge=1, le=400), OF_TEXT] = 60
    """How many minutes or days, up to now."""


class FiguresOverTime(Body):
    """Counts of all replicas together."""

    figures: list[FiguresInfo]
    """Oldest first, the current one last."""
    to_phone: ToPhone
    """For the whole period."""


class StoryWanted(Query):
    """The wanted order."""

    order: Annotated[str, Field(min_length=1, max_length=256)]
    """Its id or its number."""


class StoryStep(Body):
    """An event that was recorded."""

    event_id: str
    status: str | None
    happened_at: AwareDatetime
    recorded_at: AwareDatetime
    parcel: int | None
    """Which of the order's parcels it is about, counted from 1."""
    source: str | None
    """The shop system that sent it."""
    is_news: bool
    """Whether it was news, and is among the latest fifty that were."""

    @classmethod
    def of(cls, step: Step) -> "StoryStep":
        return cls(
            event_id=step.event,
            status=step.state,
            happened_at=step.happened_at,
            recorded_at=step.recorded_at,
            parcel=step.parcel,
            source=step.source,
            is_news=step.is_news,
        )


class StoryMessage(Body):
    """A message about the order to one chat: sent, waiting, or given up."""

    chat: str
    """The chat's alias, as in the log."""
    kind: Kind
    became: Became
    """`over`: it was no longer wanted."""
    at: AwareDatetime | None
    """When it was sent, or since when it waits."""
    until: AwareDatetime | None
    """Until when it is held back."""
    why: str | None

    @classmethod
    def of(cls, message: Message) -> "StoryMessage":
        return cls(**vars(message))


class StoryInfo(Body):
    """The whole story of an order, without anything personal."""

    order_id: str
    order_number: str
    status: str
    linked: int
    """The number of chats that follow it."""
    hearing: int
    """How many of them want messages about it."""
    steps: list[StoryStep]
    """In the order in which they were recorded."""
    messages: list[StoryMessage]
    """Oldest first."""

    @classmethod
    def of(cls, story: Story) -> "StoryInfo":
        return cls(
            order_id=story.order.order_id,
            order_number=story.order.order_number,
            status=story.order.status,
            linked=story.linked,
            hearing=story.hearing,
            steps=[StoryStep.of(step) for step in story.steps],
            messages=[StoryMessage.of(message) for message in story.messages],
        )


class StoriesFound(Body):
    """The story of the order with this id, or of all orders with this number."""

    model_config = example(
        stories=[
            {
                "order_id": "ord_1",
                "order_number": "1001",
                "status": "shipped",
                "linked": 1,
                "hearing": 1,
                "steps": [],
                "messages": [],
            }
        ]
    )

    stories: list[StoryInfo]
    """Empty if there is no such order."""


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


@routes.get("/api/v1/console/figures")
@operation(Scope.READ)
@for_console
async def list_figures(backend: Backend, query: FiguresWanted) -> FiguresOverTime:
    """Read counts over time: events, messages, seconds to the phone, and linked chats.

    Each replica adds its counts once a minute.
    """
    console = backend.console
    figures = await (console.minutes if query.each == "minute" else console.days)(query.count)
    return FiguresOverTime(
        figures=[FiguresInfo.of(each) for each in figures],
        to_phone=ToPhone.of(together(figures)),
    )


@routes.get("/api/v1/console/stories")
@operation(Scope.READ)
@for_console
async def list_stories(backend: Backend, query: StoryWanted) -> StoriesFound:
    """Read an order's whole story: every event, and every message that was sent or waits."""
    found = await backend.console.stories.find(query.order)
    return StoriesFound(stories=[StoryInfo.of(story) for story in found])
