"""`/api/v1/orders`: describe, track, list and erase orders."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web
from pydantic import AwareDatetime

from bot.services.orders.descriptions import OrderDescription
from bot.services.orders.intake import Described
from bot.services.orders.recording import NotThisCustomers
from bot.services.orders.timeline import Timeline, timeline
from bot.services.orders.tracking import OrderNotFound
from bot.services.orders.values import Identifier
from bot.services.people.privacy import CustomerErased
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, example, operation, records_events
from handlers.web.api.paging import Wanted, following
from handlers.web.backend import Backend
from handlers.web.refusals import refusing
from storage.models import Carrier, Order, Window
from storage.whose import single

LARGEST = 1024 * 1024
"""The most bytes in the description of an order with all its steps."""

_PLACED = "2026-11-20T09:30:00Z"
_STEP = {"status": "placed", "note": None, "location": None, "parcel": None, "timestamp": _PLACED}
_TRACKING: Mapping[str, Any] = {
    "order_id": "ord_1",
    "order_number": "1001",
    "status": "placed",
    "estimated_delivery": None,
    "carrier": None,
    "parcels": [],
    "tracking_info": [_STEP],
}
_ITEMS: Any = [{"name": "Coffee beans", "quantity": 2, "parcel": None, "image_url": None}]

routes = web.RouteTableDef()


class TrackingStep(Body):
    """One thing that happened."""

    status: str
    timestamp: AwareDatetime
    """When it happened."""
    note: str | None
    location: str | None
    parcel: str | None


class ParcelInfo(Body):
    """One of several parcels."""

    parcel: str
    status: str
    carrier: Carrier | None


class ItemInfo(Body):
    """One of the ordered items."""

    name: str
    quantity: int
    parcel: str | None
    """The parcel that contains it; null: in none yet, or unknown. An item in two parcels is listed
    twice."""
    image_url: str | None

    @classmethod
    def all_of(cls, order: Timeline) -> "list[ItemInfo]":
        return [
            cls(name=good.name, quantity=good.quantity, parcel=parcel, image_url=good.image_url)
            for parcel, good in order.contents.by_parcel
        ]


class TrackedOrder(Body):
    """An order's tracking information, without its items."""

    order_id: str
    order_number: str
    """The number that the customer knows."""
    status: str
    """The status of the newest event."""
    estimated_delivery: Window | None
    carrier: Carrier | None
    parcels: list[ParcelInfo]
    """Empty if no event names one."""
    tracking_info: list[TrackingStep]
    """Oldest first."""

    @classmethod
    def of(cls, order: Timeline) -> "TrackedOrder":
        return TrackedOrder(
            order_id=order.order_id,
            order_number=order.order_number,
            status=order.status,
            estimated_delivery=order.estimated_delivery,
            carrier=order.carrier,
            parcels=[
                ParcelInfo(parcel=parcel.name, status=parcel.status, carrier=parcel.carrier)
                for parcel in order.parcels
            ],
            tracking_info=[
                TrackingStep(
                    status=step.status,
                    timestamp=step.at,
                    note=step.note,
                    location=step.location,
                    parcel=step.parcel,
                )
                for step in order.steps
            ],
        )


class TrackingInfo(TrackedOrder):
    """An order's tracking information."""

    model_config = example(**_TRACKING, items=_ITEMS)

    items: list[ItemInfo]
    """The ordered items; empty if unknown."""

    @classmethod
    def of(cls, order: Timeline) -> "TrackingInfo":
        return cls(**dict(TrackedOrder.of(order)), items=ItemInfo.all_of(order))


class OrderInfo(TrackedOrder):
    """An order with its tracking information."""

    model_config = example(
        **_TRACKING,
        customer_id="cus_7",
        items=2,
        goods=_ITEMS,
        is_open=True,
        first_told_at=_PLACED,
    )

    customer_id: str | None
    """The customer; null for a guest's order."""
    items: int | None
    """The number of ordered items."""
    goods: list[ItemInfo]
    """The ordered items; empty if unknown."""
    is_open: bool
    """Whether more events are expected."""
    first_told_at: AwareDatetime
    """When the first event of it was received."""

    @classmethod
    def of_order(cls, order: Order) -> "OrderInfo":
        seen = timeline(order)
        return cls(
            **dict(TrackedOrder.of(seen)),
            customer_id=order.customer_id,
            items=seen.items,
            goods=ItemInfo.all_of(seen),
            is_open=seen.is_open,
            first_told_at=order.created_at,
        )


class OrderResult(Body):
    """The result for the description."""

    model_config = example(order_id="ord_1", result="created")

    order_id: str
    result: Described


class OrdersWanted(Wanted):
    """The customer, and the part of the list."""

    customer_id: Identifier
    """The customer whose orders to list."""


class OrderPage(Body):
    """A page of a customer's orders."""

    orders: list[OrderInfo]
    next: str | None
    """Pass this as ``after`` to get what follows. Null if there has never been anything."""


@routes.put("/api/v1/orders/{order_id}")
@operation(
    Scope.WRITE,
    largest=LARGEST,
    refusals=refusing(NotThisCustomers, CustomerErased),
)
@records_events
async def put_order(backend: Backend, order_id: Identifier, body: OrderDescription) -> OrderResult:
    """Create an order, or replace everything that is known about it.

    ``tracking_info`` is the whole history, in any order. If the newest status differs from before,
    the customer is notified, unless ``notify`` is false. Describing an order as it is already
    changes nothing.
    """
    result = await backend.intake.describe(order_id, body)
    return OrderResult(order_id=order_id, result=result)


@routes.get("/api/v1/orders/{order_id}")
@operation(Scope.READ, refusals=refusing(OrderNotFound))
async def get_order(backend: Backend, order_id: str) -> OrderInfo:
    """Read an order with its tracking information, by its id (not by its number)."""
    return OrderInfo.of_order(await backend.tracking.order(order_id))


@routes.delete("/api/v1/orders/{order_id}")
@operation(Scope.WRITE, status=HTTPStatus.NO_CONTENT, in_time=False)
async def erase_order(backend: Backend, order_id: Identifier) -> None:
    """Erase everything held about an order, and about those who follow only this order, for good.

    For guests, who have no account that could be erased. Later events for the order are refused.
    """
    await backend.privacy.erase(single(order_id))


@routes.get("/api/v1/orders")
@operation(Scope.READ)
async def list_orders(backend: Backend, query: OrdersWanted) -> OrderPage:
    """List a customer's orders, by when they were first received, oldest first.

    A page contains at most 1,000 steps in total, unless its only order has more. So it may be
    shorter than ``limit``, but it is empty only if there are no more orders.
    """
    found = await backend.tracking.orders_of(query.customer_id, query.after, query.limit)
    last = (found[-1].created_at, found[-1].id) if found else None
    return OrderPage(
        orders=[OrderInfo.of_order(order) for order in found], next=following(last, query)
    )


@routes.get("/api/v1/orders/{order_id}/tracking")
@operation(Scope.READ, refusals=refusing(OrderNotFound))
async def get_tracking(backend: Backend, order_id: str) -> TrackingInfo:
    """Read only an order's tracking information."""
    return TrackingInfo.of(timeline(await backend.tracking.order(order_id)))
