"""The courier's photo of a parcel at the door, public to anybody who has its address."""

from collections.abc import Iterable
from pathlib import Path

from aiohttp import web

from sandbox.shop.data import Order

PICTURE = Path(__file__).parent / "delivered.jpg"
WHERE = "/photos/delivered.jpg"


def routes() -> Iterable[web.AbstractRouteDef]:
    async def show(_: web.Request) -> web.FileResponse:
        return web.FileResponse(PICTURE)

    return [web.get(WHERE, show)]


def proof(order: Order, status: str | None, address: str) -> dict[str, str]:
    """The photo's field in the event of this status; nothing if the customer collects the order.

    `address`: the shop's own; empty: it has none.
    """
    is_at_the_door = status == "delivered" and not order.waits_at_the_kiosk
    return {"photo_url": f"{address}{WHERE}"} if is_at_the_door and address else {}
