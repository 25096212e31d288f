"""`GET /api/v1/orders/{order_id}/tracking`: an order's tracking information, for the shop."""

from aiohttp import web
from pydantic import AwareDatetime, BaseModel

from bot.services.keys import Scope
from bot.services.timeline import Timeline
from bot.services.tracking import OrderNotFound
from handlers.web.api.operation import operation
from handlers.web.api.refusals import NEVER_SEEN
from handlers.web.backend import Backend
from storage.models import Carrier, Window

routes = web.RouteTableDef()


class TrackingStep(BaseModel):
    status: str
    timestamp: AwareDatetime  # when it happened
    note: str | None
    location: str | None
    parcel: str | None


class ParcelInfo(BaseModel):
    parcel: str
    status: str
    carrier: Carrier | None


class TrackingInfo(BaseModel):
    """The tracking answer of the contract; ``tracking_info`` is oldest first."""

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


@routes.get("/api/v1/orders/{order_id}/tracking")
@operation(Scope.READ, refusals={OrderNotFound: NEVER_SEEN})
async def tell_tracking(backend: Backend, order_id: str) -> TrackingInfo:
    """Read an order's tracking information."""
    return TrackingInfo.of(await backend.tracking.for_shop(order_id))
