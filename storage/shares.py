"""Shares: links by which somebody else sees an order's state, known only by their hashes."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import DESCENDING

from storage.models import Share
from storage.mongo import Mongo


class Shares:
    """The collection ``shares``. What is over is removed; an index ends what is forgotten."""

    def __init__(self, mongo: Mongo) -> None:
        self._shares = mongo.database["shares"]

    async def add(self, share: Share) -> None:
        await self._shares.insert_one(share.to_mongo())

    async def find(self, share_id: str, now: datetime) -> Share | None:
        found = await self._shares.find_one({"_id": share_id, "expires_at": {"$gt": now}})
        return Share.from_mongo(found) if found else None

    async def of_order(self, chat_id: int, order_id: str) -> list[Share]:
        """The shares that this chat has made of the order, the latest first."""
        cursor = self._shares.find({"chat_id": chat_id, "order_id": order_id})
        found = await cursor.sort("created_at", DESCENDING).to_list(None)
        return [Share.from_mongo(share) for share in found]

    async def of(self, whose: str) -> list[Share]:
        """Those that somebody has made who followed the order by this."""
        found = await self._shares.find({"whose": whose}).to_list(None)
        return [Share.from_mongo(share) for share in found]

    async def remove(self, shares: Sequence[str]) -> None:
        if shares:
            await self._shares.delete_many({"_id": {"$in": list(shares)}})
