"""Waiting for the database no longer than somebody else will wait for us."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

import structlog
from pymongo.errors import NetworkTimeout

log = structlog.get_logger()
T = TypeVar("T")

_late: set[asyncio.Future[Any]] = set()


class TooLate(NetworkTimeout):
    """The database may still do what it was asked for."""


async def within(seconds: float, work: Awaitable[T]) -> T:
    """The work's result. Raises `TooLate`.

    The driver limits the steps of one operation, and Motor's wait for a free thread not at all.
    What is late is left to end by itself: PyMongo's waiting for a server does not bear to be
    cancelled.
    """
    doing = asyncio.ensure_future(work)
    _, late = await asyncio.wait({doing}, timeout=seconds)
    if late:
        _late.add(doing)
        doing.add_done_callback(_ended_late)
        raise TooLate("the database does not answer")
    return doing.result()


def are_late() -> int:
    """How much is still being done that nobody waits for any more."""
    return len(_late)


def _ended_late(work: asyncio.Future[Any]) -> None:
    _late.discard(work)
    if not work.cancelled() and (error := work.exception()):
        log.warning("ended_late", error=type(error).__name__)
