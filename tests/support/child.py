"""The service as a separate process, for tests to kill, pause and start again."""

import asyncio
import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import aiohttp

from sandbox.waiting import TIMEOUT
from tests.support.waiting import until
from tests.support.warm import Program

START = 90.0
"""Seconds that a start may take on a busy machine. It usually takes half a second."""


class Child:
    """``python -m bot run``, or another program like it.

    ``url``: where it listens. ``logs``: what it has logged so far. Its environment is ``settings``,
    not the test's own; its working folder is ``home``.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        home: Path,
        *,
        program: str = "bot",
        stdin: int | None = None,
    ) -> None:
        self._settings = settings
        self._home = home
        self._program = program
        self._stdin = stdin
        self.url = ""
        self.logs: list[dict[str, Any]] = []

    async def start(self) -> Self:
        """Returns when it is ready. Raises AssertionError, with its logs, if it ends before."""
        self._process = await Program(
            *(self._program, "run"),
            home=self._home,
            environment={"PATH": os.environ["PATH"], **self._settings},
            stdin=self._stdin,
        ).start()
        self._reading = asyncio.create_task(self._read())
        self.url = (await self.logged("started", within=START))["url"]
        async with aiohttp.ClientSession() as session:

            async def is_ready() -> bool:
                async with session.get(f"{self.url}/readyz") as answer:
                    return answer.status == 200

            await until(is_ready, START)
        return self

    async def logged(self, event: str, within: float = TIMEOUT) -> dict[str, Any]:
        """Waits for the first line of its logs about this event."""

        async def look() -> list[dict[str, Any]]:
            found = [line for line in self.logs if line.get("event") == event]
            assert found or not self._reading.done(), f"it ended: {self.logs}"
            return found

        return (await until(look, within))[0]

    async def counted(self, metric: str) -> float:
        """The value of one counter in its `/metrics`."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.url}/metrics") as answer,
        ):
            lines = (await answer.text()).splitlines()
        return float(next(line for line in lines if line.startswith(f"{metric} ")).split()[1])

    def signal(self, number: signal.Signals) -> None:
        self._process.signal(number)

    async def ended(self, within: float = TIMEOUT) -> int:
        """Its exit code; minus the signal's number if one killed it. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self._reading
            return await self._process.ended()

    async def kill(self) -> None:
        """`kill -9`, unless it has ended already."""
        self.signal(signal.SIGKILL)
        await self.ended()

    async def _read(self) -> None:
        async for line in self._process.said:
            try:
                self.logs.append(json.loads(line))
            except ValueError:  # a traceback, or a library's warning
                self.logs.append({"text": line.decode()})
