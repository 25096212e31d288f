"""Conversations of customers with the shop's staff, each about one order.

`storage.talk` decides how one changes; this module saves the result by compare-and-set.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial

from pymongo.errors import DuplicateKeyError

from storage import talk
from storage.horizon import Horizon
from storage.models import Conversation, Relay, Side
from storage.mongo import Document, Mongo
from storage.saving import save_all

LOOK = 0.05
"""Seconds between checks whether a message that was on its way has arrived."""
_OUTSIDE = {"version": 1, "topic": 1, "lease": 1, "due_at": 1}

Decide = Callable[[Conversation], Conversation | None]


class Conversations:
    """The collections ``conversations`` and ``old_topics`` (topics that are to be deleted)."""

    def __init__(self, mongo: Mongo) -> None:
        self._conversations = mongo.database["conversations"]
        self._topics = mongo.database["old_topics"]
        self._seal = mongo.sealing
        self._horizon = Horizon()

    async def get(self, conversation_id: str) -> Conversation | None:
        return await self._find({"_id": conversation_id})

    async def in_topic(self, topic: int) -> Conversation | None:
        return await self._find({"topic": topic})

    async def of_orders(self, order_ids: Collection[str]) -> list[Conversation]:
        return await self._all({"order_id": {"$in": list(order_ids)}})

    async def over(self, now: datetime, limit: int) -> list[Conversation]:
        """Conversations past their ``ends_at``: to be ended for silence or, if ended, deleted."""
        return await self._all({"ends_at": {"$lte": now}}, limit)

    async def due(
        self, now: datetime, limit: int, *, but: Collection[str] = ()
    ) -> list[Conversation]:
        """Conversations with something to deliver now, the longest waiting first.

        ``but``: ids to leave out, as they are being served already.
        """
        others: Document = {"_id": {"$nin": list(but)}} if but else {}

        async def read(until: datetime) -> list[Document]:
            cursor = self._conversations.find({"due_at": {"$lte": until}} | others)
            return await cursor.sort("due_at").limit(limit).to_list(limit)

        found = await self._horizon.oldest(now, limit, read)
        return [Conversation.from_mongo(each, self._seal) for each in found]

    # What people do

    async def open(self, new: Conversation) -> Conversation:
        """Opens the stored conversation of this chat about this order, or creates ``new``."""
        opening = partial(talk.opened, name=new.name, now=new.latest_at, ends_at=new.ends_at)
        while True:
            if held := await self.change(new.id, opening):
                return held
            if made := (await save_all(self._conversations, [(None, new)], self._seal, {}))[0]:
                return _sure(made)

    async def say(
        self,
        conversation: Conversation,
        parts: Sequence[Relay],
        *,
        key: str,
        now: datetime,
        ends_at: datetime,
    ) -> Conversation | None:
        saying = partial(talk.said, parts=parts, key=key, now=now, ends_at=ends_at)
        return await self.change(conversation, saying)

    async def end(
        self,
        conversation: Conversation,
        by: Side | None,
        *,
        now: datetime,
        forget_at: datetime,
        is_closed: bool = False,
    ) -> bool:
        """Ends the conversation. False: it had ended already."""
        ending = partial(talk.ended, by=by, now=now, forget_at=forget_at, is_closed=is_closed)
        return bool(await self.change(conversation, ending))

    async def change(self, conversation: Conversation | str, decide: Decide) -> Conversation | None:
        """Saves what ``decide`` makes of it; after a conflict, reads and decides again.

        ``conversation``: its id, or a copy to decide on without reading. Returns the saved one;
        None if ``decide`` returned None or there is no such conversation.
        """
        is_sure = isinstance(conversation, str)
        held = await self.get(conversation) if isinstance(conversation, str) else conversation
        while held:
            after = decide(held)
            if after:
                [done] = await save_all(self._conversations, [(held, after)], self._seal, {})
                if done:
                    return _sure(done)
            elif is_sure:
                return None
            held, is_sure = await self.get(held.id), True
        return None

    # Forgetting, which also deletes the topics in the staff's group

    async def forget(self, which: Document, *, lease: str | None = None) -> None:
        """Deletes the conversations that match, after waiting for messages on their way.

        ``lease``: the caller's own, for which it does not wait. Safe to repeat after a crash.
        """
        while found := await self._conversations.find(which, _OUTSIDE).to_list(None):
            forgotten = [await self._forget(each, lease) for each in found]
            if not all(forgotten):
                await asyncio.sleep(LOOK)

    async def _forget(self, found: Document, lease: str | None) -> bool:
        """False: it is leased, or another writer came first."""
        held = found.get("lease")
        if held and held != lease and found["due_at"] > datetime.now(UTC):
            return False
        if topic := found.get("topic"):
            await self.leave_topic(topic)
        as_read = {"_id": found["_id"], "version": found.get("version")}
        return bool((await self._conversations.delete_one(as_read)).deleted_count)

    async def forget_of_chat(self, chat_id: int, order_ids: Collection[str] | None) -> None:
        """Deletes the chat's conversations about these orders; None: all of its conversations."""
        about: Document = {} if order_ids is None else {"order_id": {"$in": list(order_ids)}}
        await self.forget({"chat_id": chat_id} | about)

    async def leave_topic(self, topic: int) -> None:
        """Notes the topic for deletion."""
        try:
            await self._topics.insert_one({"_id": topic, "at": datetime.now(UTC)})
        except DuplicateKeyError:
            return

    async def old_topics(self, limit: int) -> list[int]:
        found = await self._topics.find({}).to_list(limit)
        return [topic["_id"] for topic in found]

    async def topic_is_gone(self, topic: int) -> None:
        await self._topics.delete_one({"_id": topic})

    async def _find(self, which: Document) -> Conversation | None:
        found = await self._conversations.find_one(which)
        return Conversation.from_mongo(found, self._seal) if found else None

    async def _all(self, which: Document, limit: int | None = None) -> list[Conversation]:
        found = await self._conversations.find(which).to_list(limit)
        return [Conversation.from_mongo(each, self._seal) for each in found]


def _sure(saved: Conversation | Exception) -> Conversation:
    if isinstance(saved, Exception):
        raise saved
    return saved
