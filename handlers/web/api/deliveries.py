"""`GET /api/v1/customers/{customer_id}/deliveries`: what was sent, to which link and when."""

from aiohttp import web
from pydantic import AwareDatetime

from bot.services.news.deliveries import Delivery
from bot.services.orders.values import Identifier
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, example, operation
from handlers.web.backend import Backend
from storage.models import Kind

routes = web.RouteTableDef()


class DeliveryInfo(Body):
    """A message that Telegram has accepted. Its text is not stored."""

    model_config = example(
        link_id="5f0d1c2b3a49", order_id="ord_1", kind="news", sent_at="2026-11-20T09:30:01Z"
    )

    link_id: str
    order_id: str
    kind: Kind
    """`news` about the order, a `reminder` of its delivery, or its `arrival`, for a chat that waits
    for a shared order."""
    sent_at: AwareDatetime

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryInfo":
        return cls(
            link_id=delivery.link,
            order_id=delivery.order_id,
            kind=delivery.kind,
            sent_at=delivery.at,
        )


class DeliveryList(Body):
    """What was sent, newest first."""

    deliveries: list[DeliveryInfo]


@routes.get("/api/v1/customers/{customer_id}/deliveries")
@operation(Scope.READ)
async def list_deliveries(backend: Backend, customer_id: Identifier) -> DeliveryList:
    """List the messages sent to a customer, newest first: the last 50 for each linked chat."""
    found = await backend.deliveries.of_customer(customer_id)
    return DeliveryList(deliveries=[DeliveryInfo.of(delivery) for delivery in found])
