"""Shopify: orders, fulfilments (our parcels), and events of their journeys."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.events import OrderEvent
from bot.services.orders.noticed import Unread
from bot.services.orders.statuses import Dialect, Status
from bot.services.people.privacy_requests import PrivacyDemand
from handlers.web.shops import goods
from handlers.web.shops.reading import window
from handlers.web.shops.shopify import connect, privacy
from handlers.web.shops.shopify.payloads import (
    Fulfillment,
    FulfillmentEvent,
    Order,
    PostedFulfillment,
    PostHeaders,
)
from handlers.web.shops.system import Ignored, NotRead, Post, ShopSystem, by_content, event
from handlers.web.signature import Signature
from storage.models import Listed

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
"""The other words are the same as ours."""


def _order(payload: Any) -> Iterator[IncomingEvent]:
    order = Order.model_validate(payload)
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
        yield _of_parcel(parcel, **whose)


def _fulfillment(payload: Any) -> Iterator[IncomingEvent]:
    parcel = PostedFulfillment.model_validate(payload)
    if not parcel.is_parcel:
        raise Ignored("Nothing of this fulfilment is sent.")
    yield _of_parcel(parcel, order_id=parcel.order_id)


def _of_parcel(parcel: Fulfillment, **order: Any) -> IncomingEvent:
    """The current state of a parcel. What it says of the journey is the carrier's report, which
    Shopify may have noticed later."""
    items = goods.named(parcel.line_items)
    said = event(parcel.updated_at, parcel.state, parcel=parcel.name, items=items, **order)
    return _said(said, lists=parcel.parcels, is_as_saved=True)


def _fulfillment_event(payload: Any) -> Iterator[IncomingEvent]:
    step = FulfillmentEvent.model_validate(payload)
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
    """Headers are not signed, so they may only decide how the body is read."""
    if asked := privacy.asked(payload):
        return asked
    given = PostHeaders.of(headers)
    if given.topic in privacy.TOPICS:
        raise NotRead(Unread.UNREADABLE)
    if given.topic not in TOPICS:
        raise Ignored("Nothing is done with this topic.")
    return Post(list(TOPICS[given.topic](payload)), given.triggered_at)


def _read_order(payload: Any) -> Post:
    """Reads an order from the API, which has the same form as in the webhooks."""
    return Post(list(_order(payload)), made_at=Order.model_validate(payload).created_at)


def _said(event: OrderEvent, **more: Any) -> IncomingEvent:
    return by_content("shopify", IncomingEvent("", event, **more))


SYSTEM = ShopSystem(
    Dialect("shopify", WORDS),
    read,
    signature=Signature("X-Shopify-Hmac-Sha256"),
    delivery="X-Shopify-Webhook-Id",
    gives_up=True,
    order_fields=list(Order.model_fields),
    read_order=_read_order,
    pages=connect.routes,
)
