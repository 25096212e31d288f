"""Reconciling: the shop's book is looked through regularly, and what was missed is mended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pydantic import SecretStr

from bot.book.files import CannotRead
from bot.book.going_through import Figures, Manner, go_through
from bot.book.sources import Where, opened
from bot.services.catching_up import CatchingUp
from bot.services.orders.booked import FieldMap
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


class Reconciling:
    """Nobody is told of what it mends."""

    def __init__(
        self, book: Where, catching_up: CatchingUp, checkpoints: Checkpoints, every: timedelta
    ) -> None:
        self._book = book
        self._catching_up = catching_up
        self._checkpoints = checkpoints
        self._every = every

    async def reconcile(self) -> None:
        """If it is due, one replica looks at the orders touched since the last look."""
        now, key = datetime.now(UTC), f"regularly:{self._book.name}"
        if not await self._checkpoints.claim(key, now, now + self._every):
            return
        last = await self._checkpoints.since(key)
        manner = Manner(since=last - MARGIN if last else None)
        witness = _Logging()
        try:
            async with opened(self._book) as source:
                figures = await go_through(
                    source, self._book.fields, self._catching_up, manner, witness
                )
        except CannotRead as error:
            log.warning("reconciling_failed", why=str(error))
            return
        await self._checkpoints.ran(key, now)
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
