"""Finds the orders of which a shop system has sent events."""

from collections.abc import AsyncIterator
from datetime import datetime

from storage.mongo import Mongo
from storage.paging import all_by_id
from storage.whose import account


class OrdersBySource:
    """The collection ``orders``, by the ``source`` of its events."""

    def __init__(self, mongo: Mongo) -> None:
        self._orders = mongo.database["orders"]

    async def all_of(self, source: str) -> AsyncIterator[tuple[str, str | None, datetime]]:
        """(order id, customer id, time of the latest event from there) of each order with one.

        Reads the whole collection: for what happens once in a shop's life.
        """
        fields = {"customer_id": 1, "events.source": 1, "events.recorded_at": 1}
        async for order in all_by_id(self._orders, fields):
            heard = [e["recorded_at"] for e in order["events"] if e.get("source") == source]
            if heard:
                yield order["_id"], order.get("customer_id"), max(heard)

    async def has_all_of(self, source: str, customer_id: str) -> bool:
        """Whether each of the customer's orders has an event from there."""
        others = {"keys": account(customer_id), "events.source": {"$ne": source}}
        return await self._orders.find_one(others, {"_id": 1}) is None
