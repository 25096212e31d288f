"""The shop's book in its database, or in a file."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bot.book.exports import Export
from bot.book.files import CannotRead, Record, columns_of, records_of
from bot.book.records import Row, Source, row_of
from bot.services.orders.booked import FieldMap, is_database
from storage.errors import DatabaseError
from storage.mongo import Driver
from storage.shop_orders import NoDatabaseNamed, ShopOrders

CHUNK = 500
"""Records that a thread reads from a file at a time."""
LOOKED_AT = 10_000


@dataclass(frozen=True)
class Where:
    """``address``: a mongodb:// address, or the path of a .csv or .jsonl file. ``export``: of the
    system that wrote the file, if one did.
    """

    address: str
    collection: str
    fields: FieldMap
    driver: Driver
    export: Export | None = None

    @property
    def name(self) -> str:
        """Identifies the book and how it is read. A hash, which reveals nothing."""
        said = [repr(self.export.names)] if self.export else []
        return _hash(self.address, self.collection, repr(self.fields), *said)

    def opened(self) -> AbstractAsyncContextManager[Source]:
        """Raises `CannotRead`, whose text never holds the address:

        there may be a password in it.
        """
        return _opened(self)

    @property
    def key(self) -> str:
        """The name, which changes for a file that was changed: its positions are others then."""
        path = Path(self.address)
        if is_database(self.address) or not path.exists():
            return self.name
        file = path.stat()
        return _hash(self.name, str(path.resolve()), str(file.st_size), str(file.st_mtime_ns))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@asynccontextmanager
async def _opened(where: Where) -> AsyncIterator[Source]:
    if not is_database(where.address):
        yield _File(where)
        return
    if where.export:
        raise CannotRead(f"an export of {where.export.system} is a .csv or .jsonl file")
    try:
        orders = ShopOrders(where.address, where.collection, where.driver, where.fields.roots)
    except NoDatabaseNamed:
        raise CannotRead(
            "the address names no database: it should be like mongodb://host/shop"
        ) from None
    except (DatabaseError, ValueError):
        raise CannotRead(
            "the shop's mongodb address cannot be read: is the password percent-encoded?"
        ) from None
    try:
        yield _Collection(orders, where.fields)
    finally:
        await orders.close()


class _Local:
    looked_at = LOOKED_AT

    async def warnings(self) -> Sequence[str]:
        return []


class _Collection(_Local):
    def __init__(self, orders: ShopOrders, fields: FieldMap) -> None:
        self._orders = orders
        self._fields = fields

    async def total(self) -> int:
        with _explained():
            return await self._orders.count()

    async def rows(
        self, after: Any = None, since: datetime | None = None
    ) -> AsyncGenerator[Row, None]:
        updated = (self._fields.updated_at, since) if since else None
        with _explained():
            async for order_id, record in self._orders.after(after, updated=updated):
                yield row_of(f"_id {order_id}", order_id, record, self._fields.read)


class _File(_Local):
    """Positions count records. ``since`` is ignored: all records are read."""

    def __init__(self, where: Where) -> None:
        self._path = Path(where.address)
        self._fields = where.fields
        self._export = where.export

    async def warnings(self) -> Sequence[str]:
        if self._export is None or self._path.suffix != ".csv":
            return []
        return list(self._export.warns_of(await asyncio.to_thread(columns_of, self._path)))

    async def total(self) -> int:
        return await asyncio.to_thread(lambda: sum(1 for _ in self._records()))

    async def rows(
        self, after: Any = None, since: datetime | None = None
    ) -> AsyncGenerator[Row, None]:
        done = after or 0
        records = islice(self._records(), done, None)
        numbered = (
            self._row(place, n, record) for n, (place, record) in enumerate(records, done + 1)
        )
        while chunk := await asyncio.to_thread(lambda: list(islice(numbered, CHUNK))):
            for row in chunk:
                yield row

    def _row(self, place: str, position: int, record: Record) -> Row:
        if isinstance(record, str):
            return Row(place, position, problem=record)
        return row_of(place, position, record, self._fields.read)

    def _records(self) -> Iterator[tuple[str, Record]]:
        return records_of(self._path, self._fields, self._export)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise CannotRead(
            f"the shop's database does not let us read ({type(error).__name__}): "
            "does it run, and may this user read the collection?"
        ) from error
