"""Dead letters: news that could not be told, and why."""

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
