"""Orders with their events: how they are found, read and saved. Services decide what changes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, UpdateMany

from storage.models import OVERDUE, Order
from storage.mongo import Document, Mongo
from storage.order_cache import OrderCache
from storage.owned import conditions, find_any
from storage.paging import Place, page
from storage.rounds import Rounds
from storage.saving import Change, all_or_error, each_read, new_version, read_all, save_all
from storage.sealing import Seal
from storage.whose import account, customer_of, customers, singles, whose_of

MOST_EVENTS = 1000
"""The most events that an order may have. Only a shop's endless loop makes more, and they would
outgrow a MongoDB document."""
LISTED = 300
"""How many of a customer's latest orders can be listed; older ones are found by number."""
CHANGES = 50
"""How many of the latest changes an order keeps; more than that are never waiting to be sent."""

_PUSHED: Mapping[str, Document] = {
    "events": {"$sort": {"occurred_at": 1, "rank": 1, "id": 1}},
    "changes": {"$slice": -CHANGES},
}
"""Events are appended, never rewritten, so text sealed with a missing key stays as it is."""


def _as_stored(order: Order) -> Order:
    return order


class Orders:
    """The collection ``orders``.

    Concurrent reads and writes are batched (`storage.rounds`).
    ``today``: maps a stored order to what it means with today's meanings of the shop's words.
    """

    def __init__(self, mongo: Mongo, today: Callable[[Order], Order] = _as_stored) -> None:
        self._orders = mongo.database["orders"]
        self._seal = mongo.sealing
        self._today = today
        self._reading = Rounds(self._read)
        self._naming = Rounds(self._named)
        self._saving = Rounds(self._save)
        self._clearing = Rounds(self._clear)
        self._cache = OrderCache()

    @property
    def seal(self) -> Seal:
        """The seal of the stored digests, for making digests to compare with them."""
        return self._seal

    # One order

    async def get(self, order_id: str) -> Order | None:
        return await self._reading.ask(order_id)

    def cached(self, order_id: str) -> Order | None:
        """The order as this process last saved it, if still cached.

        Another process may have written to it since. Use it only to decide what to `save`, which
        detects that.
        """
        held = self._cache.get(order_id)
        return held and self._today(held)

    async def save(self, before: Order | None, after: Order) -> Order | None:
        """Writes the difference between the two, if the stored order is still ``before``.

        Appends new events and leaves stored ones alone. Returns the saved order; None if another
        writer came first, and then nothing was written. Raises `Overloaded`.
        """
        done = await self._saving.ask((before, after))
        self._cache.put(after.id, done)
        return done

    def uncache(self, whose: str) -> None:
        """Drops the orders of this account, or this order, from the cache of `cached`."""
        self._cache.drop(whose)

    async def fanned_out(self, order: Order) -> None:
        """Clears ``unfanned_since``, unless the order was written to since it was read.

        This changes the version: a writer whose copy still has the mark would otherwise not set it
        again for later news.
        """
        await self._clearing.ask(order)
        if order is self._cache.get(order.id):
            self._cache.put(order.id, _cleared(order))

    async def _read(self, order_ids: Sequence[str]) -> list[Order | Exception | None]:
        return await read_all(self._orders, order_ids, self._model)

    async def _save(self, changes: Sequence[Change[Order]]) -> list[Order | Exception | None]:
        return await save_all(self._orders, changes, self._seal, _PUSHED)

    async def _clear(self, orders: Sequence[Order]) -> list[None]:
        """One update for all orders with the same ``remind_at``; most have none.

        The filter pairs any of the ids with any of the versions. That is exact, because no two
        writes have the same version.
        """
        updates = []
        for remind_at in {order.remind_at for order in orders}:
            these = [order for order in orders if order.remind_at == remind_at]
            as_read: Document = {
                "_id": {"$in": [order.id for order in these]},
                "version": {"$in": [order.version for order in these]},
                "remind_at": remind_at,
            }
            updates.append(UpdateMany(as_read, _looked_at({"unfanned_since": ""}, remind_at)))
        await self._orders.bulk_write(updates, ordered=False)
        return [None] * len(orders)

    # Several orders

    async def get_all(self, order_ids: Sequence[str]) -> list[Order]:
        """The orders with these ids, in no particular order; unknown ids are left out."""
        found = await self._orders.find({"_id": {"$in": list(order_ids)}}).to_list(None)
        return self._models(found)

    async def versions(self, order_ids: Collection[str]) -> dict[str, int]:
        """The current version by order id, which tells whether a copy is outdated."""
        found = self._orders.find({"_id": {"$in": list(order_ids)}}, {"version": 1})
        return {order["_id"]: order.get("version") or 0 for order in await found.to_list(None)}

    async def known_to(self, whose: Collection[str], keys: Sequence[str]) -> list[Order]:
        """The orders of these accounts and single orders that have one of the keys, latest news
        first."""
        return await self._naming.ask((frozenset(whose), frozenset(keys)))

    async def _named(
        self, asked: Sequence[tuple[frozenset[str], frozenset[str]]]
    ) -> list[list[Order] | Exception]:
        """One query, and a second one if anybody follows single orders: the embedded engine uses
        one index per query."""
        anybody = {each for whose, _ in asked for each in whose}
        named: Document = {"keys": {"$in": list({key for _, keys in asked for key in keys})}}
        asked_for = (
            named | {field: {"$in": list(ids)}}
            for field, ids in (("customer_id", customers(anybody)), ("_id", singles(anybody)))
            if ids
        )
        found = await find_any(self._orders, asked_for)
        found.sort(key=lambda order: order["latest_at"], reverse=True)
        read = [
            ({*d["keys"]}, whose_of(d["_id"], d.get("customer_id")), order)
            for d, order in each_read(found, self._model)
        ]
        return [
            all_or_error(
                [
                    order
                    for known, of, order in read
                    if not known.isdisjoint(keys) and not whose.isdisjoint(of)
                ]
            )
            for whose, keys in asked
        ]

    async def known_as(self, keys: Sequence[str], limit: int) -> list[Order]:
        """Orders of anybody with one of these keys, latest news first."""
        found = await self._orders.find({"keys": {"$in": list(keys)}}).to_list(limit)
        return sorted(self._models(found), key=lambda order: order.latest_at, reverse=True)

    async def of(self, whose: Collection[str], limit: int, *, skip: int = 0) -> list[Order]:
        """Orders of these accounts and single orders: open before closed, then latest news first.

        Only the `LISTED` youngest are sorted. Two queries, or three: first for the sorting, then
        for the orders themselves.
        """
        ids = [order["_id"] for order in await self._listed(whose)][skip : skip + limit]
        found = {order.id: order for order in await self.get_all(ids)} if ids else {}
        return [found[order_id] for order_id in ids if order_id in found]

    async def keys_of(self, whose: Collection[str], limit: int) -> Sequence[tuple[str, str]]:
        """(order id, key) for each name that the owner may use for the first orders in `of`."""
        listed = (await self._listed(whose))[:limit]
        return [
            (order["_id"], key)
            for order in listed
            for key in order["keys"]
            if customer_of(key) is None
        ]

    async def whose(self, whose: Collection[str]) -> Mapping[str, frozenset[str]]:
        """By order id, for each order of these: all accounts and single orders it belongs to."""
        fields: Document = {"customer_id": 1}
        found = await find_any(self._orders, conditions(whose), fields)
        return {
            order["_id"]: frozenset(whose_of(order["_id"], order.get("customer_id")))
            for order in found
        }

    async def _listed(self, whose: Collection[str]) -> list[Document]:
        """Sorts in memory: an index for this order would be written to with each event."""
        fields: Document = {"keys": 1, "closed": 1, "latest_at": 1, "created_at": 1}
        found = await find_any(self._orders, conditions(whose), fields, LISTED)
        found.sort(key=lambda order: order["created_at"], reverse=True)
        found = sorted(found[:LISTED], key=lambda order: order["latest_at"], reverse=True)
        return sorted(found, key=lambda order: bool(order.get("closed")))

    async def page_of_customer(
        self, customer_id: str, after: Place | None, limit: int
    ) -> list[Order]:
        """The customer's orders after ``after``, by (``created_at``, id), oldest first.

        Fewer than ``limit`` if they have many events, but empty only if there are no more.
        """
        theirs, by = {"keys": account(customer_id)}, ("created_at", "_id")
        return self._models(await page(self._orders, by, after, limit, theirs))

    async def standing(self, after: datetime, until: datetime, limit: int) -> list[Order]:
        """Open orders with their latest event in this period, the oldest first."""
        open_ones = {"closed": False, "latest_at": {"$gt": after, "$lte": until}}
        found = await self._orders.find(open_ones).sort("latest_at").limit(limit).to_list(limit)
        return self._models(found)

    async def expect(self, order_id: str) -> None:
        """Marks the order as awaited, with a new version, so that cached copies are outdated."""
        mark = {"$set": {"awaited": True, "version": new_version()}}
        await self._orders.update_one({"_id": order_id, "awaited": None}, mark)

    # Marks

    async def unfanned(self, before: datetime, limit: int) -> list[str]:
        """Ids of orders whose news has been waiting for fan-out since ``before`` or longer."""
        return await self._marked("unfanned_since", before, before + OVERDUE, limit)

    async def to_remind(self, now: datetime, limit: int) -> list[str]:
        """Ids of orders whose reminders are due to be posted to the mailboxes."""
        return await self._marked("remind_at", now, now, limit)

    async def _marked(self, mark: str, until: datetime, look_at: datetime, limit: int) -> list[str]:
        marked = {"look_at": {"$lte": look_at}, mark: {"$lte": until}}
        cursor = self._orders.find(marked, {"_id": 1})
        found = await cursor.sort(mark, ASCENDING).limit(limit).to_list(limit)
        return [order["_id"] for order in found]

    async def remind_again(self, whose: Collection[str], at: datetime) -> None:
        """Sets ``remind_at`` on open orders of these, for a follower who joined later.

        An order without an expected day loses the mark when it is processed. The version stays the
        same, because no decision about the order depends on this mark.
        """
        open_ones: Document = {"closed": False, "remind_at": None}
        for theirs in conditions(whose):
            await self._orders.update_many(
                theirs | open_ones, {"$set": {"remind_at": at, "look_at": at}}
            )

    async def reminded(self, order: Order) -> None:
        """Clears ``remind_at``, unless the expected day has changed since the order was read."""
        reminded = order.model_copy(update={"remind_at": None})
        as_read = {"remind_at": order.remind_at, "unfanned_since": order.unfanned_since}
        update = _looked_at({"remind_at": ""}, reminded.to_look_at)
        await self._orders.update_one({"_id": order.id} | as_read, update)

    def _models(self, found: Sequence[Mapping[str, Any]]) -> list[Order]:
        return [self._model(order) for order in found]

    def _model(self, found: Mapping[str, Any]) -> Order:
        return self._today(Order.from_mongo(found, self._seal))


def _cleared(order: Order) -> Order:
    cleared = {
        "unfanned_since": None,
        "look_at": order.remind_at,
        "version": (order.version or 0) + 1,
    }
    return order.model_copy(update=cleared)


def _looked_at(gone: Mapping[str, str], next_at: datetime | None) -> Document:
    """The update that removes the mark and sets when to look at the order again."""
    if next_at is None:
        return {"$unset": {**gone, "look_at": ""}, "$inc": {"version": 1}}
    return {"$unset": gone, "$set": {"look_at": next_at}, "$inc": {"version": 1}}
