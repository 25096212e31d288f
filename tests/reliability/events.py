"""Events as bytes: a shop that had no answer sends the very same ones again."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from tests.support.shop import Answer, ShopBackend


@dataclass(frozen=True)
class ShopEvent:
    """``customer_id``'s order is shipped, or whatever the ``status`` says. It creates the order, if
    that is not known yet."""

    order_id: str
    customer_id: str = "customer-1"
    status: str = "shipped"
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def body(self) -> bytes:
        data = {"order_id": self.order_id, "customer_id": self.customer_id, "status": self.status}
        event = {"type": "order.created", "timestamp": self.at.isoformat(), "data": data}
        return json.dumps(event).encode()

    async def post(self, shop: ShopBackend) -> Answer | None:
        """None: there was no answer."""
        try:
            return await shop.post(self.body, event_id=f"msg_{self.order_id}_{self.status}")
        except aiohttp.ClientError:
            return None

    def posting(self, shop: ShopBackend) -> asyncio.Task[Answer | None]:
        return asyncio.create_task(self.post(shop))
