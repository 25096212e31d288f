"""Throttles: when somebody has recently guessed wrong."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import UpdateOne

from storage.mongo import Document, Mongo

Which = tuple[str, int | None]
"""A kind of miss and the person's id; None: everybody together."""


class Throttles:
    """The collection ``throttles``: the latest misses of one kind and person.

    A TTL index deletes them, but only about once a minute, so readers must check the times, too. A
    document names the person only by a fingerprint in its id. So it may outlive an erasure of that
    person, who could otherwise guess on by erasing again and again.
    """

    def __init__(self, mongo: Mongo) -> None:
        self._throttles = mongo.database["throttles"]
        self._seal = mongo.sealing

    async def misses(self, *which: Which) -> list[list[datetime]]:
        """The kept misses for each, oldest first."""
        names = [self._name(*each) for each in which]
        found = await self._throttles.find({"_id": {"$in": names}}).to_list(None)
        misses = {document["_id"]: document["misses"] for document in found}
        return [list(misses.get(name, [])) for name in names]

    async def add(self, which: Which, at: datetime, *, keep: int, expires_at: datetime) -> None:
        """Adds a miss; the latest ``keep`` are kept until ``expires_at``."""
        await self.add_all([(which, keep, expires_at)], at)

    async def add_all(self, missed: Sequence[tuple[Which, int, datetime]], at: datetime) -> None:
        """Like `add`, for several at once: (which, keep, expires_at) for each."""
        updates = [
            UpdateOne({"_id": self._name(*which)}, _one_more(at, keep, expires_at), upsert=True)
            for which, keep, expires_at in missed
        ]
        await self._throttles.bulk_write(updates, ordered=False)

    def _name(self, kind: str, person: int | None) -> bytes:
        return self._seal.fingerprint(f"{kind} {person or 'everybody'}")


def _one_more(at: datetime, keep: int, expires_at: datetime) -> Document:
    return {
        "$push": {"misses": {"$each": [at], "$slice": -keep}},
        "$set": {"expires_at": expires_at},
    }
