"""Orders and their events. Every write is one atomic update of one document."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from storage.models import Event, Order
from storage.mongo import Document, Mongo
from storage.sealing import Seal

MOST_EVENTS = 1000
"""An order with more is a shop's loop, and would grow to what a document cannot hold."""


_OPEN_FIRST = [("closed", ASCENDING), ("latest_at", DESCENDING)]


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
        update = self._appending(event, keys=keys, notify=notify)
        order = _taking(order_id, event, customer_id)
        return await self._update(order, update, upsert=customer_id is not None)

    async def append_to_known(
        self, order_id: str, event: Event, *, customer_id: str | None, keys: list[str], notify: bool
    ) -> bool:
        """The same, and never creates the order."""
        update = self._appending(event, keys=keys, notify=notify)
        return await self._update(_taking(order_id, event, customer_id), update, upsert=False)

    def _appending(self, event: Event, *, keys: list[str], notify: bool) -> list[Document]:
        appended = _appended(event, self._seal, keys=keys, notify=notify)
        return [*appended, {"$set": {"closed": _is_closed(self._closed)}}]

    async def _update(self, order: Document, update: list[Document], *, upsert: bool) -> bool:
        try:
            result = await self._orders.update_one(order, update, upsert=upsert)
        except DuplicateKeyError:
            return False
        return bool(result.matched_count or result.upserted_id is not None)

    async def get(self, order_id: str) -> Order | None:
        found = await self._orders.find_one({"_id": order_id})
        return Order.from_mongo(found, self._seal) if found else None

    async def of_customer_by_key(self, customer_id: str, key: str) -> list[Order]:
        """The customer's own orders that go by this key: none, one, or namesakes."""
        cursor = self._orders.find({"customer_id": customer_id, "keys": key})
        found = await cursor.sort("latest_at", DESCENDING).to_list(10)
        return [Order.from_mongo(order, self._seal) for order in found]

    async def of_customer(self, customer_id: str, limit: int, *, skip: int = 0) -> list[Order]:
        """The customer's orders: open ones, then closed ones, each with the latest news first.

        Read off the index: the cost is that of what is read and skipped, however many there are.
        """
        cursor = self._orders.find({"customer_id": customer_id}).sort(_OPEN_FIRST)
        found = await cursor.skip(skip).limit(limit).to_list(limit)
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
            {"_id": order_id, "news": news}, {"$unset": {"unfanned_since": ""}}
        )


_HAS_ROOM: Document = {f"events.{MOST_EVENTS - 1}": {"$exists": False}}


def _taking(order_id: str, event: Event, customer_id: str | None) -> Document:
    """The order, if it is this customer's, has room, and does not have the event yet."""
    order = {"_id": order_id, "events.id": {"$ne": event.id}, **_HAS_ROOM}
    return order if customer_id is None else order | {"customer_id": customer_id}


def _appended(event: Event, seal: Seal | None, *, keys: list[str], notify: bool) -> list[Document]:
    """The update as a pipeline: what is derived is derived from the document as it then stands."""
    known: Document = {"$ifNull": ["$events", []]}
    new: Document = {"$literal": [event.to_mongo(seal)]}
    return [
        {
            "$set": {
                "events": {
                    "$sortArray": {
                        "input": {"$concatArrays": [known, new]},
                        "sortBy": {"occurred_at": 1, "rank": 1, "id": 1},
                    }
                },
                "keys": {"$setUnion": [{"$ifNull": ["$keys", []]}, {"$literal": keys}]},
                "created_at": {"$ifNull": ["$created_at", event.recorded_at]},
            }
        },
        {
            "$set": {
                "latest_at": {"$getField": {"field": "occurred_at", "input": _nth("$events", -1)}},
                **(_counted_as_news(event) if notify and (event.status or event.implies) else {}),
            }
        },
    ]


def _counted_as_news(event: Event) -> Document:
    is_news = _changes_state(event) if event.status else _IS_THE_FIRST_WORD
    return {
        "news": {"$add": [{"$ifNull": ["$news", 0]}, {"$cond": [is_news, 1, 0]}]},
        "unfanned_since": {
            "$ifNull": [
                "$unfanned_since",
                {"$cond": [is_news, event.recorded_at, "$$REMOVE"]},
            ]
        },
    }


def _changes_state(event: Event) -> Document:
    """The event is now the newest of its parcel, and its state is not that of the one before.

    So a late event, and a state told twice under two ids, are kept but are not news.
    """
    own: Document = {"$eq": [{"$ifNull": ["$$event.parcel", None]}, {"$literal": event.parcel}]}
    stated = _events_where({"$and": [_HAS_STATUS, own]})
    implying = _events_where({"$and": [_IMPLIES, own]})
    return {
        "$let": {
            "vars": {
                "newest": _nth(stated, -1),
                "before": _nth(stated, -2),
                "implying": _nth(implying, 0),
            },
            "in": {
                "$and": [
                    {"$eq": ["$$newest.id", {"$literal": event.id}]},
                    {
                        "$ne": [
                            {"$ifNull": ["$$before.status", "$$implying.implies"]},
                            {"$literal": event.status},
                        ]
                    },
                ]
            },
        }
    }


def _events_where(condition: Document) -> Document:
    return {"$filter": {"input": "$events", "as": "event", "cond": condition}}


_HAS_STATUS: Document = {"$gt": ["$$event.status", None]}
_IMPLIES: Document = {"$gt": ["$$event.implies", None]}
_IS_THE_FIRST_WORD: Document = {
    "$eq": [{"$size": _events_where({"$or": [_HAS_STATUS, _IMPLIES]})}, 1]
}
"""No other event has told or implied a state: an order is told to be created once."""


def _is_closed(states: list[str]) -> Document:
    """Whether each parcel, or the order that has none, is in one of the ``states``.

    A parcel is in the newest state that was told of it or of the whole order. Each step walks the
    events once; of pairs that have the same key, `$arrayToObject` keeps the last.
    """
    told, of_parcel = {"$gt": ["$$event.status", None]}, {"$gt": ["$$event.parcel", None]}

    def each(events: Document | str, then: object) -> Document:
        return {"$map": {"input": events, "as": "event", "in": then}}

    def those(events: Document | str, condition: Document) -> Document:
        return {"$filter": {"input": events, "as": "event", "cond": condition}}

    def closes(status: object) -> Document:
        return {"$in": [status, {"$literal": states}]}

    of_all = {"$and": [told, {"$not": [of_parcel]}]}
    since = {"$indexOfArray": [each({"$reverseArray": "$events"}, of_all), True]}
    newest_of_all = _nth("$events", {"$subtract": [-1, "$$since"]})
    whole = {
        "$and": [
            {"$gte": ["$$since", 0]},
            closes({"$getField": {"field": "status", "input": newest_of_all}}),
        ]
    }
    how_many = {"$cond": [{"$lt": ["$$since", 0]}, {"$size": "$events"}, {"$max": [1, "$$since"]}]}
    later = {"$slice": ["$events", {"$subtract": [0, how_many]}]}
    by_default = each(those("$events", of_parcel), ["$$event.parcel", "$$whole"])
    own = each(
        those(later, {"$and": [told, of_parcel]}), ["$$event.parcel", closes("$$event.status")]
    )
    parcels = {"$objectToArray": {"$arrayToObject": [{"$concatArrays": [by_default, own]}]}}
    each_one = {"$map": {"input": "$$parcels", "as": "parcel", "in": "$$parcel.v"}}
    answer: Document = {
        "$cond": [{"$eq": ["$$parcels", []]}, "$$whole", {"$allElementsTrue": [each_one]}]
    }
    for name, value in (("parcels", parcels), ("whole", whole), ("since", since)):
        answer = {"$let": {"vars": {name: value}, "in": answer}}
    return answer


def _nth(array: Document | str, index: Document | int) -> Document:
    return {"$arrayElemAt": [array, index]}
