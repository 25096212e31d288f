"""Programs that a bench starts as separate processes, to measure their CPU and memory."""

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
    """A bench has no figures. The text says why."""


class DidNotStart(Failed):
    """The program ended or timed out before it was ready. The text is the end of its output."""


def did_not_start(log: Path) -> DidNotStart:
    return DidNotStart(log.read_text(encoding="utf-8", errors="replace")[-2000:])


@dataclass(frozen=True)
class Program:
    """A running program. ``url``: from its line `ready URL`; ``started_in``: seconds until then.

    ``home``: its working folder."""

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
        """Its current memory in MiB (VmRSS)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module with this Python."""
    return [sys.executable, "-m", name, *arguments]


def environment(**settings: str) -> dict[str, str]:
    """The program's environment: ``settings``, and only the variables needed to find it."""
    return {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **settings}


@asynccontextmanager
async def running(
    command: list[str], log: Path, env: Mapping[str, str] | None = None
) -> AsyncIterator[Program]:
    """The running program, from its first line, `ready URL`, to the end of the block.

    Its other output goes to the file ``log``. Raises `DidNotStart`.
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
    """Asks it to end, and kills it if it does not."""
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()
