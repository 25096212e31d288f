"""The pace that all replicas keep together: who sends, how much, and whether Telegram said halt.

One document for all of Telegram. Every moment in it is the database's own, so that the clocks of
the replicas need not agree.
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from storage.mongo import Document, Mongo

_TELEGRAM: Document = {"_id": "telegram"}


class Replica(BaseModel):
    """``share``: messages a second that the others must leave to it."""

    model_config = ConfigDict(frozen=True)

    seen_at: datetime
    share: float


class PaceState(BaseModel):
    """The document. ``replicas``: by name; some of them may be long dead.

    ``time``: so late it is at least, by whoever said so last: after a restart, too, when the
    database's clock was put back meanwhile.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    halted_until: datetime | None = None
    time: datetime | None = None
    replicas: dict[str, Replica] = {}


class Pace:
    """The collection ``pace``. A replica's name is part of a path: hex digits, or the like."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._pace = mongo.database["pace"]

    async def beat(
        self, replica: str, share: float, now: datetime, *, forget: Iterable[str] = ()
    ) -> PaceState:
        """Writes that the replica lives and what it claims, then reads what stands.

        In this order: of two replicas that beat at once, one sees the other at least.
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
        """Nobody sends until then; a halt that ends later stays."""
        latest = {"$max": {"halted_until": until}}
        await self._pace.update_one(_TELEGRAM, latest, upsert=True)

    async def leave(self, replica: str) -> None:
        await self._pace.update_one(_TELEGRAM, {"$unset": _paths([replica])})


def _paths(replicas: Iterable[str]) -> Document:
    return {f"replicas.{replica}": "" for replica in replicas}
