"""One run of `secantusd-py`: starting it, reading its log, ending it."""

import asyncio
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from asyncio import wrap_future
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import IO

from storage.embedded import guard
from storage.embedded.errors import (
    DidNotStartError,
    DiedError,
    DiskFullError,
    LoggedError,
    NotInstalledError,
)
from storage.embedded.folder import DatabaseFolder

GRACE = 3.0
"""Seconds between SIGTERM and SIGKILL. An acknowledged write survives either."""

_LOG_LINES = 50
_LISTENING = re.compile(r"listening on 127\.0\.0\.1:(\d+)")
_LOUD = re.compile(r"^\S+ \S+ (WARNING|ERROR|CRITICAL) ")
_PANIC = "WT_PANIC"  # usually a full disk; WiredTiger then fails every call until it is restarted
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "TMPDIR")

logger = logging.getLogger("storage.embedded")


class DatabaseProcess:
    """`secantusd-py`, started with the object, under a guard that ends it with this program.

    Two threads watch it instead of tasks, so that its log is read even while no event loop runs.

    Attributes:
        port: set when it listens; raises `DidNotStartError` or `DiskFullError` if it never does.
        ended: set to the exit status (128 + the signal) when all its processes are gone.
        pid: the guard's; it leads a process group that includes the database.
    """

    def __init__(self, folder: DatabaseFolder, *options: str, secret: str) -> None:
        """Needs a locked folder, and inherits its lock. Keeps `secret` out of the log."""
        self.port: Future[int] = _uncancellable()
        self.ended: Future[int] = _uncancellable()
        self.stopping = False
        self._secret = secret
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        home = folder.path.absolute()
        self._process = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-I", guard.__file__, str(GRACE), *_command(home / "files"), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            pass_fds=folder.locks,
            cwd=home,
            env=_environment(home),
            umask=0o077,
            start_new_session=True,  # Ctrl-C must reach only the program, which stops this last
        )
        self.pid = self._process.pid
        self._stdin = _stream(self._process.stdin)
        threading.Thread(target=self._follow, name="embedded database", daemon=True).start()

    async def stop(self) -> None:
        """End it: SIGTERM, then SIGKILL after `GRACE` seconds. Does nothing if it has ended."""
        self.stopping = True
        with suppress(BrokenPipeError):
            self._stdin.write("stop")
            self._stdin.flush()
        ended = wrap_future(self.ended)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + GRACE + 1
        while not ended.done() and loop.time() < deadline:
            await asyncio.wait([ended], timeout=0.1)
            self._nudge()
        await self.kill()

    async def kill(self) -> None:
        """End it at once."""
        self.stopping = True
        self._kill()
        await wrap_future(self.ended)
        with suppress(BrokenPipeError):
            self._stdin.close()

    def died(self) -> LoggedError:
        """The error to raise when it has ended by itself."""
        cause = _cause(self.ended.result())
        return self._failure(DiedError, f"the embedded database ended ({cause})")

    def did_not_start(self, reason: str) -> LoggedError:
        return self._failure(DidNotStartError, f"the embedded database did not start: {reason}")

    def _failure(self, kind: type[LoggedError], sentence: str) -> LoggedError:
        log = list(self._log)
        if any("No space left on device" in line for line in log):
            return DiskFullError("no space left for the embedded database: free some", log)
        return kind(f"{sentence}: {log[-1]}" if log else sentence, log)

    def _follow(self) -> None:
        reader = threading.Thread(target=self._read_log, name="embedded database's log")
        reader.daemon = True
        reader.start()
        status = self._process.wait()
        self._kill()  # the database, in case only its guard was killed
        reader.join()
        if not self.port.done():
            self.port.set_exception(self.did_not_start(f"it ended ({_cause(status)})"))
        self.ended.set_result(status)

    def _read_log(self) -> None:
        with _stream(self._process.stdout) as log:
            for raw in log:
                line = raw.rstrip().replace(self._secret, "…")
                self._log.append(line)
                logger.log(logging.WARNING if _LOUD.match(line) else logging.DEBUG, "%s", line)
                if (found := _LISTENING.search(line)) and not self.port.done():
                    self.port.set_result(int(found[1]))
                if _PANIC in line:
                    self._kill()

    def _nudge(self) -> None:
        # SecantusDB only ends when its accept() returns, or after 2 s, so connect to it. Not at
        # the same time as the SIGTERM: that can make its main thread miss the signal.
        if self.port.done() and self.port.exception() is None:
            with socket.socket() as client:
                client.setblocking(False)
                client.connect_ex(("127.0.0.1", self.port.result()))

    def _kill(self) -> None:
        if self.ended.done():
            return  # its process id may belong to another process by now
        # For a group that has only a zombie left, macOS reports EPERM instead of ESRCH.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def _uncancellable() -> Future[int]:
    # A cancelled waiter cancels its future; one that is marked as running refuses.
    future: Future[int] = Future()
    future.set_running_or_notify_cancel()
    return future


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # noqa: S101 - for mypy: the process was given a pipe
    return stream


def _find_program() -> str:
    beside_python = Path(sys.executable).parent
    path = f"{beside_python}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    if (program := shutil.which("secantusd-py", path=path)) is None:
        raise NotInstalledError
    return str(Path(program).absolute())


def _command(files: Path) -> list[str]:
    # --standalone: without it an oplog makes every write ten times slower.
    # --sync-on-commit: without it a power cut takes acknowledged writes.
    options = ["--host", "127.0.0.1", "--port", "0", "--standalone", "--sync-on-commit"]
    return [_find_program(), "--storage-path", str(files), *options, "--cache-size", "256M"]


def _environment(home: Path) -> dict[str, str]:
    # Keeps the program's secrets, and any `secantusd.toml` in a home, from the database.
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | {"HOME": str(home)}


def _cause(status: int) -> str:
    if 0 <= status <= 128:
        return f"exit status {status}"
    return f"signal {abs(status) % 128}"
