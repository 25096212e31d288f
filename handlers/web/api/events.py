"""`POST /api/v1/events`: an order event, with a key in the place of a signature."""

import hashlib
from http import HTTPStatus
from typing import Annotated, Literal

from aiohttp import web
from pydantic import ConfigDict, StringConstraints

from bot.services.orders.events import A_CHANGE_HAS_A_STATE, EXAMPLE, OrderEvent
from bot.services.people.privacy import CustomerErased
from bot.services.shop.keys import Scope
from bot.services.tracking import IdTaken, NotThisCustomers, TooManyEvents, UnknownOrder
from handlers.web.api.operation import Body, Refusal, example, operation
from handlers.web.backend import Backend

routes = web.RouteTableDef()

REFUSALS = {
    UnknownOrder: Refusal(
        HTTPStatus.NOT_FOUND,
        "This order was never seen. Its first event needs data.customer_id.",
    ),
    IdTaken: Refusal(HTTPStatus.CONFLICT, "Another event came with this id before."),
    NotThisCustomers: Refusal(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This order is another customer's.",
        wrong="data.customer_id",
    ),
    TooManyEvents: Refusal(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This order holds no more events.",
        wrong="data.order_id",
    ),
    CustomerErased: Refusal(
        HTTPStatus.UNPROCESSABLE_ENTITY, "This customer was erased.", wrong="data.customer_id"
    ),
}


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
@operation(Scope.WRITE, refusals=REFUSALS)
async def take_event(backend: Backend, body: NumberedEvent) -> EventResult:
    """Record one event of an order, and tell its customer."""
    return await record(backend, body)


async def record(backend: Backend, event: NumberedEvent) -> EventResult:
    """Raises what `REFUSALS` answers."""
    digest = hashlib.sha256(event.model_dump_json(exclude={"id"}).encode()).digest()
    recorded = await backend.tracking.record(event, event_id=event.id, digest=digest)
    backend.announce(event.data.order_id)
    return EventResult(id=event.id, result="recorded" if recorded else "duplicate")
