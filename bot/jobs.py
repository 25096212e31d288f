"""What APScheduler runs: each job is safe to run twice, late, and on every replica at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery import metrics
from bot.services.news.fresh import FreshNews
from bot.services.people.privacy import Privacy
from storage.chats import Chats
from storage.errors import DatabaseError
from storage.link_tokens import LinkTokens
from storage.models import OVERDUE
from storage.orders import Orders

SWEPT = 500
"""How many orders one sweep takes up; the rest is the next one's."""
KEPT = timedelta(days=1)
"""How long a dead link token is kept: the purge is for tidiness, an expired one never works."""

log = structlog.get_logger()
Job = Callable[[], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Jobs:
    orders: Orders
    chats: Chats
    tokens: LinkTokens
    privacy: Privacy
    fresh: FreshNews
    clock: Callable[[], datetime]
    run_here: bool = True

    def schedule(self, *others: tuple[Job, int]) -> AsyncIOScheduler:
        """A scheduler, not yet started. A late run is made up for once, never skipped.

        ``others``: what runs beside these jobs, or without them where they do not `run_here`, and
        every so many seconds.
        """
        scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        own: list[tuple[Job, int]] = [
            (self.sweep_unfanned, 10),
            (self.recover_leases, 5),
            (self.post_reminders, 60),
            (self.repeat_erasures, 60),
            (self.purge_tokens, 3600),
        ]
        for job, seconds in [*(own if self.run_here else []), *others]:
            scheduler.add_job(
                partial(_run, job), "interval", seconds=seconds, id=job.__name__, name=job.__name__
            )
        return scheduler

    async def sweep_unfanned(self) -> None:
        """Takes up news that was stored, but whose way to the mailboxes was cut short."""
        for order_id in await self.orders.unfanned(self.clock() - OVERDUE, SWEPT):
            self.fresh.announce(order_id)

    async def post_reminders(self) -> None:
        """Brings reminders of deliveries to the mailboxes, where they wait for the morning."""
        for order_id in await self.orders.to_remind(self.clock(), SWEPT):
            self.fresh.remind(order_id)

    async def recover_leases(self) -> None:
        """Frees the mailboxes of senders that are gone. What they sent last may come again."""
        expired = await self.chats.release_expired(self.clock())
        if expired:
            metrics.EXPIRED.inc(expired)
            log.warning("leases_expired", mailboxes=expired)

    async def repeat_erasures(self) -> None:
        """Removes what came in while an erasure was at work, or what a crash left of one."""
        await self.privacy.repeat()

    async def purge_tokens(self) -> None:
        purged = await self.tokens.purge(self.clock() - KEPT)
        log.info("link_tokens_purged", tokens=purged)


async def _run(job: Job) -> None:
    """A database that is away is no surprise: the next run does what this one could not."""
    try:
        await job()
    except DatabaseError as error:
        log.warning("job_failed", job=job.__name__, error=type(error).__name__)
