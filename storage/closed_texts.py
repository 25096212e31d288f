"""Counts personal text that none of our keys opens, for the operator."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime

from storage.indexes import INDEXES
from storage.mongo import Mongo
from storage.sealing import SealedWithAnotherKey, sealed_at

MOST = 50_000
"""How many documents to read of each collection."""


@dataclass
class ClosedTexts:
    """For one collection: how many sealed texts it has, and how many of them do not open.

    ``first``, ``last``: when the earliest and the latest of those were sealed. ``all_seen``: False
    if the collection has more than `MOST` documents, and so was not read to its end.
    """

    collection: str
    texts: int = 0
    closed: int = 0
    first: datetime | None = None
    last: datetime | None = None
    all_seen: bool = True


async def closed_texts(mongo: Mongo) -> AsyncIterator[ClosedTexts]:
    """One result for each collection that has sealed text."""
    seal = mongo.sealing
    for collection in sorted(INDEXES):
        found, seen = ClosedTexts(collection), 0
        async for document in mongo.database[collection].find({}).limit(MOST):
            seen += 1
            for text, at in _sealed(document):
                found.texts += 1
                try:
                    seal.open(text)
                except SealedWithAnotherKey:
                    found.closed += 1
                    found.first = min(at, found.first or at)
                    found.last = max(at, found.last or at)
        found.all_seen = seen < MOST
        if found.texts:
            yield found


def _sealed(value: object) -> Iterator[tuple[bytes, datetime]]:
    """All sealed texts in a document at any depth, with the time when each was sealed."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _sealed(part)
    elif isinstance(value, bytes) and (at := sealed_at(value)):
        yield value, at
