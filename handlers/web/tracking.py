"""`GET /api/v1/orders/{order_id}/tracking`: an order's tracking information, for the shop."""

from http import HTTPStatus

from aiohttp import web
from pydantic import AwareDatetime, BaseModel

from bot.services.timeline import Timeline
from bot.services.tracking import OrderNotFound
from handlers.web.backend import BACKEND
from handlers.web.keys import require_key
from handlers.web.problems import Problem, in_time
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
async def tell_tracking(request: web.Request) -> web.Response:
    require_key(request)
    try:
        order = await in_time(
            request.app[BACKEND].tracking.for_shop(request.match_info["order_id"])
        )
    except OrderNotFound:
        raise Problem(HTTPStatus.NOT_FOUND, "This order was never seen.") from None
    return web.Response(
        text=TrackingInfo.of(order).model_dump_json(), content_type="application/json"
    )
