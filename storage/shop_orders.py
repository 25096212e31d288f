"""The shop's own collection of orders, read-only."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import datetime
from typing import Any

from bson import Decimal128, ObjectId
from pymongo import ASCENDING
from pymongo.errors import ConfigurationError

from storage.mongo import Document, Driver, connect

TIMEOUT = 60.0
"""Seconds that one batch may take: without an index, the shop's database scans the collection."""
BATCH = 500


class NoDatabaseNamed(Exception):
    """The URI does not name the database with the orders."""


class ShopOrders:
    """``fields``: the top-level fields to read.

    Raises `NoDatabaseNamed`; `ConfigurationError` or `InvalidURI` for a URI that cannot be read.
    """

    def __init__(self, uri: str, collection: str, driver: Driver, fields: Collection[str]) -> None:
        self._mongo = connect(uri, driver, timeout=TIMEOUT)
        try:
            database = self._mongo.client.get_default_database()
        except ConfigurationError:
            raise NoDatabaseNamed from None
        self._orders = database[collection]
        self._fields = dict.fromkeys(fields, 1)

    async def count(self) -> int:
        """Roughly how many orders there are."""
        return await self._orders.estimated_document_count()

    async def after(
        self, position: Any = None, *, updated: tuple[str, datetime] | None = None
    ) -> AsyncIterator[tuple[Any, Document]]:
        """(`_id`, document) of the orders after ``position``, by `_id`.

        ``updated``: a field and a time; documents with an earlier date in that field are left out.
        ObjectIds and decimals in a document become text.
        """
        wanted: Document = {}
        if position is not None:  # an expression, as a plain `$gt` only matches one type of `_id`
            wanted["$expr"] = {"$gt": ["$_id", {"$literal": position}]}
        if updated:
            field, since = updated
            wanted[field] = {"$not": {"$lt": since}}
        cursor = self._orders.find(wanted, self._fields).sort("_id", ASCENDING).batch_size(BATCH)
        async for found in cursor:
            yield found["_id"], _plain(found)

    async def close(self) -> None:
        await self._mongo.close()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, ObjectId | Decimal128) else value
