"""Erasures: what removes all that is held of a customer, and keeps it removed.

Two collections. ``erasures`` keeps a fingerprint of the customer's id for good, so that a late
event does not bring them back. ``removals`` keeps the id itself for an hour, for the removal to be
repeated; an index ends it.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.models import owned_by
from storage.mongo import Document, Mongo
from storage.rounds import Rounds


@dataclass(frozen=True)
class Held:
    """What a collection holds of people, and how it is found by whom it is of; None: it is not."""

    collection: str
    of_customer: Callable[[str], Document] | None = None
    of_chat: Callable[[int], Document] | None = None


def _by(field: str) -> Callable[[object], Document]:
    return lambda whose: {field: whose}


HELD: Sequence[Held] = (
    Held("phones", of_customer=_by("_id")),
    Held("link_tokens", of_customer=_by("customer_id")),
    Held("shares", of_customer=_by("customer_id"), of_chat=_by("chat_id")),
    Held("feedback", of_customer=_by("customer_id"), of_chat=_by("chat_id")),
    Held("repeatables", of_customer=_by("customer_id")),
    Held("shop_events", of_customer=_by("customer_id"), of_chat=_by("chat_id")),
    Held("dead_letters", of_chat=_by("chat_id")),
    Held("orders", of_customer=lambda customer_id: {"keys": owned_by(customer_id)}),
)
"""In the order in which it goes. Chats have a way of their own: somebody may be sending. Misses
stay until they end, a quarter of an hour at most: who could delete them could guess on."""


class Erasures:
    """Every method is safe to repeat."""

    def __init__(self, mongo: Mongo) -> None:
        self._database = mongo.database
        self._seal = mongo.sealing
        self._asking = Rounds(self._erased)

    # The tombstone

    async def begin(self, customer_id: str, now: datetime) -> None:
        """From here on the customer `is_erased`, and for an hour among the `recent` ones."""
        begun = {"$set": {"at": now}}
        mark = self._seal.fingerprint(customer_id).hex()
        await self._database["erasures"].update_one({"_id": mark}, begun, upsert=True)
        await self._database["removals"].update_one({"_id": customer_id}, begun, upsert=True)

    async def is_erased(self, customer_id: str) -> bool:
        return await self._asking.ask(customer_id)

    async def _erased(self, customer_ids: Sequence[str]) -> list[bool]:
        marks = [self._marks(customer_id) for customer_id in customer_ids]
        asked = {"_id": {"$in": [mark for each in marks for mark in each]}}
        found = await self._database["erasures"].find(asked).to_list(None)
        erased = {erasure["_id"] for erasure in found}
        return [not erased.isdisjoint(each) for each in marks]

    def _marks(self, customer_id: str) -> set[str]:
        """By which a tombstone may be known: an older version made it with no key."""
        keyed = {mark.hex() for mark in self._seal.fingerprints(customer_id)}
        return keyed | {hashlib.sha256(customer_id.encode()).hexdigest()}

    async def recent(self) -> list[str]:
        """Ids of the customers whose erasure began within about an hour."""
        found = await self._database["removals"].find({}).to_list(None)
        return [removal["_id"] for removal in found]

    # The removal

    async def remove_of_customer(self, customer_id: str, *, but: Collection[str] = ()) -> None:
        """All that `HELD` finds by the customer; ``but``: collections that are left as they are.

        Orders go last: what is found by them goes before, after a crash as well.
        """
        for held in HELD:
            if held.collection == "orders":
                await self._remove_of_orders(customer_id)
            if held.of_customer and held.collection not in but:
                await self._remove(held.collection, held.of_customer(customer_id))

    async def remove_of_chat(self, chat_id: int) -> None:
        """All that `HELD` finds by the chat, and not the chat itself."""
        for held in HELD:
            if held.of_chat:
                await self._remove(held.collection, held.of_chat(chat_id))

    async def remove_tokens(self, customer_id: str, used_by: int) -> None:
        """The customer's link tokens that this chat has used."""
        tokens = {"customer_id": customer_id, "used_by": used_by}
        await self._remove("link_tokens", tokens)

    async def remove_chats(self, customer_id: str, now: datetime) -> bool:
        """The customer's chats with their mailboxes, but for those whose lease somebody holds.

        A chat that is gone can neither be claimed nor handed over. False: some are left.
        """
        chats, customers = self._database["chats"], {"customer_id": customer_id}
        await chats.delete_many(customers | {"lease": None})
        await chats.delete_many(customers | {"due_at": {"$lte": now}})  # the lease has run out
        return await chats.find_one(customers, {"_id": 1}) is None

    async def _remove_of_orders(self, customer_id: str) -> None:
        """Dead letters and kept answers that tell of the customer's orders."""
        owned = {"keys": owned_by(customer_id)}
        found = await self._database["orders"].find(owned, {"_id": 1}).to_list(None)
        if ids := [order["_id"] for order in found]:
            for collection in ("dead_letters", "repeatables"):
                await self._remove(collection, {"order_id": {"$in": ids}})

    async def _remove(self, collection: str, which: Document) -> None:
        await self._database[collection].delete_many(which)

    async def count_orders(self, customer_id: str) -> int:
        return await self._database["orders"].count_documents({"keys": owned_by(customer_id)})
