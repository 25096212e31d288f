"""Deadlines for database work, so that we answer before our own caller gives up."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

import structlog
from pymongo.errors import NetworkTimeout

log = structlog.get_logger()
T = TypeVar("T")


class TimedOut(NetworkTimeout):
    """The deadline has passed. The database may still complete the operation."""


class Timeouts:
    """``late``: work past its deadline that is still running."""

    def __init__(self) -> None:
        self.late: set[asyncio.Future[Any]] = set()

    async def within(self, seconds: float, work: Awaitable[T]) -> T:
        """The work's result. Raises `TimedOut`.

        The driver's timeouts limit each step of one operation, but work may take several steps, and
        with Motor a wait for a free thread before them. Late work is left to end by itself, because
        PyMongo does not survive cancellation while it waits for a server.
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
