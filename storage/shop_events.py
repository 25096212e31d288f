"""Events back to the shop's webhook, until the shop has accepted them.

A TTL index deletes each after four days, delivered or not.
"""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.horizon import Horizon
from storage.models import ShopEvent
from storage.mongo import Document, Mongo


class ShopEvents:
    """The collection ``shop_events``.

    An event is sent under a lease. When the lease runs out, the event is due again by itself.
    """

    def __init__(self, mongo: Mongo) -> None:
        self._events = mongo.database["shop_events"]
        self._seal = mongo.sealing
        self._horizon = Horizon()

    async def add(self, event: ShopEvent) -> None:
        """Adds the event, unless one with its id exists."""
        try:
            await self._events.insert_one(event.to_mongo(self._seal))
        except DuplicateKeyError:
            return

    async def due(self, now: datetime, limit: int) -> list[ShopEvent]:
        """Events that are due and not being sent, the longest waiting first."""

        async def read(until: datetime) -> list[Document]:
            cursor = self._events.find({"due_at": {"$lte": until}})
            return await cursor.sort("due_at").limit(limit).to_list(limit)

        found = await self._horizon.oldest(now, limit, read)
        return [ShopEvent.from_mongo(event, self._seal) for event in found]

    async def of_customer(self, customer_id: str) -> list[ShopEvent]:
        """Those that the shop does not have yet."""
        found = await self._events.find({"customer_id": customer_id}).to_list(None)
        return [ShopEvent.from_mongo(event, self._seal) for event in found]

    async def of_order(self, order_id: str) -> list[ShopEvent]:
        """Those that the shop does not have yet."""
        found = await self._events.find({"order_id": order_id}).to_list(None)
        return [ShopEvent.from_mongo(event, self._seal) for event in found]

    async def claim(self, event: ShopEvent, *, lease: str, until: datetime) -> bool:
        """Takes the lease, if the event is as it was read. False: another sender came first."""
        result = await self._events.update_one(
            {"_id": event.id, "due_at": event.due_at, "lease": event.lease},
            {"$set": {"due_at": until, "lease": lease}},
        )
        return bool(result.matched_count)

    async def postpone(self, event: ShopEvent, *, lease: str, until: datetime) -> None:
        """Ends the lease; the event is due again at ``until``. Nothing happens if it was lost."""
        await self._events.update_one(
            {"_id": event.id, "lease": lease},
            {"$set": {"due_at": until}, "$inc": {"attempts": 1}, "$unset": {"lease": ""}},
        )

    async def remove_of(self, chat_id: int) -> None:
        """Deletes the waiting events about a chat."""
        await self._events.delete_many({"chat_id": chat_id})

    async def finish(self, event: ShopEvent) -> None:
        """The shop has the event, or never will. Keeps only its id and time.

        The id stays so that a repeated cause does not add the event again: it would have another
        timestamp, and so another body under the same id.
        """
        await self._events.replace_one({"_id": event.id}, {"at": event.at})
