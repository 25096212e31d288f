"""Throttles: how often somebody has failed lately."""

from datetime import datetime

from storage.mongo import Document, Mongo


class Throttles:
    """The collection ``throttles``: a count per kind and person, which starts anew when it ends."""

    def __init__(self, mongo: Mongo) -> None:
        self._throttles = mongo.database["throttles"]

    async def is_reached(self, kind: str, person: int, limit: int, now: datetime) -> bool:
        found = await self._throttles.find_one(
            {"_id": _id(kind, person), "count": {"$gte": limit}, "ends_at": {"$gt": now}}
        )
        return found is not None

    async def count(self, kind: str, person: int, *, now: datetime, ends_at: datetime) -> None:
        """One more. ``ends_at``: when the count starts anew, if this is its first."""
        runs: Document = {"$gt": ["$ends_at", now]}
        update = {
            "count": {"$cond": [runs, {"$add": ["$count", 1]}, 1]},
            "ends_at": {"$cond": [runs, "$ends_at", ends_at]},
        }
        await self._throttles.update_one(
            {"_id": _id(kind, person)}, [{"$set": update}], upsert=True
        )

    async def forget(self, person: int) -> None:
        for kind in KINDS:
            await self._throttles.delete_one({"_id": _id(kind, person)})


KINDS = ("lookup", "code")


def _id(kind: str, person: int) -> str:
    return f"{kind}:{person}"
