"""Retention: how long what is over is kept. Without a limit it is kept for good."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.services.people.privacy import Privacy
from storage.retention import Old
from storage.staff import StaffNotes
from storage.whose import single

EVERY = timedelta(days=1)
TURN = "removing what is old"
"""What the turn of the replica that does it is called."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Limits:
    """Days: of orders since their last step, of feedback and dead letters since they came."""

    orders: int | None = None
    feedback: int | None = None
    dead_letters: int | None = None

    def __bool__(self) -> bool:
        return any((self.orders, self.feedback, self.dead_letters))


@dataclass(frozen=True, kw_only=True)
class Retention:
    limits: Limits
    old: Old
    notes: StaffNotes
    privacy: Privacy
    clock: Callable[[], datetime]

    async def end_what_is_old(self) -> None:
        """Once a day, by whichever replica comes first. What a crash left is old tomorrow, too.

        An order goes with all that is held of it. Nobody is marked as erased: what is told of it
        again is taken in again.
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
