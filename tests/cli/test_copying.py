"""`backup`, `restore`, `move-to`: all data in a file, or in another database, and nothing else."""

import os
import re
import shutil
import stat
import uuid
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

import storage
from bot.cli import copying
from bot.database import connected
from bot.errors import CommandFailed
from bot.settings import Settings, load
from storage import copies
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from tests.conftest import empty
from tests.support.drivers import one
from tests.support.news import event, record
from tests.support.shop import API_KEY, SECRET

NOTE = "Left with the neighbour"
TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"


@pytest.fixture
def driver() -> Driver:
    return one("motor")


def settings_of(folder: Path, uri: str | None = None, **more: str) -> Settings:
    """Of an installation whose embedded database, if it has one, is in the folder."""
    given: dict[str, Any] = {"mongodb_uri": uri, "data_dir": folder, **more}
    return load(env_file=None, webhook_secrets=SECRET, api_keys=API_KEY, bot_token=TOKEN, **given)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "BATCH", 5)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def in_use(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of an installation that has been in use, on the embedded database."""
    folder = tmp_path_factory.mktemp("in-use")
    async with connected(settings_of(folder)) as database:
        mongo = await database.ready()
        for number in range(7):
            told = event("placed").model_copy(update={"note": NOTE})
            await record(Orders(mongo), f"ord_{number}", told, customer_id="cus_1")
    return folder


@pytest.fixture
def ours(in_use: Path, tmp_path: Path) -> Settings:
    return settings_of(Path(shutil.copytree(in_use, tmp_path / "ours")))


@pytest.fixture
async def server(server_uri: str) -> AsyncIterator[str]:
    """An empty database on a server."""
    uri = urlsplit(server_uri)._replace(path=f"/test_{uuid.uuid4().hex[:12]}").geturl()
    yield uri
    async with connected(settings_of(Path("nowhere"), uri)) as database:
        await empty(database.mongo)


async def held(settings: Settings) -> dict[str, copies.Sum]:
    async with connected(settings, beside=True) as database:
        found = {name: await copies.sum_of(database.mongo, name) for name in copies.COLLECTIONS}
    return {name: each for name, each in found.items() if each.documents}


async def note_in(mongo: Mongo) -> str | None:
    order = await Orders(mongo).get("ord_1")
    assert order
    return order.events[0].note


async def test_a_backup_of_a_running_bot_is_restored_elsewhere(
    ours: Settings, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "backup"
    async with connected(ours):  # as the bot has it open
        await copying._backup(ours, file)
        before = await held(ours)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"8 documents are in {file}." in capsys.readouterr().out

    for there in (settings_of(tmp_path / "theirs"), settings_of(tmp_path / "none", server)):
        await copying._restore(there, file)
        assert await held(there) == before
        async with connected(there) as database:
            assert await note_in(await database.ready()) == NOTE


async def test_data_is_moved_to_a_server_and_stays_where_it_was(
    ours: Settings, server: str, tmp_path: Path
) -> None:
    before = await held(ours)
    into = settings_of(tmp_path / "none", server)
    await copying._move(ours, into)
    assert await held(into) == await held(ours) == before
    async with connected(into) as database:
        assert await note_in(await database.ready()) == NOTE


async def test_a_move_that_was_interrupted_goes_on_and_nobody_starts_on_half_of_it(
    ours: Settings, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = settings_of(tmp_path / "none", server)
    mirror = copies.mirror

    async def killed(source: AsyncIterator[bytes], target: Mongo, name: str, done: object) -> None:
        def stop(_: int) -> None:
            raise KeyboardInterrupt

        await mirror(source, target, name, stop)

    with monkeypatch.context() as patch:
        patch.setattr(copies, "mirror", killed)
        with pytest.raises(KeyboardInterrupt):
            await copying._move(ours, into)
    assert (await held(into))["orders"].documents == 5
    async with connected(into) as database:
        with pytest.raises(CommandFailed, match="not finished"):
            await database.ready()
        await database.mongo.database["orders"].insert_one({"_id": "ord_0x"})  # gone since

    await copying._move(ours, into)
    assert await held(into) == await held(ours)


async def test_a_copy_does_not_mix_with_other_data(
    ours: Settings, server: str, tmp_path: Path
) -> None:
    file, into = tmp_path / "backup", settings_of(tmp_path / "none", server)
    await copying._backup(ours, file)
    async with connected(into) as database:
        await record(Orders(await database.ready()), "another", event("placed"), customer_id="c")
    before = await held(into)
    with pytest.raises(CommandFailed, match="other data"):
        await copying._move(ours, into)
    with pytest.raises(CommandFailed, match="other data"):
        await copying._restore(into, file)
    assert await held(into) == before


async def test_a_backup_replaces_no_file(ours: Settings, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("mine")
    with pytest.raises(CommandFailed, match="there already"):
        await copying._backup(ours, tmp_path / "backup")
    assert (tmp_path / "backup").read_text() == "mine"


async def test_a_backup_that_cannot_be_written_leaves_nothing(
    ours: Settings, tmp_path: Path
) -> None:
    with pytest.raises(CommandFailed, match="No such file or directory"):
        await copying._backup(ours, tmp_path / "nowhere" / "backup")
    (tmp_path / "backup.part").symlink_to("/dev/full")
    with pytest.raises(CommandFailed, match="No space left"):
        await copying._backup(ours, tmp_path / "backup")
    assert not [name for name in os.listdir(tmp_path) if name.startswith("backup")]


@pytest.mark.parametrize("damage", ["cut", "bytes", "another file", "newer", "missing"])
async def test_a_file_that_is_no_whole_backup_is_refused(
    ours: Settings, server: str, tmp_path: Path, damage: str
) -> None:
    file, into = tmp_path / "backup", settings_of(tmp_path / "none", server)
    await copying._backup(ours, file)
    whole = file.read_bytes()
    if damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif damage == "bytes":
        file.write_bytes(whole[:300] + b"?" * 9 + whole[309:])
    elif damage == "another file":
        file.write_text("mine")
    elif damage == "newer":
        with zipfile.ZipFile(file, "w") as other:
            other.writestr("backup.json", '{"format": 2}')
    else:
        file.unlink()
    with pytest.raises(CommandFailed):
        await copying._restore(into, file)
    async with connected(into) as database:
        if await copies.is_unfinished(database.mongo):
            with pytest.raises(CommandFailed, match="not finished"):
                await database.ready()
        else:
            assert not await held(into)


async def test_with_keys_of_ones_own_the_backup_alone_opens_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "v5OLr5DU5FaiI3G0ZF0DkTVXf/Y73C1SYTPWFO5zcCo="
    settings = settings_of(tmp_path / "ours", encryption_keys=key)
    async with connected(settings) as database:
        told = event("placed").model_copy(update={"note": NOTE})
        await record(Orders(await database.ready()), "ord_1", told, customer_id="cus_1")
    await copying._backup(settings, tmp_path / "backup")
    assert "Keep ENCRYPTION_KEYS elsewhere" in capsys.readouterr().out
    with pytest.raises(CommandFailed, match="ENCRYPTION_KEYS"):
        await copying._restore(settings_of(tmp_path / "theirs"), tmp_path / "backup")
    async with connected(settings_of(tmp_path / "theirs", encryption_keys=key)) as database:
        assert await note_in(await database.ready()) == NOTE


def test_every_collection_is_copied() -> None:
    code = "".join(file.read_text() for file in Path(storage.__path__[0]).glob("*.py"))
    named = set(re.findall(r'database\["(\w+)"\]', code))
    assert named <= set(copies.COLLECTIONS)
    assert len(copies.COLLECTIONS) == len(set(copies.COLLECTIONS))
