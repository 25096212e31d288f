"""`/api/v1/orders`: orders as the shop tells them and as they are tracked."""

from http import HTTPStatus

from aiohttp import web
from pydantic import AwareDatetime, BaseModel

from bot.services.descriptions import OrderDescription
from bot.services.events import Identifier
from bot.services.keys import Scope
from bot.services.timeline import Timeline, timeline
from bot.services.tracking import Described, NotThisCustomers, OrderNotFound
from handlers.web.api.operation import Refusal, operation
from handlers.web.api.paging import Wanted, cursor
from handlers.web.api.refusals import NEVER_SEEN
from handlers.web.backend import Backend
from storage.models import Carrier, Order, Window

LARGEST = 1024 * 1024
"""Bytes of an order that is described with all its steps."""

routes = web.RouteTableDef()


class TrackingStep(BaseModel):
    """``timestamp``: when it happened."""

    status: str
    timestamp: AwareDatetime
    note: str | None
    location: str | None
    parcel: str | None


class ParcelInfo(BaseModel):
    parcel: str
    status: str
    carrier: Carrier | None


class TrackingInfo(BaseModel):
    """What is known of an order; ``tracking_info`` is oldest first."""

    order_id: str
    order_number: str
    status: str
    estimated_delivery: Window | None
    carrier: Carrier | None
    parcels: list[ParcelInfo]
    tracking_info: list[TrackingStep]

    @classmethod
    def of(cls, order: Timeline) -> "TrackingInfo":
        return cls(
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


class OrderInfo(TrackingInfo):
    """``is_open``: more is expected. ``first_told_at``: when we first heard of it."""

    customer_id: str
    items: int | None
    is_open: bool
    first_told_at: AwareDatetime

    @classmethod
    def of_order(cls, order: Order) -> "OrderInfo":
        seen = timeline(order)
        return cls(
            **dict(TrackingInfo.of(seen)),
            customer_id=order.customer_id,
            items=seen.items,
            is_open=seen.is_open,
            first_told_at=order.created_at,
        )


class OrderResult(BaseModel):
    order_id: str
    result: Described


class OrdersWanted(Wanted):
    customer_id: Identifier


class OrderPage(BaseModel):
    """``next``: what to ask with for whatever comes behind; null while there was never any."""

    orders: list[OrderInfo]
    next: str | None


@routes.put("/api/v1/orders/{order_id}")
@operation(
    Scope.WRITE,
    largest=LARGEST,
    refusals={
        NotThisCustomers: Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "This order is another customer's.",
            wrong="customer_id",
        )
    },
)
async def describe_order(
    backend: Backend, order_id: Identifier, body: OrderDescription
) -> OrderResult:
    """Create an order, or replace all that was told of it.

    ``tracking_info`` is the whole history, in any order. If the newest state is another than it
    was, the customer is told, unless ``notify`` is false. To describe an order as it is already
    changes nothing.
    """
    result = await backend.tracking.describe(order_id, body)
    backend.announce(order_id)
    return OrderResult(order_id=order_id, result=result)


@routes.get("/api/v1/orders/{order_id}")
@operation(Scope.READ, refusals={OrderNotFound: NEVER_SEEN})
async def tell_order(backend: Backend, order_id: str) -> OrderInfo:
    """Read an order with its tracking information."""
    return OrderInfo.of_order(await backend.tracking.order(order_id))


@routes.get("/api/v1/orders")
@operation(Scope.READ)
async def list_orders(backend: Backend, query: OrdersWanted) -> OrderPage:
    """List a customer's orders, by when they were first told, oldest first."""
    found = await backend.tracking.orders_of(query.customer_id, query.after, query.limit)
    end = (found[-1].created_at, found[-1].id) if found else query.after
    return OrderPage(
        orders=[OrderInfo.of_order(order) for order in found], next=cursor(*end) if end else None
    )


@routes.get("/api/v1/orders/{order_id}/tracking")
@operation(Scope.READ, refusals={OrderNotFound: NEVER_SEEN})
async def tell_tracking(backend: Backend, order_id: str) -> TrackingInfo:
    """Read an order's tracking information alone."""
    return TrackingInfo.of(timeline(await backend.tracking.order(order_id)))
