"""Chats: whose orders they follow and, in the same document, their mailbox.

One document for both, so that to unlink is to empty the mailbox, in one atomic write
(docs/decisions/0003-one-document-per-chat.md). What happens to a mailbox is decided in
`storage.mailbox`; here it is written by compare-and-set.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from storage import links, mailbox
from storage.horizon import Horizon
from storage.models import Card, Chat, Entry, Link, Offered, Preferences, Told
from storage.mongo import Document, Mongo
from storage.rounds import Rounds
from storage.saving import Change, all_or_error, each_read, new_version, read_all, save_all

MARKED = 100
"""How many of the latest orders that were muted, or followed, a chat remembers."""

_PUSHED: Mapping[str, Document] = {"told": {"$slice": -mailbox.REMEMBERED}}


class Chats:
    """The collection ``chats``.

    Reads and writes that are asked for at the same time share their way to the database.
    """

    def __init__(self, mongo: Mongo) -> None:
        self._chats = mongo.database["chats"]
        self._seal = mongo.seal
        self._horizon = Horizon()
        self._reading = Rounds(self._read)
        self._finding = Rounds(self._find)
        self._saving = Rounds(self._save)

    async def get(self, chat_id: int) -> Chat | None:
        return await self._reading.ask(chat_id)

    async def following(self, *whose: str) -> list[Chat]:
        """Those that follow any of these."""
        return await self._finding.ask(whose)

    async def _change(self, chat: Chat | int, decide: Callable[[Chat], Chat | None]) -> Chat | None:
        """Saves what is decided of the chat. None: there is nothing to be done, or no such chat.

        A ``chat`` that was read already is taken as it was; whoever was too late decides again.
        """
        is_sure = isinstance(chat, int)
        held = await self.get(chat) if isinstance(chat, int) else chat
        while held:
            after = decide(held)
            if after and (done := await self._put(held, after)):
                return done
            if not after and is_sure:
                return None
            held, is_sure = await self.get(held.id), True
        return None

    async def _put(self, held: Chat, after: Chat) -> Chat | None:
        """A chat that is over is forgotten. None: somebody else was quicker."""
        if not after.is_over:
            return await self._saving.ask((held, after))
        as_read: Document = {"_id": held.id, "version": held.version}
        return after if (await self._chats.delete_one(as_read)).deleted_count else None

    async def _read(self, chat_ids: Sequence[int]) -> list[Chat | Exception | None]:
        read = partial(Chat.from_mongo, seal=self._seal)
        return await read_all(self._chats, chat_ids, read)

    async def _find(self, asked: Sequence[Sequence[str]]) -> list[list[Chat] | Exception]:
        anybody = list({whose for each in asked for whose in each})
        found = await self._chats.find({"links.whose": {"$in": anybody}}).to_list(None)
        read = [
            ({link["whose"] for link in document["links"]}, chat)
            for document, chat in each_read(found, partial(Chat.from_mongo, seal=self._seal))
        ]
        return [
            all_or_error([chat for theirs, chat in read if not theirs.isdisjoint(whose)])
            for whose in asked
        ]

    async def _all(self, chats: Document) -> list[Chat]:
        found = await self._chats.find(chats).to_list(None)
        return [Chat.from_mongo(chat, self._seal) for chat in found]

    async def _save(self, changes: Sequence[Change[Chat]]) -> list[Chat | Exception | None]:
        return await save_all(self._chats, changes, self._seal, _PUSHED)

    # Links

    async def link(self, chat: Chat) -> Chat:
        """The chat with the one link that ``chat`` has, beside those that stand already."""
        while True:
            if held := await self._change(chat.id, lambda held: links.linked(held, chat)):
                return held
            if new := await self._saving.ask((None, chat)):
                return new

    async def leave(
        self, chat_id: int, link: Link, gone: Collection[str], *, idle_at: datetime | None = None
    ) -> bool:
        """Ends this very link; a chat without any is forgotten. False: it has ended already.

        ``gone``: ids of the orders that are followed no more. ``idle_at``: not while somebody holds
        the lease then, for they may be sending.
        """
        while held := await self.get(chat_id):
            stands = held.link_to([link.whose])
            if stands is None or stands.since != link.since or _is_held(held, idle_at):
                return False
            after = links.left(held, link.whose, gone)
            if await self._put(held, after):
                return True
        return False

    async def prefer(self, chat_id: int, preferences: Preferences) -> None:
        await self._change(chat_id, lambda chat: mailbox.preferring(chat, preferences))

    async def mute(self, chat: Chat, order_id: str) -> None:
        await self._mark(chat, order_id, "muted", instead_of="followed")

    async def follow(self, chat: Chat, order_id: str) -> None:
        await self._mark(chat, order_id, "followed", instead_of="muted")

    async def _mark(self, chat: Chat, order_id: str, mark: str, *, instead_of: str) -> None:
        """The latest `MARKED` are kept. Nothing happens if the chat follows nothing of it any more.

        An order has one mark at most, so that what is marked already needs no second look.
        """
        whose: Document = {"links.whose": {"$in": list(chat.whose)}}
        await self._update(
            {"_id": chat.id, mark: {"$ne": order_id}} | whose,
            {
                "$push": {mark: {"$each": [order_id], "$slice": -MARKED}},
                "$pull": {instead_of: order_id},
            },
        )

    async def unmark(self, chat: Chat, order_id: str) -> None:
        """The order is told of like any other again."""
        await self._update({"_id": chat.id}, {"$pull": {"muted": order_id, "followed": order_id}})

    async def expect_location(self, chat_id: int, until: datetime, screen: str) -> None:
        """So long a location is an answer, for this screen."""
        expected = {"location_until": until, "location_for": screen}
        await self._update({"_id": chat_id}, {"$set": expected})

    async def expect_no_location(self, chat_id: int) -> None:
        await self._update({"_id": chat_id}, {"$unset": {"location_until": 1, "location_for": 1}})

    async def write_about(self, chat_id: int, order_id: str) -> None:
        """What its person writes goes to the shop, about this order."""
        changes = {"$set": {"writing": order_id}, "$unset": {"about_to_write": 1}}
        await self._update({"_id": chat_id}, changes)

    async def is_about_to_write(self, chat_id: int, offered: Offered | None) -> None:
        """They are asked how. None: they would rather not."""
        asked = {"about_to_write": offered.model_dump() if offered else None}
        await self._update({"_id": chat_id}, {"$set": asked} if offered else {"$unset": asked})

    async def write_no_more(self, chat_id: int) -> None:
        await self._update({"_id": chat_id}, {"$unset": {"writing": 1}})

    async def miss(self, chat_id: int, at: datetime, *, keep: int) -> None:
        """Its person has asked for an order in vain; the latest ``keep`` times are remembered."""
        latest = {"misses": {"$each": [at], "$slice": -keep}}
        await self._update({"_id": chat_id}, {"$push": latest})

    async def unlink(self, chat_id: int) -> bool:
        """Forgets the chat and all that waits for it. False: it was not linked."""
        result = await self._chats.delete_one({"_id": chat_id})
        return bool(result.deleted_count)

    # Posting

    # ``whose``: the order's, of which the chat still has to follow one.

    async def hand_over(
        self, chat: Chat, entry: Entry, whose: Collection[str], *, lease: str, until: datetime
    ) -> Chat | None:
        """Posts to an empty, idle mailbox and claims it in the same write: the quick way out."""
        theirs = partial(mailbox.handed_over, entry=entry, whose=whose)
        return await self._change(chat, partial(theirs, lease=lease, until=until))

    async def post(self, chat: Chat, entry: Entry, whose: Collection[str]) -> Chat | None:
        """The chat with it. None: it was there, or is not wanted any more."""
        return await self._change(chat, partial(mailbox.posted, entry=entry, whose=whose))

    async def post_again(self, chat: Chat, entry: Entry, whose: Collection[str]) -> bool:
        posting = partial(mailbox.posted_again, entry=entry, whose=whose)
        return bool(await self._change(chat, posting))

    async def post_to_anybody(self, new: Chat, entry: Entry) -> None:
        """To a chat that need not follow anything. ``new``: as it is if it is not known."""
        while True:
            held = await self.get(new.id)
            after = mailbox.posted(held or new, entry, whose=())
            if after is None or await self._saving.ask((held, after)):
                return

    # Serving

    async def due(self, now: datetime, limit: int, *, but: Collection[int] = ()) -> list[Chat]:
        """Chats whose mailbox wants to be served now, those that wait longest first.

        ``but``: those that are in hand already.
        """
        others: Document = {"_id": {"$nin": list(but)}} if but else {}

        async def read(until: datetime) -> list[Document]:
            cursor = self._chats.find({"due_at": {"$lte": until}, "lease": None} | others)
            return await cursor.sort("due_at").limit(limit).to_list(limit)

        found = await self._horizon.oldest(now, limit, read)
        return [Chat.from_mongo(chat, self._seal) for chat in found]

    async def claim(self, chat: Chat, *, lease: str, until: datetime) -> Chat | None:
        """The mailbox, taken as it was read. None: somebody else was quicker."""
        claiming = partial(mailbox.claimed, read=chat, lease=lease, until=until)
        return await self._change(chat, claiming)

    async def complete(
        self,
        chat: Chat,
        *ended: Entry | Told,
        lease: str,
        next_at: datetime,
        card: Card | None = None,
    ) -> bool:
        """Ends the lease with something told, or over without it. False: the lease was lost."""
        completing = partial(
            mailbox.completed, ended=ended, lease=lease, next_at=next_at, card=card
        )
        return bool(await self._change(chat, completing))

    async def drop(self, chat: Chat, *entries: Entry, lease: str, next_at: datetime) -> bool:
        """Ends the lease with entries that cannot be told."""
        dropping = partial(mailbox.dropped, entries=entries, lease=lease, next_at=next_at)
        return bool(await self._change(chat, dropping))

    async def hold(
        self,
        chat: Chat,
        entries: Sequence[Entry],
        *,
        lease: str,
        next_at: datetime,
        card: Card | None = None,
    ) -> bool:
        """Ends the lease with entries that are told later."""
        holding = partial(mailbox.held, entries=entries, lease=lease, next_at=next_at, card=card)
        return bool(await self._change(chat, holding))

    async def postpone(self, chat: Chat, *, lease: str, until: datetime, attempts: int) -> bool:
        """Ends the lease with nothing sent."""
        postponing = partial(mailbox.postponed, lease=lease, until=until, attempts=attempts)
        return bool(await self._change(chat, postponing))

    async def release_expired(self, now: datetime) -> int:
        """Ends the leases whose holders are gone. How many."""
        held = await self._all({"lease": {"$gt": ""}, "due_at": {"$lte": now}})
        releasing = partial(mailbox.released, now=now)
        freed = await asyncio.gather(*(self._change(chat, releasing) for chat in held))
        return sum(chat is not None for chat in freed)

    async def pause(self, chat_id: int, reason: str) -> Chat | None:
        """The chat, with what waits in it. None: there is no such chat."""
        return await self._change(chat_id, partial(mailbox.paused, reason=reason))

    async def refuse(self, chat_id: int, reason: str, *, lease: str) -> None:
        """Pauses it and ends the lease, unless its person was heard from meanwhile."""
        await self._change(chat_id, partial(mailbox.refused, reason=reason, lease=lease))

    async def resume(self, chat_id: int, now: datetime) -> None:
        await self._change(chat_id, lambda chat: mailbox.resumed(chat, now))

    async def heard_from(self, chat: Chat, now: datetime) -> None:
        """Its person writes, or presses a button: resumes it. Ordinarily nothing is to be done,
        and that is asked of the ``chat`` as it was read."""
        if mailbox.resumed(chat, now):
            await self.resume(chat.id, now)

    async def all(self) -> AsyncIterator[Chat]:
        """Every chat that is linked, one after the other."""
        async for chat in self._chats.find():
            yield Chat.from_mongo(chat, self._seal)

    async def count(self) -> int:
        """How many chats are linked, roughly."""
        return await self._chats.estimated_document_count()

    async def _update(self, chat: Document, update: Document) -> bool:
        anew = {"$set": {"version": new_version()} | update.get("$set", {})}
        result = await self._chats.update_one(chat, update | anew)
        return bool(result.matched_count)


def _is_held(chat: Chat, at: datetime | None) -> bool:
    """Whether somebody holds the lease then."""
    return bool(at and chat.lease and chat.due_at and chat.due_at > at)
