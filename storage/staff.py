"""What replicas share for reports to the staff: turns, positions and figures.

Nothing about any customer.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from pymongo.errors import DuplicateKeyError

from storage.mongo import Mongo

FIGURES_KEPT = timedelta(days=30)
_WORDS = "unknown words"


class StaffNotes:
    """The collection ``staff``. A TTL index deletes each document at its ``until``."""

    def __init__(self, mongo: Mongo) -> None:
        self._notes = mongo.database["staff"]

    # Turns

    async def take_turn(self, name: str, now: datetime, until: datetime) -> bool:
        """Takes the turn ``until`` then. False: another replica has it."""
        over = {"_id": name, "until": {"$lte": now}}
        try:
            await self._notes.update_one(over, {"$set": {"until": until}}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def give_back(self, name: str) -> None:
        await self._notes.delete_one({"_id": name})

    # Unknown words for states, from programs that do not report to the staff themselves

    async def leave_words(self, words: Mapping[str, int]) -> None:
        """Adds words, each with how often it came."""
        left = [{"word": word, "count": count} for word, count in words.items()]
        await self._notes.update_one(
            {"_id": _WORDS}, {"$push": {"words": {"$each": left}}}, upsert=True
        )

    async def take_words(self) -> Counter[str]:
        """Removes and returns the words with their counts. Only one caller gets them."""
        found = await self._notes.find_one({"_id": _WORDS})
        if found is None or not (await self._notes.delete_one(found)).deleted_count:
            return Counter()
        words = Counter[str]()
        for left in found["words"]:
            words[left["word"]] += left["count"]
        return words

    # Positions

    async def reached(self, name: str) -> datetime | None:
        found = await self._notes.find_one({"_id": name})
        return found["at"] if found else None

    async def reach(self, name: str, at: datetime) -> None:
        await self._notes.update_one({"_id": name}, {"$set": {"at": at}}, upsert=True)

    # Figures of a day

    async def count_up(self, day: date, counts: Mapping[str, int], now: datetime) -> None:
        """Adds to the day's figures. The names must not contain dots."""
        await self._notes.update_one(
            {"_id": f"figures {day}"},
            {"$inc": dict(counts), "$set": {"until": now + FIGURES_KEPT}},
            upsert=True,
        )

    async def figures(self, day: date) -> dict[str, int]:
        found = await self._notes.find_one({"_id": f"figures {day}"}) or {}
        return {name: count for name, count in found.items() if isinstance(count, int)}
