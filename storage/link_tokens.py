"""Link tokens: each lets a chat link to an account or an order. Only their hashes are stored."""

from collections.abc import Sequence
from datetime import datetime

from storage.models import LinkToken
from storage.mongo import Document, Mongo


class LinkTokens:
    """The collection ``link_tokens``."""

    def __init__(self, mongo: Mongo) -> None:
        self._tokens = mongo.database["link_tokens"]
        self._seal = mongo.sealing

    async def add(self, token: LinkToken) -> None:
        await self._tokens.insert_one(token.to_mongo(self._seal))

    async def find(self, secret: Document, now: datetime) -> LinkToken | None:
        """The token with this ``{"_id": hash}`` or ``{"code_hash": hash}``, unless it has expired.

        It may be ``done``. If two tokens have the same code by a rare chance, neither is found.
        """
        found = await self._tokens.find(secret | {"expires_at": {"$gt": now}}).to_list(2)
        return LinkToken.from_mongo(found[0], self._seal) if len(found) == 1 else None

    async def worth_something(self, whose: str, now: datetime, limit: int) -> list[LinkToken]:
        """The tokens for this account or order that can still be redeemed."""
        worth = {"whose": whose, "expires_at": {"$gt": now}, "done": False}
        found = await self._tokens.find(worth).to_list(limit)
        return [LinkToken.from_mongo(token, self._seal) for token in found]

    async def all_of(self, whose: str) -> list[LinkToken]:
        """All tokens for this account or order, including used and expired ones."""
        found = await self._tokens.find({"whose": whose}).to_list(None)
        return [LinkToken.from_mongo(token, self._seal) for token in found]

    async def use(
        self, token: LinkToken, chat_id: int, now: datetime, *, language: str | None = None
    ) -> bool:
        """Claims the token for this chat, which may claim it again until it is `finish`ed.

        False: another chat has claimed it, it is finished, or it has expired.
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
        """Counts an attempt to confirm. False: there were ``most`` already, or it is finished."""
        result = await self._tokens.update_one(
            {"_id": token.id, "done": False, "tries": {"$ne": most}}, {"$inc": {"tries": 1}}
        )
        return bool(result.matched_count)

    async def finish(self, token: LinkToken) -> None:
        """The chat is linked: the token can no longer be used."""
        await self._tokens.update_one({"_id": token.id}, {"$set": {"done": True}})

    async def void(self, hashes: Sequence[str]) -> None:
        """Tokens with one of these hashes, of the token or its code, can no longer be used."""
        known = [{"_id": {"$in": hashes}}, {"code_hash": {"$in": hashes}}]
        await self._tokens.update_many({"$or": known}, {"$set": {"done": True}})

    async def purge(self, before: datetime) -> int:
        """Deletes tokens that expired before then. Returns how many."""
        result = await self._tokens.delete_many({"expires_at": {"$lt": before}})
        return result.deleted_count
