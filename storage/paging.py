"""A long list, read a page at a time behind a place in it."""

from datetime import UTC, datetime

from pymongo import ASCENDING
from pymongo.asynchronous.collection import AsyncCollection

from storage.mongo import Document

Place = tuple[datetime, str]
"""A time, and what tells apart what has the same."""

_EVER = datetime(2000, 1, 1, tzinfo=UTC)  # a bounded range is read by its index


async def page(
    collection: AsyncCollection[Document],
    by: tuple[str, str],
    after: Place | None,
    limit: int,
    where: Document | None = None,
) -> list[Document]:
    """What is ``where``, ``by`` a time and a name, oldest first: those behind ``after``.

    Two ranges of one index in the place of an `$or`, which would read all that lies before.
    ``where`` may bound the time.
    """
    time, name = by
    listed = dict(where or {})
    later: Document = {"$gt": _EVER} | listed.pop(time, {})
    found: list[Document] = []

    async def read(documents: Document, most: int) -> list[Document]:
        cursor = collection.find(listed | documents).sort([(time, ASCENDING), (name, ASCENDING)])
        return await cursor.limit(most).to_list(most)

    if after:
        at, last = after
        later["$gt"] = at
        found = await read({time: at, name: {"$gt": last}}, limit)
    if len(found) < limit:
        found += await read({time: later}, limit - len(found))
    return found
