"""Shopify: orders, fulfilments (parcels to us), and what happens to these on their way."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.events import OrderEvent
from bot.services.orders.noticed import Unread
from bot.services.orders.statuses import Dialect, Status
from bot.services.people.privacy_requests import PrivacyDemand
from handlers.web.shops import goods
from handlers.web.shops.reading import (
    Contact,
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
    Some,
    Thing,
    Word,
    window,
)
from handlers.web.shops.shopify import connect, privacy
from handlers.web.shops.shopify.proxy import BUYERS_TOKEN
from handlers.web.shops.system import Ignored, NotRead, Post, ShopSystem, by_content, event
from handlers.web.signature import Signature
from storage.models import Carrier, Listed

WORDS = {
    "pending": Status.PAYMENT_DUE,
    "unfulfilled": Status.PLACED,
    "open": Status.PROCESSING,
    "fulfilled": Status.SHIPPED,
    "fulfilled_without_shipping": Status.DELIVERED,
    "label_purchased": Status.PACKED,
    "label_printed": Status.PACKED,
    "confirmed": Status.SHIPPED,
    "carrier_picked_up": Status.IN_TRANSIT,
    "attempted_delivery": Status.ATTEMPT_FAILED,
    "picked_up": Status.DELIVERED,
    "failure": Status.PROBLEM,
}
"""The others are called as we call them."""

WAITING = {"open", "pending"}
UNDER_WAY = {None, "success", *WAITING}
"""States of fulfilments that were not taken back."""
A_MOMENT = timedelta(milliseconds=1)


Token = Annotated[str, StringConstraints(pattern=rf"^{BUYERS_TOKEN}$")]


class _Headers(Headers):
    topic: str = Field(alias="X-Shopify-Topic")
    triggered_at: Lenient[Moment] = Field(None, alias="X-Shopify-Triggered-At")


class _Customer(Payload):
    id: Id


class _Line(Payload):
    """Of a fulfilment: so many are in it. There are no pictures in posts."""

    name: Lenient[Thing] = None
    quantity: int = 0
    requires_shipping: Lenient[bool] = None
    image_url: None = None

    @property
    def count(self) -> int:
        return self.quantity


class _LineOfOrder(_Line):
    current_quantity: Lenient[int] = None

    @property
    def count(self) -> int:
        """Without what was taken out of the order or given back."""
        return self.quantity if self.current_quantity is None else self.current_quantity


def _are_sent(items: Iterable[_Line]) -> bool:
    """Not so what is downloaded or comes by mail: a file, a gift card. If unsure, it is."""
    return {item.requires_shipping for item in items} != {False}


class _Refund(Payload):
    created_at: Lenient[Moment] = None


class _Fulfillment(Payload):
    id: Id
    status: Lenient[Word] = None
    shipment_status: Lenient[Word] = None
    updated_at: Moment
    line_items: Some[_Line] = Field([])
    tracking_company: Lenient[Line] = None
    tracking_number: Lenient[Word] = None
    tracking_numbers: Some[Word] = Field([])
    tracking_url: Lenient[Link] = None
    tracking_urls: Lenient[list[Lenient[Link]]] = None

    @property
    def name(self) -> str:
        return self.id[-64:]

    @property
    def is_parcel(self) -> bool:
        return _are_sent(self.line_items)

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY

    @property
    def parcels(self) -> list[Listed]:
        """One a number; without any, it is one itself. None of what was taken back."""
        if not self.is_under_way:
            return []
        numbers: list[str | None] = [*self.tracking_numbers] or [self.tracking_number]
        urls = [*(self.tracking_urls or [self.tracking_url]), *[None] * len(numbers)]
        return [
            Listed(parcel=number or self.name, carrier=self._carrier(number, url))
            for number, url in zip(numbers, urls, strict=False)
        ]

    def _carrier(self, number: str | None, url: str | None) -> Carrier:
        return Carrier(name=self.tracking_company, tracking_number=number, tracking_url=url)

    def events(self, **order: Any) -> Iterator[IncomingEvent]:
        """Its state as it is. That of its way is a carrier's word, which Shopify noticed later."""
        items = goods.named(self.line_items)
        said = event(self.updated_at, self._state, parcel=self.name, items=items, **order)
        yield _said(said, lists=self.parcels, is_as_saved=True)

    @property
    def _state(self) -> str | None:
        if not self.is_under_way:
            return None
        return self.shipment_status or ("open" if self.status in WAITING else "fulfilled")


class _FulfillmentOfOrder(_Fulfillment):
    order_id: Id


class _Order(Payload):
    id: Id
    name: Lenient[Word] = None
    email: Lenient[Contact] = None
    phone: Lenient[Contact] = None
    customer: _Customer | None = None
    created_at: Lenient[Moment] = None
    updated_at: Moment
    cancelled_at: Moment | None = None
    financial_status: Lenient[Word] = None
    fulfillment_status: Lenient[Word] = None
    fulfillments: Many[_Fulfillment] = Field([])
    line_items: Some[_LineOfOrder] = Field([])
    token: Lenient[Token] = None
    checkout_token: Lenient[Token] = None
    refunds: Some[_Refund] = Field([])
    source_name: Lenient[Word] = None
    shipping_lines: Lenient[list[Any]] = None
    shipping_address: Any = None

    @property
    def is_of_the_counter(self) -> bool:
        """Its customer has carried it out of the shop."""
        is_sent = self.shipping_lines or self.shipping_address
        return self.source_name == "pos" and not is_sent

    @property
    def tokens(self) -> list[str]:
        """Of its status page and of its checkout: its buyer has them."""
        return list(filter(None, (self.token, self.checkout_token)))

    @property
    def is_over(self) -> bool:
        return self.cancelled_at is not None or self.financial_status == "refunded"

    @property
    def is_partial(self) -> bool:
        """Something is still to be sent, in a parcel that nobody has made."""
        return self.fulfillment_status == "partial" and not self.is_over

    @property
    def ends(self) -> Iterator[tuple[str, datetime]]:
        """In what it has ended, and when."""
        if self.cancelled_at:
            yield "cancelled", self.cancelled_at
        if self.financial_status == "refunded":
            yield "refunded", self._refunded_at

    @property
    def _refunded_at(self) -> datetime:
        """If it was cancelled, after that."""
        refunded = [refund.created_at for refund in self.refunds if refund.created_at]
        at = max(refunded, default=self.updated_at)
        return max(at, self.cancelled_at + A_MOMENT) if self.cancelled_at else at

    def state(self, *, has_parcels: bool) -> str | None:
        """The whole order's. None: its parcels tell, or its end, and no newer word of it may hide
        what they have told.
        """
        if has_parcels or self.is_over:
            return None
        if self.fulfillment_status == "fulfilled":
            return "fulfilled" if _are_sent(self.line_items) else "fulfilled_without_shipping"
        if self.financial_status == "pending":
            return "pending"
        return "open" if self.fulfillments else "unfulfilled"


class _FulfillmentEvent(Payload):
    order_id: Id
    fulfillment_id: Id
    status: Word
    happened_at: Moment
    message: Lenient[Note] = None
    city: Lenient[Line] = None
    province: Lenient[Line] = None
    estimated_delivery_at: Lenient[Expected] = None

    @model_validator(mode="before")
    @classmethod
    def _at_least_when_it_was_made(cls, step: Any) -> Any:
        known = isinstance(step, dict) and not step.get("happened_at")
        return step | {"happened_at": step.get("created_at")} if known else step


def _order(payload: Any) -> Iterator[IncomingEvent]:
    order = _Order.model_validate(payload)
    if order.is_of_the_counter:
        raise Ignored("What was bought at the counter is with its customer already.")
    customer_id = order.customer.id if order.customer else None
    whose = {
        "order_id": order.id,
        "customer_id": customer_id,
        "order_number": order.name,
        "contact": {"email": order.email, "phone": order.phone},
    }
    parcels = [parcel for parcel in order.fulfillments if parcel.is_parcel]
    under_way = [parcel for parcel in parcels if parcel.is_under_way]
    for end, at in order.ends:
        yield _said(event(at, end, **whose))
    state = order.state(has_parcels=bool(under_way))
    is_silent = state == "fulfilled_without_shipping"
    items = goods.all_of(order.line_items)
    yield _said(
        event(order.updated_at, state, items=items, notify=not is_silent, **whose),
        lists=[Listed(parcel=parcel.name) for parcel in under_way],
        is_partial=order.is_partial,
        is_as_saved=True,
        begins=customer_id is None,
        tokens=order.tokens,
    )
    for parcel in parcels:
        yield from parcel.events(**whose)


def _fulfillment(payload: Any) -> Iterator[IncomingEvent]:
    parcel = _FulfillmentOfOrder.model_validate(payload)
    if not parcel.is_parcel:
        raise Ignored("Nothing of this fulfilment is sent.")
    yield from parcel.events(order_id=parcel.order_id)


def _fulfillment_event(payload: Any) -> Iterator[IncomingEvent]:
    step = _FulfillmentEvent.model_validate(payload)
    said = event(
        step.happened_at,
        step.status,
        order_id=step.order_id,
        parcel=step.fulfillment_id[-64:],
        note=step.message,
        location=", ".join(filter(None, [step.city, step.province])),
        estimated_delivery=window(step.estimated_delivery_at),
    )
    yield _said(said)


TOPICS: Mapping[str, Callable[[Any], Iterator[IncomingEvent]]] = {
    "orders/create": _order,
    "orders/updated": _order,
    "orders/paid": _order,
    "orders/fulfilled": _order,
    "orders/partially_fulfilled": _order,
    "orders/cancelled": _order,
    "fulfillments/create": _fulfillment,
    "fulfillments/update": _fulfillment,
    "fulfillment_events/create": _fulfillment_event,
}


def read(headers: Mapping[str, str], payload: Any) -> Post | PrivacyDemand:
    """What is in the headers is not signed: they choose how the body is read, and no more."""
    if asked := privacy.asked(payload):
        return asked
    given = _Headers.of(headers)
    if given.topic in privacy.TOPICS:
        raise NotRead(Unread.UNREADABLE)
    if given.topic not in TOPICS:
        raise Ignored("Nothing is done with this topic.")
    return Post(list(TOPICS[given.topic](payload)), given.triggered_at)


def _read_order(payload: Any) -> Post:
    """As an API gives it. That is what the webhooks of orders post."""
    return Post(list(_order(payload)), made_at=_Order.model_validate(payload).created_at)


def _said(event: OrderEvent, **more: Any) -> IncomingEvent:
    return by_content("shopify", IncomingEvent("", event, **more))


SYSTEM = ShopSystem(
    Dialect("shopify", WORDS),
    read,
    signature=Signature("X-Shopify-Hmac-Sha256"),
    delivery="X-Shopify-Webhook-Id",
    gives_up=True,
    order_fields=list(_Order.model_fields),
    read_order=_read_order,
    pages=connect.routes,
)
