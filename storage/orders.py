"""Orders and their events. Every write is one atomic update of one document."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from storage.appending import CHANGES, appended, created, replaced
from storage.models import Event, Order
from storage.mongo import Document, Mongo
from storage.paging import Place, page

MOST_EVENTS = 1000
"""An order with more is a shop's loop, and would grow to what a document cannot hold."""

_OPEN_FIRST = [("closed", ASCENDING), ("latest_at", DESCENDING)]


_DUPLICATE_KEY = 11000


@dataclass(frozen=True)
class Addition:
    """Plain changes of state of one order, oldest first: no parcels, no expected delivery.

    ``held``: how many events it had when it was looked at; 0: it was not there. ``notify``: the
    last of these may be news.
    """

    order_id: str
    customer_id: str
    events: Sequence[Event]
    keys: list[str]
    held: int
    notify: bool = False


class Orders:
    """The collection ``orders``. ``closed``: the states after which nothing more is expected."""

    def __init__(self, mongo: Mongo, closed: Collection[str] = ()) -> None:
        self._orders = mongo.database["orders"]
        self._seal = mongo.seal
        self._closed = sorted(closed)

    async def append(
        self, order_id: str, event: Event, *, customer_id: str | None, keys: list[str], notify: bool
    ) -> bool:
        """Adds an event to its order, in one write; with a ``customer_id`` also creates the order.

        The same write keeps the events sorted, says whether the order is closed, counts the change
        of state as news if it is one, and marks it as not yet fanned out. False: nothing was
        written, because the order is unknown, belongs to somebody else, is full, or some order has
        an event of this id.
        """
        update = self._appending([event], keys=keys, told=[event.id] if notify else [])
        order = _taking(order_id, [event], customer_id)
        return await self._update(order, update, upsert=customer_id is not None)

    async def append_to_known(
        self, order_id: str, event: Event, *, customer_id: str | None, keys: list[str], notify: bool
    ) -> bool:
        """The same, and never creates the order."""
        update = self._appending([event], keys=keys, told=[event.id] if notify else [])
        return await self._update(_taking(order_id, [event], customer_id), update, upsert=False)

    async def append_all(
        self,
        order_id: str,
        events: Sequence[Event],
        *,
        customer_id: str | None,
        keys: list[str],
        told: Collection[str],
    ) -> bool:
        """Adds these events, oldest first, in one write: all of them or, for the same reasons as in
        `append`, none. With a ``customer_id`` creates the order. ``told``: the ids of those that
        count as news.
        """
        update = self._appending(events, keys=keys, told=told)
        order = _taking(order_id, events, customer_id)
        return await self._update(order, update, upsert=customer_id is not None)

    async def append_to_many(self, additions: Sequence[Addition]) -> int:
        """Adds to many orders in one round trip, to each in one write, or creates it.

        How many were written. The others are no more as they were when they were looked at.
        """
        if not additions:
            return 0
        try:
            result = await self._orders.bulk_write(
                [self._adding(addition) for addition in additions], ordered=False
            )
        except BulkWriteError as error:
            details = error.details
            if any(wrong["code"] != _DUPLICATE_KEY for wrong in details["writeErrors"]):
                raise
            return sum(details[kind] for kind in ("nInserted", "nMatched", "nUpserted"))
        return result.inserted_count + result.matched_count + result.upserted_count

    def _adding(self, addition: Addition) -> InsertOne[Document] | UpdateOne:
        """A quiet new order is inserted: where that can be, it is many times faster."""
        if addition.held == 0 and not addition.notify:
            order = created(addition.events, self._seal, closing=self._closed)
            ours = {"_id": addition.order_id, "customer_id": addition.customer_id}
            return InsertOne(ours | {"keys": addition.keys} | order)
        return UpdateOne(
            {
                "_id": addition.order_id,
                "customer_id": addition.customer_id,
                "events": {"$size": addition.held},
            },
            self._appending(
                addition.events,
                keys=addition.keys,
                told=[addition.events[-1].id] if addition.notify else [],
            ),
            upsert=addition.held == 0,
        )

    async def replace(
        self,
        order_id: str,
        events: Sequence[Event],
        *,
        customer_id: str,
        keys: list[str],
        notify: bool,
    ) -> bool:
        """Puts these events, sorted, in the place of all that were told; else creates the order.

        One write, like `append`. False: the order belongs to somebody else.
        """
        update = replaced(events, self._seal, keys=keys, notify=notify, closing=self._closed)
        return await self._update(
            {"_id": order_id, "customer_id": customer_id}, update, upsert=True
        )

    def _appending(
        self, events: Sequence[Event], *, keys: list[str], told: Collection[str]
    ) -> list[Document]:
        return appended(events, self._seal, keys=keys, told=told, closing=self._closed)

    async def _update(
        self, order: Document, update: Document | list[Document], *, upsert: bool
    ) -> bool:
        try:
            result = await self._orders.update_one(order, update, upsert=upsert)
        except DuplicateKeyError:
            return False
        return bool(result.matched_count or result.upserted_id is not None)

    async def get(self, order_id: str) -> Order | None:
        found = await self._orders.find_one({"_id": order_id})
        return Order.from_mongo(found, self._seal) if found else None

    async def get_all(self, order_ids: Sequence[str]) -> list[Order]:
        """Those of them that there are."""
        found = await self._orders.find({"_id": {"$in": list(order_ids)}}).to_list(None)
        return [Order.from_mongo(order, self._seal) for order in found]

    async def of_customer_by_key(self, customer_id: str, key: str) -> list[Order]:
        """The customer's own orders that go by this key: none, one, or namesakes."""
        cursor = self._orders.find({"customer_id": customer_id, "keys": key})
        found = await cursor.sort("latest_at", DESCENDING).to_list(10)
        return [Order.from_mongo(order, self._seal) for order in found]

    async def known_as(self, key: str, limit: int) -> list[Order]:
        """Whosever orders go by this key, those with the latest news first."""
        found = await self._orders.find({"keys": key}).to_list(limit)
        orders = [Order.from_mongo(order, self._seal) for order in found]
        return sorted(orders, key=lambda order: order.latest_at, reverse=True)

    async def standing(self, after: datetime, until: datetime, limit: int) -> list[Order]:
        """Open orders of which the latest was heard in this time, the oldest first."""
        open_ones = {"closed": False, "latest_at": {"$gt": after, "$lte": until}}
        found = await self._orders.find(open_ones).sort("latest_at").limit(limit).to_list(limit)
        return [Order.from_mongo(order, self._seal) for order in found]

    async def tell_again(self, order: Order, event_id: str, now: datetime) -> bool:
        """Counts the event as news once more. False: there has been other news since."""
        change = {"event": event_id, "news": order.news + 1}
        return await self._update(
            {"_id": order.id, "news": order.news or {"$in": [0, None]}},
            {
                "$set": {"news": order.news + 1, "unfanned_since": now},
                "$push": {"changes": {"$each": [change], "$slice": -CHANGES}},
            },
            upsert=False,
        )

    async def of_customer(self, customer_id: str, limit: int, *, skip: int = 0) -> list[Order]:
        """The customer's orders: open ones, then closed ones, each with the latest news first.

        Read off the index: the cost is that of what is read and skipped, however many there are.
        """
        cursor = self._orders.find({"customer_id": customer_id}).sort(_OPEN_FIRST)
        found = await cursor.skip(skip).limit(limit).to_list(limit)
        return [Order.from_mongo(order, self._seal) for order in found]

    async def page_of_customer(
        self, customer_id: str, after: Place | None, limit: int
    ) -> list[Order]:
        """The customer's orders by (``created_at``, id), oldest first: those behind ``after``."""
        theirs = {"customer_id": customer_id}
        found = await page(self._orders, ("created_at", "_id"), after, limit, theirs)
        return [Order.from_mongo(order, self._seal) for order in found]

    async def keys_of_customer(self, customer_id: str, limit: int) -> Sequence[tuple[str, str]]:
        """(order id, key) for the keys of the customer's first orders in `of_customer`."""
        cursor = self._orders.find({"customer_id": customer_id}, {"keys": 1}).sort(_OPEN_FIRST)
        found = await cursor.limit(limit).to_list(limit)
        return [(order["_id"], key) for order in found for key in order["keys"]]

    async def unfanned(self, before: datetime, limit: int) -> list[str]:
        """Ids of orders whose news has waited for the mailboxes since ``before`` or longer."""
        cursor = self._orders.find({"unfanned_since": {"$lte": before}}, {"_id": 1})
        found = await cursor.sort("unfanned_since").limit(limit).to_list(limit)
        return [order["_id"] for order in found]

    async def fanned_out(self, order_id: str, news: int) -> None:
        """Clears the mark, unless there is newer news than the one that was fanned out."""
        await self._orders.update_one(
            {"_id": order_id, "news": news},
            {"$set": {"fanned": news}, "$unset": {"unfanned_since": ""}},
        )

    async def to_remind(self, now: datetime, limit: int) -> list[str]:
        """Ids of orders whose reminders are to be posted."""
        cursor = self._orders.find({"remind_at": {"$lte": now}}, {"_id": 1})
        found = await cursor.sort("remind_at").limit(limit).to_list(limit)
        return [order["_id"] for order in found]

    async def remind_again(self, customer_id: str, at: datetime) -> None:
        """Marks the customer's open orders: there is another who may want to be reminded of them.

        An order that is expected on no day yet loses its mark again when it is looked at.
        """
        await self._orders.update_many(
            {"customer_id": customer_id, "closed": False, "remind_at": None},
            {"$set": {"remind_at": at}},
        )

    async def reminded(self, order: Order) -> None:
        """Clears that mark, unless another delivery is expected than when the order was read."""
        await self._orders.update_one(
            {"_id": order.id, "remind_at": order.remind_at}, {"$unset": {"remind_at": ""}}
        )


def _taking(order_id: str, events: Sequence[Event], customer_id: str | None) -> Document:
    """The order, if it is this customer's, has room, and does not have any of the events yet."""
    ids = [event.id for event in events]
    not_yet = {"events.id": {"$nin": ids}, "replaced.id": {"$nin": ids}}
    has_room = {f"events.{MOST_EVENTS - len(events)}": {"$exists": False}}
    order: Document = {"_id": order_id, **not_yet, **has_room}
    return order if customer_id is None else order | {"customer_id": customer_id}
