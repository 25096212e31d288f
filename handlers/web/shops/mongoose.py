"""A shop of one's own on Mongoose: its order document as it is, after each change."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from bot.services.orders.intake import Said
from bot.services.orders.statuses import Dialect
from handlers.web.shops.reading import (
    Expected,
    Headers,
    Id,
    Lenient,
    Line,
    Many,
    Moment,
    Note,
    Payload,
    Word,
    window,
)
from handlers.web.shops.system import Post, ShopSystem, event, event_id


def _plain_id(value: Any) -> Any:
    """As text, as MongoDB's extended JSON, or of a document that was populated."""
    if isinstance(value, dict) and "_id" in value:
        value = value["_id"]
    return value["$oid"] if isinstance(value, dict) and "$oid" in value else value


def _plain_date(value: Any) -> Any:
    return value["$date"] if isinstance(value, dict) and "$date" in value else value


ObjectId = Annotated[Id, BeforeValidator(_plain_id)]
Date = Annotated[Moment, BeforeValidator(_plain_date)]


class _Step(Payload):
    status: Word
    timestamp: Date
    note: Lenient[Note] = None
    location: Lenient[Line] = None


class _Order(Payload):
    id: ObjectId = Field(alias="_id")
    user: ObjectId | None = None
    order_number: Lenient[Word] = Field(None, alias="orderNumber")
    status: Lenient[Word] = None
    steps: Many[_Step] = Field([], alias="trackingInfo", max_length=1000)
    created_at: Lenient[Date] = Field(None, alias="createdAt")
    updated_at: Lenient[Date] = Field(None, alias="updatedAt")
    expected: Lenient[Annotated[Expected, BeforeValidator(_plain_date)]] = Field(
        None, alias="estimatedDelivery"
    )


class _Headers(Headers):
    """Verified, as they are signed along with the body."""

    sent: int = Field(alias="webhook-timestamp")


def read(headers: Mapping[str, str], payload: Any) -> Post:
    """Each entry is an event with an id of its own making: so posts may repeat, or overtake."""
    sent_at = datetime.fromtimestamp(_Headers.of(headers).sent, UTC)
    order = _Order.model_validate(payload)
    return Post(list(_told(order, sent_at)))


def _told(order: _Order, sent_at: datetime) -> Iterable[Said]:
    whose = {
        "order_id": order.id,
        "customer_id": order.user,
        "order_number": order.order_number,
    }
    for step in order.steps:
        identity = event_id("mongoose", order.id, step.timestamp, step.status)
        said = {"note": step.note, "location": step.location}
        yield Said(identity, event(step.timestamp, step.status, **said, **whose))
    newest = max(order.steps, key=lambda step: step.timestamp, default=None)
    if newest is None or (order.status and order.status.casefold() != newest.status.casefold()):
        at = order.updated_at or order.created_at
        yield Said(
            event_id("mongoose", order.id, at, order.status, "document"),
            event(at or sent_at, order.status or "placed", **whose),
        )
    if order.expected:
        at = order.updated_at or (newest.timestamp if newest else sent_at)
        yield Said(
            event_id("mongoose", order.id, order.expected, "expected"),
            event(at, estimated_delivery=window(order.expected), **whose),
        )


MONGOOSE = ShopSystem(Dialect("mongoose", {}), read, signature=None)
