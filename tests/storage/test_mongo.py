"""The connection and the indexes, with both drivers."""

import time

import pytest
from pymongo import ASCENDING
from pymongo.errors import ConfigurationError, PyMongoError

from storage.indexes import INDEXES
from storage.mongo import OPERATION_TIMEOUT, Driver, Mongo, connect
from tests.support.commands import COMMANDS
from tests.support.raw_http import Visit, raw_server

pytestmark = pytest.mark.own_database


async def test_all_indexes_are_there_once_they_are_created(mongo: Mongo) -> None:
    assert await mongo.wrong_indexes() == []


async def test_creating_the_indexes_again_changes_nothing(mongo: Mongo) -> None:
    await mongo.create_indexes()
    assert await mongo.wrong_indexes() == []


async def test_a_new_database_misses_every_index(mongodb_uri: str, driver: Driver) -> None:
    mongo = connect(mongodb_uri, driver)
    wrong = await mongo.wrong_indexes()
    await mongo.close()
    wanted = [
        f"index {model.document['name']} of {collection} is missing"
        for collection, models in INDEXES.items()
        for model in models
    ]
    assert wrong == wanted
    assert len(wanted) >= len(INDEXES)


async def test_a_missing_index_is_named(mongo: Mongo) -> None:
    await mongo.database["chats"].drop_index("due")
    assert await mongo.wrong_indexes() == ["index due of chats is missing"]


@pytest.mark.parametrize(
    "differently",
    [{"unique": True}, {"unique": True, "sparse": True}, {"keys": [("events", ASCENDING)]}],
)
async def test_an_index_that_differs_is_named(mongo: Mongo, differently: dict[str, object]) -> None:
    orders = mongo.database["orders"]
    await orders.drop_index("to_look_at")
    options = {"keys": [("look_at", ASCENDING)], **differently}
    await orders.create_index(name="to_look_at", **options)  # type: ignore[arg-type]
    assert await mongo.wrong_indexes() == ["index to_look_at of orders differs from what we need"]


async def test_the_database_is_the_one_that_the_uri_names(driver: Driver) -> None:
    named = connect("mongodb://127.0.0.1:1/shop", driver)
    unnamed = connect("mongodb://127.0.0.1:1", driver)
    assert (named.database.name, unnamed.database.name) == ("shop", "trackline")
    await named.close()
    await unnamed.close()


async def test_a_uri_that_cannot_be_read_is_refused(driver: Driver) -> None:
    with pytest.raises(ConfigurationError):
        connect("mongodb://", driver)


async def test_no_uri_brings_back_a_limit_for_an_operation_as_a_whole(driver: Driver) -> None:
    mongo = connect("mongodb://127.0.0.1:1/shop?timeoutMS=2500", driver)
    assert mongo.client.options.timeout is None
    await mongo.close()


@pytest.mark.parametrize(
    ("uri", "does"),
    [
        ("mongodb://127.0.0.1:1", False),
        ("mongodb://bot:a,b@127.0.0.1:1/shop", False),
        ("mongodb://127.0.0.1:1/?retryWrites=true", False),
        ("mongodb://127.0.0.1:1,127.0.0.1:2/shop", True),
        ("mongodb://127.0.0.1:1/?replicaSet=rs0", True),
        ("mongodb://127.0.0.1:1/?replicaSet=rs0&retryWrites=false", False),
        ("mongodb+srv://cluster.example.com/shop", True),
    ],
)
async def test_the_driver_writes_again_to_a_replica_set_only(
    driver: Driver, uri: str, does: bool
) -> None:
    mongo = connect(uri, driver)
    assert mongo.client.options.retry_writes is does
    await mongo.close()


async def test_pinging_is_one_command(mongo: Mongo) -> None:
    with COMMANDS.of(mongo.database.name) as commands:
        await mongo.ping()
    assert [next(iter(command)) for command in commands] == ["ping"]


async def test_a_server_that_never_answers_is_given_up_in_time(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert OPERATION_TIMEOUT < 3
    monkeypatch.setattr("storage.mongo.OPERATION_TIMEOUT", 0.3)

    async def says_nothing(visit: Visit) -> None:
        await visit.hang_up_seen()

    async with raw_server(says_nothing) as server:
        mongo = connect(f"mongodb://127.0.0.1:{server.port}/shop", driver)
        began = time.monotonic()
        with pytest.raises(PyMongoError) as caught:
            await mongo.ping()
        took = time.monotonic() - began
        await mongo.close()
    assert caught.value.timeout
    assert took < 20  # the driver's own patience is 30 s
