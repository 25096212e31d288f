"""Shopify: orders, fulfilments (parcels to us), and what happens to these on their way."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.services.orders.events import OrderEvent
from bot.services.orders.intake import Said
from bot.services.orders.statuses import Dialect, Status
from handlers.web.shops.reading import (
    Expected,
    Headers,
    Id,
    Lenient,
    Line,
    Link,
    Many,
    Moment,
    Note,
    Payload,
    Word,
    window,
)
from handlers.web.shops.system import Ignored, Post, ShopSystem, event, event_id

WORDS = {
    "pending": Status.PAYMENT_DUE,
    "unfulfilled": Status.PLACED,
    "open": Status.PROCESSING,
    "fulfilled": Status.SHIPPED,
    "label_purchased": Status.PACKED,
    "label_printed": Status.PACKED,
    "confirmed": Status.SHIPPED,
    "carrier_picked_up": Status.IN_TRANSIT,
    "attempted_delivery": Status.ATTEMPT_FAILED,
    "picked_up": Status.DELIVERED,
    "failure": Status.PROBLEM,
}
"""The others are called as we call them."""

UNDER_WAY = {None, "success", "open", "pending"}
"""States of fulfilments that were not taken back."""


class _Headers(Headers):
    topic: str = Field(alias="X-Shopify-Topic")
    webhook_id: str = Field(alias="X-Shopify-Webhook-Id", min_length=1)
    shop: str = Field("", alias="X-Shopify-Shop-Domain")
    triggered_at: Lenient[Moment] = Field(None, alias="X-Shopify-Triggered-At")


class _Customer(Payload):
    id: Id


class _Item(Payload):
    quantity: int


class _Refund(Payload):
    created_at: Lenient[Moment] = None


class _Fulfillment(Payload):
    id: Id
    status: Lenient[Word] = None
    shipment_status: Lenient[Word] = None
    updated_at: Moment
    tracking_company: Lenient[Line] = None
    tracking_number: Lenient[Line] = None
    tracking_numbers: Lenient[list[Line]] = None
    tracking_url: Lenient[Link] = None

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY

    @property
    def state(self) -> str:
        return self.shipment_status or (
            "open" if self.status in {"open", "pending"} else "fulfilled"
        )

    def told(self, **order: Any) -> OrderEvent:
        numbers = ", ".join(self.tracking_numbers or [])
        carrier = {
            "name": self.tracking_company,
            "tracking_number": numbers if 0 < len(numbers) <= 100 else self.tracking_number,
            "tracking_url": self.tracking_url,
        }
        return event(self.updated_at, self.state, parcel=self.id[-64:], carrier=carrier, **order)

    def taken_back(self, at: datetime, **order: Any) -> OrderEvent:
        return event(at, Status.CANCELLED, parcel=self.id[-64:], notify=False, **order)


class _FulfillmentOfOrder(_Fulfillment):
    order_id: Id


class _Order(Payload):
    id: Id
    name: Lenient[Word] = None
    customer: _Customer | None = None
    updated_at: Moment
    cancelled_at: Moment | None = None
    financial_status: Lenient[Word] = None
    fulfillment_status: Lenient[Word] = None
    fulfillments: Many[_Fulfillment] = Field([])
    line_items: Lenient[list[_Item]] = None
    refunds: Lenient[list[_Refund]] = None

    def state(self, *, has_parcels: bool) -> tuple[str | None, datetime]:
        """The whole order's, and since when. None: its parcels tell, and no newer word of it may
        hide what they have told.
        """
        if self.cancelled_at:
            return "cancelled", self.cancelled_at
        if self.financial_status == "refunded":
            refunded = [refund.created_at for refund in self.refunds or [] if refund.created_at]
            return "refunded", max(refunded, default=self.updated_at)
        if has_parcels:
            return None, self.updated_at
        if self.fulfillment_status == "fulfilled":
            return "fulfilled", self.updated_at
        if self.financial_status == "pending":
            return "pending", self.updated_at
        return "open" if self.fulfillments else "unfulfilled", self.updated_at


class _FulfillmentEvent(Payload):
    order_id: Id
    fulfillment_id: Id
    status: Word
    happened_at: Moment
    message: Lenient[Note] = None
    city: Lenient[Line] = None
    province: Lenient[Line] = None
    estimated_delivery_at: Lenient[Expected] = None


def _order(payload: Any) -> Iterable[OrderEvent]:
    order = _Order.model_validate(payload)
    if order.customer is None:
        raise Ignored("A guest's order belongs to nobody who could have linked a chat.")
    whose = {
        "order_id": order.id,
        "customer_id": order.customer.id,
        "order_number": order.name,
    }
    under_way = [parcel for parcel in order.fulfillments if parcel.is_under_way]
    status, at = order.state(has_parcels=bool(under_way))
    items = sum(item.quantity for item in order.line_items or [])
    yield event(at, status, items=items if 0 < items < 1000 else None, **whose)
    for parcel in order.fulfillments if under_way else []:
        if parcel.is_under_way:
            yield parcel.told(**whose)
        else:  # another one goes in its place
            yield parcel.taken_back(order.updated_at, **whose)


def _fulfillment(payload: Any) -> Iterable[OrderEvent]:
    parcel = _FulfillmentOfOrder.model_validate(payload)
    if not parcel.is_under_way:
        raise Ignored("What follows from a fulfilment that was taken back, orders/updated says.")
    yield parcel.told(order_id=parcel.order_id)


def _fulfillment_event(payload: Any) -> Iterable[OrderEvent]:
    step = _FulfillmentEvent.model_validate(payload)
    yield event(
        step.happened_at,
        step.status,
        order_id=step.order_id,
        parcel=step.fulfillment_id[-64:],
        note=step.message,
        location=", ".join(filter(None, [step.city, step.province])),
        estimated_delivery=window(step.estimated_delivery_at),
    )


_TOPICS: Mapping[str, Callable[[Any], Iterable[OrderEvent]]] = {
    "orders/create": _order,
    "orders/updated": _order,
    "orders/cancelled": _order,
    "fulfillments/create": _fulfillment,
    "fulfillments/update": _fulfillment,
    "fulfillment_events/create": _fulfillment_event,
}


def read(headers: Mapping[str, str], payload: Any) -> Post:
    """What is in the headers is not signed: they choose how the body is read, and no more."""
    given = _Headers.of(headers)
    if given.topic not in _TOPICS:
        raise Ignored("Nothing is done with this topic.")
    identity = (given.shop, given.topic, given.webhook_id)
    told = enumerate(_TOPICS[given.topic](payload))
    return Post([Said(event_id("shopify", *identity, n), e) for n, e in told], given.triggered_at)


SHOPIFY = ShopSystem(
    Dialect("shopify", WORDS),
    read,
    signature="X-Shopify-Hmac-Sha256",
    delivery="X-Shopify-Webhook-Id",
    gives_up=True,
)
