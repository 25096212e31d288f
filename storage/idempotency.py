"""Idempotency keys: the answers to requests, so that a repeated request gets the same answer."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.models import Repeatable
from storage.mongo import Mongo


class Repeatables:
    """The collection ``repeatables``. A TTL index deletes each after a day."""

    def __init__(self, mongo: Mongo) -> None:
        self._requests = mongo.database["repeatables"]
        self._seal = mongo.sealing

    async def begin(self, request: Repeatable) -> bool:
        """Adds a request that is being handled. False: there is one with this key already."""
        try:
            await self._requests.insert_one(request.to_mongo(self._seal))
        except DuplicateKeyError:
            return False
        return True

    async def get(self, key: str) -> Repeatable | None:
        """Raises `SealedWithAnotherKey` if it was answered but the answer cannot be read."""
        found = await self._requests.find_one({"_id": key})
        return Repeatable.from_mongo(found, self._seal) if found else None

    async def take_over(self, request: Repeatable, until: datetime) -> bool:
        """Takes over a request that was not answered in time. False: another replica came first."""
        unanswered = {"_id": request.id, "until": request.until, "status": None}
        result = await self._requests.update_one(unanswered, {"$set": {"until": until}})
        return bool(result.matched_count)

    async def answer(self, request: Repeatable) -> None:
        """Saves the request with its answer."""
        whole = request.to_mongo(self._seal)
        await self._requests.replace_one({"_id": request.id, "until": request.until}, whole)

    async def forget(self, request: Repeatable) -> None:
        """Deletes a request that failed, so that its repeat counts as a first request."""
        await self._requests.delete_one({"_id": request.id, "until": request.until})
