"""Finds documents and unique indexes of other programs in our collections."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from storage.indexes import OUTDATED
from storage.models import (
    Chat,
    DeadLetter,
    LinkToken,
    Opinion,
    Order,
    Phone,
    Repeatable,
    Share,
    ShopEvent,
    Wait,
)
from storage.mongo import AT_START, Document, Mongo

_MODELS: Mapping[str, type[BaseModel]] = {
    "orders": Order,
    "chats": Chat,
    "link_tokens": LinkToken,
    "shares": Share,
    "waits": Wait,
    "feedback": Opinion,
    "phones": Phone,
    "shop_events": ShopEvent,
    "repeatables": Repeatable,
    "dead_letters": DeadLetter,
}
_NEEDED: Mapping[str, Sequence[str]] = {
    collection: [f.alias or name for name, f in model.model_fields.items() if f.is_required()]
    for collection, model in _MODELS.items()
} | {"shop_events": ["_id", "at"]}  # all that is kept of a delivered one
"""The fields that each document of ours has."""
_FORMERLY = {"links": "linked_at", "whose": "customer_id"}
"""Fields that older versions had instead."""


async def foreign_collections(mongo: Mongo) -> list[str]:
    """Collections with our names that contain documents of another program.

    Two queries for each: the first document, and one with an ObjectId as its id, which ours never
    have.
    """
    return [name for name in _NEEDED if await _is_foreign(mongo, name)]


async def _is_foreign(mongo: Mongo, name: str) -> bool:
    collection = mongo.database[name]
    theirs = {"_id": {"$type": "objectId"}}
    if await collection.find_one(theirs, {"_id": 1}, comment=AT_START):
        return True
    first: Document | None = await collection.find_one({}, comment=AT_START)
    return first is not None and not all(
        field in first or _FORMERLY.get(field) in first for field in _NEEDED[name]
    )


async def foreign_indexes(mongo: Mongo) -> list[str]:
    """A sentence for each unique index of our collections that we did not create."""
    sentences = []
    for collection, models in mongo.indexes.items():
        ours = {model.document["name"] for model in models} | {*OUTDATED.get(collection, [])}
        for name, is_unique in await mongo.uniqueness(collection):
            if is_unique and name not in ours | {"_id_"}:
                sentences.append(
                    f"index {name} of {collection} is unique and not Trackline's: "
                    "it will refuse what we write"
                )
    return sentences
