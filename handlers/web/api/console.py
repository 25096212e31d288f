"""`/api/v1/console`: how it goes, for whoever runs the service; `/console` shows it."""

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
    """An event that arrived lately, and what became of it, down to the phone."""

    event_id: str
    """Of what could not be read: what its sender called the post."""
    order_id: str | None
    order_number: str | None
    """What its customer calls it. Null: it has none, or was not looked up."""
    source: str
    """A shop system's name, `webhook`, `api`, or `book`: the shop's own orders, as we read them."""
    at: AwareDatetime
    fate: Fate
    """`no_news`: stored, and nothing to tell. `nobody`: nobody is connected. `held`: its reader
    hears of it later, by their quiet hours or summary. `failed`: it will be tried again. `paused`:
    it waits, as its reader has blocked the bot or cannot be reached. `sent`: Telegram has it."""
    state: str | None
    """That it tells, in the word that is kept. Null: none, or it was not recorded."""
    why: str | None
    """What was wrong with it."""
    again: int
    """How often it came again."""
    chats: int | None
    """It is news for so many; null: it is none."""
    sent: int
    """So many of them have it."""
    held_until: AwareDatetime | None
    """When the last of those who hear of it later does. Null: none of them do."""
    seconds: float | None
    """Until the last of them had it."""

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
    """When something came last from there. Null: not since that is noted."""

    source: str
    event_at: AwareDatetime | None
    unread_at: AwareDatetime | None
    """A post that was signed, and came to nothing."""
    refused_at: AwareDatetime | None
    """One that was not signed as it should be."""

    @classmethod
    def of(cls, source: Source) -> "SourceInfo":
        return cls(
            source=source.name,
            event_at=source.event_at,
            unread_at=source.unread_at,
            refused_at=source.refused_at,
        )


class ConsoleInfo(Body):
    """How it goes now."""

    at: AwareDatetime
    """By the service's clock."""
    arrivals: list[ArrivalInfo]
    """The latest hundred, the latest first; of other replicas those of a few seconds ago."""
    sources: list[SourceInfo]
    status_words: list[WordInfo]
    """States that nobody knows, and then those that were given a meaning."""
    waiting: int
    """Messages that are due and have not left; 1000 stands for more."""
    oldest_seconds: float
    """So long the oldest of them has waited."""


class ToPhone(Body):
    """Seconds from an event's being recorded to Telegram's having its message, about."""

    p50: float | None
    """Of half of the messages; null: there were none."""
    p95: float | None
    p99: float | None

    @classmethod
    def of(cls, phone: Mapping[str, int]) -> "ToPhone":
        p50, p95, p99 = (percentile(phone, share) for share in (0.5, 0.95, 0.99))
        return cls(p50=p50, p95=p95, p99=p99)


class FiguresInfo(Body):
    """Of a minute or a day."""

    at: AwareDatetime
    """When it began."""
    events: dict[str, int]
    """By what became of them: `recorded`, `duplicate`, `ignored`, `refused`."""
    messages: dict[str, int]
    """By what became of them: `sent`, `retried`, `blocked`, `gone`, `dead`."""
    to_phone: ToPhone
    waiting: int
    """The most that waited when somebody looked."""
    oldest_seconds: float
    linked: int | None
    """Chats that were linked at the end of it; null: nobody has counted."""

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
    """Of which time."""

    each: Literal["minute", "day"] = "minute"
    """Minutes are kept for two days, days for four hundred."""
    count: Annotated[int, Field(ge=1, le=400), OF_TEXT] = 60
    """How many, up to now."""


class FiguresOverTime(Body):
    """Counts of all replicas together."""

    figures: list[FiguresInfo]
    """Oldest first, the present one last."""
    to_phone: ToPhone
    """Of all that time."""


class StoryWanted(Query):
    """Which order."""

    order: Annotated[str, Field(min_length=1, max_length=256)]
    """Its id, or its number."""


class StoryStep(Body):
    """An event that was recorded."""

    event_id: str
    status: str | None
    happened_at: AwareDatetime
    recorded_at: AwareDatetime
    parcel: int | None
    """Which of the order's it is about, counted from 1."""
    source: str | None
    """The shop system that told it."""
    is_news: bool
    """It was worth telling, and is among the latest fifty that were."""

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
    """What the log calls the chat."""
    kind: Kind
    became: Became
    """`over`: it was not wanted any more."""
    at: AwareDatetime | None
    """When it was sent, or since when it waits."""
    until: AwareDatetime | None
    """It is held until then."""
    why: str | None

    @classmethod
    def of(cls, message: Message) -> "StoryMessage":
        return cls(**vars(message))


class StoryInfo(Body):
    """An order's whole story, with nothing of any person in it."""

    order_id: str
    order_number: str
    status: str
    linked: int
    """Chats that follow it."""
    hearing: int
    """Those of them that want to hear of it."""
    steps: list[StoryStep]
    """As they were recorded."""
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
    """Of the order with this id, or of all with this number."""

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
    """Empty: no order goes by that."""


@routes.get("/api/v1/console")
@operation(Scope.READ)
@for_console
async def get_console(backend: Backend) -> ConsoleInfo:
    """Read what arrived lately, what waits, and how each source is."""
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

    Each replica adds once a minute what it has counted.
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
    """Read an order's whole story: each event, and each message that was sent or waits."""
    found = await backend.console.stories.find(query.order)
    return StoriesFound(stories=[StoryInfo.of(story) for story in found])
