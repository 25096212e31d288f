"""Chats: what each one follows and, in the same document, its mailbox.

One document, so that unlinking also empties the mailbox in one atomic write
(docs/decisions/0003-one-document-per-chat.md). `storage.mailbox` decides how a mailbox changes;
this module saves the result by compare-and-set.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from storage import links, mailbox
from storage.horizon import Horizon
from storage.models import Card, Chat, Entry, Link, PastEntry, Preferences
from storage.mongo import Document, Mongo
from storage.rounds import Rounds
from storage.saving import Change, all_or_error, each_read, read_all, save_all, update_one

MARKED = 100
"""How many muted orders, and how many followed ones, a chat keeps; the oldest go first."""

_PUSHED: Mapping[str, Document] = {"told": {"$slice": -mailbox.REMEMBERED}}


class Chats:
    """The collection ``chats``.

    Concurrent reads and writes are batched (`storage.rounds`).
    """

    def __init__(self, mongo: Mongo) -> None:
        self._chats = mongo.database["chats"]
        self._seal = mongo.sealing
        self._horizon = Horizon()
        self._reading = Rounds(self._read)
        self._finding = Rounds(self._find)
        self._saving = Rounds(self._save)

    async def get(self, chat_id: int) -> Chat | None:
        return await self._reading.ask(chat_id)

    async def following(self, *whose: str) -> list[Chat]:
        """Chats that follow any of these accounts and single orders."""
        return await self._finding.ask(whose)

    async def _change(self, chat: Chat | int, decide: Callable[[Chat], Chat | None]) -> Chat | None:
        """Saves what ``decide`` makes of the chat; after a conflict, reads and decides again.

        ``chat``: its id, or a copy to decide on without reading. Returns the saved chat; None if
        ``decide`` returned None or there is no such chat.
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
        """Saves the chat, or deletes it if it is over. None: another writer came first."""
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

    async def _save(self, changes: Sequence[Change[Chat]]) -> list[Chat | Exception | None]:
        return await save_all(self._chats, changes, self._seal, _PUSHED)

    # Links

    async def link(self, chat: Chat) -> Chat:
        """Adds the one link of ``chat`` to the stored chat, which is created if needed."""
        while True:
            if held := await self._change(chat.id, lambda held: links.linked(held, chat)):
                return held
            if new := await self._saving.ask((None, chat)):
                return new

    async def leave(
        self, chat_id: int, link: Link, gone: Collection[str], *, idle_at: datetime | None = None
    ) -> bool:
        """Ends exactly this link, and deletes a chat that has no other.

        ``gone``: ids of the orders that are no longer followed. ``idle_at``: do nothing if the
        mailbox is leased at that time, as a message may be on its way. Returns False if the link
        had ended or the mailbox was leased.
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
        """Moves the order to the list ``mark``, which keeps its latest `MARKED`.

        Does nothing if the chat no longer follows what it followed when it was read, or if the
        order is there already. An order is in at most one of the lists.
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
        """Removes the order from both lists: it is treated like any other again."""
        await self._update({"_id": chat.id}, {"$pull": {"muted": order_id, "followed": order_id}})

    async def expect_location(self, chat_id: int, until: datetime, screen: str) -> None:
        """Until then, a location that the person sends answers the question of this screen."""
        expected = {"location_until": until, "location_for": screen}
        await self._update({"_id": chat_id}, {"$set": expected})

    async def expect_no_location(self, chat_id: int) -> None:
        await self._update({"_id": chat_id}, {"$unset": {"location_until": 1, "location_for": 1}})

    async def miss(self, chat_id: int, at: datetime, *, keep: int) -> None:
        """Records that the person asked for an order that was not found; keeps the latest."""
        latest = {"misses": {"$each": [at], "$slice": -keep}}
        await self._update({"_id": chat_id}, {"$push": latest})

    async def unlink(self, chat_id: int) -> bool:
        """Deletes the chat with its mailbox. False: there was no such chat."""
        result = await self._chats.delete_one({"_id": chat_id})
        return bool(result.deleted_count)

    # Posting (``whose``: what the order belongs to; the chat must still follow one of these)

    async def hand_over(
        self, chat: Chat, entry: Entry, whose: Collection[str], *, lease: str, until: datetime
    ) -> Chat | None:
        """Posts to an empty, idle mailbox and claims it in the same write, which saves a look by
        the dispatcher. None: use `post`."""
        theirs = partial(mailbox.handed_over, entry=entry, whose=whose)
        return await self._change(chat, partial(theirs, lease=lease, until=until))

    async def post(self, chat: Chat, entry: Entry, whose: Collection[str]) -> Chat | None:
        """Adds the entry. None: the mailbox had this news already, or no longer follows it."""
        return await self._change(chat, partial(mailbox.posted, entry=entry, whose=whose))

    async def post_again(self, chat: Chat, entry: Entry, whose: Collection[str]) -> bool:
        posting = partial(mailbox.posted_again, entry=entry, whose=whose)
        return bool(await self._change(chat, posting))

    async def post_to_anybody(self, new: Chat, entry: Entry) -> None:
        """Posts to a chat that need not follow anything. ``new``: the chat to create if there is
        none with its id."""
        while True:
            held = await self.get(new.id)
            after = mailbox.posted(held or new, entry, whose=())
            if after is None or await self._saving.ask((held, after)):
                return

    # Serving

    async def due(self, now: datetime, limit: int, *, but: Collection[int] = ()) -> list[Chat]:
        """Chats whose mailbox is due and not leased, the longest waiting first.

        ``but``: ids to leave out, as they are being served already.
        """
        others: Document = {"_id": {"$nin": list(but)}} if but else {}

        async def read(until: datetime) -> list[Document]:
            cursor = self._chats.find({"due_at": {"$lte": until}, "lease": None} | others)
            return await cursor.sort("due_at").limit(limit).to_list(limit)

        found = await self._horizon.oldest(now, limit, read)
        return [Chat.from_mongo(chat, self._seal) for chat in found]

    async def claim(self, chat: Chat, *, lease: str, until: datetime) -> Chat | None:
        """Takes the lease, if the mailbox is still as it was read. None: it is not."""
        claiming = partial(mailbox.claimed, read=chat, lease=lease, until=until)
        return await self._change(chat, claiming)

    async def complete(
        self,
        chat: Chat,
        *ended: Entry | PastEntry,
        lease: str,
        next_at: datetime,
        card: Card | None = None,
    ) -> bool:
        """Ends the lease and removes ``ended``: entries that were sent or are obsolete.

        Returns False if the lease was lost.
        """
        completing = partial(
            mailbox.completed, ended=ended, lease=lease, next_at=next_at, card=card
        )
        return bool(await self._change(chat, completing))

    async def drop(self, chat: Chat, *entries: Entry, lease: str, next_at: datetime) -> bool:
        """Ends the lease and removes entries that cannot be sent. False: the lease was lost."""
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
        """Ends the lease and keeps entries until their ``due``. False: the lease was lost."""
        holding = partial(mailbox.held, entries=entries, lease=lease, next_at=next_at, card=card)
        return bool(await self._change(chat, holding))

    async def postpone(self, chat: Chat, *, lease: str, until: datetime, attempts: int) -> bool:
        """Ends the lease with nothing sent. False: the lease was lost."""
        postponing = partial(mailbox.postponed, lease=lease, until=until, attempts=attempts)
        return bool(await self._change(chat, postponing))

    async def release_expired(self, now: datetime) -> int:
        """Ends leases that have run out, as their holders are gone. Returns how many."""
        found = await self._chats.find({"lease": {"$gt": ""}, "due_at": {"$lte": now}}).to_list(
            None
        )
        held = [Chat.from_mongo(chat, self._seal) for chat in found]
        releasing = partial(mailbox.released, now=now)
        freed = await asyncio.gather(*(self._change(chat, releasing) for chat in held))
        return sum(chat is not None for chat in freed)

    async def pause(self, chat_id: int, reason: str) -> Chat | None:
        """Stops sending to the chat, which is returned. None: there is no such chat."""
        return await self._change(chat_id, partial(mailbox.paused, reason=reason))

    async def refuse(self, chat_id: int, reason: str, *, lease: str) -> None:
        """Ends the lease and pauses the chat, unless the person wrote to us in the meantime."""
        await self._change(chat_id, partial(mailbox.refused, reason=reason, lease=lease))

    async def resume(self, chat_id: int, now: datetime) -> None:
        await self._change(chat_id, lambda chat: mailbox.resumed(chat, now))

    async def heard_from(self, chat: Chat, now: datetime) -> None:
        """The person wrote or pressed a button: resumes the chat if it is paused.

        Usually it is not. That is decided on the ``chat`` as it was read, without a query.
        """
        if mailbox.resumed(chat, now):
            await self.resume(chat.id, now)

    async def all(self) -> AsyncIterator[Chat]:
        """All chats, one by one."""
        async for chat in self._chats.find():
            yield Chat.from_mongo(chat, self._seal)

    async def count(self) -> int:
        """Roughly how many chats there are."""
        return await self._chats.estimated_document_count()

    async def _update(self, which: Document, update: Document) -> bool:
        return await update_one(self._chats, which, update)


def _is_held(chat: Chat, at: datetime | None) -> bool:
    """Whether the mailbox is leased at that time."""
    return bool(at and chat.lease and chat.due_at and chat.due_at > at)
