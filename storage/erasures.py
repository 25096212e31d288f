"""Erasures: they remove everything held about a customer or an order, and keep it removed.

Two collections. ``erasures`` keeps a fingerprint of the erased account or order for good, so that a
late event does not bring it back. ``removals`` keeps its key in plain for an hour, so that the
removal can be repeated; a TTL index deletes it.
"""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.conversations import Conversations
from storage.mongo import Document, Mongo
from storage.rounds import Rounds
from storage.whose import account, customer_of, customers, order_of, single, singles


@dataclass(frozen=True)
class Held:
    """A collection with data about people, and the query for one customer, order or chat.

    None: the collection is not searched that way.
    """

    collection: str
    of_customer: Callable[[str], Document] | None = None
    of_order: Callable[[str], Document] | None = None
    of_chat: Callable[[int], Document] | None = None

    def of(self, whose: str) -> Document | None:
        customer_id, order_id = customer_of(whose), order_of(whose)
        if customer_id is not None:
            return self.of_customer(customer_id) if self.of_customer else None
        return self.of_order(order_id) if order_id and self.of_order else None


def _by(field: str) -> Callable[[object], Document]:
    return lambda value: {field: value}


_WHOSE = {
    "of_customer": lambda customer_id: {"whose": account(customer_id)},
    "of_order": lambda order_id: {"whose": single(order_id)},
}
HELD: Sequence[Held] = (
    Held("phones", _by("_id")),
    Held("link_tokens", **_WHOSE),
    Held("shares", _WHOSE["of_customer"], _by("order_id"), of_chat=_by("chat_id")),
    Held("waits", _WHOSE["of_customer"], _by("order_id"), of_chat=_by("chat_id")),
    Held("feedback", _by("customer_id"), _by("order_id"), of_chat=_by("chat_id")),
    Held("conversations", _by("customer_id"), _by("order_id"), of_chat=_by("chat_id")),
    Held("repeatables", _by("customer_id"), _by("order_id")),
    Held("shop_events", _by("customer_id"), _by("order_id"), of_chat=_by("chat_id")),
    Held("privacy_requests", lambda customer_id: {"customer_id": customer_id, "kind": "copy"}),
    Held("couriers", of_order=_by("_id")),
    Held("dead_letters", of_order=_by("order_id"), of_chat=_by("chat_id")),
    Held("orders", lambda customer_id: {"keys": account(customer_id)}, _by("_id")),
)
"""In the order of removal. Chats are removed elsewhere, as a message may be on its way. Misses stay
until they expire, within a quarter of an hour: deleting them would allow more guesses."""

_OF_ORDERS = (
    "dead_letters",
    "repeatables",
    "shares",
    "waits",
    "feedback",
    "conversations",
    "shop_events",
)


class Erasures:
    """Every method is safe to repeat."""

    def __init__(self, mongo: Mongo) -> None:
        self._database = mongo.database
        self._seal = mongo.sealing
        self._conversations = Conversations(mongo)
        self._asking = Rounds(self._erased)

    # The tombstone

    async def begin(self, whose: str, now: datetime) -> None:
        """From now on `is_erased` is true of this, and `recent` lists it for an hour."""
        begun = {"$set": {"at": now}}
        mark = self._seal.fingerprint(_named(whose)).hex()
        await self._database["erasures"].update_one({"_id": mark}, begun, upsert=True)
        await self._database["removals"].update_one({"_id": whose}, begun, upsert=True)

    async def is_erased(self, whose: Sequence[str]) -> bool:
        """Whether any of these was erased."""
        return await self._asking.ask(whose)

    async def _erased(self, asked_of: Sequence[Sequence[str]]) -> list[bool]:
        marks = [{mark for each in whose for mark in self._marks(each)} for whose in asked_of]
        asked = {"_id": {"$in": [mark for each in marks for mark in each]}}
        found = await self._database["erasures"].find(asked).to_list(None)
        erased = {erasure["_id"] for erasure in found}
        return [not erased.isdisjoint(each) for each in marks]

    def _marks(self, whose: str) -> set[str]:
        """All ids that its tombstone may have: older versions made it without a key."""
        named = _named(whose)
        keyed = {mark.hex() for mark in self._seal.fingerprints(named)}
        return keyed | {hashlib.sha256(named.encode()).hexdigest()}

    async def recent(self) -> list[str]:
        """Accounts and single orders whose erasure began within about the last hour."""
        found = await self._database["removals"].find({}).to_list(None)
        kept = [removal["_id"] for removal in found]
        return [each if " " in each else account(each) for each in kept]  # an older version's

    # The removal

    async def remove(self, whose: str, *, but: Collection[str] = ()) -> None:
        """Removes what `HELD` finds for this account or order; ``but``: collections to skip.

        Orders go last, because other documents are found through them, also after a crash.
        """
        for held in HELD:
            if held.collection == "orders" and (customer_id := customer_of(whose)):
                await self._remove_of_orders(customer_id)
            found_by = held.of(whose)
            if found_by and held.collection not in but:
                await self._remove(held.collection, found_by)

    async def remove_of_chat(self, chat_id: int) -> None:
        """Removes what `HELD` finds for the chat, but not the chat itself."""
        for held in HELD:
            if held.of_chat:
                await self._remove(held.collection, held.of_chat(chat_id))

    async def remove_tokens(self, whose: str, used_by: int) -> None:
        """Removes the link tokens for this that this chat has used."""
        await self._remove("link_tokens", {"whose": whose, "used_by": used_by})

    async def _remove_of_orders(self, customer_id: str) -> None:
        """Removes what is held about each single order of the customer."""
        owned = {"keys": account(customer_id)}
        found = await self._database["orders"].find(owned, {"_id": 1}).to_list(None)
        if ids := [order["_id"] for order in found]:
            of_orders: Document = {"order_id": {"$in": ids}}
            for collection in _OF_ORDERS:
                await self._remove(collection, of_orders)
            await self._remove("couriers", {"_id": {"$in": ids}})
            whose: Document = {"whose": {"$in": [single(order_id) for order_id in ids]}}
            await self._remove("link_tokens", whose)

    async def _remove(self, collection: str, which: Document) -> None:
        if collection == "conversations":  # their topics in the staff's group go, too
            await self._conversations.forget(which)
        else:
            await self._database[collection].delete_many(which)

    async def remove_conversations(
        self, chat_id: int, order_ids: Collection[str] | None = None
    ) -> None:
        """Removes the chat's conversations about these orders; None: all of its conversations."""
        await self._conversations.forget_of_chat(chat_id, order_ids)

    async def count_orders(self, whose: Collection[str]) -> int:
        """How many orders belong to these; an order that belongs to two of them counts twice."""
        accounts = [account(customer_id) for customer_id in customers(whose)]
        counts = [
            self._database["orders"].count_documents({field: {"$in": values}})
            for field, values in (("keys", accounts), ("_id", singles(whose)))
            if values
        ]
        return sum(await asyncio.gather(*counts))


def _named(whose: str) -> str:
    """The text that its tombstone is made from. For an account that is the bare customer id, as in
    the first versions."""
    return customer_of(whose) or whose
