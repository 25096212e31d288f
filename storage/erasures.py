"""Erasures: what removes all that is held of a customer, and keeps it removed.

Two collections. ``erasures`` keeps a hash of the customer's id for good, so that a late event does
not bring them back. ``removals`` keeps the id itself for an hour, for the removal to be repeated;
an index ends it.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime

from storage.mongo import Mongo


class Erasures:
    """Every method is safe to repeat."""

    def __init__(self, mongo: Mongo) -> None:
        self._database = mongo.database

    # The tombstone

    async def begin(self, customer_id: str, now: datetime) -> None:
        """From here on the customer `is_erased`, and for an hour among the `recent` ones."""
        begun = {"$set": {"at": now}}
        await self._database["erasures"].update_one({"_id": _hash(customer_id)}, begun, upsert=True)
        await self._database["removals"].update_one({"_id": customer_id}, begun, upsert=True)

    async def is_erased(self, customer_id: str) -> bool:
        found = await self._database["erasures"].find_one({"_id": _hash(customer_id)})
        return found is not None

    async def erased_among(self, customer_ids: Collection[str]) -> set[str]:
        by_hash = {_hash(customer_id): customer_id for customer_id in customer_ids}
        found = await self._database["erasures"].find({"_id": {"$in": list(by_hash)}}).to_list(None)
        return {by_hash[erasure["_id"]] for erasure in found}

    async def recent(self) -> list[str]:
        """Ids of the customers whose erasure began within about an hour."""
        found = await self._database["removals"].find({}).to_list(None)
        return [removal["_id"] for removal in found]

    # The removal

    async def remove_tokens(self, customer_id: str, used_by: int | None = None) -> None:
        """The customer's link tokens; only those that a chat has used, if it is named."""
        tokens: dict[str, object] = {"customer_id": customer_id}
        if used_by is not None:
            tokens["used_by"] = used_by
        await self._database["link_tokens"].delete_many(tokens)

    async def remove_phone(self, customer_id: str) -> None:
        await self._database["phones"].delete_one({"_id": customer_id})

    async def remove_chats(self, customer_id: str, now: datetime) -> bool:
        """The customer's chats with their mailboxes, but for those whose lease somebody holds.

        A chat that is gone can neither be claimed nor handed over. False: some are left.
        """
        chats, customers = self._database["chats"], {"customer_id": customer_id}
        for chat in await chats.find(customers, {"_id": 1}).to_list(None):
            await self.remove_throttles(chat["_id"])
        await chats.delete_many(customers | {"lease": None})
        await chats.delete_many(customers | {"due_at": {"$lte": now}})  # the lease has run out
        return await chats.find_one(customers, {"_id": 1}) is None

    async def remove_orders(self, customer_id: str) -> None:
        """The customer's orders, and before them their dead letters, which are found by them."""
        orders, customers = self._database["orders"], {"customer_id": customer_id}
        ids = [order["_id"] for order in await orders.find(customers, {"_id": 1}).to_list(None)]
        if ids:
            await self._database["dead_letters"].delete_many({"order_id": {"$in": ids}})
        await orders.delete_many(customers)

    async def remove_shares(self, customer_id: str) -> None:
        await self._database["shares"].delete_many({"customer_id": customer_id})

    async def remove_shares_by(self, chat_id: int) -> None:
        await self._database["shares"].delete_many({"chat_id": chat_id})

    async def remove_feedback(self, customer_id: str) -> None:
        await self._database["feedback"].delete_many({"customer_id": customer_id})

    async def remove_feedback_by(self, chat_id: int) -> None:
        await self._database["feedback"].delete_many({"chat_id": chat_id})

    async def remove_repeatables(self, customer_id: str) -> None:
        await self._database["repeatables"].delete_many({"customer_id": customer_id})

    async def remove_shop_events(self, customer_id: str) -> None:
        await self._database["shop_events"].delete_many({"customer_id": customer_id})

    async def remove_shop_events_by(self, chat_id: int) -> None:
        """All but that it has left: the shop is to know that the chat hears nothing any more."""
        await self._database["shop_events"].delete_many({"chat_id": chat_id})

    async def remove_dead_letters(self, chat_id: int) -> None:
        await self._database["dead_letters"].delete_many({"chat_id": chat_id})

    async def remove_throttles(self, person: int) -> None:
        await self._database["throttles"].delete_many({"person": person})

    async def count_orders(self, customer_id: str) -> int:
        return await self._database["orders"].count_documents({"customer_id": customer_id})


def _hash(customer_id: str) -> str:
    return hashlib.sha256(customer_id.encode()).hexdigest()
