"""`kill -9` of the program, of its database, of the guard between them, and amid a set-up."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest
from pymongo import AsyncMongoClient

from sandbox.waiting import TIMEOUT
from storage.embedded import DiedError, EmbeddedMongo, guard
from storage.embedded.folder import DatabaseFolder

WRITER = """
import asyncio, sys
from pathlib import Path
from pymongo import AsyncMongoClient
from storage.embedded import EmbeddedMongo

async def write(numbers, remainder):
    for number in range(remainder, 1_000_000, 8):
        await numbers.insert_one({"_id": number, "copy": number})
        print(number, flush=True)

async def main():
    async with EmbeddedMongo(Path(sys.argv[1])) as db, AsyncMongoClient(db.uri) as client:
        await client.shop.numbers.create_index("copy")
        print(db.pid, db.uri.split(":")[-1].split("/")[0], flush=True)
        await asyncio.gather(*(write(client.shop.numbers, n) for n in range(8)))

asyncio.run(main())
"""

SET_UP_UNTIL = """
import asyncio, logging, os, re, signal, sys
from pathlib import Path
from storage.embedded import EmbeddedMongo

class Kill(logging.Handler):
    def emit(self, record):
        global times
        times -= bool(re.search(sys.argv[2], record.getMessage()))
        if times == 0:
            os.kill(os.getpid(), signal.SIGKILL)

times = int(sys.argv[3])
logging.basicConfig(level=logging.DEBUG, handlers=[Kill()])

async def main():
    async with EmbeddedMongo(Path(sys.argv[1])):
        pass

asyncio.run(main())
"""


class Writer:
    """A program that writes numbers through its own database and prints each acknowledged one."""

    def __init__(self, data: Path) -> None:
        self.program = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(data)], stdout=subprocess.PIPE, text=True
        )
        assert self.program.stdout is not None
        self.output = self.program.stdout
        pid, port = self.output.readline().split()
        self.database, self.port = int(pid), int(port)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.program.kill()
        with self.program, suppress(ProcessLookupError):
            os.killpg(self.database, signal.SIGKILL)

    def acknowledged(self, count: int) -> set[int]:
        return {int(self.output.readline()) for _ in range(count)}

    def acknowledged_before_the_end(self) -> set[int]:
        return {int(line) for line in self.output if line.endswith("\n")}


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


async def numbers(data: Path) -> tuple[set[int], set[int]]:
    """What the collection and what its index hold."""
    async with EmbeddedMongo(data) as db, AsyncMongoClient[dict[str, int]](db.uri) as client:
        collection = client.shop.numbers
        found = {document["_id"] async for document in collection.find()}
        indexed = {document["_id"] async for document in collection.find({"copy": {"$gte": 0}})}
    return found, indexed


@pytest.mark.parametrize("with_database", [False, True], ids=["program", "program and database"])
async def test_every_acknowledged_write_survives_the_killing_of(
    tmp_path: Path, with_database: bool
) -> None:
    with Writer(tmp_path) as writer:
        acknowledged = writer.acknowledged(500)
        writer.program.kill()
        if with_database:
            os.killpg(writer.database, signal.SIGKILL)
        acknowledged |= writer.acknowledged_before_the_end()
        found, indexed = await numbers(tmp_path)
    assert acknowledged <= found
    assert indexed == found


async def test_a_database_goes_when_its_program_is_killed(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.acknowledged(1)
        writer.program.kill()
        killed = time.monotonic()
        while listens(writer.port):
            assert time.monotonic() - killed < TIMEOUT
            await asyncio.sleep(0.01)


async def test_a_start_waits_for_the_database_of_a_killed_program(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        acknowledged = writer.acknowledged(1)
        os.killpg(writer.database, signal.SIGSTOP)
        writer.program.kill()
        acknowledged |= writer.acknowledged_before_the_end()
        assert not DatabaseFolder(tmp_path).lock()
        start = asyncio.create_task(numbers(tmp_path))
        await asyncio.sleep(0)
        os.killpg(writer.database, signal.SIGCONT)
        found, _ = await start
    assert acknowledged <= found


async def test_a_database_whose_guard_is_killed_goes_too(tmp_path: Path) -> None:
    async with EmbeddedMongo(tmp_path) as db:
        port = int(db.uri.partition("@127.0.0.1:")[2].partition("/")[0])
        assert listens(port)
        os.kill(db.pid, signal.SIGKILL)
        with pytest.raises(DiedError):
            await asyncio.wait_for(db.died(), TIMEOUT)
        assert not listens(port)


def test_the_guard_kills_what_does_not_end_when_asked() -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, guard.__file__, "0.1", sys.executable, "-c", stubborn],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.communicate(b"stop", timeout=TIMEOUT)
    assert process.returncode == 128 + signal.SIGKILL


@pytest.mark.parametrize(
    ("event", "times"),
    [
        ("listening on", 1),
        ("Command succeeded.*createUser", 1),
        ("listening on", 2),
        ("Command succeeded.*listDatabases", 1),
        ("set up a new database", 1),
    ],
    ids=["open", "user made", "closed", "checked", "kept"],
)
async def test_a_set_up_that_was_killed_is_mended_by_the_next_start(
    tmp_path: Path, event: str, times: int
) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SET_UP_UNTIL, str(tmp_path), event, str(times)
    )
    assert await program.wait() == -signal.SIGKILL
    async with EmbeddedMongo(tmp_path) as db, AsyncMongoClient[dict[str, str]](db.uri) as client:
        assert await client.admin["system.users"].distinct("user") == ["trackline"]
    assert sorted(path.name for path in (tmp_path / "db").iterdir()) == [
        "files",
        "lock",
        "password",
        "port",
    ]
