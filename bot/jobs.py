"""What APScheduler runs: each job is safe to run twice, late, and on every replica at once."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery import metrics
from bot.delivery.dispatcher import Dispatcher
from bot.services.people.privacy import Privacy
from storage.chats import Chats
from storage.errors import DatabaseError
from storage.link_tokens import LinkTokens
from storage.orders import Orders

SWEPT = 500
"""How many orders one sweep takes up; the rest is the next one's."""
OVERDUE = timedelta(seconds=20)
"""News that is younger is still on its ordinary way to the mailboxes."""
KEPT = timedelta(days=1)
"""How long a dead link token is kept: the purge is for tidiness, an expired one never works."""

log = structlog.get_logger()
Job = Callable[[], Awaitable[None]]


class Jobs:
    def __init__(
        self,
        orders: Orders,
        chats: Chats,
        tokens: LinkTokens,
        privacy: Privacy,
        dispatcher: Dispatcher,
    ) -> None:
        self._orders = orders
        self._chats = chats
        self._tokens = tokens
        self._privacy = privacy
        self._dispatcher = dispatcher

    def schedule(self, *others: tuple[Job, int]) -> AsyncIOScheduler:
        """A scheduler, not yet started. A late run is made up for once, never skipped.

        ``others``: what runs beside these jobs, and every so many seconds.
        """
        scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        every: list[tuple[Job, int]] = [
            (self.sweep_unfanned, 10),
            (self.recover_leases, 5),
            (self.post_reminders, 60),
            (self.repeat_erasures, 60),
            (self.purge_tokens, 3600),
            *others,
        ]
        for job, seconds in every:
            scheduler.add_job(
                partial(_run, job), "interval", seconds=seconds, id=job.__name__, name=job.__name__
            )
        return scheduler

    async def sweep_unfanned(self) -> None:
        """Takes up news that was stored, but whose way to the mailboxes was cut short."""
        for order_id in await self._orders.unfanned(datetime.now(UTC) - OVERDUE, SWEPT):
            self._dispatcher.announce(order_id)

    async def post_reminders(self) -> None:
        """Brings reminders of deliveries to the mailboxes, where they wait for the morning."""
        for order_id in await self._orders.to_remind(self._dispatcher.now(), SWEPT):
            self._dispatcher.announce_delivery(order_id)

    async def recover_leases(self) -> None:
        """Frees the mailboxes of senders that are gone. What they sent last may come again."""
        expired = await self._chats.release_expired(datetime.now(UTC))
        if expired:
            metrics.EXPIRED.inc(expired)
            log.warning("leases_expired", mailboxes=expired)

    async def repeat_erasures(self) -> None:
        """Removes what came in while an erasure was at work, or what a crash left of one."""
        await self._privacy.repeat()

    async def purge_tokens(self) -> None:
        purged = await self._tokens.purge(datetime.now(UTC) - KEPT)
        log.info("link_tokens_purged", tokens=purged)


async def _run(job: Job) -> None:
    """A database that is away is no surprise: the next run does what this one could not."""
    try:
        await job()
    except DatabaseError as error:
        log.warning("job_failed", job=job.__name__, error=type(error).__name__)
