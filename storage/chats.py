"""Chats: a customer's link to Telegram and, in the same document, the chat's mailbox.

One document for both, so that to unlink is to empty the mailbox, in one atomic write
(docs/decisions/0003-one-document-per-chat.md).

The mailbox is the outbox of one chat: at most one entry per order with news. It is served under a
lease, by one sender at a time; every write of the holder is a compare-and-set on the lease.
"""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.models import Chat, Entry, Preferences, Told
from storage.mongo import Document, Mongo

REMEMBERED = 50
"""How many of the latest messages a mailbox remembers, so that none is posted to it again."""
MARKED = 100
"""How many of the latest orders that were muted, or followed, a chat remembers."""


class Chats:
    """The collection ``chats``."""

    def __init__(self, mongo: Mongo) -> None:
        self._chats = mongo.database["chats"]
        self._seal = mongo.seal

    # Links

    async def link(self, chat: Chat) -> None:
        """Links the chat to ``chat.customer_id``; another customer's link ends, with its news.

        The person stays the same, and so do their preferences.
        """
        others = {"_id": chat.id, "customer_id": {"$ne": chat.customer_id}}
        document = chat.to_mongo(self._seal)
        preferences = {"$ifNull": ["$preferences", {"$literal": document["preferences"]}]}
        linked = [{"$literal": document}, {"preferences": preferences}]
        try:
            await self._chats.update_one(
                others, [{"$replaceWith": {"$mergeObjects": linked}}], upsert=True
            )
        except DuplicateKeyError:
            return  # linked to this customer already, and what waits there must not be lost

    async def get(self, chat_id: int) -> Chat | None:
        found = await self._chats.find_one({"_id": chat_id})
        return Chat.from_mongo(found, self._seal) if found else None

    async def of_customer(self, customer_id: str, limit: int = 100) -> list[Chat]:
        found = await self._chats.find({"customer_id": customer_id}).to_list(limit)
        return [Chat.from_mongo(chat, self._seal) for chat in found]

    async def prefer(self, chat_id: int, preferences: Preferences) -> None:
        await self._update({"_id": chat_id}, {"$set": {"preferences": preferences.to_mongo()}})

    async def mute(self, chat: Chat, order_id: str) -> None:
        await self._mark(chat, order_id, "muted", instead_of="followed")

    async def follow(self, chat: Chat, order_id: str) -> None:
        await self._mark(chat, order_id, "followed", instead_of="muted")

    async def _mark(self, chat: Chat, order_id: str, mark: str, *, instead_of: str) -> None:
        """The latest `MARKED` are kept. Nothing happens if the chat is no longer this customer's.

        An order has one mark at most, so that what is marked already needs no second look.
        """
        await self._update(
            {"_id": chat.id, "customer_id": chat.customer_id, mark: {"$ne": order_id}},
            {
                "$push": {mark: {"$each": [order_id], "$slice": -MARKED}},
                "$pull": {instead_of: order_id},
            },
        )

    async def unmark(self, chat: Chat, order_id: str) -> None:
        """The order is told of like any other again."""
        await self._update({"_id": chat.id}, {"$pull": {"muted": order_id, "followed": order_id}})

    async def expect_location(self, chat_id: int, until: datetime | None) -> None:
        """So long a location is an answer. None: no longer."""
        expected = {"location_until": until}
        change = {"$set": expected} if until else {"$unset": expected}
        await self._update({"_id": chat_id}, change)

    async def unlink(self, chat_id: int) -> bool:
        """Forgets the chat and all that waits for it. False: it was not linked."""
        result = await self._chats.delete_one({"_id": chat_id})
        return bool(result.deleted_count)

    async def end(self, chat: Chat) -> bool:
        """`unlink`, if this very link still stands."""
        link = {"_id": chat.id, "customer_id": chat.customer_id, "linked_at": chat.linked_at}
        result = await self._chats.delete_one(link)
        return bool(result.deleted_count)

    # Posting

    async def hand_over(self, chat: Chat, entry: Entry, *, lease: str, until: datetime) -> bool:
        """Posts to an empty, idle mailbox and claims it in the same write: the quick way out.

        False: the mailbox is not empty and idle, or has this news already; use `post`.
        """
        return await self._update(
            _wants(chat, entry) | {"entries": [], "due_at": None, "paused": None},
            {"$set": {"entries": [entry.to_mongo()], "due_at": until, "lease": lease}},
        )

    async def post(self, chat: Chat, entry: Entry) -> bool:
        """Puts news into the mailbox, in the place of older news of the same order.

        False: the mailbox has had this news already, or the chat is no longer this customer's.
        """
        others = _others(entry, older_than=None)
        due = {
            "$ifNull": ["$due_at", {"$cond": ["$paused", "$$REMOVE", entry.since]}],
        }
        update = {
            "entries": {"$concatArrays": [others, {"$literal": [entry.to_mongo()]}]},
            "due_at": due,
        }
        return await self._update(_wants(chat, entry), [{"$set": update}])

    # Serving

    async def due(self, now: datetime, limit: int) -> list[Chat]:
        """Chats whose mailbox wants to be served now, those that wait longest first."""
        cursor = self._chats.find({"due_at": {"$lte": now}, "lease": None})
        found = await cursor.sort("due_at").limit(limit).to_list(limit)
        return [Chat.from_mongo(chat, self._seal) for chat in found]

    async def claim(self, chat: Chat, *, lease: str, until: datetime) -> bool:
        """Takes the mailbox as it was read. False: somebody else was quicker."""
        return await self._update(
            {"_id": chat.id, "due_at": chat.due_at, "lease": None},
            {"$set": {"due_at": until, "lease": lease}},
        )

    async def complete(self, chat: Chat, entry: Entry, *, lease: str, next_at: datetime) -> bool:
        """Removes the entry, remembers it as told and ends the lease; the rest is due ``next_at``.

        False: the lease was lost; whoever has it now answers for the entry.
        """
        told = Told(order_id=entry.order_id, news=entry.news).to_mongo()
        remembered = {"$concatArrays": ["$told", [{"$literal": told}]]}
        return await self._remove(
            chat, entry, lease, next_at, told={"$slice": [remembered, -REMEMBERED]}
        )

    async def drop(self, chat: Chat, entry: Entry, *, lease: str, next_at: datetime) -> bool:
        """Removes the entry as one that could not be told, and ends the lease."""
        return await self._remove(chat, entry, lease, next_at)

    async def _remove(
        self, chat: Chat, entry: Entry, lease: str, next_at: datetime, **also: Document
    ) -> bool:
        left = {"entries": _others(entry, older_than=entry.news), "attempts": 0, **also}
        rest_is_due = {"$cond": [{"$eq": ["$entries", []]}, "$$REMOVE", next_at]}
        return await self._update(
            {"_id": chat.id, "lease": lease},
            [{"$set": left}, {"$set": {"due_at": rest_is_due}}, {"$unset": "lease"}],
        )

    async def postpone(self, chat: Chat, *, lease: str, until: datetime, attempts: int) -> bool:
        """Ends the lease with nothing sent; the mailbox is due again at ``until``."""
        return await self._update(
            {"_id": chat.id, "lease": lease},
            {"$set": {"due_at": until, "attempts": attempts}, "$unset": {"lease": ""}},
        )

    async def release_expired(self, now: datetime) -> int:
        """Ends the leases whose holders are gone; their mailboxes are due at once. How many."""
        result = await self._chats.update_many(
            {"due_at": {"$lte": now}, "lease": {"$ne": None}}, {"$unset": {"lease": ""}}
        )
        return result.modified_count

    async def pause(self, chat_id: int, reason: str) -> None:
        """Nothing is sent until `resume`; news still gathers."""
        await self._update(
            {"_id": chat_id}, {"$set": {"paused": reason}, "$unset": {"due_at": "", "lease": ""}}
        )

    async def resume(self, chat_id: int, now: datetime) -> None:
        waiting = {"$cond": [{"$eq": ["$entries", []]}, "$$REMOVE", now]}
        await self._update(
            {"_id": chat_id, "paused": {"$ne": None}},
            [{"$set": {"due_at": waiting, "attempts": 0}}, {"$unset": "paused"}],
        )

    async def waiting(self, now: datetime) -> int:
        """How many mailboxes are due, for the operator."""
        return await self._chats.count_documents({"due_at": {"$lte": now}})

    async def _update(self, chat: Document, update: Document | list[Document]) -> bool:
        result = await self._chats.update_one(chat, update)
        return bool(result.matched_count)


def _wants(chat: Chat, entry: Entry) -> Document:
    """The chat, if it is still this customer's and the news was neither told nor waits."""
    had = {"$elemMatch": {"order_id": entry.order_id, "news": {"$gte": entry.news}}}
    not_yet = {"$not": had}
    return {"_id": chat.id, "customer_id": chat.customer_id, "told": not_yet, "entries": not_yet}


def _others(entry: Entry, *, older_than: int | None) -> Document:
    """The entries but this one: of any age, or only when it is not newer than ``older_than``."""
    same: list[Document] = [{"$eq": ["$$entry.order_id", {"$literal": entry.order_id}]}]
    if older_than is not None:
        same.append({"$lte": ["$$entry.news", older_than]})
    return {"$filter": {"input": "$entries", "as": "entry", "cond": {"$not": [{"$and": same}]}}}
