"""The pace that all replicas keep together: who may send how much, and a halt by Telegram.

A single document. All times in it are the database's, so the replicas' clocks need not agree.
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from storage.mongo import Document, Mongo

_TELEGRAM: Document = {"_id": "telegram"}


class Replica(BaseModel):
    """``share``: messages per second that the other replicas must leave to it."""

    model_config = ConfigDict(frozen=True)

    seen_at: datetime
    share: float


class PaceState(BaseModel):
    """The document. ``replicas``: by name; some may have died long ago.

    ``time``: the latest time that any replica has reported. It keeps time from going backwards
    after a restart if the database's clock was set back.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    halted_until: datetime | None = None
    time: datetime | None = None
    replicas: dict[str, Replica] = {}


class Pace:
    """The collection ``pace``. A replica's name is part of a field path, so use hex digits."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._pace = mongo.database["pace"]

    async def beat(
        self, replica: str, share: float, now: datetime, *, forget: Iterable[str] = ()
    ) -> PaceState:
        """Writes that the replica is alive and what it claims, then reads the document.

        In this order, at least one of two replicas that beat at the same time sees the other.
        """
        update: Document = {
            "$set": {f"replicas.{replica}.share": share},
            "$max": {"time": now},
            "$currentDate": {f"replicas.{replica}.seen_at": True},
        }
        if gone := _paths(forget):
            update["$unset"] = gone
        await self._pace.update_one(_TELEGRAM, update, upsert=True)
        return await self.look()

    async def now(self) -> datetime:
        """The database's time."""
        return await self._mongo.now()

    async def look(self) -> PaceState:
        return PaceState.model_validate(await self._pace.find_one(_TELEGRAM) or {})

    async def halt(self, until: datetime) -> None:
        """No replica sends until then. Never shortens a halt."""
        latest = {"$max": {"halted_until": until}}
        await self._pace.update_one(_TELEGRAM, latest, upsert=True)

    async def leave(self, replica: str) -> None:
        await self._pace.update_one(_TELEGRAM, {"$unset": _paths([replica])})


def _paths(replicas: Iterable[str]) -> Document:
    return {f"replicas.{replica}": "" for replica in replicas}
