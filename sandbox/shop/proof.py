"""The courier's photo of a parcel at the door, which the shop shows whoever has its address."""

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
    """What the event that takes the order to this status says of it; nothing, if it is collected.

    `address`: the shop's own; empty: it has none.
    """
    is_at_the_door = status == "delivered" and not order.waits_at_the_kiosk
    return {"photo_url": f"{address}{WHERE}"} if is_at_the_door and address else {}
