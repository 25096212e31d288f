"""`GET /api/v1/console/figures`: counts over time."""

from collections.abc import Mapping
from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field

from bot.services.console.figures import percentile, together
from bot.services.shop.keys import Scope
from handlers.web.api.operation import OF_TEXT, Body, Query, for_console, operation
from handlers.web.backend import Backend
from storage.models import Figures

routes = web.RouteTableDef()


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
