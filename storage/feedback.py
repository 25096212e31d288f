"""Opinions: a customer's feedback on a delivered order, one for each chat and order."""

from datetime import datetime

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from storage.models import Opinion
from storage.mongo import Document, Mongo
from storage.paging import Place, page


class Opinions:
    """The collection ``feedback``."""

    def __init__(self, mongo: Mongo) -> None:
        self._opinions = mongo.database["feedback"]
        self._seal = mongo.sealing

    async def get(self, chat_id: int, order_id: str) -> Opinion | None:
        return await self._find({"_id": opinion_id(chat_id, order_id)})

    async def say(self, opinion: Opinion, *, since: datetime) -> bool:
        """Saves the rating, as a new opinion or in place of the previous rating.

        A comment stays. False: the opinion was first given at ``since`` or earlier, and can no
        longer be changed.
        """
        new = opinion.to_mongo(self._seal)
        changed = {name: new[name] for name in ("rating", "at")}
        young = {"_id": new.pop("_id"), "since": {"$gt": since}}
        first = {name: value for name, value in new.items() if name not in changed}
        change = {"$set": changed, "$setOnInsert": first}
        try:
            await self._opinions.update_one(young, change, upsert=True)
        except DuplicateKeyError:  # it exists: too old, or created a moment ago
            return await self._update(young, {"$set": changed})
        return True

    # Comments

    async def ask(self, chat_id: int, order_id: str, *, prompt: int, until: datetime) -> bool:
        """Notes that the message ``prompt`` asks for a comment ``until`` then.

        False: there is no opinion to comment on.
        """
        return await self._update(
            {"_id": opinion_id(chat_id, order_id)},
            {"$set": {"prompt": prompt, "comment_until": until}},
        )

    async def asked_by(self, chat_id: int, prompt: int | None, now: datetime) -> Opinion | None:
        """The opinion for which this message asks for a comment, if it still does.

        ``prompt``: None for the message that asked last.
        """
        asking = {"$gt": 0} if prompt is None else prompt
        found = await self._opinions.find_one(
            {"chat_id": chat_id, "prompt": asking, "comment_until": {"$gt": now}},
            sort=[("comment_until", DESCENDING)],
        )
        return Opinion.from_mongo(found, self._seal) if found else None

    async def comment(self, opinion: Opinion, comment: str, now: datetime) -> bool:
        """Saves the comment. False: it is no longer asked for."""
        document = opinion.model_copy(update={"comment": comment}).to_mongo(self._seal)
        return await self._update(
            {"_id": opinion.id, "prompt": opinion.prompt, "comment_until": {"$gt": now}},
            {"$set": {"comment": document["comment"], "at": now}, "$unset": _NOT_ASKED},
        )

    async def of_order(self, order_id: str) -> list[Opinion]:
        """Oldest first."""
        cursor = self._opinions.find({"order_id": order_id})
        found = await cursor.sort("at", ASCENDING).to_list(None)
        return [Opinion.from_mongo(opinion, self._seal) for opinion in found]

    async def page(self, after: Place | None, *, until: datetime, limit: int) -> list[Opinion]:
        """Opinions after ``after`` and ``until`` then, by (``at``, ``reference``), oldest first."""
        not_newer = {"at": {"$lte": until}}
        found = await page(self._opinions, ("at", "reference"), after, limit, not_newer)
        return [Opinion.from_mongo(opinion, self._seal) for opinion in found]

    async def of_customer(self, customer_id: str) -> list[Opinion]:
        found = await self._opinions.find({"customer_id": customer_id}).to_list(None)
        return [Opinion.from_mongo(opinion, self._seal) for opinion in found]

    async def _find(self, opinion: Document) -> Opinion | None:
        found = await self._opinions.find_one(opinion)
        return Opinion.from_mongo(found, self._seal) if found else None

    async def _update(self, opinion: Document, update: Document) -> bool:
        result = await self._opinions.update_one(opinion, update)
        return bool(result.matched_count)


_NOT_ASKED = {"prompt": "", "comment_until": ""}


def opinion_id(chat_id: int, order_id: str) -> str:
    return f"{chat_id}:{order_id}"
