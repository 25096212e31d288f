"""The address of an order's tracking page, for the shop's own emails."""

from datetime import UTC, datetime

from aiohttp import web
from pydantic import AwareDatetime

from bot.services.orders.tracking import OrderNotFound
from bot.services.orders.values import Identifier
from bot.services.people.onlookers import NoPages
from bot.services.people.sharing import NothingToShare
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, example, operation
from handlers.web.backend import Backend
from handlers.web.refusals import refusing

routes = web.RouteTableDef()


class SharedPage(Body):
    """The tracking page of an order, for everybody with its address."""

    model_config = example(
        url="https://track.example.com/t/s_Hq8W0s5b1xkCzT7yJmN2vQ4eRfUaLdGi",
        expires_at="2027-01-19T09:30:00Z",
    )

    url: str
    """It cannot be guessed. The page shows nothing about the customer or the items."""
    expires_at: AwareDatetime
    """When it ends. If the order is over earlier, it ends a day after that."""


@routes.post("/api/v1/orders/{order_id}/shares")
@operation(Scope.LINK, refusals=refusing(OrderNotFound, NothingToShare, NoPages))
async def share_order(backend: Backend, order_id: Identifier) -> SharedPage:
    """Get the address of an order's tracking page, for your own emails.

    An order always has the same address. Asking again extends its lifetime.
    """
    token, end = await backend.sharing.share_for_shop(order_id, datetime.now(UTC))
    return SharedPage(url=backend.pages.address(token), expires_at=end.replace(microsecond=0))
