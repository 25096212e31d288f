"""Waits: chats that want to be told when an order that was shared with them arrives."""

from collections import Counter
from collections.abc import Mapping, Sequence

from storage.models import Wait
from storage.mongo import Mongo


class Waits:
    """The collection ``waits``. Ended ones are deleted; a TTL index deletes expired ones."""

    def __init__(self, mongo: Mongo) -> None:
        self._waits = mongo.database["waits"]

    async def begin(self, wait: Wait) -> None:
        """Adds or replaces the wait; safe to repeat."""
        await self._waits.replace_one({"_id": wait.id}, wait.to_mongo(), upsert=True)

    async def is_there(self, wait_id: str) -> bool:
        return await self._waits.find_one({"_id": wait_id}, {"_id": 1}) is not None

    async def of_order(self, order_id: str) -> list[Wait]:
        return await self._all(order_id=order_id)

    async def of_chat(self, chat_id: int) -> list[Wait]:
        return await self._all(chat_id=chat_id)

    async def of(self, chat_id: int, order_id: str) -> list[Wait]:
        return await self._all(chat_id=chat_id, order_id=order_id)

    async def _all(self, **which: object) -> list[Wait]:
        found = await self._waits.find(which).sort("since").to_list(None)
        return [Wait.from_mongo(wait) for wait in found]

    async def counts(self, shares: Sequence[str]) -> Mapping[str, int]:
        """The number of waits by share id; shares without any are left out."""
        found = await self._waits.find({"share": {"$in": list(shares)}}, {"share": 1}).to_list(None)
        return Counter(wait["share"] for wait in found)

    async def end(self, wait_id: str) -> None:
        await self._waits.delete_one({"_id": wait_id})

    async def end_of_shares(self, shares: Sequence[str]) -> None:
        if shares:
            await self._waits.delete_many({"share": {"$in": list(shares)}})

    async def end_of_chat(self, chat_id: int, order_id: str | None = None) -> None:
        """Ends the chat's wait for this order; None: all of its waits."""
        of_order = {} if order_id is None else {"order_id": order_id}
        await self._waits.delete_many({"chat_id": chat_id} | of_order)
