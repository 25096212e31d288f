"""`POST /api/v1/events`: order events, with an API key instead of a signature."""

import hashlib
from typing import Annotated

from aiohttp import web
from pydantic import ConfigDict, RootModel

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.events import A_CHANGE_HAS_A_STATE, EXAMPLE, OrderEvent
from bot.services.orders.moves import MOVE_EXAMPLE, CourierMoved, by_type
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, example, operation, records_events
from handlers.web.backend import Backend
from handlers.web.orders import Result, take_move
from handlers.web.refusals import OF_EVENTS
from handlers.web.unread import EventId

routes = web.RouteTableDef()


class NumberedEvent(OrderEvent):
    """What happened to an order. Unknown members are ignored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "evt_1", **EXAMPLE}], **A_CHANGE_HAS_A_STATE}
    )

    id: EventId
    """The event's own id. Sending it again with the same id changes nothing."""


class NumberedMove(CourierMoved):
    """Where the courier with the order is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "evt_2", **MOVE_EXAMPLE}]})

    id: EventId
    """The event's own id."""


AnyEvent = Annotated[NumberedEvent | NumberedMove, by_type(NumberedEvent, NumberedMove)]


class TakenEvent(RootModel[AnyEvent]):
    """An event. Its `type` decides which."""


class EventResult(Body):
    """The result for an event."""

    model_config = example(id="evt_1", result="recorded")

    id: str
    result: Result
    """`ignored`: a courier's place that is outdated, or whose order is not out for delivery."""


@routes.post("/api/v1/events")
@operation(Scope.WRITE, refusals=OF_EVENTS)
@records_events
async def record_event(backend: Backend, body: TakenEvent) -> EventResult:
    """Record one event of an order, and notify the customer."""
    event = body.root
    if isinstance(event, NumberedMove):
        return EventResult(id=event.id, result=await take_move(backend, event))
    is_new = await backend.intake.record(said(event))
    return EventResult(id=event.id, result="recorded" if is_new else "duplicate")


def said(event: NumberedEvent) -> IncomingEvent:
    whole = event.model_dump_json(exclude={"id"}).encode()
    return IncomingEvent(event.id, event, hashlib.sha256(whole).digest())
