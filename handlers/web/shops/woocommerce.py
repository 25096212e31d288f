"""WooCommerce: an order as it stands, each time that it is saved."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.services.orders.statuses import Dialect, Status
from handlers.web.shops.reading import Id, Lenient, Line, Link, Moment, Payload, Word
from handlers.web.shops.system import Ignored, Post, ShopSystem, Told, event, event_id

WORDS = {
    "pending": Status.PAYMENT_DUE,
    "failed": Status.PAYMENT_DUE,
    "completed": Status.DELIVERED,
    "completed-with-tracking": Status.SHIPPED,
    "partial-shipped": Status.SHIPPED,
    "partially-shipped": Status.SHIPPED,
}
"""The others are called as we call them."""

TOPICS = {"order.created", "order.updated", "order.restored"}
HOUSEKEEPING = {"trash", "draft", "auto-draft", "checkout-draft"}
"""States that say where the shop keeps an order, and nothing to its customer."""
SHIPMENT_TRACKING = "_wc_shipment_tracking_items"
"""Where the plugins of that family keep tracking numbers."""


class _Item(Payload):
    quantity: int


class _Meta(Payload):
    key: str
    value: Any = None


class _Parcel(Payload):
    tracking_number: Word
    tracking_provider: Lenient[Line] = None
    custom_tracking_provider: Lenient[Line] = None
    custom_tracking_link: Lenient[Link] = None

    @property
    def carrier(self) -> dict[str, str | None]:
        return {
            "name": self.custom_tracking_provider or self.tracking_provider,
            "tracking_number": self.tracking_number,
            "tracking_url": self.custom_tracking_link,
        }


class _Order(Payload):
    id: Id
    number: Lenient[Word] = None
    status: Word
    customer_id: Id
    date_modified_gmt: Moment
    date_completed_gmt: Lenient[Moment] = None
    line_items: Lenient[list[_Item]] = None
    meta_data: Lenient[list[_Meta]] = None

    @property
    def state(self) -> str:
        return self.status.removeprefix("wc-")

    @property
    def since(self) -> datetime:
        """Of a completed order the moment that stays, whenever it is saved once more: what a
        carrier has told since then is newer.
        """
        if self.state == "completed" and self.date_completed_gmt:
            return self.date_completed_gmt
        return self.date_modified_gmt

    @property
    def parcels(self) -> list[_Parcel]:
        kept = [meta.value for meta in self.meta_data or [] if meta.key == SHIPMENT_TRACKING]
        return [parcel for value in kept for parcel in _parcels(value)]


_lenient_parcels = TypeAdapter(list[Lenient[_Parcel]])


def _parcels(value: Any) -> list[_Parcel]:
    try:
        return [parcel for parcel in _lenient_parcels.validate_python(value) if parcel]
    except ValidationError:
        return []


def read(headers: Mapping[str, str], payload: Any) -> Post:
    if headers.get("X-WC-Webhook-Topic", "order.updated") not in TOPICS:
        raise Ignored("Nothing is done with this topic.")
    order = _Order.model_validate(payload)
    if order.customer_id == "0":
        raise Ignored("A guest's order belongs to nobody who could have linked a chat.")
    if order.state in HOUSEKEEPING:
        raise Ignored("Nothing is done with this state.")
    return Post(list(_told(order)))


def _told(order: _Order) -> Iterable[Told]:
    common = {
        "order_id": order.id,
        "customer_id": order.customer_id,
        "order_number": order.number,
    }
    items = sum(item.quantity for item in order.line_items or [])
    parcels = order.parcels
    is_sent = order.state == "completed" and parcels
    yield (
        event_id("woocommerce", order.id, order.date_modified_gmt, order.state),
        event(
            order.since,
            "completed-with-tracking" if is_sent else order.state,
            items=items if 0 < items < 1000 else None,
            **common,
        ),
    )
    for parcel in parcels:
        carrier = parcel.carrier
        yield (
            event_id("woocommerce", order.id, *carrier.values()),
            event(order.since, parcel=parcel.tracking_number, carrier=carrier, **common),
        )


WOOCOMMERCE = ShopSystem(
    Dialect("woocommerce", WORDS),
    read,
    signature="X-WC-Webhook-Signature",
    greeting=re.compile(rb"webhook_id=\d{1,20}"),
)
