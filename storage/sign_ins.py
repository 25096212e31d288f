"""Sign-ins: which page has used what Telegram signed for it, so that no other page does."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.mongo import Mongo


class SignIns:
    """The collection ``sign_ins``: fingerprints alone, which an index ends within the hour."""

    def __init__(self, mongo: Mongo) -> None:
        self._sign_ins = mongo.database["sign_ins"]

    async def claim(self, name: bytes, owner: bytes, expires_at: datetime) -> bool:
        """Whether it is the owner's from now on, or was already."""
        kept = {"$setOnInsert": {"expires_at": expires_at}}
        try:
            await self._sign_ins.update_one({"_id": name, "owner": owner}, kept, upsert=True)
        except DuplicateKeyError:
            return False
        return True
