"""A replica of the service, which can be killed, paused, and started again."""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.child import Child


class Replica:
    """A replica. Only one fault is applied at a time. ``url``: empty while it is down."""

    def __init__(self, settings: Mapping[str, str], home: Path) -> None:
        self._settings = settings
        self._home = home
        self._lives: list[Child] = []
        self._turn = asyncio.Lock()
        self.url = ""

    @property
    def is_busy(self) -> bool:
        """Whether a fault is being applied."""
        return self._turn.locked()

    @property
    def logs(self) -> list[dict[str, Any]]:
        """The log lines of all its processes."""
        return [line for life in self._lives for line in life.logs]

    async def start(self) -> None:
        """Retries until it is ready, as a supervisor does: the database may be cut off."""
        while True:
            child = Child(self._settings, self._home)
            self._lives.append(child)
            try:
                await child.start()
            except (AssertionError, TimeoutError, aiohttp.ClientError):
                await child.kill()
            except asyncio.CancelledError:
                await child.kill()
                raise
            else:
                self.url = child.url
                return

    async def die(self, away: float) -> None:
        """`kill -9`, and a restart ``away`` seconds later."""
        async with self._turn:
            self.url = ""
            await self._lives[-1].kill()
            await asyncio.sleep(away)
            await self.start()

    @asynccontextmanager
    async def stopped(self) -> AsyncIterator[None]:
        """Stops it as an operator does, and starts it again after the block."""
        async with self._turn:
            self.url = ""
            self._lives[-1].signal(signal.SIGTERM)
            await self._lives[-1].ended(within=60)
            try:
                yield
            finally:
                await self.start()

    async def stand_still(self, seconds: float) -> None:
        async with self._turn:
            child = self._lives[-1]
            child.signal(signal.SIGSTOP)
            try:
                await asyncio.sleep(seconds)
            finally:
                child.signal(signal.SIGCONT)

    async def end(self) -> None:
        self.url = ""
        if self._lives:
            await self._lives[-1].kill()
