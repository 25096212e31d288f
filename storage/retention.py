"""What is over and old: found and removed, a day's work at a time."""

from collections.abc import AsyncIterator
from datetime import datetime

from storage.mongo import Document, Mongo
from storage.paging import all_by_id


class Old:
    """``orders``, ``feedback`` and ``dead_letters``."""

    def __init__(self, mongo: Mongo) -> None:
        self._database = mongo.database

    async def orders(self, before: datetime) -> AsyncIterator[str]:
        """Ids of those that are over, and of which nothing has happened since.

        All orders are gone through by their ids: no index would be worth its part of every write.
        """
        fields = {"closed": 1, "latest_at": 1}
        async for order in all_by_id(self._database["orders"], fields):
            if order.get("closed") and order["latest_at"] < before:
                yield order["_id"]

    async def remove_feedback(self, before: datetime) -> int:
        """How many."""
        return await self._remove("feedback", {"at": {"$lt": before}})

    async def remove_dead_letters(self, before: datetime) -> int:
        """How many."""
        return await self._remove("dead_letters", {"since": {"$lt": before}})

    async def _remove(self, collection: str, these: Document) -> int:
        return int((await self._database[collection].delete_many(these)).deleted_count)
