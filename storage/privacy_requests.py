"""Privacy requests: what shop systems ask about people's data, until it is done."""

from collections.abc import Sequence
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.models import PrivacyRequest
from storage.mongo import Mongo


class PrivacyRequests:
    """The collection ``privacy_requests``. An index ends those that nobody has handed over."""

    def __init__(self, mongo: Mongo) -> None:
        self._requests = mongo.database["privacy_requests"]
        self._seal = mongo.sealing

    def id_of(self, what: str) -> str:
        """Follows from what is asked, and tells nothing of it."""
        return self._seal.fingerprint(f"privacy request {what}").hex()

    async def add(self, request: PrivacyRequest) -> bool:
        """False: the same is waiting already, and stays as it is."""
        try:
            await self._requests.insert_one(request.to_mongo())
        except DuplicateKeyError:
            return False
        return True

    async def due(self, now: datetime, limit: int) -> Sequence[PrivacyRequest]:
        """Those to be carried out, the oldest first."""
        cursor = self._requests.find({"due_at": {"$lte": now}})
        found = await cursor.sort("due_at", 1).limit(limit).to_list(limit)
        return [PrivacyRequest.from_mongo(request) for request in found]

    async def of_kind(self, *kinds: str, limit: int) -> Sequence[PrivacyRequest]:
        """The oldest first. An index ends what is too old only once in a while."""
        cursor = self._requests.find({"kind": {"$in": kinds}})
        found = await cursor.sort("at", 1).limit(limit).to_list(limit)
        return [PrivacyRequest.from_mongo(request) for request in found]

    async def end(self, request: PrivacyRequest) -> None:
        await self._requests.delete_one({"_id": request.id})
