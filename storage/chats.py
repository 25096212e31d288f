"""Chats: a customer's link to Telegram and, in the same document, the chat's mailbox.

One document for both, so that to unlink is to empty the mailbox, in one atomic write
(docs/decisions/0003-one-document-per-chat.md).

The mailbox is the outbox of one chat: at most one entry per order with news, and one to remind of
it. It is served under a lease, by one sender at a time; every write of the holder is a
compare-and-set on the lease.
"""

from collections.abc import Sequence
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.horizon import Horizon
from storage.models import Card, Chat, Entry, Preferences, Told
from storage.mongo import Document, Mongo

REMEMBERED = 50
"""How many of the latest messages a mailbox remembers, so that none is posted to it again."""
CARDS = 20
"""Of how many orders a chat's live message is remembered."""
MARKED = 100
"""How many of the latest orders that were muted, or followed, a chat remembers."""


class Chats:
    """The collection ``chats``."""

    def __init__(self, mongo: Mongo) -> None:
        self._chats = mongo.database["chats"]
        self._seal = mongo.seal
        self._horizon = Horizon()

    # Links

    async def link(self, chat: Chat) -> None:
        """Links the chat to ``chat.customer_id``; another customer's link ends, with its news.

        If it was this customer's already, what waits there stays; the reference, the hint and the
        language are those of the new link, where it has them. The person stays the same in any
        case, and so do their preferences.
        """
        others = {"_id": chat.id, "customer_id": {"$ne": chat.customer_id}}
        linked = chat.to_mongo(self._seal)
        preferences = {"$ifNull": ["$preferences", {"$literal": linked["preferences"]}]}
        anew = {"$mergeObjects": [{"$literal": linked}, {"preferences": preferences}]}
        try:
            await self._chats.update_one(others, [{"$replaceWith": anew}], upsert=True)
        except DuplicateKeyError:
            names = ("reference", "account_hint", "language")
            told = {name: linked[name] for name in names if name in linked}
            same = {"_id": chat.id, "customer_id": chat.customer_id}
            await self._update(same, {"$set": told})

    async def get(self, chat_id: int) -> Chat | None:
        found = await self._chats.find_one({"_id": chat_id})
        return Chat.from_mongo(found, self._seal) if found else None

    async def of_customer(self, customer_id: str, limit: int = 100) -> list[Chat]:
        found = await self._chats.find({"customer_id": customer_id}).to_list(limit)
        return [Chat.from_mongo(chat, self._seal) for chat in found]

    async def prefer(self, chat_id: int, preferences: Preferences) -> None:
        """What is held back in the mailbox is looked at again."""
        released = {"$mergeObjects": ["$$entry", {"due": "$$entry.since"}]}
        was_held = {"$gt": ["$$entry.due", None]}
        entries = _each_entry({"$cond": [was_held, released, "$$entry"]})
        changes = {"preferences": {"$literal": preferences.to_mongo()}, "entries": entries}
        await self._update({"_id": chat_id}, [{"$set": changes}, _DUE])

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
        """Puts an entry into the mailbox, merged with one of the same kind for the same order.

        What waited is told no later for it, and counts as before. False: the mailbox has had this
        news already, or the chat is no longer this customer's.
        """
        return await self._put(_wants(chat, entry), entry, _merged(entry))

    async def post_again(self, chat: Chat, entry: Entry) -> bool:
        """`post` of what was given up, and may still be in the mailbox for that moment.

        It waits as of now, so that the `drop` which is on its way does not take it.
        """
        anew = {"$mergeObjects": [_merged(entry), {"since": entry.since}]}
        return await self._put(_wants(chat, entry, even_if_waiting=True), entry, anew)

    async def _put(self, chat: Document, entry: Entry, becomes: Document) -> bool:
        """In the place of the entry that it has for the same order, if it has one."""
        entries = {"$concatArrays": [_others(entry), [becomes]]}
        return await self._update(chat, [{"$set": {"entries": entries}}, _DUE])

    # Serving

    async def due(self, now: datetime, limit: int) -> list[Chat]:
        """Chats whose mailbox wants to be served now, those that wait longest first."""

        async def read(until: datetime) -> list[Document]:
            cursor = self._chats.find({"due_at": {"$lte": until}, "lease": None})
            return await cursor.sort("due_at").limit(limit).to_list(limit)

        found = await self._horizon.oldest(now, limit, read)
        return [Chat.from_mongo(chat, self._seal) for chat in found]

    async def claim(self, chat: Chat, *, lease: str, until: datetime) -> bool:
        """Takes the mailbox as it was read. False: somebody else was quicker."""
        return await self._update(
            {"_id": chat.id, "due_at": chat.due_at, "lease": None},
            {"$set": {"due_at": until, "lease": lease}},
        )

    async def complete(
        self,
        chat: Chat,
        *ended: Entry | Told,
        lease: str,
        next_at: datetime,
        card: Card | None = None,
    ) -> bool:
        """Removes what was told, and entries that are over without it; remembers all and ends the
        lease. The rest is due ``next_at`` at the earliest. ``card``: the order's live message now.

        False: the lease was lost; whoever has it now answers for the entries.
        """
        told = [_told(each).to_mongo() for each in ended]
        remembered = {"$concatArrays": ["$told", {"$literal": told}]}
        also = {"told": {"$slice": [remembered, -REMEMBERED]}} | _with_card(card)
        return await self._end(chat, lease, next_at, _without(ended) | also)

    async def drop(self, chat: Chat, *entries: Entry, lease: str, next_at: datetime) -> bool:
        """Removes the entries as what could not be told, and ends the lease. What was posted again
        meanwhile stays."""
        return await self._end(chat, lease, next_at, _without(entries))

    async def hold(
        self,
        chat: Chat,
        entries: Sequence[Entry],
        *,
        lease: str,
        next_at: datetime,
        card: Card | None = None,
    ) -> bool:
        """Ends the lease, and holds each entry back until its ``due``, unless newer news took its
        place meanwhile."""
        held: Document | str = "$$entry"
        for entry in entries:
            is_it = {"$and": [*_same(entry), {"$eq": ["$$entry.news", entry.news]}]}
            later = {"$mergeObjects": ["$$entry", {"due": entry.due}]}
            held = {"$cond": [is_it, later, held]}
        changes = {"entries": _each_entry(held)} | _with_card(card)
        return await self._end(chat, lease, next_at, changes)

    async def _end(self, chat: Chat, lease: str, next_at: datetime, changes: Document) -> bool:
        is_empty = {"$eq": ["$entries", []]}
        return await self._update(
            {"_id": chat.id, "lease": lease},
            [
                {"$set": changes | {"attempts": 0}},
                {"$unset": "lease"},
                {"$set": {"rests_until": {"$cond": [is_empty, "$$REMOVE", next_at]}}},
                _DUE,
            ],
        )

    async def postpone(self, chat: Chat, *, lease: str, until: datetime, attempts: int) -> bool:
        """Ends the lease with nothing sent; the mailbox is due again at ``until``."""
        return await self._update(
            {"_id": chat.id, "lease": lease},
            {
                "$set": {"due_at": until, "rests_until": until, "attempts": attempts},
                "$unset": {"lease": ""},
            },
        )

    async def release_expired(self, now: datetime) -> int:
        """Ends the leases whose holders are gone; what they served is due as before. How many."""
        result = await self._chats.update_many(
            {"lease": {"$gt": ""}, "due_at": {"$lte": now}}, [{"$unset": "lease"}, _DUE]
        )
        return result.modified_count

    async def pause(self, chat_id: int, reason: str) -> None:
        """Nothing is sent until `resume`; news still gathers."""
        await self._update(
            {"_id": chat_id}, {"$set": {"paused": reason}, "$unset": {"due_at": "", "lease": ""}}
        )

    async def resume(self, chat_id: int, now: datetime) -> None:
        """What gathered is due, but for what is held back."""
        waits_from = {"$cond": [{"$eq": ["$entries", []]}, "$$REMOVE", now]}
        await self._update(
            {"_id": chat_id, "paused": {"$ne": None}},
            [{"$set": {"rests_until": waits_from, "attempts": 0}}, {"$unset": "paused"}, _DUE],
        )

    async def count(self) -> int:
        """How many chats are linked, roughly."""
        return await self._chats.estimated_document_count()

    async def _update(self, chat: Document, update: Document | list[Document]) -> bool:
        result = await self._chats.update_one(chat, update)
        return bool(result.matched_count)


def _wants(chat: Chat, entry: Entry, *, even_if_waiting: bool = False) -> Document:
    """The chat, if it is still this customer's and the news was neither told nor waits.

    ``even_if_waiting``: this very news may wait; only newer may not.
    """
    kind = entry.kind if entry.kind == "reminder" else {"$ne": "reminder"}
    same: Document = {"order_id": entry.order_id, "kind": kind}
    no_such = {"$not": {"$elemMatch": same | {"news": {"$gte": entry.news}}}}
    no_newer = {"$not": {"$elemMatch": same | {"news": {"$gt": entry.news}}}}
    return {
        "_id": chat.id,
        "customer_id": chat.customer_id,
        "told": no_such,
        "entries": no_newer if even_if_waiting else no_such,
    }


# Parts of pipelines. Older documents have entries without a kind.


def _same(entry: Entry | Told) -> list[Document]:
    """That ``$$entry`` is of the same kind and order."""
    return [
        {"$eq": ["$$entry.order_id", {"$literal": entry.order_id}]},
        {"$eq": [{"$ifNull": ["$$entry.kind", "news"]}, entry.kind]},
    ]


def _each_entry(becomes: Document | str) -> Document:
    return {"$map": {"input": "$entries", "as": "entry", "in": becomes}}


def _entries_that(condition: Document) -> Document:
    return {"$filter": {"input": "$entries", "as": "entry", "cond": condition}}


def _others(entry: Entry) -> Document:
    return _entries_that({"$not": [{"$and": _same(entry)}]})


def _told(ended: Entry | Told) -> Told:
    if isinstance(ended, Told):
        return ended
    return Told(order_id=ended.order_id, news=ended.news, kind=ended.kind)


def _without(entries: Sequence[Entry | Told]) -> Document:
    """All but these, and but for older ones in their place."""
    return {"entries": _entries_that({"$not": [{"$or": [_gone(each) for each in entries]}]})}


def _gone(ended: Entry | Told) -> Document:
    """What was told goes in any case; an entry without it only as it was read, and not if it was
    posted again since."""
    is_it = [*_same(ended), {"$lte": ["$$entry.news", ended.news]}]
    if isinstance(ended, Entry):
        is_it.append({"$lte": ["$$entry.since", ended.since]})
    return {"$and": is_it}


def _merged(entry: Entry) -> Document:
    """The entry with what waited in its place: the older and the sooner of both."""
    waited = {"$arrayElemAt": [_entries_that({"$and": _same(entry)}), 0]}
    is_first = {"$lte": ["$$waited", None]}
    sooner = {"$cond": [{"$gt": ["$$waited.due", None]}, _least("due", entry.due), "$$REMOVE"]}
    due = {"$cond": [is_first, entry.due, sooner]} if entry.due else "$$REMOVE"
    older: Document = {"since": _least("since", entry.since), "after": _least("after", entry.after)}
    new = entry.model_copy(update={"due": None}).to_mongo()
    merged = {"$mergeObjects": [{"$literal": new}, older, {"due": due}]}
    return {"$let": {"vars": {"waited": waited}, "in": merged}}


def _least(of: str, other: datetime | int | None) -> Document:
    return {"$min": [f"$$waited.{of}", other]}


def _with_card(card: Card | None) -> Document:
    """The order's live message in the place of its last one."""
    if card is None:
        return {}
    is_other = {"$ne": ["$$card.order_id", {"$literal": card.order_id}]}
    known = {"$ifNull": ["$cards", []]}
    others = {"$filter": {"input": known, "as": "card", "cond": is_other}}
    cards = {"$concatArrays": [others, {"$literal": [card.to_mongo()]}]}
    return {"cards": {"$slice": [cards, -CARDS]}}


def _due() -> Document:
    """Sets ``due_at`` to what the rest of the document says."""
    earliest = {"$min": _each_entry({"$ifNull": ["$$entry.due", "$$entry.since"]})}
    rests = {"$or": [{"$gt": ["$paused", None]}, {"$eq": ["$entries", []]}]}
    free = {"$cond": [rests, "$$REMOVE", {"$max": ["$rests_until", earliest]}]}
    return {"$set": {"due_at": {"$cond": [{"$gt": ["$lease", None]}, "$due_at", free]}}}


_DUE = _due()
