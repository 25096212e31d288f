"""Throttles: when somebody has failed lately."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import UpdateOne

from storage.mongo import Document, Mongo

Which = tuple[str, int | None]
"""A kind of misses, and whose; None: everybody's together."""


class Throttles:
    """The collection ``throttles``: the latest misses of a kind, which expire by an index.

    The index runs about once a minute: whoever reads looks at the times too. Whose they are is in
    the document's name alone, as a fingerprint: so it may outlive what else is held of somebody,
    who could guess on otherwise, by having it deleted again and again.
    """

    def __init__(self, mongo: Mongo) -> None:
        self._throttles = mongo.database["throttles"]
        self._seal = mongo.sealing

    async def misses(self, *which: Which) -> list[list[datetime]]:
        """The latest misses of each, oldest first; as many as were kept."""
        names = [self._name(*each) for each in which]
        found = await self._throttles.find({"_id": {"$in": names}}).to_list(None)
        misses = {document["_id"]: document["misses"] for document in found}
        return [list(misses.get(name, [])) for name in names]

    async def add(self, which: Which, at: datetime, *, keep: int, expires_at: datetime) -> None:
        """One more miss, of which the latest ``keep`` are remembered until ``expires_at``."""
        await self.add_all([(which, keep, expires_at)], at)

    async def add_all(self, missed: Sequence[tuple[Which, int, datetime]], at: datetime) -> None:
        """`add`, to several: of each which, how many are kept, and until when."""
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
