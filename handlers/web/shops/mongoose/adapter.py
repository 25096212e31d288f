"""A self-made shop on Mongoose: it posts its order document as it is, after each change.

Schemas differ, so each field is read by any of its most common names.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.documents import counted, unwrapped
from bot.services.orders.extras import SecureAddress
from bot.services.orders.statuses import Dialect, Status, canonical, rank
from handlers.web.shops import goods
from handlers.web.shops.reading import (
    Expected,
    Headers,
    Id,
    Lenient,
    Line,
    Link,
    Moment,
    Name,
    Note,
    Payload,
    Some,
    Thing,
    Word,
    window,
)
from handlers.web.shops.system import Post, ShopSystem, event, event_id


def _plain_id(value: Any) -> Any:
    """Reads an id as text, as MongoDB's extended JSON, or from a populated document."""
    if isinstance(value, dict):
        value = next((value[name] for name in ("_id", "id") if name in value), value)
    return unwrapped(value)


def _plain_date(value: Any) -> Any:
    at = counted(value := unwrapped(value))
    return at.isoformat() if at else value


def _called(*names: str, default: Any = None) -> Any:
    """``names``: the field's names in different schemas; the first one present counts."""
    return Field(default, validation_alias=AliasChoices(*names))


def _unless_it_is_an_object(value: Any) -> Any:
    return [] if isinstance(value, dict) else value


ObjectId = Annotated[Id, BeforeValidator(_plain_id)]
Date = Annotated[Moment, BeforeValidator(_plain_date)]
Day = Annotated[Expected, BeforeValidator(_plain_date)]


class _Step(Payload):
    status: Word = _called("status", "state", default=...)
    timestamp: Date = _called(
        "timestamp", "date", "at", "time", "changedAt", "updatedAt", default=...
    )
    note: Lenient[Note] = _called("note", "notes", "comment", "message", "description")
    location: Lenient[Line] = None


class _Carrier(Payload):
    carrier_name: Lenient[Line] = _called("carrier", "courier", "courierName", "carrierName")
    tracking_number: Lenient[Line] = _called("trackingNumber", "trackingId", "tracking_number")
    tracking_url: Lenient[Link] = _called("trackingUrl", "trackingLink", "trackingURL")


class _Product(Payload):
    name: Lenient[Thing] = _called("name", "title")
    image: Lenient[SecureAddress] = _called("image", "imageUrl", "thumbnail")


class _Line(Payload):
    """The line itself has a name, or its product has, if that was populated."""

    own_name: Lenient[Thing] = _called("name", "title", "productName")
    own_image: Lenient[SecureAddress] = _called("image", "imageUrl", "productImage")
    product: Lenient[_Product] = _called("product", "productId")
    quantity: Lenient[int] = _called("quantity", "qty", "count", default=1)

    @property
    def count(self) -> int:
        return self.quantity or 0

    @property
    def name(self) -> str | None:
        return self.own_name or (self.product.name if self.product else None)

    @property
    def image_url(self) -> str | None:
        return self.own_image or (self.product.image if self.product else None)


class _Order(_Carrier):
    id: ObjectId = _called("_id", "id", default=...)
    name: Lenient[Annotated[Name, BeforeValidator(_plain_id)]] = _called("_id", "id")
    user: Lenient[ObjectId] = _called(
        *("user", "customer", "userId", "customerId", "user_id", "customer_id", "buyer")
    )
    order_number: Lenient[Word] = _called("orderNumber", "orderNo", "order_number", "number")
    status: Lenient[Word] = _called("status", "orderStatus", "order_status", "deliveryStatus")
    given_steps: Annotated[
        Lenient[list[Lenient[_Step]]], BeforeValidator(_unless_it_is_an_object)
    ] = _called("trackingInfo", "trackingHistory", "statusHistory", "history", "timeline")
    lines: Some[_Line] = _called(
        *("items", "orderItems", "products", "cartItems", "lineItems"), default=[]
    )
    tracking: Lenient[_Carrier] = _called("tracking", "shipment", "trackingInfo")
    is_paid: Lenient[bool] = _called("isPaid")
    paid_at: Lenient[Date] = _called("paidAt")
    shipped_at: Lenient[Date] = _called("shippedAt")
    is_delivered: Lenient[bool] = _called("isDelivered")
    delivered_at: Lenient[Date] = _called("deliveredAt")
    cancelled_at: Lenient[Date] = _called("cancelledAt", "canceledAt")
    created_at: Lenient[Date] = _called("createdAt")
    updated_at: Lenient[Date] = _called("updatedAt")
    expected: Lenient[Day] = _called(
        "estimatedDelivery", "estimatedDeliveryDate", "expectedDelivery"
    )

    @property
    def steps(self) -> list[_Step]:
        """The steps in the document, else steps derived from its dates."""
        return [step for step in self.given_steps or [] if step] or self._dated

    @property
    def _dated(self) -> list[_Step]:
        paid_at = self.paid_at if self.is_paid is not False else None
        delivered_at = self.delivered_at if self.is_delivered is not False else None
        if self.is_delivered and not delivered_at:
            delivered_at = self.updated_at
        dates = {
            Status.CONFIRMED: paid_at,
            Status.SHIPPED: self.shipped_at,
            Status.DELIVERED: delivered_at,
            Status.CANCELLED: self.cancelled_at,
        }
        if not any(dates.values()):
            return []
        dates = {Status.PLACED: self.created_at, **dates}
        return [
            _Step(status=status, timestamp=at.isoformat()) for status, at in dates.items() if at
        ]

    @property
    def state(self) -> str | None:
        """The document's state, unless its steps have it. If the steps are derived from dates, they
        take precedence over an earlier state."""
        newest = max(self.steps, key=lambda step: step.timestamp, default=None)
        if newest is None:
            return self.status or Status.PLACED
        now, known = canonical(self.status or "", {}), canonical(newest.status, {})
        is_behind = not any(self.given_steps or []) and rank(now) < rank(known)
        is_known = now.casefold() == known.casefold()
        return None if is_known or is_behind else self.status

    @property
    def carrier(self) -> dict[str, str | None] | None:
        for tracking in filter(None, (self, self.tracking)):
            if tracking.tracking_number or tracking.tracking_url:
                return {
                    "name": tracking.carrier_name,
                    "tracking_number": tracking.tracking_number,
                    "tracking_url": tracking.tracking_url,
                }
        return None

    @property
    def number(self) -> str | None:
        """The order's number, else an id that we had to change, which people know as it was."""
        if self.order_number or self.name == self.id or self.name is None:
            return self.order_number
        return self.name.lstrip("# ")[:64] or None


class _Headers(Headers):
    """These headers are signed together with the body, and so verified."""

    sent: int = Field(alias="webhook-timestamp")


def read(headers: Mapping[str, str], payload: Any) -> Post:
    """Each entry becomes an event with an id derived from it, so posts may repeat or overtake each
    other."""
    sent_at = datetime.fromtimestamp(_Headers.of(headers).sent, UTC)
    if isinstance(payload, dict):  # a null must not hide the same field under another name
        payload = {name: value for name, value in payload.items() if value is not None}
    order = _Order.model_validate(payload)
    unread = [step for step in order.given_steps or [] if step is None]
    return Post(list(_events(order, sent_at)), skipped=len(unread))


def _events(order: _Order, sent_at: datetime) -> Iterable[IncomingEvent]:
    whose = {"order_id": order.id, "customer_id": order.user, "order_number": order.number}
    for step in order.steps:
        identity = event_id("mongoose", order.id, step.timestamp, step.status)
        said = {"note": step.note, "location": step.location}
        yield IncomingEvent(identity, event(step.timestamp, step.status, **said, **whose))
    newest = max((step.timestamp for step in order.steps), default=None)
    if state := order.state:
        at = order.updated_at or order.created_at
        yield IncomingEvent(
            event_id("mongoose", order.id, at, order.status, "document"),
            event(at or newest or sent_at, state, **whose),
        )
    at = order.updated_at or newest or sent_at
    if order.expected:
        yield IncomingEvent(
            event_id("mongoose", order.id, order.expected, "expected"),
            event(at, estimated_delivery=window(order.expected), **whose),
        )
    if items := goods.named(order.lines):
        yield IncomingEvent(
            event_id("mongoose", order.id, items, "items"), event(at, items=items, **whose)
        )
    if order.carrier:
        yield IncomingEvent(
            event_id("mongoose", order.id, *order.carrier.values(), "carrier"),
            event(at, carrier=order.carrier, **whose),
        )


SYSTEM = ShopSystem(Dialect("mongoose", {}), read, signature=None)
