"""Shopify's payloads: orders, fulfilments (our parcels), and events of their journeys."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

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
)
from handlers.web.shops.shopify.proxy import BUYERS_TOKEN
from storage.models import Carrier, Listed

WAITING = {"open", "pending"}
UNDER_WAY = {None, "success", *WAITING}
"""States of fulfilments that were not cancelled."""
A_MOMENT = timedelta(milliseconds=1)


Token = Annotated[str, StringConstraints(pattern=rf"^{BUYERS_TOKEN}$")]


class PostHeaders(Headers):
    topic: str = Field(alias="X-Shopify-Topic")
    triggered_at: Lenient[Moment] = Field(None, alias="X-Shopify-Triggered-At")


class Customer(Payload):
    id: Id


class Item(Payload):
    """An item in a fulfilment. Shopify posts no pictures."""

    name: Lenient[Thing] = None
    quantity: int = 0
    requires_shipping: Lenient[bool] = None
    image_url: None = None

    @property
    def count(self) -> int:
        return self.quantity


class OrderItem(Item):
    current_quantity: Lenient[int] = None

    @property
    def count(self) -> int:
        """The quantity, without what was removed from the order or returned."""
        return self.quantity if self.current_quantity is None else self.current_quantity


def _are_sent(items: Iterable[Item]) -> bool:
    """Whether any of these is shipped, unlike a download or a gift card. True if unknown."""
    return {item.requires_shipping for item in items} != {False}


class Refund(Payload):
    created_at: Lenient[Moment] = None


class Fulfillment(Payload):
    id: Id
    status: Lenient[Word] = None
    shipment_status: Lenient[Word] = None
    updated_at: Moment
    line_items: Some[Item] = Field([])
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
        """One parcel for each tracking number; without any, the fulfilment itself is one. Empty if
        it was cancelled."""
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

    @property
    def state(self) -> str | None:
        if not self.is_under_way:
            return None
        return self.shipment_status or ("open" if self.status in WAITING else "fulfilled")


class PostedFulfillment(Fulfillment):
    """A fulfilment that is posted by itself, and so names its order."""

    order_id: Id


class Order(Payload):
    id: Id
    name: Lenient[Word] = None
    email: Lenient[Contact] = None
    phone: Lenient[Contact] = None
    customer: Customer | None = None
    created_at: Lenient[Moment] = None
    updated_at: Moment
    cancelled_at: Moment | None = None
    financial_status: Lenient[Word] = None
    fulfillment_status: Lenient[Word] = None
    fulfillments: Many[Fulfillment] = Field([])
    line_items: Some[OrderItem] = Field([])
    token: Lenient[Token] = None
    checkout_token: Lenient[Token] = None
    refunds: Some[Refund] = Field([])
    source_name: Lenient[Word] = None
    shipping_lines: Lenient[list[Any]] = None
    shipping_address: Any = None

    @property
    def is_of_the_counter(self) -> bool:
        """Whether it was bought in a physical shop, and taken along."""
        is_sent = self.shipping_lines or self.shipping_address
        return self.source_name == "pos" and not is_sent

    @property
    def tokens(self) -> list[str]:
        """The tokens of its status page and of its checkout, which its buyer has."""
        return list(filter(None, (self.token, self.checkout_token)))

    @property
    def is_over(self) -> bool:
        return self.cancelled_at is not None or self.financial_status == "refunded"

    @property
    def is_partial(self) -> bool:
        """Whether a part of it is still to be sent, in a parcel that does not exist yet."""
        return self.fulfillment_status == "partial" and not self.is_over

    @property
    def ends(self) -> Iterator[tuple[str, datetime]]:
        """The states in which it has ended, and when."""
        if self.cancelled_at:
            yield "cancelled", self.cancelled_at
        if self.financial_status == "refunded":
            yield "refunded", self._refunded_at

    @property
    def _refunded_at(self) -> datetime:
        """The time of the last refund; if the order was cancelled, just after that."""
        refunded = [refund.created_at for refund in self.refunds if refund.created_at]
        at = max(refunded, default=self.updated_at)
        return max(at, self.cancelled_at + A_MOMENT) if self.cancelled_at else at

    def state(self, *, has_parcels: bool) -> str | None:
        """The state of the whole order. None if it has parcels or has ended: then their events
        decide, and must not be hidden by a newer one of the order.
        """
        if has_parcels or self.is_over:
            return None
        if self.fulfillment_status == "fulfilled":
            return "fulfilled" if _are_sent(self.line_items) else "fulfilled_without_shipping"
        if self.financial_status == "pending":
            return "pending"
        return "open" if self.fulfillments else "unfulfilled"


class FulfillmentEvent(Payload):
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
