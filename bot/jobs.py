"""Jobs that APScheduler runs. Each may run twice, late, and on all replicas at once."""

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
"""Orders that one run takes. The next run takes the others."""
KEPT = timedelta(days=1)
"""How long an expired link token is kept. It does not work any more."""

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
        """A scheduler, not yet started. A late run is made up for once, and never skipped.

        ``others``: more jobs, each with the seconds between its runs. They run also on a replica
        where these jobs do not (``run_here``).
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
        """Fans out news that was stored and did not reach the mailboxes."""
        for order_id in await self.orders.unfanned(self.clock() - OVERDUE, SWEPT):
            self.fresh.announce(order_id)

    async def post_reminders(self) -> None:
        """Posts reminders of deliveries to the mailboxes, where they wait for the morning."""
        for order_id in await self.orders.to_remind(self.clock(), SWEPT):
            self.fresh.remind(order_id)

    async def recover_leases(self) -> None:
        """Frees the mailboxes of dead replicas. What these sent last may be sent again."""
        expired = await self.chats.release_expired(self.clock())
        if expired:
            metrics.EXPIRED.inc(expired)
            log.warning("leases_expired", mailboxes=expired)

    async def repeat_erasures(self) -> None:
        """Removes what came in during an erasure, or was left by a crash."""
        await self.privacy.repeat()

    async def purge_tokens(self) -> None:
        purged = await self.tokens.purge(self.clock() - KEPT)
        log.info("link_tokens_purged", tokens=purged)


async def _run(job: Job) -> None:
    """If the database is away, the next run does the work."""
    try:
        await job()
    except DatabaseError as error:
        log.warning("job_failed", job=job.__name__, error=type(error).__name__)
