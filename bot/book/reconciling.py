"""Reconciling: the shop's book is looked through regularly, and what was missed is mended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import SecretStr

from bot.book.files import CannotRead
from bot.book.going_through import Figures, Manner, go_through
from bot.book.sources import Where, opened
from bot.services.orders.booked import FieldMap
from bot.services.orders.catching_up import CatchingUp
from bot.settings import Settings
from storage.checkpoints import Checkpoints

MARGIN = timedelta(hours=1)
"""So long before the last look began, an order may be dated that it did not see yet."""
TOLD = 10
"""Refusals that a look logs."""

log = structlog.get_logger()


def book_of(settings: Settings, source: SecretStr) -> Where:
    return Where(
        source.get_secret_value(),
        settings.reconcile_collection,
        FieldMap.of(settings.reconcile_map),
        settings.mongodb_driver,
    )


@dataclass(frozen=True)
class Reconciling:
    """Nobody is told of what it mends."""

    book: Where
    catching_up: CatchingUp
    checkpoints: Checkpoints
    every: timedelta
    clock: Callable[[], datetime]

    async def reconcile(self) -> None:
        """If it is due, one replica looks at the orders touched since the last look."""
        now, key = self.clock(), f"regularly:{self.book.name}"
        if not await self.checkpoints.claim(key, now, now + self.every):
            return
        last = await self.checkpoints.since(key)
        manner = Manner(since=last - MARGIN if last else None)
        witness = _Logging()
        try:
            async with opened(self.book) as source:
                figures = await go_through(
                    source, self.book.fields, self.catching_up, manner, witness
                )
        except CannotRead as error:
            log.warning("reconciling_failed", why=str(error))
            return
        await self.checkpoints.ran(key, now)
        log.info("reconciled", **vars(figures))


class _Logging:
    def __init__(self) -> None:
        self._refused = 0

    def refuse(self, place: str, problem: str) -> None:
        self._refused += 1
        if self._refused <= TOLD:
            log.warning("reconciling_refused", place=place, problem=problem)

    async def reach(self, _position: Any, _figures: Figures) -> None:
        """The next look begins anew; nothing is lost by that but time."""
