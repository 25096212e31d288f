"""Erasures: customers who were erased, so that a late event does not bring them back.

Only a hash of the customer's id is kept.
"""

import hashlib
from datetime import datetime

from storage.mongo import Mongo


class Erasures:
    """The collection ``erasures``, and the one way to remove all that is held of a customer."""

    def __init__(self, mongo: Mongo) -> None:
        self._database = mongo.database
        self._erasures = mongo.database["erasures"]

    async def begin(self, customer_id: str, now: datetime) -> None:
        """From here on no order is created for the customer."""
        await self._erasures.update_one(
            {"_id": _hash(customer_id)}, {"$set": {"at": now}}, upsert=True
        )

    async def is_erased(self, customer_id: str) -> bool:
        return await self._erasures.find_one({"_id": _hash(customer_id)}) is not None

    async def remove(self, customer_id: str) -> None:
        """Empties every collection of this customer. Safe to repeat."""
        chats = self._database["chats"].find({"customer_id": customer_id}, {"_id": 1})
        ids = [chat["_id"] for chat in await chats.to_list(None)]
        if ids:
            await self._database["dead_letters"].delete_many({"chat_id": {"$in": ids}})
            await self._database["throttles"].delete_many({"person": {"$in": ids}})
        for collection in ("chats", "link_tokens", "orders"):
            await self._database[collection].delete_many({"customer_id": customer_id})


def _hash(customer_id: str) -> str:
    return hashlib.sha256(customer_id.encode()).hexdigest()
