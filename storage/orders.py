"""Orders and their events: read by what they are called, saved as somebody else has decided."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, UpdateMany

from storage.hand import Hand
from storage.models import OVERDUE, Order
from storage.mongo import Document, Mongo
from storage.paging import Place, page
from storage.rounds import Rounds
from storage.saving import Change, all_or_error, each_read, new_version, read_all, save_all
from storage.sealing import Seal
from storage.whose import account, customer_of, customers, singles, whose_of

MOST_EVENTS = 1000
"""An order with more is a shop's loop, and would grow to what a document cannot hold."""
LISTED = 300
"""How many of a customer's latest orders can be listed; what lies behind is found by its number."""
CHANGES = 50
"""Of how many changes it is remembered which events they were: more do not wait to be told."""

_PUSHED: Mapping[str, Document] = {
    "events": {"$sort": {"occurred_at": 1, "rank": 1, "id": 1}},
    "changes": {"$slice": -CHANGES},
}
"""Events are never written again: text whose key is missing stays as it is."""


def _as_stored(order: Order) -> Order:
    return order


class Orders:
    """The collection ``orders``.

    Reads and writes that are asked for at the same time share their way to the database.
    ``today``: makes of an order as it is stored what it means today.
    """

    def __init__(self, mongo: Mongo, today: Callable[[Order], Order] = _as_stored) -> None:
        self._orders = mongo.database["orders"]
        self._seal = mongo.seal
        self._today = today
        self._reading = Rounds(self._read)
        self._naming = Rounds(self._named)
        self._saving = Rounds(self._save)
        self._clearing = Rounds(self._clear)
        self._hand = Hand()

    @property
    def seal(self) -> Seal:
        """What is compared with what is kept is made with the same seal."""
        if self._seal is None:
            raise TypeError("orders are written with a seal")
        return self._seal

    # One order

    async def get(self, order_id: str) -> Order | None:
        return await self._reading.ask(order_id)

    def at_hand(self, order_id: str) -> Order | None:
        """As this process saved it last. Somebody else may have written to it since, so it is good
        to decide what to `save`, and for nothing else."""
        held = self._hand.get(order_id)
        return held and self._today(held)

    async def save(self, before: Order | None, after: Order) -> Order | None:
        """Writes what has changed, unless somebody else has written to the order since ``before``.

        New events are pushed; those that are stored already are not written again. None: somebody
        was quicker, and nothing was written. Raises `Overloaded`.
        """
        done = await self._saving.ask((before, after))
        self._hand.put(after.id, done)
        return done

    def put_away(self, whose: str) -> None:
        """None of these is kept at hand."""
        self._hand.drop(whose)

    async def fanned_out(self, order: Order) -> None:
        """Clears the mark, unless somebody has written to the order since it was read.

        That is another version: who still has the mark in hand would not set it for later news.
        """
        await self._clearing.ask(order)
        if order is self._hand.get(order.id):
            self._hand.put(order.id, _cleared(order))

    async def _read(self, order_ids: Sequence[str]) -> list[Order | Exception | None]:
        return await read_all(self._orders, order_ids, self._model)

    async def _save(self, changes: Sequence[Change[Order]]) -> list[Order | Exception | None]:
        return await save_all(self._orders, changes, self._seal, _PUSHED)

    async def _clear(self, orders: Sequence[Order]) -> list[None]:
        """One update for all that are to be reminded of at the same moment, mostly never: no two
        documents have had the same version."""
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
        """Those of them that there are."""
        found = await self._orders.find({"_id": {"$in": list(order_ids)}}).to_list(None)
        return self._models(found)

    async def versions(self, order_ids: Collection[str]) -> dict[str, int]:
        """By id, of those that there are: another one means that somebody has written."""
        found = self._orders.find({"_id": {"$in": list(order_ids)}}, {"version": 1})
        return {order["_id"]: order.get("version") or 0 for order in await found.to_list(None)}

    async def known_to(self, whose: Collection[str], keys: Sequence[str]) -> list[Order]:
        """Of the orders of these, those that go by one of the keys, the latest news first."""
        return await self._naming.ask((frozenset(whose), frozenset(keys)))

    async def _named(
        self, asked: Sequence[tuple[frozenset[str], frozenset[str]]]
    ) -> list[list[Order] | Exception]:
        """One read, and another if anybody follows single orders: the embedded engine finds by one
        index at a time."""
        anybody = {each for whose, _ in asked for each in whose}
        named: Document = {"keys": {"$in": list({key for _, keys in asked for key in keys})}}
        conditions = (
            named | {field: {"$in": list(ids)}}
            for field, ids in (("customer_id", customers(anybody)), ("_id", singles(anybody)))
            if ids
        )
        found = await self._find_all(conditions)
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

    async def _find_all(
        self, conditions: Iterable[Document], fields: Document | None = None, limit: int = 0
    ) -> list[Document]:
        """What meets any of the conditions, once: of each the youngest ``limit`` orders."""
        reads = [
            self._orders.find(each, fields).sort("created_at", DESCENDING).limit(limit)
            for each in conditions
        ]
        found = await asyncio.gather(*(read.to_list(None) for read in reads))
        return list({order["_id"]: order for each in found for order in each}.values())

    async def known_as(self, keys: Sequence[str], limit: int) -> list[Order]:
        """Whosever orders go by one of these keys, those with the latest news first."""
        found = await self._orders.find({"keys": {"$in": list(keys)}}).to_list(limit)
        return sorted(self._models(found), key=lambda order: order.latest_at, reverse=True)

    async def of(self, whose: Collection[str], limit: int, *, skip: int = 0) -> list[Order]:
        """The orders of these: open ones, then closed ones, each with the latest news first.

        Two reads, or three: which come first of the `LISTED` youngest, then these.
        """
        ids = [order["_id"] for order in await self._listed(whose)][skip : skip + limit]
        found = {order.id: order for order in await self.get_all(ids)} if ids else {}
        return [found[order_id] for order_id in ids if order_id in found]

    async def keys_of(self, whose: Collection[str], limit: int) -> Sequence[tuple[str, str]]:
        """(order id, key) for what their owner may call the first orders in `of`."""
        listed = (await self._listed(whose))[:limit]
        return [
            (order["_id"], key)
            for order in listed
            for key in order["keys"]
            if customer_of(key) is None
        ]

    async def whose(self, whose: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Of each order of these, by its id, who all may follow it."""
        fields: Document = {"customer_id": 1}
        found = await self._find_all(_theirs(whose), fields)
        return {
            order["_id"]: frozenset(whose_of(order["_id"], order.get("customer_id")))
            for order in found
        }

    async def _listed(self, whose: Collection[str]) -> list[Document]:
        """Sorted here: an index that did it would be written to with each event."""
        fields: Document = {"keys": 1, "closed": 1, "latest_at": 1, "created_at": 1}
        found = await self._find_all(_theirs(whose), fields, LISTED)
        found.sort(key=lambda order: order["created_at"], reverse=True)
        found = sorted(found[:LISTED], key=lambda order: order["latest_at"], reverse=True)
        return sorted(found, key=lambda order: bool(order.get("closed")))

    async def page_of_customer(
        self, customer_id: str, after: Place | None, limit: int
    ) -> list[Order]:
        """The customer's orders by (``created_at``, id), oldest first: those behind ``after``.

        Fewer than ``limit`` where they have many events; none only where there are none.
        """
        theirs, by = {"keys": account(customer_id)}, ("created_at", "_id")
        return self._models(await page(self._orders, by, after, limit, theirs))

    async def standing(self, after: datetime, until: datetime, limit: int) -> list[Order]:
        """Open orders of which the latest was heard in this time, the oldest first."""
        open_ones = {"closed": False, "latest_at": {"$gt": after, "$lte": until}}
        found = await self._orders.find(open_ones).sort("latest_at").limit(limit).to_list(limit)
        return self._models(found)

    async def expect(self, order_id: str) -> None:
        """Marks the order as awaited. A new version, so that who has it in hand reads it again."""
        mark = {"$set": {"awaited": True, "version": new_version()}}
        await self._orders.update_one({"_id": order_id, "awaited": None}, mark)

    # Marks

    async def unfanned(self, before: datetime, limit: int) -> list[str]:
        """Ids of orders whose news has waited for the mailboxes since ``before`` or longer."""
        return await self._marked("unfanned_since", before, before + OVERDUE, limit)

    async def to_remind(self, now: datetime, limit: int) -> list[str]:
        """Ids of orders whose reminders are to be posted."""
        return await self._marked("remind_at", now, now, limit)

    async def _marked(self, mark: str, until: datetime, look_at: datetime, limit: int) -> list[str]:
        marked = {"look_at": {"$lte": look_at}, mark: {"$lte": until}}
        cursor = self._orders.find(marked, {"_id": 1})
        found = await cursor.sort(mark, ASCENDING).limit(limit).to_list(limit)
        return [order["_id"] for order in found]

    async def remind_again(self, whose: Collection[str], at: datetime) -> None:
        """Marks open orders of these: there is another who may want to be reminded of them.

        An order that is expected on no day yet loses its mark again when it is looked at. Its
        version stays: what is decided of the order without the mark is right with it.
        """
        open_ones: Document = {"closed": False, "remind_at": None}
        for theirs in _theirs(whose):
            await self._orders.update_many(
                theirs | open_ones, {"$set": {"remind_at": at, "look_at": at}}
            )

    async def reminded(self, order: Order) -> None:
        """Clears that mark, unless another delivery is expected than when the order was read."""
        reminded = order.model_copy(update={"remind_at": None})
        as_read = {"remind_at": order.remind_at, "unfanned_since": order.unfanned_since}
        update = _looked_at({"remind_at": ""}, reminded.to_look_at)
        await self._orders.update_one({"_id": order.id} | as_read, update)

    def _models(self, found: Sequence[Mapping[str, Any]]) -> list[Order]:
        return [self._model(order) for order in found]

    def _model(self, found: Mapping[str, Any]) -> Order:
        return self._today(Order.from_mongo(found, self._seal))


def _theirs(whose: Collection[str]) -> list[Document]:
    """The conditions, any of which an order of these meets."""
    accounts = [account(customer_id) for customer_id in customers(whose)]
    fields = {"keys": accounts, "_id": singles(whose)}
    return [{field: _any(values)} for field, values in fields.items() if values]


def _any(values: Sequence[str]) -> object:
    return values[0] if len(values) == 1 else {"$in": list(values)}


def _cleared(order: Order) -> Order:
    cleared = {
        "unfanned_since": None,
        "look_at": order.remind_at,
        "version": (order.version or 0) + 1,
    }
    return order.model_copy(update=cleared)


def _looked_at(gone: Mapping[str, str], next_at: datetime | None) -> Document:
    """Without that mark, and with when to look at the order again."""
    if next_at is None:
        return {"$unset": {**gone, "look_at": ""}, "$inc": {"version": 1}}
    return {"$unset": gone, "$set": {"look_at": next_at}, "$inc": {"version": 1}}
