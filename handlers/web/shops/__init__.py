"""Shop systems whose own webhooks are understood. One file each: how it signs, what it says."""

from collections.abc import Collection, Iterable

from aiohttp import web

from handlers.web.shops.aftership import AFTERSHIP
from handlers.web.shops.mongoose import MONGOOSE
from handlers.web.shops.posts import taking
from handlers.web.shops.shopify import SHOPIFY
from handlers.web.shops.woocommerce import WOOCOMMERCE

SYSTEMS = (SHOPIFY, WOOCOMMERCE, AFTERSHIP, MONGOOSE)

DIALECTS = {system.name: system.dialect for system in SYSTEMS}


def routes(connected: Collection[str]) -> Iterable[web.RouteDef]:
    """Of those that there is a secret for; a system that signs as we say needs none of its own."""
    for system in SYSTEMS:
        if system.signature is None or system.name in connected:
            yield web.post(f"/webhooks/{system.name}", taking(system))
