"""The client for the commands of the far end (`bench.far_end`)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bench.programs import Program, module, running

TOKEN = "1234567:AAbench-bench-bench-bench-bench-bench"  # noqa: S105 - the far end accepts any token


@dataclass(frozen=True)
class Telegram:
    program: Program
    session: aiohttp.ClientSession

    @property
    def url(self) -> str:
        return self.program.url

    async def forget(self) -> None:
        await self._do("forget")

    async def count(self) -> int:
        """The number of messages sent since `forget`."""
        return int(await self._do("count"))

    async def calls(self) -> list[tuple[float, int]]:
        """When, on the monotonic clock, and to which chat each of them was sent."""
        return [(at, chat) for at, chat in await self._do("calls")]

    async def waits(self) -> list[float]:
        """Seconds from each question to its answer."""
        return list(await self._do("waits"))

    async def refuse(self, seconds: int) -> None:
        """Makes it answer every message with 429 and this `retry_after`; 0: no longer."""
        await self._do("refuse", seconds=seconds)

    async def ask(self, questions: Mapping[int, str]) -> None:
        """Each chat asks its question again and again, until `hush`."""
        await self._do("ask", questions=questions)

    async def hush(self, within: float = 15.0) -> None:
        """Ends the asking, and returns when all questions are answered. Raises TimeoutError."""
        await self._do("hush")
        async with asyncio.timeout(within):
            while await self._do("unanswered"):  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.02)

    async def quiet(self, seconds: float = 0.6, within: float = 30.0) -> None:
        """Waits until nothing has been sent for this long, or until the whole time is over."""
        loop = asyncio.get_running_loop()
        began = changed = loop.time()
        known = await self.count()
        while loop.time() - changed < seconds and loop.time() - began < within:
            await asyncio.sleep(0.05)
            if (count := await self.count()) != known:
                known, changed = count, loop.time()

    async def _do(self, verb: str, **said: Any) -> Any:
        async with self.session.post(f"{self.url}/bench/{verb}", json=said) as answer:
            return await answer.json()


@asynccontextmanager
async def telegram(home: Path) -> AsyncIterator[Telegram]:
    async with (
        running(module("bench.far_end"), home / "far_end.log") as program,
        aiohttp.ClientSession() as session,
    ):
        yield Telegram(program, session)
