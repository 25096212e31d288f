"""Newcomers: chats with a new link, until the other chats of that household have heard of it."""

from collections.abc import Sequence
from datetime import datetime

from storage.models import Chat, Joined
from storage.mongo import Document, Mongo
from storage.saving import update_one


class WaitingNewcomers:
    """The collection ``chats``, by ``tell_at``."""

    def __init__(self, mongo: Mongo) -> None:
        self._chats = mongo.database["chats"]
        self._seal = mongo.sealing

    async def due(self, now: datetime, limit: int) -> list[Chat]:
        """Chats of which others are to be told now."""
        found = await self._chats.find({"tell_at": {"$lte": now}}).to_list(limit)
        return [Chat.from_mongo(chat, self._seal) for chat in found]

    async def take(self, chat: Chat, until: datetime) -> bool:
        """Leaves this newcomer to the caller ``until`` then; afterwards it is due again.

        False: another replica has taken it.
        """
        return await self._update(chat, chat.tell_at, {"$set": {"tell_at": until}})

    async def announced(self, chat: Chat, until: datetime, left: Sequence[Joined]) -> None:
        """Ends a turn. ``until``: as in `take`. ``left``: those of whom others hear later."""
        later: Document = {"$set": {"joined": [each.to_mongo() for each in left]}}
        over: Document = {"$unset": {"tell_at": "", "joined": ""}}
        await self._update(chat, until, later if left else over)

    async def _update(self, chat: Chat, tell_at: datetime | None, update: Document) -> bool:
        as_read: Document = {"_id": chat.id, "tell_at": tell_at}
        return await update_one(self._chats, as_read, update)
