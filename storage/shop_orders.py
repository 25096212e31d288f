"""The shop's own collection of orders, read and never written."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import datetime
from typing import Any

from bson import Decimal128, ObjectId
from pymongo import ASCENDING
from pymongo.errors import ConfigurationError

from storage.mongo import Document, Driver, connect

TIMEOUT = 60.0
"""Seconds that one batch may take: without an index the shop's database walks all it has."""
BATCH = 500


class NoDatabaseNamed(Exception):
    """The address does not say which database the orders are in."""


class ShopOrders:
    """``fields``: the top-level fields that are read, and no others.

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
        """About how many there are."""
        return await self._orders.estimated_document_count()

    async def after(
        self, position: Any = None, *, updated: tuple[str, datetime] | None = None
    ) -> AsyncIterator[tuple[Any, Document]]:
        """(`_id`, document) in the order of `_id`, those behind ``position`` only.

        ``updated``: a field and a moment; documents whose field is a date before it are left out.
        In a document ids and decimals are text.
        """
        wanted: Document = {}
        if position is not None:  # as an expression: `$gt` itself sees one type of `_id` only
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
