"""Shares: addresses that show an order's progress to others. Only their hashes are stored."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pymongo import DESCENDING, UpdateOne

from storage.models import Share
from storage.mongo import Mongo


class Shares:
    """The collection ``shares``. Ended ones are deleted; a TTL index deletes expired ones."""

    def __init__(self, mongo: Mongo) -> None:
        self._shares = mongo.database["shares"]

    async def add(self, share: Share) -> None:
        await self._shares.insert_one(share.to_mongo())

    async def add_all(self, shares: Sequence[Share]) -> None:
        """Adds those that do not exist yet."""
        if shares:
            await self._shares.bulk_write(
                [
                    UpdateOne({"_id": share.id}, {"$setOnInsert": share.to_mongo()}, upsert=True)
                    for share in shares
                ],
                ordered=False,
            )

    async def renew(self, share: Share) -> None:
        """Adds the share; if it exists already, only its end changes."""
        document = share.to_mongo()
        end = {"expires_at": document.pop("expires_at")}
        await self._shares.update_one(
            {"_id": document.pop("_id")}, {"$setOnInsert": document, "$set": end}, upsert=True
        )

    async def offered(
        self, chat_id: int, order_ids: Sequence[str], since: datetime
    ) -> Sequence[Share]:
        """The shares of these orders that this chat was offered since then, the latest last."""
        these = {"chat_id": chat_id, "order_id": {"$in": list(order_ids)}}
        young = {"offered": True, "created_at": {"$gt": since}}
        found = await self._shares.find(these | young).sort("created_at").to_list(None)
        return [Share.from_mongo(share) for share in found]

    async def find(self, share_id: str, now: datetime) -> Share | None:
        found = await self._shares.find_one({"_id": share_id, "expires_at": {"$gt": now}})
        return Share.from_mongo(found) if found else None

    async def standing(self, share_ids: Collection[str], now: datetime) -> frozenset[str]:
        """The ids among these of shares that still work."""
        these = {"_id": {"$in": list(share_ids)}, "expires_at": {"$gt": now}}
        found = await self._shares.find(these, {"_id": 1}).to_list(None)
        return frozenset(share["_id"] for share in found)

    async def of_order(self, chat_id: int, order_id: str) -> list[Share]:
        """The shares that this chat has made of the order, the latest first."""
        cursor = self._shares.find({"chat_id": chat_id, "order_id": order_id})
        found = await cursor.sort("created_at", DESCENDING).to_list(None)
        return [Share.from_mongo(share) for share in found]

    async def of(self, whose: str) -> list[Share]:
        """Shares made by anyone who followed the order through this account or single order."""
        found = await self._shares.find({"whose": whose}).to_list(None)
        return [Share.from_mongo(share) for share in found]

    async def remove(self, shares: Sequence[str]) -> None:
        if shares:
            await self._shares.delete_many({"_id": {"$in": list(shares)}})
