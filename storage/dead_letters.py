"""Dead letters: news that was given up, and why."""

import secrets
from collections.abc import Sequence

from storage.models import DeadLetter
from storage.mongo import Mongo
from storage.paging import Place, page


class DeadLetters:
    """The collection ``dead_letters``."""

    def __init__(self, mongo: Mongo) -> None:
        self._letters = mongo.database["dead_letters"]

    async def keep(self, letter: DeadLetter) -> None:
        """Saves the letter. One with its id is updated and keeps its reference."""
        document = letter.to_mongo()
        letter_id, _ = document.pop("_id"), document.pop("reference", None)
        named = {"$set": document, "$setOnInsert": {"reference": secrets.token_hex(8)}}
        await self._letters.update_one({"_id": letter_id}, named, upsert=True)

    async def get(self, reference: str) -> DeadLetter | None:
        found = await self._letters.find_one({"reference": reference})
        return DeadLetter.from_mongo(found) if found else None

    async def page(self, after: Place | None, limit: int) -> list[DeadLetter]:
        """Letters after ``after``, by (``since``, ``reference``), oldest first."""
        found = await page(self._letters, ("since", "reference"), after, limit)
        return [DeadLetter.from_mongo(letter) for letter in found]

    async def of_orders(self, order_ids: Sequence[str]) -> list[DeadLetter]:
        found = await self._letters.find({"order_id": {"$in": list(order_ids)}}).to_list(None)
        return [DeadLetter.from_mongo(letter) for letter in found]

    async def fresh(self, limit: int) -> list[DeadLetter]:
        """Letters that have not been reported to the staff."""
        found = await self._letters.find({"is_fresh": True}).limit(limit).to_list(limit)
        return [DeadLetter.from_mongo(letter) for letter in found]

    async def announced(self, letters: Sequence[DeadLetter]) -> None:
        ids = {"_id": {"$in": [letter.id for letter in letters]}}
        await self._letters.update_many(ids, {"$unset": {"is_fresh": ""}})

    async def count(self) -> int:
        return await self._letters.estimated_document_count()

    async def remove_of(self, chat_id: int) -> None:
        await self._letters.delete_many({"chat_id": chat_id})

    async def remove(self, letter: DeadLetter) -> None:
        await self._letters.delete_one({"_id": letter.id})
