"""The pace that all replicas keep together: who sends, how much, and whether Telegram said halt.

One document for all of Telegram. Every moment in it is the database's own, so that the clocks of
the replicas need not agree.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from storage.mongo import Document, Mongo

_TELEGRAM: Document = {"_id": "telegram"}


class Replica(BaseModel):
    """``share``: messages a second that the others must leave to it."""

    model_config = ConfigDict(frozen=True)

    seen_at: datetime
    share: float


class PaceState(BaseModel):
    """The document. ``replicas``: by name; some of them may be long dead."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    halted_until: datetime | None = None
    replicas: dict[str, Replica] = {}


class Pace:
    """The collection ``pace``. A replica's name is part of a path: hex digits, or the like."""

    def __init__(self, mongo: Mongo) -> None:
        self._pace = mongo.database["pace"]

    async def beat(self, replica: str, share: float, *, forget: Iterable[str] = ()) -> PaceState:
        """Writes that the replica lives and what it claims, then reads what stands.

        In this order: of two replicas that beat at once, one sees the other at least.
        """
        update: Document = {
            "$set": {f"replicas.{replica}.share": share},
            "$currentDate": {f"replicas.{replica}.seen_at": True},
        }
        if gone := _paths(forget):
            update["$unset"] = gone
        await self._pace.update_one(_TELEGRAM, update, upsert=True)
        return await self.look()

    async def look(self) -> PaceState:
        return PaceState.model_validate(await self._pace.find_one(_TELEGRAM) or {})

    async def halt(self, wait: timedelta) -> None:
        """Nobody sends for so long; a halt that ends later stays.

        Compared as numbers: the embedded database cannot compare its $$NOW with a date that it
        has stored.
        """
        until = {"$add": ["$$NOW", wait / timedelta(milliseconds=1)]}
        latest = {"$max": [{"$toLong": "$halted_until"}, {"$toLong": until}]}
        update = [{"$set": {"halted_until": {"$toDate": latest}}}]
        await self._pace.update_one(_TELEGRAM, update, upsert=True)

    async def leave(self, replica: str) -> None:
        await self._pace.update_one(_TELEGRAM, {"$unset": _paths([replica])})


def _paths(replicas: Iterable[str]) -> Document:
    return {f"replicas.{replica}": "" for replica in replicas}
