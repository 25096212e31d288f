"""Sign-ins: which page has used a piece of data signed by Telegram, so that no other page can."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.mongo import Mongo


class SignIns:
    """The collection ``sign_ins``: fingerprints only. A TTL index deletes them within the hour."""

    def __init__(self, mongo: Mongo) -> None:
        self._sign_ins = mongo.database["sign_ins"]

    async def claim(self, name: bytes, owner: bytes, expires_at: datetime) -> bool:
        """Claims the name for the owner. False: it has another owner."""
        kept = {"$setOnInsert": {"expires_at": expires_at}}
        try:
            await self._sign_ins.update_one({"_id": name, "owner": owner}, kept, upsert=True)
        except DuplicateKeyError:
            return False
        return True
