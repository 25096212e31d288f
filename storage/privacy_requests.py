"""Privacy requests: what shop systems ask to be done with people's data, until it is done."""

from collections.abc import Sequence
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.models import PrivacyRequest
from storage.mongo import Mongo


class PrivacyRequests:
    """The collection ``privacy_requests``. A TTL index deletes copies that nobody handed over."""

    def __init__(self, mongo: Mongo) -> None:
        self._requests = mongo.database["privacy_requests"]
        self._seal = mongo.sealing

    def id_of(self, what: str) -> str:
        """The id for what is asked: always the same, and reveals nothing about it."""
        return self._seal.fingerprint(f"privacy request {what}").hex()

    async def add(self, request: PrivacyRequest) -> bool:
        """Adds the request. False: the same one is waiting already."""
        try:
            await self._requests.insert_one(request.to_mongo())
        except DuplicateKeyError:
            return False
        return True

    async def due(self, now: datetime, limit: int) -> Sequence[PrivacyRequest]:
        """Requests to be carried out now, the oldest first."""
        cursor = self._requests.find({"due_at": {"$lte": now}})
        found = await cursor.sort("due_at", 1).limit(limit).to_list(limit)
        return [PrivacyRequest.from_mongo(request) for request in found]

    async def of_kind(self, *kinds: str, limit: int) -> Sequence[PrivacyRequest]:
        """The oldest first. May include expired ones, which the TTL index has not deleted yet."""
        cursor = self._requests.find({"kind": {"$in": kinds}})
        found = await cursor.sort("at", 1).limit(limit).to_list(limit)
        return [PrivacyRequest.from_mongo(request) for request in found]

    async def end(self, request: PrivacyRequest) -> None:
        await self._requests.delete_one({"_id": request.id})
