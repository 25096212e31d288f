"""The service's own keys: made once, kept with the data, and agreed upon."""

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest

from bot.database import open_database
from bot.errors import CommandFailed
from bot.settings import Settings, load
from storage.keys import KeptInDatabase, KeysClosed, known_keys, own_keys
from storage.mongo import Mongo
from storage.sealing import Seal
from tests.conftest import ENCRYPTION_KEY
from tests.support.shop import API_KEY, SECRET

NEW_KEY = "q5OLr5DU5FaiI3G0ZF0DkTVXf/Y73C1SYTPWFO5zcCo="
MADE, ANOTHER = (
    "m5OLr5DU5FaiI3G0ZF0DkTVXf/Y73C1SYTPWFO5zcCo=",
    "n5OLr5DU5FaiI3G0ZF0DkTVXf/Y73C1SYTPWFO5zcCo=",
)
NOTE = "Left with the neighbour"


@pytest.fixture
async def keeper(mongo: Mongo) -> KeptInDatabase:
    """Of a database on which the service has never started."""
    await mongo.database["service"].delete_many({})
    return KeptInDatabase(mongo)


async def kept(mongo: Mongo) -> bytes:
    [document] = await mongo.database["service"].find({}).to_list(None)
    whole: bytes = document["kept"]
    return whole


async def test_the_first_start_makes_a_key_and_later_ones_find_it(keeper: KeptInDatabase) -> None:
    keys = await own_keys(keeper, [], MADE)
    assert len(keys) == 2
    assert keys[1] == MADE
    assert await own_keys(keeper, [], MADE) == keys


async def test_replicas_that_start_at_once_agree(keeper: KeptInDatabase) -> None:
    found = await asyncio.gather(*(own_keys(keeper, [], MADE) for _ in range(10)))
    assert all(keys == found[0] for keys in found)


async def test_replicas_that_get_another_key_at_once_agree(keeper: KeptInDatabase) -> None:
    first = await own_keys(keeper, [], MADE)
    found = await asyncio.gather(*(own_keys(keeper, [NEW_KEY], ANOTHER) for _ in range(10)))
    assert all(keys == [*first, ANOTHER] for keys in found)


async def test_what_each_token_gave_stays(keeper: KeptInDatabase) -> None:
    own, _ = await own_keys(keeper, [], MADE)
    assert await own_keys(keeper, [], ANOTHER) == [own, MADE, ANOTHER]
    assert await own_keys(keeper, [], MADE) == [own, MADE, ANOTHER]


async def test_with_encryption_keys_the_database_alone_gives_nothing_away(
    keeper: KeptInDatabase, mongo: Mongo
) -> None:
    own, _ = await own_keys(keeper, [], MADE)
    assert own.encode() in await kept(mongo)
    assert (await own_keys(keeper, [ENCRYPTION_KEY], MADE))[0] == own
    assert own.encode() not in await kept(mongo)


async def test_after_a_rotation_the_new_key_alone_is_enough(keeper: KeptInDatabase) -> None:
    keys = await own_keys(keeper, [ENCRYPTION_KEY], MADE)
    assert await own_keys(keeper, [NEW_KEY, ENCRYPTION_KEY], MADE) == keys
    assert await own_keys(keeper, [NEW_KEY], MADE) == keys


@pytest.mark.parametrize("given", [[], [NEW_KEY]])
async def test_without_the_key_that_they_were_sealed_with_there_are_none(
    keeper: KeptInDatabase, mongo: Mongo, given: list[str]
) -> None:
    await own_keys(keeper, [ENCRYPTION_KEY], MADE)
    before = await kept(mongo)
    with pytest.raises(KeysClosed, match="put back the one that was there"):
        await own_keys(keeper, given, MADE)
    assert await kept(mongo) == before


async def test_who_only_looks_makes_none(keeper: KeptInDatabase, mongo: Mongo) -> None:
    assert await known_keys(keeper, [], MADE) == [MADE]
    assert await mongo.database["service"].count_documents({}) == 0
    keys = await own_keys(keeper, [], MADE)
    assert set(await known_keys(keeper, [], MADE)) == set(keys)


# From one start to the next, whatever the settings have become


TOKEN, NEW_TOKEN = "123456:ABC-DEF", "123456:ANOTHER"


def settings_of(**changed: Any) -> Settings:
    given = {"bot_token": TOKEN, "webhook_secrets": SECRET, "api_keys": API_KEY}
    return load(env_file=None, **(given | changed))


def sealed_by_the_version_before(settings: Settings) -> bytes:
    return Seal(settings.given_keys or [settings.key_of_token]).close(NOTE)


CHANGES = [
    ({}, {"bot_token": NEW_TOKEN}),
    ({}, {"encryption_keys": ENCRYPTION_KEY}),
    ({}, {"encryption_keys": ENCRYPTION_KEY, "bot_token": NEW_TOKEN}),
    ({"encryption_keys": ENCRYPTION_KEY}, {"encryption_keys": f"{NEW_KEY},{ENCRYPTION_KEY}"}),
    (
        {"encryption_keys": ENCRYPTION_KEY},
        {"encryption_keys": f"{NEW_KEY},{ENCRYPTION_KEY}", "bot_token": NEW_TOKEN},
    ),
]


@pytest.mark.parametrize(("first", "then"), CHANGES)
async def test_what_was_sealed_opens_and_what_was_marked_is_found(
    mongodb_uri: str, keeper: KeptInDatabase, first: dict[str, str], then: dict[str, str]
) -> None:
    where = {"mongodb_uri": mongodb_uri}
    before = settings_of(**where, **first)
    old = sealed_by_the_version_before(before)
    async with open_database(before) as mongo:
        sealed, mark = mongo.sealing.close(NOTE), mongo.sealing.fingerprint(NOTE)
        digest = mongo.sealing.digest(b"of a body")
    async with open_database(settings_of(**where, **then)) as mongo:
        seal = mongo.sealing
        assert (seal.open(old), seal.open(sealed)) == (NOTE, NOTE)
        assert seal.fingerprint(NOTE) == mark
        assert seal.digest(b"of a body") == digest


async def test_a_phone_that_an_older_version_kept_is_still_known(
    mongodb_uri: str, keeper: KeptInDatabase
) -> None:
    before = settings_of(mongodb_uri=mongodb_uri)
    mark = Seal([before.key_of_token]).fingerprint("+256700000000")
    async with open_database(before) as mongo:
        assert mark in mongo.sealing.fingerprints("+256700000000")
    async with open_database(settings_of(mongodb_uri=mongodb_uri, bot_token=NEW_TOKEN)) as mongo:
        assert mark in mongo.sealing.fingerprints("+256700000000")


async def test_a_start_without_the_key_is_refused_in_one_line(
    mongodb_uri: str, keeper: KeptInDatabase
) -> None:
    async with open_database(settings_of(mongodb_uri=mongodb_uri, encryption_keys=NEW_KEY)):
        pass
    with pytest.raises(CommandFailed, match=r"^ENCRYPTION_KEYS: none of them opens"):
        async with open_database(settings_of(mongodb_uri=mongodb_uri)):
            pass


async def test_the_embedded_database_has_them_beside_it_for_its_user_only(tmp_path: Path) -> None:
    def settings(**changed: str) -> Settings:
        return settings_of(mongodb_uri=None, data_dir=tmp_path, **changed)

    async with open_database(settings()) as mongo:
        sealed = mongo.sealing.close(NOTE)
    keys = tmp_path / "db" / "keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert keys.read_bytes().startswith(b"plain:")
    async with open_database(settings(bot_token=NEW_TOKEN, encryption_keys=NEW_KEY)) as mongo:
        assert mongo.sealing.open(sealed) == NOTE
        assert await mongo.database.list_collection_names() == []
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert keys.read_bytes().startswith(b"sealed:")
    assert sorted(each.name for each in keys.parent.iterdir()) == [
        *("files", "keys", "lock", "password", "port")
    ]
