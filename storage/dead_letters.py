"""Dead letters: news that could not be told, and why."""

from datetime import UTC, datetime

from storage.models import DeadLetter
from storage.mongo import Mongo


class DeadLetters:
    """The collection ``dead_letters``."""

    def __init__(self, mongo: Mongo) -> None:
        self._letters = mongo.database["dead_letters"]

    async def keep(self, letter: DeadLetter) -> None:
        """Kept once, however often it is said."""
        document = letter.to_mongo()
        await self._letters.replace_one({"_id": document["_id"]}, document, upsert=True)

    async def oldest(self, limit: int) -> list[DeadLetter]:
        found = await self._letters.find({"since": _ANY}).sort("since").limit(limit).to_list(limit)
        return [DeadLetter.from_mongo(letter) for letter in found]

    async def remove(self, letter: DeadLetter) -> None:
        await self._letters.delete_one({"_id": letter.id})


_ANY = {"$gt": datetime(2000, 1, 1, tzinfo=UTC)}  # a bounded range is read by its index
