"""Queries for the orders of several accounts and single orders.

One query for the accounts and one for the single orders, because the embedded database uses one
index per query and would scan the collection for an `$or`.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence

from pymongo import DESCENDING
from pymongo.asynchronous.collection import AsyncCollection

from storage.mongo import Document
from storage.whose import account, customers, singles


def conditions(whose: Collection[str]) -> list[Document]:
    """Query conditions; an order of these meets at least one of them."""
    accounts = [account(customer_id) for customer_id in customers(whose)]
    fields = {"keys": accounts, "_id": singles(whose)}
    return [{field: _any(values)} for field, values in fields.items() if values]


async def find_any(
    orders: AsyncCollection[Document],
    conditions: Iterable[Document],
    fields: Document | None = None,
    limit: int = 0,
) -> list[Document]:
    """The ``limit`` youngest orders of each condition, all together without duplicates."""
    reads = [
        orders.find(each, fields).sort("created_at", DESCENDING).limit(limit) for each in conditions
    ]
    found = await asyncio.gather(*(read.to_list(None) for read in reads))
    return list({order["_id"]: order for each in found for order in each}.values())


def _any(values: Sequence[str]) -> object:
    return values[0] if len(values) == 1 else {"$in": list(values)}
