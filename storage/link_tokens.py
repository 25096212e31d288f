"""Link tokens: promises to link a chat to an account or an order, known only by their hashes."""

from collections.abc import Sequence
from datetime import datetime

from storage.models import LinkToken
from storage.mongo import Document, Mongo


class LinkTokens:
    """The collection ``link_tokens``."""

    def __init__(self, mongo: Mongo) -> None:
        self._tokens = mongo.database["link_tokens"]
        self._seal = mongo.seal

    async def add(self, token: LinkToken) -> None:
        await self._tokens.insert_one(token.to_mongo(self._seal))

    async def find(self, secret: Document, now: datetime) -> LinkToken | None:
        """The token with this ``{"_id": hash}`` or ``{"code_hash": hash}``, unless it has expired.

        It may be ``done``. A code that two have by a very rare chance opens neither.
        """
        found = await self._tokens.find(secret | {"expires_at": {"$gt": now}}).to_list(2)
        return LinkToken.from_mongo(found[0], self._seal) if len(found) == 1 else None

    async def worth_something(self, whose: str, now: datetime, limit: int) -> list[LinkToken]:
        """Those to this that can still be redeemed."""
        worth = {"whose": whose, "expires_at": {"$gt": now}, "done": False}
        found = await self._tokens.find(worth).to_list(limit)
        return [LinkToken.from_mongo(token, self._seal) for token in found]

    async def all_of(self, whose: str) -> list[LinkToken]:
        """Those that are worth nothing any more, too."""
        found = await self._tokens.find({"whose": whose}).to_list(None)
        return [LinkToken.from_mongo(token, self._seal) for token in found]

    async def use(
        self, token: LinkToken, chat_id: int, now: datetime, *, language: str | None = None
    ) -> bool:
        """Takes the token for this chat; the same chat may take it again until it is `finish`ed.

        False: another chat was quicker, it is finished, or it has expired.
        """
        result = await self._tokens.update_one(
            {
                "_id": token.id,
                "used_by": {"$in": [None, chat_id]},
                "expires_at": {"$gt": now},
                "done": False,
            },
            {"$set": {"used_by": chat_id, "used_at": now, "language": language}},
        )
        return bool(result.matched_count)

    async def count_try(self, token: LinkToken, *, most: int) -> bool:
        """One more proof is tried. False: there were ``most``, or it is finished."""
        result = await self._tokens.update_one(
            {"_id": token.id, "done": False, "tries": {"$ne": most}}, {"$inc": {"tries": 1}}
        )
        return bool(result.matched_count)

    async def finish(self, token: LinkToken) -> None:
        """The link stands: the token is worth nothing any more."""
        await self._tokens.update_one({"_id": token.id}, {"$set": {"done": True}})

    async def void(self, hashes: Sequence[str]) -> None:
        """Whatever goes by one of these is worth nothing any more."""
        known = [{"_id": {"$in": hashes}}, {"code_hash": {"$in": hashes}}]
        await self._tokens.update_many({"$or": known}, {"$set": {"done": True}})

    async def purge(self, before: datetime) -> int:
        """Removes tokens that expired before then. How many."""
        result = await self._tokens.delete_many({"expires_at": {"$lt": before}})
        return result.deleted_count
