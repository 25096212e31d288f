"""Long lists, read a part at a time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from pymongo import ASCENDING
from pymongo.asynchronous.collection import AsyncCollection

from storage.mongo import Document

Place = tuple[datetime, str]
"""A time, and what tells apart what has the same."""

MOST_EVENTS = 1000
"""Of all orders of a page, unless the first alone has more."""
AT_A_TIME = 20
"""So many are read before it is seen how large they are."""
BATCH = 500
"""How many documents are read at a time where all are gone through."""

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
    ``where`` may bound the time. A page of orders is shorter than ``limit`` if they have many
    events, and never empty while there is any.
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
