"""Data of older versions of Trackline, brought up to what this one looks for. Safe to repeat."""

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from storage.models import OVERDUE
from storage.whose import account

AT_ONCE = 500
AT_START = "at the start"
"""The comment of queries that are asked once and go to all shards."""

_NEEDED = {"customer_id": 1, "unfanned_since": 1, "remind_at": 1}

logger = logging.getLogger(__name__)


async def carry_on_orders(orders: AsyncCollection[dict[str, Any]]) -> None:
    """Orders are found by whose they are through their keys, and to be looked at by one moment;
    once they had indexes of their own for all that.

    A minute for a hundred thousand orders, about, and only at the first start of this version.
    """
    last, done = "", 0
    while True:
        cursor = orders.find({"_id": {"$gt": last}}, _NEEDED).sort("_id", ASCENDING)
        found = await cursor.limit(AT_ONCE).to_list(AT_ONCE)
        if not found:
            break
        await orders.bulk_write([_carrying_on(order) for order in found], ordered=False)
        last, done = found[-1]["_id"], done + len(found)
        logger.info("carried on %d orders of an older version", done)


async def carry_on_links(database: AsyncDatabase[dict[str, Any]]) -> None:
    """A chat once belonged to one customer; now it has a link for each account and order that it
    follows. Only at the first start of this version, for which older replicas are stopped."""
    chats = database["chats"]
    while found := await _lacking(chats, "links"):
        await chats.bulk_write([_with_its_link(chat) for chat in found], ordered=False)
        logger.info("carried on the links of %d chats of an older version", len(found))
    for collection in ("link_tokens", "shares"):
        while found := await _lacking(database[collection], "whose"):
            await database[collection].bulk_write(
                [
                    UpdateOne(
                        {"_id": document["_id"]},
                        {
                            "$set": {"whose": account(document["customer_id"])},
                            "$unset": {"customer_id": ""},
                        },
                    )
                    for document in found
                ],
                ordered=False,
            )


async def _lacking(collection: AsyncCollection[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    cursor = collection.find({field: {"$exists": False}}, comment=AT_START)
    return await cursor.limit(AT_ONCE).to_list(AT_ONCE)


def _with_its_link(chat: dict[str, Any]) -> UpdateOne:
    """The first versions gave links no reference; for these one was made up as here."""
    made_up = hashlib.sha256(f"{chat['_id']} {chat['linked_at']}".encode()).hexdigest()[:16]
    link = {
        "whose": account(chat["customer_id"]),
        "reference": chat.get("reference") or made_up,
        "since": chat["linked_at"],
    }
    if "account_hint" in chat:
        link["account_hint"] = chat["account_hint"]
    update: dict[str, Any] = {"links": [link]}
    if "tell_at" in chat:
        untold = {"untold": chat["untold"]} if "untold" in chat else {}
        update["joined"] = [{"whose": link["whose"]} | untold]
    former = ("customer_id", "reference", "account_hint", "linked_at", "untold")
    return UpdateOne({"_id": chat["_id"]}, {"$set": update, "$unset": dict.fromkeys(former, "")})


async def carry_on_closed(
    database: AsyncDatabase[dict[str, Any]], is_closed: Callable[[dict[str, Any]], bool]
) -> None:
    """Whether more is expected stands in each order; in those of the first versions it does not.

    Once: that it was done is kept in the collection ``service``.
    """
    orders, service = database["orders"], database["service"]
    if await service.find_one({"_id": "carried on"}):
        return
    last = ""
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
    done = {"$set": {"at": datetime.now(UTC)}}
    await service.update_one({"_id": "carried on"}, done, upsert=True)


def _carrying_on(order: dict[str, Any]) -> UpdateOne:
    update: dict[str, Any] = {"$addToSet": {"keys": account(order["customer_id"])}}
    unfanned, remind_at = order.get("unfanned_since"), order.get("remind_at")
    overdue = unfanned + OVERDUE if unfanned else None
    if marks := [mark for mark in (overdue, remind_at) if mark]:
        update["$set"] = {"look_at": min(marks)}
    return UpdateOne({"_id": order["_id"]}, update)
