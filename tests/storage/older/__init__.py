"""Databases as older versions left them: a file each, with all documents and all indexes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bson import json_util

from storage.mongo import Mongo

HERE = Path(__file__).parent
AGO = timedelta(minutes=1)
"""So long before the test the version of then was cut off."""


def read(name: str) -> dict[str, Any]:
    """All of the file."""
    options = json_util.JSONOptions(tz_aware=True)
    found: dict[str, Any] = json_util.loads(
        (HERE / f"{name}.json").read_text(), json_options=options
    )
    return found


async def put(mongo: Mongo, name: str) -> dict[str, Any]:
    """Lets the database be as the file says, its moments moved; returns all of the file."""
    left = read(name)
    by = datetime.now(UTC).replace(microsecond=0) - AGO - left["written_at"]
    database = mongo.database
    for collection in await database.list_collection_names():
        await database.drop_collection(collection)
    for collection, indexes in left.pop("indexes").items():
        for options in indexes:
            await database[collection].create_index(options.pop("keys"), **options)
    for collection, documents in left.pop("documents").items():
        if documents:
            await database[collection].insert_many(moved(documents, by))
    return {**left, "by": by}


def moved(value: Any, by: timedelta) -> Any:
    """With all moments so much later."""
    match value:
        case datetime():
            return value + by
        case dict():
            return {name: moved(inner, by) for name, inner in value.items()}
        case list():
            return [moved(inner, by) for inner in value]
    return value
