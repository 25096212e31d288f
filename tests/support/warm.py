"""Programs that start without a second of imports: forked from a process that has done them.

Otherwise they are normal processes, which can be killed, paused and asked to end.
"""

import asyncio
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

IMPORTED = ["bot.cli", "bot.cli.demonstration"]
LONGEST_LINE = 2**20
"""Bytes. A traceback is one line."""

_server = get_context("forkserver")
_server.set_forkserver_preload(IMPORTED)


class Program:
    """``python -m module argument…``, with only the given environment.

    ``said``: its standard output and error. ``status``: its exit code, or minus the signal's
    number if one killed it; None: it runs.
    """

    def __init__(
        self,
        *command: str,
        home: Path,
        environment: Mapping[str, str],
        stdin: int | None = None,
    ) -> None:
        """``stdin``: a descriptor, which the caller closes; default: nothing to read."""
        self._hearing, saying = _server.Pipe(duplex=False)
        given = None if stdin is None else Connection(os.dup(stdin))
        self._process = _server.Process(
            target=_become, args=(command, home, dict(environment), saying, given, _hangs_up())
        )
        self._process.start()
        for passed_on in filter(None, (saying, given)):
            passed_on.close()
        self._pid = self._process.pid or 0
        self.said = asyncio.StreamReader(LONGEST_LINE)
        self.status: int | None = None
        self._ending = asyncio.Event()

    async def start(self) -> Self:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._process.sentinel, self._has_ended)
        pipe = os.fdopen(os.dup(self._hearing.fileno()), "rb")
        self._hearing.close()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(self.said), pipe)
        return self

    def signal(self, number: signal.Signals) -> None:
        if self.status is None:
            os.kill(self._pid, number)

    async def ended(self) -> int:
        """Waits for its `status`."""
        await self._ending.wait()
        assert self.status is not None
        return self.status

    def _has_ended(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self.status = self._process.exitcode
        self._process.close()
        self._ending.set()


def _hangs_up() -> bool:
    """Whether the end of the terminal (SIGHUP) ends the program: not under nohup."""
    return signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN


def _become(
    command: Sequence[str],
    home: Path,
    environment: Mapping[str, str],
    saying: Connection,
    stdin: Connection | None,
    hangs_up: bool,
) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL if hangs_up else signal.SIG_IGN)
    for output in (1, 2):
        os.dup2(saying.fileno(), output)
    saying.close()
    if stdin:
        os.dup2(stdin.fileno(), 0)
        sys.stdin = open(0)  # noqa: SIM115 - open as long as the program runs
        stdin.close()
    os.chdir(home)
    if "LD_PRELOAD" in environment:  # which only works for a program that really starts
        root = Path(__file__).parents[2]
        given = {"PYTHONPATH": str(root), **environment}
        os.execve(sys.executable, [sys.executable, "-m", *command], given)  # noqa: S606
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(command)
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)
