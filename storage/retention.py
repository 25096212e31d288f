"""What is over and old: found and removed, a day's work at a time."""

from collections.abc import AsyncIterator
from datetime import datetime

from pymongo import ASCENDING

from storage.mongo import Document, Mongo

AT_ONCE = 500
"""How many orders are looked at in one read."""


class Old:
    """``orders``, ``feedback`` and ``dead_letters``."""

    def __init__(self, mongo: Mongo) -> None:
        self._database = mongo.database

    async def orders(self, before: datetime) -> AsyncIterator[str]:
        """Ids of those that are over, and of which nothing has happened since.

        All orders are gone through by their ids: no index would be worth its part of every write.
        """
        fields, last = {"closed": 1, "latest_at": 1}, ""
        while True:
            cursor = self._database["orders"].find({"_id": {"$gt": last}}, fields)
            found = await cursor.sort("_id", ASCENDING).limit(AT_ONCE).to_list(AT_ONCE)
            for order in found:
                if order.get("closed") and order["latest_at"] < before:
                    yield order["_id"]
            if not found:
                return
            last = found[-1]["_id"]

    async def remove_feedback(self, before: datetime) -> int:
        """How many."""
        return await self._remove("feedback", {"at": {"$lt": before}})

    async def remove_dead_letters(self, before: datetime) -> int:
        """How many."""
        return await self._remove("dead_letters", {"since": {"$lt": before}})

    async def _remove(self, collection: str, these: Document) -> int:
        return int((await self._database[collection].delete_many(these)).deleted_count)
