"""The Telegram updates that were handled, so that none is handled twice.

Each id is stored, not only the highest: after a quiet week Telegram may restart its ids anywhere.
"""

from datetime import datetime

from storage.mongo import Mongo
from storage.timeouts import Timeouts

OPERATION_TIMEOUT = 1.0
"""Seconds that one operation may take. Shorter than elsewhere: a person waits for the answer."""


class Updates:
    """The collection ``updates``: ids and times only, no content.

    A TTL index deletes them after a week. Telegram keeps undelivered updates for a day.
    """

    def __init__(self, mongo: Mongo) -> None:
        self._updates = mongo.database["updates"]
        self._timeouts = Timeouts()

    async def handled_at(self, update_id: int) -> datetime | None:
        """When an update with this id was last handled. None: never."""
        finding = self._updates.find_one({"_id": update_id})
        found = await self._timeouts.within(OPERATION_TIMEOUT, finding)
        return found["at"] if found else None

    async def remember(self, update_id: int, now: datetime) -> None:
        noting = self._updates.update_one({"_id": update_id}, {"$set": {"at": now}}, upsert=True)
        await self._timeouts.within(OPERATION_TIMEOUT, noting)
