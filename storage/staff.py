"""What the replicas share to tell the staff: whose turn it is, how far they looked, the figures.

Nothing of any customer.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from pymongo.errors import DuplicateKeyError

from storage.mongo import Mongo

FIGURES_KEPT = timedelta(days=30)
_WORDS = "unknown words"


class StaffNotes:
    """The collection ``staff``. An index ends each document when its ``until`` is over."""

    def __init__(self, mongo: Mongo) -> None:
        self._notes = mongo.database["staff"]

    # Turns

    async def take_turn(self, name: str, now: datetime, until: datetime) -> bool:
        """Of many who try, one has the turn ``until`` then. False: it is another's."""
        over = {"_id": name, "until": {"$lte": now}}
        try:
            await self._notes.update_one(over, {"$set": {"until": until}}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def give_back(self, name: str) -> None:
        await self._notes.delete_one({"_id": name})

    # States that nobody knows, brought in by a program that tells no staff

    async def leave_words(self, words: Mapping[str, int]) -> None:
        """``words``: and how often each came. Added to what was left before."""
        left = [{"word": word, "count": count} for word, count in words.items()]
        await self._notes.update_one(
            {"_id": _WORDS}, {"$push": {"words": {"$each": left}}}, upsert=True
        )

    async def take_words(self) -> Counter[str]:
        """What was left, for one of those who ask; nobody gets it again."""
        found = await self._notes.find_one({"_id": _WORDS})
        if found is None or not (await self._notes.delete_one(found)).deleted_count:
            return Counter()
        words = Counter[str]()
        for left in found["words"]:
            words[left["word"]] += left["count"]
        return words

    # How far somebody has looked

    async def reached(self, name: str) -> datetime | None:
        found = await self._notes.find_one({"_id": name})
        return found["at"] if found else None

    async def reach(self, name: str, at: datetime) -> None:
        await self._notes.update_one({"_id": name}, {"$set": {"at": at}}, upsert=True)

    # Figures of a day

    async def count_up(self, day: date, counts: Mapping[str, int], now: datetime) -> None:
        """``counts``: how many more; a name is no path (no dots in it)."""
        await self._notes.update_one(
            {"_id": f"figures {day}"},
            {"$inc": dict(counts), "$set": {"until": now + FIGURES_KEPT}},
            upsert=True,
        )

    async def figures(self, day: date) -> dict[str, int]:
        found = await self._notes.find_one({"_id": f"figures {day}"}) or {}
        return {name: count for name, count in found.items() if isinstance(count, int)}
