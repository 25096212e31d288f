"""How far a shop's orders were read, and when they are to be read again.

A document per source. ``position``: behind it nothing is done yet; such a document ends after a
week. ``next_at``, ``since``: of a source that is read regularly; it stays.
"""

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from storage.mongo import Mongo


class Checkpoints:
    """The collection ``checkpoints``. ``key``: a hash that says nothing of the source."""

    def __init__(self, mongo: Mongo) -> None:
        self._checkpoints = mongo.database["checkpoints"]

    # Of a run

    async def position(self, key: str) -> Any:
        """Where an unfinished run has come to; None: nowhere."""
        found = await self._checkpoints.find_one({"_id": key})
        return found["position"] if found else None

    async def reach(self, key: str, position: Any, now: datetime) -> None:
        reached = {"$set": {"position": position, "at": now}}
        await self._checkpoints.update_one({"_id": key}, reached, upsert=True)

    async def finish(self, key: str) -> None:
        await self._checkpoints.delete_one({"_id": key})

    # Of what is done regularly

    async def claim(self, key: str, now: datetime, next_at: datetime) -> bool:
        """Whether it is due, and this is the one who does it: nobody else before ``next_at``."""
        due, claimed = {"_id": key, "next_at": {"$lte": now}}, {"$set": {"next_at": next_at}}
        try:
            result = await self._checkpoints.update_one(due, claimed, upsert=True)
        except DuplicateKeyError:
            return False
        return bool(result.matched_count or result.upserted_id is not None)

    async def put_off(self, key: str, next_at: datetime) -> None:
        """Nobody does it before then, as it is still being done."""
        await self._checkpoints.update_one({"_id": key}, {"$max": {"next_at": next_at}})

    async def since(self, key: str) -> datetime | None:
        """When the last run that came to its end began."""
        found = await self._checkpoints.find_one({"_id": key})
        return found.get("since") if found else None

    async def ran(self, key: str, since: datetime) -> None:
        await self._checkpoints.update_one({"_id": key}, {"$set": {"since": since}})
