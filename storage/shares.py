"""Shares: links by which somebody else sees an order's state, known only by their hashes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pymongo import DESCENDING, UpdateOne

from storage.models import Share
from storage.mongo import Mongo


class Shares:
    """The collection ``shares``. What is over is removed; an index ends what is forgotten."""

    def __init__(self, mongo: Mongo) -> None:
        self._shares = mongo.database["shares"]

    async def add(self, share: Share) -> None:
        await self._shares.insert_one(share.to_mongo())

    async def add_all(self, shares: Sequence[Share]) -> None:
        """Those that are there already stay as they are."""
        if shares:
            await self._shares.bulk_write(
                [
                    UpdateOne({"_id": share.id}, {"$setOnInsert": share.to_mongo()}, upsert=True)
                    for share in shares
                ],
                ordered=False,
            )

    async def offered(
        self, chat_id: int, order_ids: Sequence[str], since: datetime
    ) -> Sequence[Share]:
        """What this chat was offered of these orders since then, the latest last."""
        these = {"chat_id": chat_id, "order_id": {"$in": list(order_ids)}}
        young = {"offered": True, "created_at": {"$gt": since}}
        found = await self._shares.find(these | young).sort("created_at").to_list(None)
        return [Share.from_mongo(share) for share in found]

    async def find(self, share_id: str, now: datetime) -> Share | None:
        found = await self._shares.find_one({"_id": share_id, "expires_at": {"$gt": now}})
        return Share.from_mongo(found) if found else None

    async def standing(self, share_ids: Collection[str], now: datetime) -> frozenset[str]:
        """Those of them that have not ended."""
        these = {"_id": {"$in": list(share_ids)}, "expires_at": {"$gt": now}}
        found = await self._shares.find(these, {"_id": 1}).to_list(None)
        return frozenset(share["_id"] for share in found)

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
