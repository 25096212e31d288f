"""The embedded database as a real child process: its set-up, its life and what it complains of."""

import asyncio
import logging
import os
import re
import shutil
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import OperationFailure

from sandbox.waiting import TIMEOUT
from storage.embedded import (
    AlreadyRunningError,
    DidNotStartError,
    DiedError,
    DiskFullError,
    EmbeddedMongo,
    FolderError,
    NotInstalledError,
    PasswordError,
    SetupError,
    database,
    process,
)
from storage.embedded.folder import DatabaseFolder

REAL = Path(sys.executable).parent / "secantusd-py"
RUN_THE_REAL_ONE = f"os.execv({str(REAL)!r}, [{str(REAL)!r}, *sys.argv[1:]])"

StandIn = Callable[[str], None]


@pytest.fixture(scope="session")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("embedded")

    async def set_up() -> None:
        async with EmbeddedMongo(data):
            pass

    asyncio.run(set_up())
    return data


@pytest.fixture
def data(set_up_once: Path, tmp_path: Path) -> Path:
    """A data folder whose database is set up, empty and not running."""
    return Path(shutil.copytree(set_up_once, tmp_path / "data"))


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Puts a program of ours in the place of `secantusd-py`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    python = sys.executable
    monkeypatch.setattr(sys, "executable", str(folder / "python"))

    def write(script: str) -> None:
        program = folder / "secantusd-py"
        program.write_text(f"#!{python}\nimport os, signal, sys, time\n{script}\n")
        program.chmod(0o700)

    return write


async def write_number(uri: str, number: int) -> None:
    async with AsyncMongoClient[dict[str, int]](uri) as client:
        await client.shop.numbers.insert_one({"_id": number})


async def read_numbers(uri: str) -> list[int]:
    async with AsyncMongoClient[dict[str, int]](uri) as client:
        return [document["_id"] async for document in client.shop.numbers.find()]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_new_folder_becomes_a_database_that_keeps_documents(tmp_path: Path) -> None:
    for number in (1, 2):
        async with EmbeddedMongo(tmp_path / "data") as db:
            await write_number(db.uri, number)
            assert await read_numbers(db.uri) == list(range(1, number + 1))


async def test_nothing_is_open_to_who_has_no_password(data: Path) -> None:
    async with EmbeddedMongo(data) as db:
        without = re.sub(r"//.*@", "//", db.uri).partition("?")[0]
        with pytest.raises(OperationFailure, match="requires authentication"):
            await read_numbers(without)
        with pytest.raises(OperationFailure, match="authentication failed"):
            await read_numbers(re.sub(r":[^:]*@", ":guess@", db.uri))


async def test_every_installation_has_its_own_password_in_files_of_its_user(
    tmp_path: Path, data: Path
) -> None:
    loose = tmp_path / "another" / "db"
    loose.mkdir(parents=True, mode=0o755)
    async with EmbeddedMongo(loose.parent):
        pass
    assert (loose / "password").read_text() != (data / "db" / "password").read_text()
    assert mode(loose) == 0o700
    assert mode(loose / "password") == 0o600


async def test_the_password_is_in_the_uri_and_in_no_repr(data: Path) -> None:
    password = (data / "db" / "password").read_text()
    async with EmbeddedMongo(data) as db:
        assert f":{password}@127.0.0.1:" in db.uri
        assert password not in repr(db)


async def test_the_uri_is_there_only_while_the_database_runs(data: Path) -> None:
    db = EmbeddedMongo(data)
    with pytest.raises(RuntimeError, match="not been started"):
        _ = db.uri
    async with db:
        assert db.uri
    with pytest.raises(RuntimeError, match="not been started"):
        _ = db.uri


async def test_faults_can_be_ordered_only_from_a_database_started_for_tests(data: Path) -> None:
    fault = {"configureFailPoint": "failCommand", "mode": "off"}
    async with EmbeddedMongo(data) as db, AsyncMongoClient[dict[str, int]](db.uri) as client:
        with pytest.raises(OperationFailure, match="configureFailPoint"):
            await client.admin.command(fault)
    async with (
        EmbeddedMongo(data, test_commands=True) as db,
        AsyncMongoClient[dict[str, int]](db.uri) as client,
    ):
        assert (await client.admin.command(fault))["ok"] == 1


async def test_control_c_in_the_terminal_is_not_for_the_database(data: Path) -> None:
    async with EmbeddedMongo(data) as db:
        assert os.getpgid(db.pid) != os.getpgid(0)


async def test_a_second_start_on_the_folder_says_who_has_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0)
    async with EmbeddedMongo(data) as db:
        with pytest.raises(AlreadyRunningError) as refusal:
            await EmbeddedMongo(data).start()
        await write_number(db.uri, 1)
    assert refusal.value.pid == os.getpid()
    assert str(refusal.value) == (
        f"the database in {data / 'db'} is already in use by process {os.getpid()}; "
        "stop that one or choose another DATA_DIR"
    )


async def test_another_program_uses_the_database_beside_the_one_that_runs_it(data: Path) -> None:
    async with EmbeddedMongo(data) as db:
        beside = EmbeddedMongo(data)
        assert await beside.join()
        await write_number(beside.uri, 1)
        assert await read_numbers(db.uri) == [1]
        await beside.stop()
        await write_number(db.uri, 2)


async def test_nothing_is_joined_where_no_program_runs_a_database(
    data: Path, tmp_path: Path
) -> None:
    async with EmbeddedMongo(data):
        pass
    for folder in (data, tmp_path / "nowhere"):
        assert not await EmbeddedMongo(folder).join()
    assert not (tmp_path / "nowhere").exists()


async def test_the_end_that_was_asked_for_is_no_death(data: Path) -> None:
    async with EmbeddedMongo(data) as db:
        death = asyncio.create_task(db.died())
        await asyncio.sleep(0)
    await death


async def test_a_database_that_dies_by_itself_says_so_with_its_last_words(data: Path) -> None:
    async with EmbeddedMongo(data) as db:
        os.killpg(db.pid, signal.SIGKILL)
        with pytest.raises(DiedError, match=r"ended \(signal 9\): .*listening on") as death:
            await asyncio.wait_for(db.died(), TIMEOUT)
    assert len(death.value.log) == 1


async def test_who_stops_watching_does_not_blind_the_next(data: Path) -> None:
    async with EmbeddedMongo(data) as db:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(db.died(), 0.01)
        os.killpg(db.pid, signal.SIGKILL)
        with pytest.raises(DiedError):
            await asyncio.wait_for(db.died(), TIMEOUT)


async def test_a_frozen_database_is_stopped_all_the_same(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE", 0)
    async with EmbeddedMongo(data) as db:
        os.killpg(db.pid, signal.SIGSTOP)
        death = asyncio.create_task(db.died())
        await asyncio.sleep(0)
        await asyncio.wait_for(db.stop(), TIMEOUT)
        await death


async def test_the_log_is_read_to_the_end_and_forwarded(
    data: Path, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "storage.embedded")
    stand_in(
        "print('2026-01-01 00:00:00,000 WARNING secantus.storage: careful', file=sys.stderr)\n"
        "for n in range(5000): print(n, 'x' * 100)\n"
        f"sys.stdout.flush(); {RUN_THE_REAL_ONE}"
    )
    async with EmbeddedMongo(data) as db:
        os.killpg(db.pid, signal.SIGKILL)
        with pytest.raises(DiedError) as death:
            await db.died()
    loud = [record.getMessage() for record in caplog.records if record.levelno > logging.DEBUG]
    assert loud == ["2026-01-01 00:00:00,000 WARNING secantus.storage: careful"]
    assert len(caplog.records) == 5002
    assert len(death.value.log) == 50


async def test_the_program_s_secrets_are_not_in_the_database_s_environment(
    data: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "canary")
    stand_in(f"open('environment', 'w').write(str(os.environ)); {RUN_THE_REAL_ONE}")
    async with EmbeddedMongo(data):
        assert "canary" not in (data / "db" / "environment").read_text()


async def test_a_missing_installation_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalledError, match=r"trackline\[embedded\] or set MONGODB_URI"):
        await EmbeddedMongo(tmp_path).start()


async def test_a_file_in_the_folder_s_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(FolderError, match=r"cannot use .*data.*choose another DATA_DIR"):
        await EmbeddedMongo(tmp_path / "data").start()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o500)
    with pytest.raises(FolderError, match=r"cannot use .*db \(Permission denied\)"):
        await EmbeddedMongo(data).start()


async def test_a_full_disk_is_told_from_other_failures(data: Path, stand_in: StandIn) -> None:
    stand_in("sys.exit('WiredTigerError: No space left on device')")
    with pytest.raises(DiskFullError, match="no space left"):
        await EmbeddedMongo(data).start()


async def test_a_database_that_ends_at_once_is_quoted_without_the_password(
    data: Path, stand_in: StandIn
) -> None:
    stand_in("print('the password is', open('password').read()); sys.exit(3)")
    with pytest.raises(DidNotStartError, match=r"it ended \(exit status 3\)") as failure:
        await EmbeddedMongo(data).start()
    assert failure.value.log == ("the password is …",)
    assert str(failure.value).endswith(": the password is …")


async def test_a_database_that_never_listens_is_given_up(
    data: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "START_TIMEOUT", 0.2)
    stand_in("time.sleep(60)")
    with pytest.raises(DidNotStartError, match=r"not listening after 0\.2 s"):
        await EmbeddedMongo(data).start()
    assert DatabaseFolder(data).lock()


async def test_a_database_that_panicked_is_ended_for_it_answers_nothing_any_more(
    data: Path, stand_in: StandIn
) -> None:
    stand_in(
        "import subprocess\n"
        f"database = subprocess.Popen([{str(REAL)!r}, *sys.argv[1:]])\n"
        "while not os.path.exists('panic'): time.sleep(0.01)\n"
        "print('failed to write 4096 bytes: No space left on device')\n"
        "print('the process must exit and restart: WT_PANIC', flush=True)\n"
        "database.wait()"
    )
    async with EmbeddedMongo(data) as db:
        (data / "db" / "panic").touch()
        with pytest.raises(DiskFullError) as death:
            await asyncio.wait_for(db.died(), TIMEOUT)
    assert "WT_PANIC" in death.value.log[-1]


async def test_a_password_that_does_not_fit_is_not_taken_for_a_new_folder(data: Path) -> None:
    async with EmbeddedMongo(data) as db:
        await write_number(db.uri, 1)
    kept = (data / "db" / "password").rename(data / "kept")
    with pytest.raises(PasswordError, match="from the same backup"):
        await EmbeddedMongo(data).start()
    (data / "db" / "password").write_text("another")
    with pytest.raises(PasswordError, match="from the same backup"):
        await EmbeddedMongo(data).start()
    kept.rename(data / "db" / "password")
    async with EmbeddedMongo(data) as db:
        assert await read_numbers(db.uri) == [1]


class Intruder(logging.Handler):
    """Gets in as soon as the database that is being set up listens."""

    def __init__(self, command: dict[str, object]) -> None:
        super().__init__()
        self.command = command

    def emit(self, record: logging.LogRecord) -> None:
        if self.command and (port := re.search(r"listening on .*:(\d+)", record.getMessage())):
            with MongoClient[dict[str, int]](f"mongodb://127.0.0.1:{port[1]}") as client:
                client.shop.command(self.command)
            self.command = {}


@pytest.mark.parametrize(
    "command",
    [
        {"createUser": "mallory", "pwd": "x", "roles": [{"role": "root", "db": "admin"}]},
        {"insert": "orders", "documents": [{"_id": 1}]},
    ],
    ids=["a user of their own", "a document"],
)
async def test_what_an_intruder_leaves_during_the_set_up_does_not_stay(
    tmp_path: Path, command: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "storage.embedded")
    logger = logging.getLogger("storage.embedded")
    intruder = Intruder(command)
    logger.addHandler(intruder)
    try:
        with pytest.raises(SetupError, match="start again"):
            await EmbeddedMongo(tmp_path).start()
    finally:
        logger.removeHandler(intruder)
    async with EmbeddedMongo(tmp_path) as db, AsyncMongoClient[dict[str, str]](db.uri) as client:
        assert await client.admin["system.users"].distinct("user") == ["trackline"]
        assert await client.list_database_names() == []


# Whose it is


async def test_its_files_are_for_its_user_only_also_those_of_an_older_version(
    tmp_path: Path,
) -> None:
    def open_ones() -> list[Path]:
        return [file for file in (tmp_path / "db").rglob("*") if file.stat().st_mode & 0o077]

    async with EmbeddedMongo(tmp_path) as database:
        async with AsyncMongoClient[dict[str, int]](database.uri) as client:
            await client["shop"]["orders"].insert_one({"_id": 1})
        assert open_ones() == []
    for file in (tmp_path / "db" / "files").iterdir():
        file.chmod(0o644)
    async with EmbeddedMongo(tmp_path):
        assert open_ones() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
async def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    os.chown(tmp_path / "db", 12345, 12345)
    with pytest.raises(FolderError, match="belongs to another user"):
        await EmbeddedMongo(tmp_path).start()
