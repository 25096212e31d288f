"""Retention: removes old data after the limits in the settings. Without a limit it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.services.people.privacy import Privacy
from storage.retention import OldData
from storage.staff import StaffNotes
from storage.whose import single

EVERY = timedelta(days=1)
TURN = "removing what is old"
"""The name of the lease that lets one replica do it."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Limits:
    """Days: for orders since their last step, for feedback and dead letters since their arrival."""

    orders: int | None = None
    feedback: int | None = None
    dead_letters: int | None = None

    def __bool__(self) -> bool:
        return any((self.orders, self.feedback, self.dead_letters))


@dataclass(frozen=True, kw_only=True)
class Retention:
    limits: Limits
    old: OldData
    notes: StaffNotes
    privacy: Privacy
    clock: Callable[[], datetime]

    async def end_what_is_old(self) -> None:
        """Removes old data once a day, on one replica. After a crash, the rest follows tomorrow.

        Everything about an old order is removed. Nobody is marked as erased: later events of the
        order are accepted again.
        """
        now = self.clock()
        if not await self.notes.take_turn(TURN, now, now + EVERY):
            return
        orders, feedback, letters = 0, 0, 0
        if days := self.limits.feedback:
            feedback = await self.old.remove_feedback(now - timedelta(days=days))
        if days := self.limits.dead_letters:
            letters = await self.old.remove_dead_letters(now - timedelta(days=days))
        if days := self.limits.orders:
            async for order_id in self.old.orders(now - timedelta(days=days)):
                await self.privacy.remove(single(order_id))
                orders += 1
        log.info("old_data_removed", orders=orders, feedback=feedback, dead_letters=letters)
