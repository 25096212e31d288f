"""Many orders at once: one is told over the API, and what the product made of it is copied.

What it makes is not known here: every document that names the order is copied, with other names.
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
    """Orders, each with its customer and so many events, of which nobody was told."""
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
    """What there is of the model when the product has done all that it does afterwards."""
    models = await named(database, ORDER)
    while True:
        await asyncio.sleep(0.3)
        before, models = models, await named(database, ORDER)
        if models == before:
            return models


async def named(database: Database, name: str) -> dict[str, list[Document]]:
    """By collection, the documents that hold this name somewhere; the newest are read."""
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
    """The same with other names, in either case; ids of events end in ``mark`` as well."""
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
    """An id of the same kind."""
    match value:
        case ObjectId():
            return ObjectId()
        case bytes():
            return os.urandom(len(value))
        case _:
            return f"{value}-{ObjectId()}"
