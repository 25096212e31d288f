"""Idempotency keys: what was answered to a request, so that its repeat gets the same answer."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.models import Repeatable
from storage.mongo import Mongo


class Repeatables:
    """The collection ``repeatables``; an index ends each after a day."""

    def __init__(self, mongo: Mongo) -> None:
        self._requests = mongo.database["repeatables"]
        self._seal = mongo.seal

    async def begin(self, request: Repeatable) -> bool:
        """False: one of this key has begun before."""
        try:
            await self._requests.insert_one(request.to_mongo(self._seal))
        except DuplicateKeyError:
            return False
        return True

    async def get(self, key: str) -> Repeatable | None:
        """Raises `SealedWithAnotherKey`: it was answered, and nobody can read what."""
        found = await self._requests.find_one({"_id": key})
        return Repeatable.from_mongo(found, self._seal) if found else None

    async def take_over(self, request: Repeatable, until: datetime) -> bool:
        """One that was not answered in its time. False: somebody else was quicker."""
        unanswered = {"_id": request.id, "until": request.until, "status": None}
        result = await self._requests.update_one(unanswered, {"$set": {"until": until}})
        return bool(result.matched_count)

    async def answer(self, request: Repeatable) -> None:
        """Keeps the answer that it has by now."""
        whole = request.to_mongo(self._seal)
        await self._requests.replace_one({"_id": request.id, "until": request.until}, whole)

    async def forget(self, request: Repeatable) -> None:
        """It came to nothing: its repeat is a first request."""
        await self._requests.delete_one({"_id": request.id, "until": request.until})
