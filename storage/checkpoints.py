"""How far a shop's orders were read, and when they are to be read again.

One document for each source. ``position``: where an unfinished run continues; such a document is
deleted after a week. ``next_at``, ``since``: for a source that is read regularly; it stays.
"""

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from storage.mongo import Mongo


class Checkpoints:
    """The collection ``checkpoints``. ``key``: a hash that reveals nothing about the source."""

    def __init__(self, mongo: Mongo) -> None:
        self._checkpoints = mongo.database["checkpoints"]

    # One run

    async def position(self, key: str) -> Any:
        """Where an unfinished run continues. None: there is no unfinished run."""
        found = await self._checkpoints.find_one({"_id": key})
        return found["position"] if found else None

    async def reach(self, key: str, position: Any, now: datetime) -> None:
        reached = {"$set": {"position": position, "at": now}}
        await self._checkpoints.update_one({"_id": key}, reached, upsert=True)

    async def finish(self, key: str) -> None:
        await self._checkpoints.delete_one({"_id": key})

    # Regular runs

    async def claim(self, key: str, now: datetime, next_at: datetime) -> bool:
        """Takes a run that is due; the next one is due at ``next_at``. False: none is due."""
        due, claimed = {"_id": key, "next_at": {"$lte": now}}, {"$set": {"next_at": next_at}}
        try:
            result = await self._checkpoints.update_one(due, claimed, upsert=True)
        except DuplicateKeyError:
            return False
        return bool(result.matched_count or result.upserted_id is not None)

    async def put_off(self, key: str, next_at: datetime) -> None:
        """Moves the next run to ``next_at`` or later, as this one is still going on."""
        await self._checkpoints.update_one({"_id": key}, {"$max": {"next_at": next_at}})

    async def since(self, key: str) -> datetime | None:
        """When the last completed run began."""
        found = await self._checkpoints.find_one({"_id": key})
        return found.get("since") if found else None

    async def ran(self, key: str, since: datetime) -> None:
        """Notes that a run is complete. ``since``: when it began."""
        await self._checkpoints.update_one({"_id": key}, {"$set": {"since": since}})
