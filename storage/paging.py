"""Long lists, read a part at a time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from pymongo import ASCENDING
from pymongo.asynchronous.collection import AsyncCollection

from storage.mongo import Document

Place = tuple[datetime, str]
"""Where a page ends: a time, and a name that is unique among documents of the same time."""

MOST_EVENTS = 1000
"""The most events in one page of orders, unless its first order alone has more."""
AT_A_TIME = 20
"""Batch size of the query, so that few large orders are read in vain."""
BATCH = 500
"""How many documents `all_by_id` reads at a time."""

_EVER = datetime(2000, 1, 1, tzinfo=UTC)  # with a lower bound, the query uses the index


async def page(
    collection: AsyncCollection[Document],
    by: tuple[str, str],
    after: Place | None,
    limit: int,
    where: Document | None = None,
) -> list[Document]:
    """The documents after ``after``, sorted ``by`` a time field and a name field, oldest first.

    ``where``: a further condition, which may also bound the time. A page of orders is shorter than
    ``limit`` if they have many events, but empty only if there are no more.

    Two index ranges instead of one `$or`, which would read everything before ``after`` as well.
    """
    time, name = by
    listed = dict(where or {})
    later: Document = {"$gt": _EVER} | listed.pop(time, {})
    found: list[Document] = []
    events = 0

    async def read(documents: Document) -> bool:
        """False: the page is full."""
        nonlocal events
        cursor = collection.find(listed | documents).sort([(time, ASCENDING), (name, ASCENDING)])
        async for document in cursor.limit(limit - len(found)).batch_size(AT_A_TIME):
            events += len(document.get("events", ()))
            if found and events > MOST_EVENTS:
                await cursor.close()
                return False
            found.append(document)
        return len(found) < limit

    if after:
        at, last = after
        later["$gt"] = at
        if not await read({time: at, name: {"$gt": last}}):
            return found
    await read({time: later})
    return found


async def all_by_id(
    collection: AsyncCollection[Document], fields: Document
) -> AsyncIterator[Document]:
    """Every document, in the order of its text ``_id``.

    A query for each `BATCH`: the caller may take as long as it likes, where a cursor would time
    out.
    """
    last = ""
    while True:
        cursor = collection.find({"_id": {"$gt": last}}, fields).sort("_id", ASCENDING)
        found = await cursor.limit(BATCH).to_list(BATCH)
        for document in found:
            yield document
        if not found:
            return
        last = found[-1]["_id"]
