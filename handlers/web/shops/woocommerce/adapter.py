"""WooCommerce: it posts the whole order each time that it is saved."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field, TypeAdapter

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.carriers import from_code
from bot.services.orders.extras import SecureAddress
from bot.services.orders.noticed import Unread
from bot.services.orders.parcels import key
from bot.services.orders.statuses import Dialect, Status
from handlers.web.shops import goods
from handlers.web.shops.reading import (
    Contact,
    Id,
    Lenient,
    Line,
    Link,
    Moment,
    Payload,
    Some,
    Thing,
    Word,
)
from handlers.web.shops.system import Ignored, NotRead, Post, ShopSystem, event, event_id
from handlers.web.signature import Signature
from storage.models import Carrier, Listed

WORDS = {
    "pending": Status.PAYMENT_DUE,
    "failed": Status.PAYMENT_DUE,
    "completed": Status.SHIPPED,
    "completed-pickup": Status.DELIVERED,
    # Advanced Shipment Tracking and similar plugins
    "partial-shipped": Status.SHIPPED,
    "partially-shipped": Status.SHIPPED,
    "updated-tracking": Status.SHIPPED,
    "ready-pickup": Status.READY_FOR_PICKUP,
    "pickup": Status.DELIVERED,
    # Colissimo
    "lpc_ready_to_ship": Status.PACKED,
    "lpc_partial_exp": Status.SHIPPED,
    "lpc_transit": Status.IN_TRANSIT,
    "lpc_delivered": Status.DELIVERED,
    "lpc_anomaly": Status.PROBLEM,
    # Deposits, pre-orders, drivers, order managers
    "partially-paid": Status.PAYMENT_DUE,
    "pre-ordered": Status.CONFIRMED,
    "backordered": Status.DELAYED,
    "awaiting-shipment": Status.PROCESSING,
    "awaiting-pickup": Status.READY_FOR_PICKUP,
    "driver-assigned": Status.PROCESSING,
    "order-returned": Status.RETURNED,
}
"""The other words are the same as ours."""

PAYING = timedelta(minutes=15)
"""How long news of an unpaid order waits, as the customer may be about to pay."""
UNPAID = {"pending", "failed"}
PICKUP = {"local_pickup", "pickup_location"}
"""Shipping methods for which the customer comes to the shop, so that completed means fetched."""

TOPICS = {"order.created", "order.updated", "order.restored"}
HOUSEKEEPING = {"trash", "draft", "auto-draft", "checkout-draft"}
"""States for the shop's own housekeeping, which mean nothing to the customer."""
LISTS = ("_wc_shipment_tracking_items", "_aftership_tracking_items")
"""Metadata with lists of tracking numbers: of Shipment Tracking plugins, and of AfterShip's."""
SINGLES = {
    "_tracking_number": ("_custom_tracking_provider", "_tracking_provider"),
    "_aftership_tracking_number": ("_aftership_tracking_provider_name",),
    "ywot_tracking_code": ("ywot_carrier_name", "ywot_carrier_id"),
    "_correios_tracking_code": (),
}
"""Metadata with one tracking number, or several joined by commas, and that with the carrier."""


class _Picture(Payload):
    src: Lenient[SecureAddress] = None


class _Line(Payload):
    name: Lenient[Thing] = None
    quantity: int
    image: Lenient[_Picture] = None

    @property
    def count(self) -> int:
        return self.quantity

    @property
    def image_url(self) -> str | None:
        return self.image.src if self.image else None


class _Meta(Payload):
    key: str
    value: Any = None


class _Parcel(Payload):
    tracking_number: Word
    tracking_provider: Lenient[Line] = None
    custom_tracking_provider: Lenient[Line] = None
    custom_tracking_link: Lenient[Link] = None
    slug: Lenient[Line] = None

    @property
    def listed(self) -> Listed:
        code = self.tracking_provider or self.slug
        carrier = Carrier(
            name=self.custom_tracking_provider or (from_code(code) if code else None),
            tracking_number=self.tracking_number,
            tracking_url=self.custom_tracking_link,
        )
        return Listed(parcel=self.tracking_number, carrier=carrier)


class _Shipping(Payload):
    method_id: str


class _Billing(Payload):
    email: Lenient[Contact] = None
    phone: Lenient[Contact] = None


class _Order(Payload):
    id: Id
    billing: Lenient[_Billing] = None
    number: Lenient[Word] = None
    status: Lenient[Word] = None
    customer_id: Lenient[Id] = None
    date_created_gmt: Lenient[Moment] = None
    date_modified_gmt: Lenient[Moment] = None
    date_paid_gmt: Lenient[Moment] = None
    date_completed_gmt: Lenient[Moment] = None
    line_items: Some[_Line] = Field([])
    shipping_lines: Some[_Shipping] = Field([])
    payment_url: Lenient[SecureAddress] = None
    meta_data: Some[_Meta] = Field([])

    @property
    def is_guest_s(self) -> bool:
        return self.customer_id == "0"

    @property
    def state(self) -> str | None:
        state = self.status.removeprefix("wc-") if self.status else None
        is_fetched = any(line.method_id in PICKUP for line in self.shipping_lines)
        return "completed-pickup" if state == "completed" and is_fetched else state

    @property
    def saved_at(self) -> datetime:
        """When it was saved, else the latest known time before that. Raises `NotRead`."""
        known = (self.date_completed_gmt, self.date_paid_gmt, self.date_created_gmt)
        at = self.date_modified_gmt or max(filter(None, known), default=None)
        if at is None:
            raise NotRead(Unread.UNREADABLE, ["date_modified_gmt"])
        return at

    @property
    def completed_at(self) -> datetime | None:
        is_completed = self.state in {"completed", "completed-pickup"}
        return self.date_completed_gmt if is_completed else None

    @property
    def parcels(self) -> list[Listed]:
        """The parcels of all plugins, each tracking number once."""
        kept = {meta.key: meta.value for meta in self.meta_data}
        values = [kept[name] for name in LISTS if name in kept]
        values += [_split(kept, name) for name in SINGLES if name in kept]
        parcels: dict[str, Listed] = {}
        for parcel in (each for value in values for each in _parcels.validate_python(value)):
            parcels.setdefault(key(parcel.tracking_number), parcel.listed)
        return list(parcels.values())


_parcels = TypeAdapter(Some[_Parcel])


def _split(kept: Mapping[str, Any], name: str) -> Any:
    """Converts a plugin's single values to the form of a list."""
    carrier = next((kept[place] for place in SINGLES[name] if kept.get(place)), None)
    numbers = kept[name] if isinstance(kept[name], list) else str(kept[name] or "").split(",")
    link = kept.get("_custom_tracking_link") if name == "_tracking_number" else None
    about = {"tracking_provider": carrier, "custom_tracking_link": link}
    return [{"tracking_number": number, **about} for number in numbers]


def read(headers: Mapping[str, str], payload: Any) -> Post:
    if headers.get("X-WC-Webhook-Topic", "order.updated") not in TOPICS:
        raise Ignored("Nothing is done with this topic.")
    return _read_order(payload)


def _read_order(payload: Any) -> Post:
    """Reads an order from a post or from the API."""
    if _is_of_an_older_api(payload):
        raise NotRead(Unread.OLD_FORM)
    order = _Order.model_validate(payload)
    if order.state in HOUSEKEEPING:
        raise Ignored("Nothing is done with this state.")
    return Post(list(_events(order)), made_at=order.date_created_gmt)


def _is_of_an_older_api(payload: Any) -> bool:
    """Recognises the legacy REST API (all in one member) and WP REST API v1 (no times in UTC)."""
    if not isinstance(payload, dict):
        return False
    is_v1 = "date_modified" in payload and "date_modified_gmt" not in payload
    return is_v1 or ("order" in payload and "id" not in payload)


def _events(order: _Order) -> Iterable[IncomingEvent]:
    """An event for the current content and, if the order is completed, one for its completion.

    The latter has the time of the completion, so that a carrier's later events stay newer.
    """
    whose = {
        "order_id": order.id,
        "customer_id": None if order.is_guest_s else order.customer_id,
        "order_number": order.number,
        "contact": order.billing and order.billing.model_dump(),
    }
    saved_at, since = order.saved_at, order.completed_at
    if since:
        identity = event_id("woocommerce", order.id, since, order.state)
        said = event(since, order.state, **whose)
        yield IncomingEvent(identity, said, is_as_saved=True, begins=order.is_guest_s)
    parcels, items = order.parcels, goods.all_of(order.line_items)
    says = (order.state, items, [parcel.model_dump() for parcel in parcels])
    yield IncomingEvent(
        event_id("woocommerce", order.id, saved_at, *says),
        event(
            saved_at,
            None if since else order.state,
            items=items,
            payment_url=order.payment_url if order.state in UNPAID else None,
            **whose,
        ),
        lists=parcels,
        is_as_saved=True,
        begins=order.is_guest_s,
        tell_from=saved_at + PAYING if order.state in UNPAID else None,
    )


SYSTEM = ShopSystem(
    Dialect("woocommerce", WORDS),
    read,
    signature=Signature("X-WC-Webhook-Signature"),
    delivery="X-WC-Webhook-Delivery-ID",
    greeting=re.compile(rb"webhook_id=\d{1,20}"),
    gives_up=True,
    order_fields=[
        *(name for name in _Order.model_fields if name != "billing"),
        *(f"billing.{name}" for name in _Billing.model_fields),
    ],
    read_order=_read_order,
)
