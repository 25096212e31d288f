"""Waiting for the database no longer than somebody waits for us."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

import structlog
from pymongo.errors import NetworkTimeout

log = structlog.get_logger()
T = TypeVar("T")


class TimedOut(NetworkTimeout):
    """The database may still do what it was asked for."""


class Timeouts:
    """``late``: what nobody waits for any more, and is still being done."""

    def __init__(self) -> None:
        self.late: set[asyncio.Future[Any]] = set()

    async def within(self, seconds: float, work: Awaitable[T]) -> T:
        """The work's result. Raises `TimedOut`.

        The driver limits each step of one operation. Work may take several, and Motor's wait for
        a free thread before they begin. What is late is left to end by itself: PyMongo's waiting
        for a server does not bear to be cancelled.
        """
        doing = asyncio.ensure_future(work)
        _, late = await asyncio.wait({doing}, timeout=seconds)
        if late:
            self.late.add(doing)
            doing.add_done_callback(self._ended)
            raise TimedOut("the database does not answer")
        return doing.result()

    def _ended(self, work: asyncio.Future[Any]) -> None:
        self.late.discard(work)
        if not work.cancelled() and (error := work.exception()):
            log.warning("ended_late", error=type(error).__name__)
