"""Fills a database with many orders: one is posted over the API, and its documents are copied.

This module does not know the product's documents: it copies every document that contains the
order's id, and replaces the ids.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import aiohttp
from bson import ObjectId

from bench.database import Database, Document
from bench.product import BATCH, place, send_batch
from bench.programs import Program
from bench.shop import Shop

BULK = 2000
NEWEST = 2500
ORDER, CUSTOMER = "template-order-0", "template-customer-0"


async def fill(
    program: Program,
    database: Database,
    shop: Shop,
    orders: Sequence[tuple[str, str]],
    *,
    events: int = 1,
) -> None:
    """Makes orders, each with its customer and this many events, about which nobody is notified."""
    await place(program, shop, [(ORDER, CUSTOMER)])
    async with aiohttp.ClientSession() as session:
        for first in range(1, events, BATCH):
            more = shop.steps(ORDER, min(BATCH, events - first))
            await send_batch(session, program, shop.batch(more))
    models = await _settled(database)
    for collection, documents in models.items():
        copies = (copy for order in orders for copy in _copies(documents, *order))
        while bulk := list(islice(copies, BULK)):
            await database[collection].insert_many(bulk, ordered=False)
        await database[collection].delete_many({"_id": {"$in": [one["_id"] for one in documents]}})


async def _settled(database: Database) -> dict[str, list[Document]]:
    """The documents of the first order, once the product's background work for it is done."""
    models = await named(database, ORDER)
    while True:
        await asyncio.sleep(0.3)
        before, models = models, await named(database, ORDER)
        if models == before:
            return models


async def named(database: Database, name: str) -> dict[str, list[Document]]:
    """By collection, the documents that contain this name. Only the newest are read."""
    found = {}
    for collection in await database.list_collection_names():
        newest = await database[collection].find().sort("$natural", -1).limit(NEWEST).to_list(None)
        if documents := [one for one in newest if name in repr(one)]:
            found[collection] = documents
    return found


def _copies(documents: Sequence[Document], order: str, customer: str) -> Iterator[Document]:
    for document in documents:
        copied = renamed(document, {ORDER: order, CUSTOMER: customer}, order)
        if copied["_id"] == document["_id"]:
            copied["_id"] = _another(copied["_id"])
        yield copied


def renamed(value: Any, names: Mapping[str, str], mark: str) -> Any:
    """The document with other names, in lower and upper case. Event ids also end in ``mark``."""
    match value:
        case dict():
            return {key: renamed(inner, names, mark) for key, inner in value.items()}
        case list():
            return [renamed(inner, names, mark) for inner in value]
        case str() if value.startswith("msg_"):
            return f"{value}_{mark}"
        case str():
            for old, new in names.items():
                value = value.replace(old, new).replace(old.upper(), new.upper())
            return value
        case _:
            return value


def _another(value: Any) -> Any:
    """A new id of the same type."""
    match value:
        case ObjectId():
            return ObjectId()
        case bytes():
            return os.urandom(len(value))
        case _:
            return f"{value}-{ObjectId()}"
