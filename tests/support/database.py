"""The database of tests: a real one, over the wire, emptied after each of them."""

import hashlib
import os
import uuid
from collections.abc import AsyncIterator
from functools import cache
from inspect import isawaitable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from sandbox.waiting import TIMEOUT
from storage.embedded import EmbeddedMongo
from storage.keys import KeptInDatabase
from storage.mongo import Document, Driver, Mongo, connect
from storage.sealing import Seal

ENCRYPTION_KEY = "v5OLr5DU5FaiI3G0ZF0DkTVXf/Y73C1SYTPWFO5zcCo="
KEPT = b"sealed:" + Seal([ENCRYPTION_KEY]).close(ENCRYPTION_KEY)
"""The service's own key in a test's database: the one that the test has."""

COMMON = f"test_{uuid.uuid4().hex[:12]}"
"""The database that tests of one process use in turn."""
_ready = set[str]()
"""Databases that are empty and have their indexes."""

hashlib.pbkdf2_hmac = cache(hashlib.pbkdf2_hmac)  # type: ignore[assignment]
"""Cached: the drivers stretch the same password for each client, which is slow by design."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server_uri(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A database server over the wire: `TEST_MONGODB_URI`, else the embedded one."""
    if uri := os.environ.get("TEST_MONGODB_URI"):
        yield uri
        return
    folder: Path = tmp_path_factory.mktemp("database")
    async with EmbeddedMongo(folder, test_commands=True) as embedded:
        yield embedded.uri


@pytest.fixture
def mongodb_uri(server_uri: str, request: pytest.FixtureRequest) -> str:
    """The same server, and a database that no other test uses at the same time.

    To make one with its indexes takes longer than most tests, so it is emptied and used again.
    Tests that are marked ``own_database`` or cut the cable get a new one: a write may still be
    on its way.
    """
    is_own = request.node.get_closest_marker("own_database") or "cable" in request.fixturenames
    name = f"test_{uuid.uuid4().hex[:12]}" if is_own else COMMON
    return urlsplit(server_uri)._replace(path=f"/{name}").geturl()


@pytest.fixture
async def mongo(mongodb_uri: str, driver: Driver) -> AsyncIterator[Mongo]:
    """An open connection, with long timeouts, to the test's own empty database with its indexes."""
    mongo = connect(mongodb_uri, driver, Seal([ENCRYPTION_KEY]), timeout=TIMEOUT)
    try:
        if mongo.database.name not in _ready:
            await mongo.create_indexes()
        await KeptInDatabase(mongo).write(KEPT, None)
        yield mongo
        await empty(mongo)
    finally:
        await mongo.close()


async def empty(mongo: Mongo) -> None:
    """Empty a database. This is also done before dropping it: to drop a full one takes longer."""
    database = mongo.database
    for collection in await _not_empty(mongo):
        await database[collection].delete_many({})
    if database.name == COMMON:
        _ready.add(COMMON)
    else:
        await mongo.client.drop_database(database.name)


async def _not_empty(mongo: Mongo) -> list[str]:
    """The collections that are not empty, by one command: a test fills only a few."""
    if not (names := await mongo.database.list_collection_names()):
        return []
    first, *others = names
    look: list[Document] = [{"$limit": 1}, {"$project": {"_id": first}}]
    for name in others:
        one: list[Document] = [{"$limit": 1}, {"$project": {"_id": name}}]
        look.append({"$unionWith": {"coll": name, "pipeline": one}})
    cursor: Any = mongo.database[first].aggregate(look)
    found = await (await cursor if isawaitable(cursor) else cursor).to_list(None)
    return [each["_id"] for each in found]
