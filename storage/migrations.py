"""Migrations: they bring data of older versions of Trackline up to date.

Each one is safe to repeat and does nothing the second time. `storage.schema` runs them at start.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from functools import partial, update_wrapper

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from storage.models import OVERDUE
from storage.mongo import AT_START, Document, Mongo
from storage.schema import Migration
from storage.whose import account

AT_ONCE = 500
_NEEDED = {"customer_id": 1, "keys": 1, "unfanned_since": 1, "remind_at": 1}

logger = logging.getLogger(__name__)


def migrations(is_closed: Callable[[Document], bool]) -> Sequence[Migration]:
    """All migrations, oldest first; a database at schema N has had the first N.

    ``is_closed``: whether an order, given as its document, expects no more events.
    """
    say_if_closed = partial(orders_say_if_closed, is_closed=is_closed)
    update_wrapper(say_if_closed, orders_say_if_closed)
    return [orders_have_keys, chats_have_links, say_if_closed]


async def orders_have_keys(mongo: Mongo) -> None:
    """Adds the account to an order's ``keys``, and ``look_at``, in place of separate indexes.

    Takes about a minute for a hundred thousand orders.
    """
    orders = mongo.database["orders"]
    last, done = "", 0
    while True:
        cursor = orders.find({"_id": {"$gt": last}}, _NEEDED, comment=AT_START)
        found = await cursor.sort("_id", ASCENDING).limit(AT_ONCE).to_list(AT_ONCE)
        if not found:
            break
        if updates := [_with_its_key(order) for order in found if _lacks_its_key(order)]:
            await orders.bulk_write(updates, ordered=False)
        last, done = found[-1]["_id"], done + len(found)
        logger.info("looked through %d orders of an older version", done)


async def chats_have_links(mongo: Mongo) -> None:
    """Turns the one customer of a chat, link token or share into links and ``whose``.

    Older replicas must be stopped first.
    """
    chats = mongo.database["chats"]
    while found := await _lacking(chats, "links"):
        await chats.bulk_write([_with_its_link(chat) for chat in found], ordered=False)
        logger.info("carried on the links of %d chats of an older version", len(found))
    for name in ("link_tokens", "shares"):
        collection = mongo.database[name]
        while found := await _lacking(collection, "whose"):
            await collection.bulk_write([_with_whose(each) for each in found], ordered=False)


async def _lacking(collection: AsyncCollection[Document], field: str) -> list[Document]:
    """Documents that still have ``customer_id`` in place of the field."""
    former = {field: {"$exists": False}, "customer_id": {"$exists": True}}
    return await collection.find(former, comment=AT_START).limit(AT_ONCE).to_list(AT_ONCE)


def _with_whose(document: Document) -> UpdateOne:
    whose = {"$set": {"whose": account(document["customer_id"])}, "$unset": {"customer_id": ""}}
    return UpdateOne({"_id": document["_id"]}, whose)


def _with_its_link(chat: Document) -> UpdateOne:
    """Links of the first versions have no reference; theirs is derived, always in the same way."""
    made_up = hashlib.sha256(f"{chat['_id']} {chat['linked_at']}".encode()).hexdigest()[:16]
    link = {
        "whose": account(chat["customer_id"]),
        "reference": chat.get("reference") or made_up,
        "since": chat["linked_at"],
    }
    if "account_hint" in chat:
        link["account_hint"] = chat["account_hint"]
    update: Document = {"links": [link]}
    if "tell_at" in chat:
        untold = {"untold": chat["untold"]} if "untold" in chat else {}
        update["joined"] = [{"whose": link["whose"]} | untold]
    former = ("customer_id", "reference", "account_hint", "linked_at", "untold")
    return UpdateOne({"_id": chat["_id"]}, {"$set": update, "$unset": dict.fromkeys(former, "")})


async def orders_say_if_closed(mongo: Mongo, is_closed: Callable[[Document], bool]) -> None:
    """Adds ``closed`` to orders of the first versions, which lack it."""
    orders, last = mongo.database["orders"], ""
    while True:
        lacking = {"_id": {"$gt": last}, "closed": {"$exists": False}}
        cursor = orders.find(lacking, comment=AT_START).sort("_id", ASCENDING).limit(AT_ONCE)
        found = await cursor.to_list(AT_ONCE)
        if not found:
            break
        await orders.bulk_write(
            [
                UpdateOne(
                    {"_id": order["_id"], "closed": {"$exists": False}},
                    {"$set": {"closed": is_closed(order)}},
                )
                for order in found
            ],
            ordered=False,
        )
        last = found[-1]["_id"]


def _lacks_its_key(order: Document) -> bool:
    customer_id = order.get("customer_id")
    return customer_id is not None and account(customer_id) not in order.get("keys", [])


def _with_its_key(order: Document) -> UpdateOne:
    update: Document = {"$addToSet": {"keys": account(order["customer_id"])}}
    unfanned, remind_at = order.get("unfanned_since"), order.get("remind_at")
    overdue = unfanned + OVERDUE if unfanned else None
    if marks := [mark for mark in (overdue, remind_at) if mark]:
        update["$set"] = {"look_at": min(marks)}
    return UpdateOne({"_id": order["_id"]}, update)
