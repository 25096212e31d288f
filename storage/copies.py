"""Copies of a whole database, document by document, so that they can be resumed and compared.

This module knows nothing about the meaning of a document.
"""

import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING, DeleteMany, InsertOne, ReplaceOne
from pymongo.asynchronous.collection import AsyncCollection

from storage.indexes import INDEXES
from storage.mongo import Document, Mongo

FIRST = ("link_tokens", "phones", "orders")
"""Copied first, as other documents follow from these: in a copy of a running service, these are
never newer than the rest. An order that is copied as fanned out has its news in a mailbox that is
copied later."""
COLLECTIONS = tuple(dict.fromkeys([*FIRST, *sorted(INDEXES), "erasures", "pace", "service"]))

OURS_ALONE = ["keys", "copying"]
"""Ids in `service` that belong to one database and are never copied. A backup carries the keys as a
file of its own (`storage.archive`)."""
_MARK = {"_id": "copying"}

BATCH = 500
BATCH_BYTES = 8 * 1024 * 1024

_RAW = CodecOptions(document_class=RawBSONDocument)
_SIZE = 2**256

Progress = Callable[[int], None]
"""Called with the number of documents that were done since the last call."""


class AnotherCopy(Exception):
    """The target database contains data, or an unfinished copy of another source."""


@dataclass
class Sum:
    """A checksum of a collection: equal for equal documents, in any order."""

    documents: int = 0
    digest: int = 0

    def add(self, document: bytes) -> None:
        self.documents += 1
        digest = int.from_bytes(hashlib.sha256(document).digest(), "big")
        self.digest = (self.digest + digest) % _SIZE

    @property
    def hex(self) -> str:
        return f"{self.digest:064x}"


async def count(mongo: Mongo) -> dict[str, int]:
    """Roughly how many documents each collection has."""
    return {name: await mongo.database[name].estimated_document_count() for name in COLLECTIONS}


async def documents(mongo: Mongo, name: str) -> AsyncIterator[bytes]:
    """The BSON of each document of the collection, sorted by ``_id``."""
    async for document in _raw(mongo, name).find(_between()).sort("_id", ASCENDING):
        yield bytes(document.raw)


async def sum_of(mongo: Mongo, name: str, done: Progress = lambda _: None) -> Sum:
    result = Sum()
    async for document in documents(mongo, name):
        result.add(document)
        done(1)
    return result


async def mirror(
    source: AsyncIterator[bytes], target: Mongo, name: str, done: Progress = lambda _: None
) -> None:
    """Makes the collection equal to the source, which must be sorted by ``_id``.

    Documents that are equal already are not written, so an interrupted copy resumes.
    """
    collection, after = _raw(target, name), None
    async for batch in _batches(source):
        last = batch[-1]["_id"]
        found = {each["_id"]: each.raw async for each in collection.find(_between(after, last))}
        both = [(each, found.pop(each["_id"], None)) for each in batch]
        changes: list[Any] = [
            InsertOne(each) if there is None else ReplaceOne({"_id": each["_id"]}, each)
            for each, there in both
            if there != each.raw
        ]
        if found:  # no longer in the source
            changes.append(DeleteMany({"_id": {"$in": list(found)}}))
        if changes:
            await collection.bulk_write(changes, ordered=False)
        after = last
        done(len(batch))
    await collection.delete_many(_between(after))


async def begin(target: Mongo, source: str) -> None:
    """Marks the target as an unfinished copy of ``source``, until `finish`.

    Meanwhile `is_unfinished` keeps others from using it. Raises `AnotherCopy`.
    """
    service = target.database["service"]
    mark = await service.find_one(_MARK)
    if mark and mark["source"] == source:
        return
    if mark or await _holds_something(target):
        raise AnotherCopy
    await service.insert_one({**_MARK, "source": source})


async def finish(target: Mongo) -> None:
    await target.database["service"].delete_one(_MARK)


async def is_unfinished(mongo: Mongo) -> bool:
    return await mongo.database["service"].find_one(_MARK) is not None


async def _holds_something(mongo: Mongo) -> bool:
    names = [name for name in COLLECTIONS if name != "pace"]
    return any([await mongo.database[name].find_one({}) for name in names])


def _raw(mongo: Mongo, name: str) -> AsyncCollection[RawBSONDocument]:
    return mongo.database[name].with_options(codec_options=_RAW)


def _between(after: object = None, last: object = None) -> Document:
    """The query for the ids after ``after``, up to ``last``; None leaves that end open."""
    ends = {"$gt": after, "$lte": last}
    return {"_id": {"$nin": OURS_ALONE} | {end: it for end, it in ends.items() if it is not None}}


async def _batches(source: AsyncIterator[bytes]) -> AsyncIterator[list[RawBSONDocument]]:
    batch, size = list[RawBSONDocument](), 0
    async for document in source:
        batch.append(RawBSONDocument(document))
        size += len(document)
        if len(batch) == BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
