"""Finds and deletes what is older than the shop wants to keep."""

from collections.abc import AsyncIterator
from datetime import datetime

from storage.mongo import Document, Mongo
from storage.paging import all_by_id


class OldData:
    """The collections ``orders``, ``feedback`` and ``dead_letters``."""

    def __init__(self, mongo: Mongo) -> None:
        self._database = mongo.database

    async def orders(self, before: datetime) -> AsyncIterator[str]:
        """Ids of closed orders without an event since ``before``.

        Reads the whole collection: an index would cost more with each write than it saves here.
        """
        fields = {"closed": 1, "latest_at": 1}
        async for order in all_by_id(self._database["orders"], fields):
            if order.get("closed") and order["latest_at"] < before:
                yield order["_id"]

    async def remove_feedback(self, before: datetime) -> int:
        """Deletes what is older. Returns how many."""
        return await self._remove("feedback", {"at": {"$lt": before}})

    async def remove_dead_letters(self, before: datetime) -> int:
        """Deletes what is older. Returns how many."""
        return await self._remove("dead_letters", {"since": {"$lt": before}})

    async def _remove(self, collection: str, these: Document) -> int:
        return int((await self._database[collection].delete_many(these)).deleted_count)
