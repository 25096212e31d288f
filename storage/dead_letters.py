"""Dead letters: news that could not be told, and why."""

from collections.abc import Sequence
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

    async def fresh(self, limit: int) -> list[DeadLetter]:
        """Those that the shop's staff has not been told of."""
        found = await self._letters.find({"is_fresh": True}).limit(limit).to_list(limit)
        return [DeadLetter.from_mongo(letter) for letter in found]

    async def told(self, letters: Sequence[DeadLetter]) -> None:
        ids = {"_id": {"$in": [letter.id for letter in letters]}}
        await self._letters.update_many(ids, {"$unset": {"is_fresh": ""}})

    async def count(self) -> int:
        return await self._letters.estimated_document_count()

    async def remove(self, letter: DeadLetter) -> None:
        await self._letters.delete_one({"_id": letter.id})


_ANY = {"$gt": datetime(2000, 1, 1, tzinfo=UTC)}  # a bounded range is read by its index
