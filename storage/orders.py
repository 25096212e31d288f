"""Orders and their events. Every write is one atomic update of one document."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from storage.models import Event, Order, Window
from storage.mongo import Document, Mongo
from storage.sealing import Seal

MOST_EVENTS = 1000
"""An order with more is a shop's loop, and would grow to what a document cannot hold."""
AHEAD = timedelta(days=1)
"""So long before a delivery is expected, it is morning of that day nowhere yet."""
CHANGES = 50
"""Of how many changes it is remembered which events they were: more do not wait to be told."""


class Orders:
    """The collection ``orders``."""

    def __init__(self, mongo: Mongo) -> None:
        self._orders = mongo.database["orders"]
        self._seal = mongo.seal

    async def append(
        self, order_id: str, event: Event, *, customer_id: str | None, keys: list[str], notify: bool
    ) -> bool:
        """Adds an event to its order, in one write; with a ``customer_id`` also creates the order.

        The same write keeps the events sorted, counts the change of state or of the expected
        delivery as news if it is one, marks that as not yet fanned out, and says when to remind of
        the delivery. False: nothing was written, because the order is
        unknown, belongs to somebody else, is full, or some order has an event of this id.
        """
        update = _appended(event, self._seal, keys=keys, notify=notify)
        order = _taking(order_id, event, customer_id)
        return await self._update(order, update, upsert=customer_id is not None)

    async def append_to_known(
        self, order_id: str, event: Event, *, customer_id: str | None, keys: list[str], notify: bool
    ) -> bool:
        """The same, and never creates the order."""
        update = _appended(event, self._seal, keys=keys, notify=notify)
        return await self._update(_taking(order_id, event, customer_id), update, upsert=False)

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

    async def of_customer(self, customer_id: str, limit: int) -> list[Order]:
        """The customer's orders, those with the latest news first."""
        cursor = self._orders.find({"customer_id": customer_id}).sort("latest_at", DESCENDING)
        return [
            Order.from_mongo(order, self._seal)
            for order in await cursor.limit(limit).to_list(limit)
        ]

    async def keys_of_customer(self, customer_id: str, limit: int) -> Sequence[tuple[str, str]]:
        """(order id, key) for the keys of the customer's latest orders."""
        cursor = self._orders.find({"customer_id": customer_id}, {"keys": 1})
        found = await cursor.sort("latest_at", DESCENDING).limit(limit).to_list(limit)
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

    async def reminded(self, order: Order) -> None:
        """Clears that mark, unless another delivery is expected than when the order was read."""
        await self._orders.update_one(
            {"_id": order.id, "remind_at": order.remind_at}, {"$unset": {"remind_at": ""}}
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
                "remind_at": _reminded_at(event),
            }
        },
        *(_counted_as_news(event) if notify else []),
    ]


def _counted_as_news(event: Event) -> list[Document]:
    """News: the event is now the newest of its parcel, and says another thing than the one before.

    So a late event, and a state told twice under two ids, are kept but are not news. Of an expected
    delivery the first word is none either: it comes with a state, as a rule.
    """
    kinds = []
    if event.status:
        kinds.append(_is_new_state(event))
    if (window := event.estimated_delivery) and (window.earliest or window.latest):
        kinds.append(_is_moved_delivery(event, window))
    if not kinds:
        return []
    count = {"$add": [{"$ifNull": ["$news", 0]}, {"$cond": ["$is_news", 1, 0]}]}
    marked = {"$cond": ["$is_news", event.recorded_at, "$$REMOVE"]}
    known: Document = {"$ifNull": ["$changes", []]}
    change = {"$cond": ["$is_news", [{"event": {"$literal": event.id}, "news": "$news"}], []]}
    changes = {"$slice": [{"$concatArrays": [known, change]}, -CHANGES]}
    return [
        {"$set": {"is_news": {"$or": kinds}}},
        {"$set": {"news": count, "unfanned_since": {"$ifNull": ["$unfanned_since", marked]}}},
        {"$set": {"changes": changes}},
        {"$unset": "is_news"},
    ]


def _is_new_state(event: Event) -> Document:
    says_another = {"$ne": ["$$before.status", {"$literal": event.status}]}
    return _newest_of_its_parcel(event, "status", says_another)


def _is_moved_delivery(event: Event, window: Window) -> Document:
    before = "$$before.estimated_delivery"
    was_known = {"$gt": [{"$ifNull": [f"{before}.earliest", f"{before}.latest"]}, None]}
    moved: list[Document] = [
        {"$ne": [{"$ifNull": [f"{before}.{end}", None]}, at]}
        for end, at in (("earliest", window.earliest), ("latest", window.latest))
    ]
    is_another = {"$and": [was_known, {"$or": moved}]}
    return _newest_of_its_parcel(event, "estimated_delivery", is_another)


def _newest_of_its_parcel(event: Event, field: str, condition: Document) -> Document:
    """Of the events with this field. ``condition`` may speak of the one ``$$before`` it."""
    same_parcel: Document = {
        "$filter": {
            "input": "$events",
            "as": "event",
            "cond": {
                "$and": [
                    {"$gt": [f"$$event.{field}", None]},
                    {"$eq": [{"$ifNull": ["$$event.parcel", None]}, {"$literal": event.parcel}]},
                ]
            },
        }
    }
    is_newest: Document = {"$eq": ["$$newest.id", {"$literal": event.id}]}
    return {
        "$let": {
            "vars": {"newest": _nth(same_parcel, -1), "before": _nth(same_parcel, -2)},
            "in": {"$and": [is_newest, condition]},
        }
    }


def _reminded_at(event: Event) -> Document:
    """`AHEAD` of the newest expected delivery; absent when there is none, or it is long past."""
    dated = {
        "$filter": {
            "input": "$events",
            "as": "event",
            "cond": {"$gt": ["$$event.estimated_delivery", None]},
        }
    }
    window = "$$newest.estimated_delivery"
    first = {"$ifNull": [f"{window}.earliest", {"$ifNull": [f"{window}.latest", None]}]}
    ahead = {"$subtract": ["$$first", int(AHEAD.total_seconds() * 1000)]}
    is_to_come = {"$gt": ["$$first", event.recorded_at - AHEAD]}
    return {
        "$let": {
            "vars": {"newest": _nth(dated, -1)},
            "in": {
                "$let": {
                    "vars": {"first": first},
                    "in": {"$cond": [is_to_come, ahead, "$$REMOVE"]},
                }
            },
        }
    }


def _nth(array: Document | str, index: int) -> Document:
    return {"$arrayElemAt": [array, index]}
