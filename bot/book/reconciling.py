"""Reconciling: reads the shop's book regularly, and records what was missed."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from pydantic import SecretStr

from bot.book.files import CannotRead
from bot.book.going_through import Figures, Options, go_through
from bot.book.records import Source
from bot.book.sources import Where
from bot.book.systems import BY_NAME
from bot.services.orders.booked import FieldMap
from bot.services.orders.catching_up import CatchingUp
from bot.services.orders.system_orders import OrderForm
from bot.settings import Settings
from storage.checkpoints import Checkpoints

MARGIN = timedelta(hours=1)
"""Each look begins so long before the last one: that may not have seen all orders of its time."""
MOST_LOGGED = 10
"""Refused orders that one look logs."""

log = structlog.get_logger()


class Book(Protocol):
    """``name``: identifies the book. ``key``: changes when positions in the book change.

    Both are hashes, and reveal nothing.
    """

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str: ...
    def opened(self) -> AbstractAsyncContextManager[Source]:
        """Raises `CannotRead`."""


def book_of(settings: Settings, source: SecretStr, forms: Mapping[str, OrderForm]) -> Book:
    """``forms``: how the APIs of shop systems write an order, by the system's name."""
    if settings.reads_system:
        return BY_NAME[settings.reads_system](settings, forms[settings.reads_system])
    return file_or_database(settings, source)


def file_or_database(settings: Settings, source: SecretStr) -> Where:
    return Where(
        source.get_secret_value(),
        settings.reconcile_collection,
        FieldMap.of(settings.reconcile_map),
        settings.mongodb_driver,
    )


@dataclass(frozen=True)
class Reconciling:
    """Customers are not notified of what it records."""

    book: Book
    catching_up: CatchingUp
    checkpoints: Checkpoints
    every: timedelta
    clock: Callable[[], datetime]

    async def reconcile(self) -> None:
        """A job: if a look is due, one replica reads the orders changed since the last one."""
        now, key = self.clock(), f"regularly:{self.book.name}"
        if not await self.checkpoints.claim(key, now, now + self.every):
            return
        last = await self.checkpoints.since(key)
        options = Options(since=last - MARGIN if last else None)
        observer = _Logging(self, key)
        try:
            async with self.book.opened() as source:
                figures = await go_through(source, self.catching_up, options, observer)
        except CannotRead as error:
            log.warning("reconciling_failed", why=str(error))
            return
        await self.checkpoints.ran(key, now)
        log.info("reconciled", **vars(figures))


class _Logging:
    def __init__(self, reconciling: Reconciling, key: str) -> None:
        self._reconciling = reconciling
        self._key = key
        self._refused = 0

    def refuse(self, place: str, problem: str) -> None:
        self._refused += 1
        if self._refused <= MOST_LOGGED:
            log.warning("reconciling_refused", place=place, problem=problem)

    async def reach(self, _position: Any, _figures: Figures) -> None:
        """Puts off the next look while this one goes on. Positions are not kept."""
        every, now = self._reconciling.every, self._reconciling.clock()
        await self._reconciling.checkpoints.put_off(self._key, now + every)
