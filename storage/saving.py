"""Compare-and-set: many changed documents in one bulk write.

Each write gives its document a new version, and takes effect only if the stored version is still
the one that was read. Otherwise the caller reads and decides again.
"""

import logging
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pymongo import InsertOne, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, WriteError

from storage.errors import ForeignIndex
from storage.models import Chat, Conversation, Courier, Order
from storage.mongo import Document
from storage.sealing import Seal

M = TypeVar("M", Order, Chat, Conversation, Courier)
Change = tuple[M | None, M]
"""A document as it was read (None if there was none) and as it should become."""

_DUPLICATE_KEY = 11000
_INDEX = re.compile(r"index: (\S+)")

logger = logging.getLogger(__name__)


async def read_all(
    collection: AsyncCollection[Document],
    ids: Sequence[object],
    read: Callable[[Document], M],
) -> list[M | Exception | None]:
    """One result for each id: the document; None if there is none; or why it cannot be read."""
    found = await collection.find({"_id": {"$in": list(ids)}}).to_list(None)
    models = {document["_id"]: model for document, model in each_read(found, read)}
    return [models.get(each) for each in ids]


def each_read(
    found: Iterable[Document], read: Callable[[Document], M]
) -> list[tuple[Document, M | Exception]]:
    """Each document with its model, or with the error if it cannot be read.

    So one unreadable document does not make the others fail.
    """
    pairs: list[tuple[Document, M | Exception]] = []
    for document in found:
        try:
            pairs.append((document, read(document)))
        except Exception as error:  # noqa: BLE001 - concerns this document only
            pairs.append((document, error))
    return pairs


def all_or_error(models: Sequence[M | Exception]) -> list[M] | Exception:
    """The models, or the first error among them."""
    read: list[M] = []
    for model in models:
        if isinstance(model, Exception):
            return model
        read.append(model)
    return read


async def save_all(
    collection: AsyncCollection[Document],
    changes: Sequence[Change[M]],
    seal: Seal,
    pushed: Mapping[str, Document],
) -> list[M | Exception | None]:
    """One result for each change: the saved document; None if another writer came first; or the
    error of that write.

    ``pushed``: list fields of which only new items are written, with the modifiers for `$push`.
    """
    new: list[M] = [after.model_copy(update={"version": new_version()}) for _, after in changes]
    outcome: list[M | Exception | None] = list(new)
    writes = [
        _write(before, after, seal, pushed) for (before, _), after in zip(changes, new, strict=True)
    ]
    try:
        result = await collection.bulk_write(writes, ordered=False)
        written = result.inserted_count + result.matched_count
    except BulkWriteError as error:
        if error.details["writeConcernErrors"]:
            raise
        for wrong in error.details["writeErrors"]:
            outcome[wrong["index"]] = _failure(collection.name, wrong)
        written = error.details["nInserted"] + error.details["nMatched"]
    left = [place for place, one in enumerate(outcome) if one is new[place]]
    if written < len(left):
        versions = await _versions(collection, [new[place].id for place in left])
        for place in left:
            if versions.get(new[place].id) != new[place].version:
                outcome[place] = None
    return outcome


def _failure(collection: str, wrong: Mapping[str, Any]) -> Exception | None:
    """None: the ``_id`` exists already, so another writer inserted the document first."""
    if wrong["code"] != _DUPLICATE_KEY:
        return WriteError(wrong["errmsg"], wrong["code"])
    index = named[1] if (named := _INDEX.search(wrong["errmsg"])) else "?"
    if index == "_id_":
        return None
    error = ForeignIndex(collection, index)
    logger.error("%s: drop it, or give Trackline its own database", error)
    return error


async def _versions(
    collection: AsyncCollection[Document], ids: Sequence[object]
) -> dict[object, int | None]:
    """The stored versions by id, as MongoDB reports how many updates matched, but not which.

    A document that was written to again since our write counts as a conflict, too. That does no
    harm: the caller decides again and finds its change done.
    """
    found = await collection.find({"_id": {"$in": list(ids)}}, {"version": 1}).to_list(None)
    return {document["_id"]: document.get("version") for document in found}


def new_version() -> int:
    """Random, so that no two writes have the same version."""
    return random.getrandbits(62)


async def update_one(
    collection: AsyncCollection[Document], which: Document, update: Document
) -> bool:
    """A plain update that also gives the document a new version. False: none matches ``which``."""
    changes = {"$set": {"version": new_version()} | update.get("$set", {})}
    return bool((await collection.update_one(which, update | changes)).matched_count)


def _write(
    before: M | None, after: M, seal: Seal, pushed: Mapping[str, Document]
) -> InsertOne[Document] | UpdateOne:
    if before is None:
        return InsertOne(after.to_mongo(seal))
    update = _difference(before, after, seal, pushed)
    return UpdateOne({"_id": before.id, "version": before.version}, update)


def _difference(before: M, after: M, seal: Seal, pushed: Mapping[str, Document]) -> Document:
    """The MongoDB update that turns ``before`` into ``after``."""
    names = [n for n in type(after).model_fields if getattr(before, n) != getattr(after, n)]
    pushes: Document = {}
    for name in pushed.keys() & names:
        if push := _push(getattr(before, name), getattr(after, name), pushed[name], seal):
            pushes[name] = push
    whole = {name for name in names if name not in pushes}
    values = after.model_dump(include=whole, exclude_none=True, context=seal)
    update: Document = {"$set": values}
    if gone := whole - values.keys():
        update["$unset"] = dict.fromkeys(gone, "")
    if pushes:
        update["$push"] = pushes
    return update


def _push(
    before: Sequence[Any], after: Sequence[Any], besides: Document, seal: Seal
) -> Document | None:
    """The `$push` for the new items. None: more has changed, so write the list as a whole."""
    known = {id(part) for part in before}
    new = [part for part in after if id(part) not in known]
    kept = [part for part in after if id(part) in known]
    may_lose_its_beginning = "$slice" in besides and kept
    was = before[-len(kept) :] if may_lose_its_beginning else before
    if not new or [*map(id, kept)] != [*map(id, was)]:
        return None
    push = {"$each": [part.to_mongo(seal) for part in new]} | besides
    if new[0] is after[len(kept)]:
        push.pop("$sort", None)  # the new items belong at the end anyway
    return push
