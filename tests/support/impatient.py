"""``python -m bot`` with short job intervals, so that tests do not wait. The rest is unchanged."""

from unittest.mock import patch

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.cli import main
from bot.jobs import Job, Jobs


class ImpatientJobs(Jobs):
    def schedule(self, *others: tuple[Job, int]) -> AsyncIOScheduler:
        scheduler = super().schedule(*others)
        for job in (self.sweep_unfanned, self.recover_leases, *(job for job, _ in others)):
            scheduler.reschedule_job(job.__name__, trigger="interval", seconds=0.2)
        return scheduler


if __name__ == "__main__":
    with patch("bot.app.Jobs", ImpatientJobs):
        main()
