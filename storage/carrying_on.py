"""Data of older versions of Trackline, brought up to what this one looks for. Safe to repeat."""

import logging
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from storage.models import OVERDUE, owned_by

AT_ONCE = 500

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


def _carrying_on(order: dict[str, Any]) -> UpdateOne:
    update: dict[str, Any] = {"$addToSet": {"keys": owned_by(order["customer_id"])}}
    unfanned, remind_at = order.get("unfanned_since"), order.get("remind_at")
    overdue = unfanned + OVERDUE if unfanned else None
    if marks := [mark for mark in (overdue, remind_at) if mark]:
        update["$set"] = {"look_at": min(marks)}
    return UpdateOne({"_id": order["_id"]}, update)
