"""Programs that a bench starts: each in a process of its own, whose costs can be read."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
START = 60.0
"""Seconds that a start may take on a busy machine."""
TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A bench has no figures; the text says why."""


class DidNotStart(Failed):
    """It ended, or was silent, before it was ready; the text is the end of what it said."""


def did_not_start(log: Path) -> DidNotStart:
    return DidNotStart(log.read_text(encoding="utf-8", errors="replace")[-2000:])


@dataclass(frozen=True)
class Program:
    """A running one. ``url``: what it said it is ready at; ``started_in``: seconds until then.

    ``home``: the folder that it runs in."""

    process: asyncio.subprocess.Process
    url: str
    home: Path
    started_in: float

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far, user and system, of all its threads."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def resident(self) -> float:
        """MiB of memory that it holds just now: VmRSS."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module with this Python."""
    return [sys.executable, "-m", name, *arguments]


def environment(**settings: str) -> dict[str, str]:
    """Nothing of ours reaches a program but what it needs to be found, and ``settings``."""
    return {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **settings}


@asynccontextmanager
async def running(
    command: list[str], log: Path, env: Mapping[str, str] | None = None
) -> AsyncIterator[Program]:
    """The program from its first line, `ready URL`, to the end of the block.

    What it says besides goes into the file ``log``. Raises `DidNotStart`.
    """
    began = asyncio.get_running_loop().time()
    with log.open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=said,
            env=dict(env or environment()),
            cwd=log.parent,
            limit=2**24,
        )
    try:
        url = await _ready(process, log)
        yield Program(process, url, log.parent, asyncio.get_running_loop().time() - began)
    finally:
        await end(process)


async def _ready(process: asyncio.subprocess.Process, log: Path) -> str:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START)
    except TimeoutError:
        line = b""
    word, _, url = line.decode().strip().partition(" ")
    if word != "ready":
        raise did_not_start(log)
    return url


async def end(process: asyncio.subprocess.Process) -> None:
    """Asks it to end, and makes it when it does not."""
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()
