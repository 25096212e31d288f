"""Each migration is run once, by one replica at a time, and what is newer is refused."""

import asyncio
from datetime import timedelta

import pytest

from bot.app import Trackline
from bot.errors import CommandFailed
from bot.settings import Settings
from storage.mongo import Document, Mongo
from storage.schema import LeaseLost, NewerSchema, Schema
from tests.support.waiting import until

pytestmark = pytest.mark.own_database


class Steps:
    """Two migrations that say when they ran, and a gate that holds them."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.gate = asyncio.Event()
        self.begun = asyncio.Event()
        self.gate.set()

    async def first(self, _: Mongo) -> None:
        await self._run("first")

    async def second(self, _: Mongo) -> None:
        await self._run("second")

    async def _run(self, name: str) -> None:
        self.ran.append(name)
        self.begun.set()
        await self.gate.wait()


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.schema.LOOK", 0.01)
    monkeypatch.setattr("storage.schema.RENEWED", 0.05)


def a_replica(mongo: Mongo, steps: Steps) -> Schema:
    return Schema(mongo, [steps.first, steps.second])


async def document(mongo: Mongo) -> Document:
    found: Document | None = await mongo.database["service"].find_one({"_id": "schema"})
    assert found is not None
    return found


async def has_data(mongo: Mongo, **schema: object) -> None:
    await mongo.database["orders"].insert_one({"_id": "ord_1"})
    if schema:
        await mongo.database["service"].insert_one({"_id": "schema", **schema})


async def test_an_empty_database_needs_no_migration(mongo: Mongo, steps: Steps) -> None:
    await a_replica(mongo, steps).bring_up()
    assert steps.ran == []
    assert await document(mongo) == {"_id": "schema", "version": 2}


async def test_data_that_says_no_schema_gets_all_migrations_in_their_order(
    mongo: Mongo, steps: Steps
) -> None:
    await has_data(mongo)
    await a_replica(mongo, steps).bring_up()
    assert steps.ran == ["first", "second"]
    assert await document(mongo) == {"_id": "schema", "version": 2}


async def test_data_of_the_schema_before_gets_the_last_migration(
    mongo: Mongo, steps: Steps
) -> None:
    await has_data(mongo, version=1)
    await a_replica(mongo, steps).bring_up()
    assert steps.ran == ["second"]


async def test_of_replicas_that_start_at_once_one_migrates_and_the_others_wait(
    mongo: Mongo, steps: Steps
) -> None:
    await has_data(mongo, version=1)
    steps.gate.clear()
    starting = [asyncio.create_task(a_replica(mongo, steps).bring_up()) for _ in range(3)]
    await steps.begun.wait()
    await asyncio.sleep(0.1)
    assert not any(task.done() for task in starting)
    steps.gate.set()
    await asyncio.gather(*starting)
    assert steps.ran == ["second"]


async def test_a_migration_that_failed_is_run_again(mongo: Mongo, steps: Steps) -> None:
    async def fails(_: Mongo) -> None:
        raise OSError

    await has_data(mongo, version=1)
    replica = Schema(mongo, [steps.first, fails])
    with pytest.raises(OSError):  # noqa: PT011 - it has no text
        await replica.bring_up()
    replica.migrations = [steps.first, steps.second]
    await replica.bring_up()
    assert steps.ran == ["second"]


async def test_a_dead_replica_is_waited_for_until_its_lease_runs_out(
    mongo: Mongo, steps: Steps
) -> None:
    its_end = await mongo.now() + timedelta(seconds=0.3)
    await has_data(mongo, version=1, holder="dead", until=its_end)
    await a_replica(mongo, steps).bring_up()
    assert steps.ran == ["second"]
    assert await mongo.now() >= its_end


async def test_who_is_slow_keeps_the_lease_and_who_has_lost_it_stops(
    mongo: Mongo, steps: Steps
) -> None:
    await has_data(mongo, version=1)
    steps.gate.clear()
    migrating = asyncio.create_task(a_replica(mongo, steps).bring_up())
    await steps.begun.wait()
    held = await document(mongo)

    async def is_renewed() -> bool:
        return bool((await document(mongo))["until"] > held["until"])

    await until(is_renewed)
    await mongo.database["service"].update_one({"_id": "schema"}, {"$set": {"holder": "other"}})
    with pytest.raises(LeaseLost):
        await migrating
    assert (await document(mongo))["version"] == 1


async def test_a_newer_schema_is_refused_in_one_line(
    mongo: Mongo, steps: Steps, settings: Settings
) -> None:
    await has_data(mongo, version=99)
    with pytest.raises(NewerSchema):
        await a_replica(mongo, steps).refuse_newer()
    with pytest.raises(CommandFailed) as why:
        async with Trackline(settings):
            pass
    said = str(why.value)
    assert "schema 99" in said
    assert "restore a backup" in said
    assert "\n" not in said
