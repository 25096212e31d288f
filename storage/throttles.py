"""Throttles: when somebody has failed lately."""

from datetime import datetime

from storage.mongo import Mongo


class Throttles:
    """The collection ``throttles``: a person's latest misses of a kind, which expire by an index.

    The index runs about once a minute: whoever reads looks at the times too.
    """

    def __init__(self, mongo: Mongo) -> None:
        self._throttles = mongo.database["throttles"]

    async def misses(self, kind: str, person: int) -> list[datetime]:
        """The latest misses, oldest first; as many as were kept."""
        found = await self._throttles.find_one({"_id": _id(kind, person)})
        return list(found["misses"]) if found else []

    async def add(
        self, kind: str, person: int, at: datetime, *, keep: int, expires_at: datetime
    ) -> None:
        """One more miss, of which the latest ``keep`` are remembered until ``expires_at``."""
        await self._throttles.update_one(
            {"_id": _id(kind, person)},
            {
                "$push": {"misses": {"$each": [at], "$slice": -keep}},
                "$set": {"person": person, "expires_at": expires_at},
            },
            upsert=True,
        )


def _id(kind: str, person: int) -> str:
    return f"{kind}:{person}"
