"""`GET /api/v1/console/stories`: everything that happened to one order."""

from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field

from bot.services.console.stories import Became, Message, Step, Story
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, Query, example, for_console, operation
from handlers.web.backend import Backend
from storage.models import Kind

routes = web.RouteTableDef()


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


@routes.get("/api/v1/console/stories")
@operation(Scope.READ)
@for_console
async def list_stories(backend: Backend, query: StoryWanted) -> StoriesFound:
    """Read an order's whole story: every event, and every message that was sent or waits."""
    found = await backend.console.stories.find(query.order)
    return StoriesFound(stories=[StoryInfo.of(story) for story in found])
