"""Pictures on demand: each is drawn once, in another process, and kept in memory for a while."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import OrderedDict
from types import TracebackType
from typing import Self

import structlog
from prometheus_client import Counter

from bot.pictures.sheet import Sheet, drawn

KEPT = 256
"""Pictures in memory, each of about 30 KB, with those that are being drawn."""
LONGEST = 5.0
"""Seconds that one picture may take to be drawn."""
_PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""The environment of the process that draws: nothing secret."""

DRAWN = Counter("trackline_pictures_drawn_total", "Pictures that were drawn")
GIVEN = Counter("trackline_pictures_given_total", "Pictures that were given, drawn before or not")

log = structlog.get_logger()


class CannotDraw(Exception):
    """There is no picture now. A later try may succeed."""


class Studio:
    """``async with Studio() as studio``: the process that draws ends with the block."""

    def __init__(self, *, kept: int = KEPT) -> None:
        self._pen = Pen()
        self._most = kept
        self._pictures: OrderedDict[Sheet, asyncio.Task[bytes]] = OrderedDict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for picture in self._pictures.values():
            picture.cancel()
        await asyncio.gather(*self._pictures.values(), return_exceptions=True)
        await self._pen.put_down()

    def __len__(self) -> int:
        return len(self._pictures)

    async def png(self, sheet: Sheet) -> bytes:
        """The sheet as PNG. Raises `CannotDraw`."""
        if sheet not in self._pictures:
            self._make_room()
            self._pictures[sheet] = asyncio.create_task(self._draw(sheet))
        self._pictures.move_to_end(sheet)
        picture = await asyncio.shield(self._pictures[sheet])
        GIVEN.inc()
        return picture

    def _make_room(self) -> None:
        """Drops the picture that has not been asked for longest. Raises `CannotDraw`."""
        if len(self._pictures) < self._most:
            return
        done = next((sheet for sheet, task in self._pictures.items() if task.done()), None)
        if done is None:
            raise CannotDraw
        del self._pictures[done]

    async def _draw(self, sheet: Sheet) -> bytes:
        try:
            picture = await self._pen.draw(drawn(sheet))
        except BaseException:
            self._pictures.pop(sheet, None)  # the next request tries again
            raise
        DRAWN.inc()
        return picture


class Pen:
    """The process that draws, started with the first picture. The library blocks all threads."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    async def draw(self, svg: str) -> bytes:
        """The SVG as PNG. A process that fails is ended, and the next picture starts a new one.

        Raises `CannotDraw`.
        """
        async with self._turn:
            try:
                async with asyncio.timeout(LONGEST):
                    return await self._asked(svg.encode())
            except (OSError, EOFError, TimeoutError) as error:
                log.warning("picture_failed", error=type(error).__name__)
                await self.put_down()
                raise CannotDraw from error
            except asyncio.CancelledError:
                await self.put_down()  # nobody reads its answer any more
                raise

    async def put_down(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.communicate()

    async def _asked(self, svg: bytes) -> bytes:
        process = self._process = self._process or await _begun()
        assert process.stdin is not None  # noqa: S101 - for mypy: both are pipes
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(len(svg).to_bytes(4) + svg)
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(4))
        return await process.stdout.readexactly(length)


async def _begun() -> Process:
    """In a session of its own, so that Ctrl-C reaches only the service."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.pictures.engine",
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        start_new_session=True,
    )
