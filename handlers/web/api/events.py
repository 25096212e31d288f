"""`POST /api/v1/events`: an order event, with a key in the place of a signature."""

import hashlib
from typing import Annotated, Literal

from aiohttp import web
from pydantic import ConfigDict, StringConstraints

from bot.services.orders.adding import Said
from bot.services.orders.events import A_CHANGE_HAS_A_STATE, EXAMPLE, OrderEvent
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, example, operation
from handlers.web.backend import Backend
from handlers.web.refusals import OF_EVENTS

routes = web.RouteTableDef()


class NumberedEvent(OrderEvent):
    """What happened to an order. Members that are not listed are ignored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "evt_1", **EXAMPLE}], **A_CHANGE_HAS_A_STATE}
    )

    id: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,256}$")]
    """The event's own: to send it again with the same id changes nothing."""


class EventResult(Body):
    """How an event was taken."""

    model_config = example(id="evt_1", result="recorded")

    id: str
    result: Literal["recorded", "duplicate"]


@routes.post("/api/v1/events")
@operation(Scope.WRITE, refusals=OF_EVENTS)
async def take_event(backend: Backend, body: NumberedEvent) -> EventResult:
    """Record one event of an order, and tell its customer."""
    is_new = await backend.intake.record(said(body))
    return EventResult(id=body.id, result="recorded" if is_new else "duplicate")


def said(event: NumberedEvent) -> Said:
    whole = event.model_dump_json(exclude={"id"}).encode()
    return Said(event.id, event, hashlib.sha256(whole).digest())
