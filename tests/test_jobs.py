"""Jobs: each may run twice, late, and on every replica at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.jobs import KEPT, Jobs
from storage.chats import Chats
from storage.link_tokens import LinkTokens
from storage.models import LinkToken
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from storage.whose import account
from tests.support.commands import COMMANDS
from tests.support.drivers import one
from tests.support.news import WHOSE, chat, entry, event, record
from tests.support.replica import a_replica_s_jobs
from tests.support.waiting import until


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def jobs(mongo: Mongo) -> Jobs:
    """Its dispatcher does not run: what is announced to it stays announced."""
    return a_replica_s_jobs(mongo)


async def twice_at_once(jobs: Jobs, name: str) -> None:
    job = getattr(jobs, name)
    await asyncio.gather(job(), job())
    await job()


async def test_the_sweep_changes_nothing_by_itself(jobs: Jobs, mongo: Mongo) -> None:
    orders = Orders(mongo)
    await record(orders, "ord_1", event().model_copy(update={"recorded_at": long_ago()}))
    before = await orders.get("ord_1")
    await twice_at_once(jobs, "sweep_unfanned")
    assert await orders.get("ord_1") == before


async def test_recovering_leases_twice_frees_them_once(jobs: Jobs, mongo: Mongo) -> None:
    chats = Chats(mongo)
    await chats.link(chat(1001))
    await chats.hand_over(chat(1001), entry(), WHOSE, lease="dead", until=long_ago())
    await twice_at_once(jobs, "recover_leases")
    (freed,) = await chats.due(datetime.now(UTC), 10)
    assert (freed.lease, freed.entries) == (None, [entry()])


async def test_the_purge_removes_what_expired_long_ago_and_nothing_else(
    jobs: Jobs, mongo: Mongo
) -> None:
    now = datetime.now(UTC)
    expiries = {"dead": now - KEPT - timedelta(hours=1), "expired": now, "live": now + KEPT}
    for name, expires_at in expiries.items():
        token = LinkToken(id=name, code_hash=name, whose=account("c"), expires_at=expires_at)
        await LinkTokens(mongo).add(token)
    await twice_at_once(jobs, "purge_tokens")
    left = await mongo.database["link_tokens"].find({}).to_list(10)
    assert sorted(token["_id"] for token in left) == ["expired", "live"]


async def test_every_job_is_scheduled_and_never_skipped_for_being_late(jobs: Jobs) -> None:
    scheduler = jobs.schedule()
    scheduler.start(paused=True)
    scheduled = {job.id: job for job in scheduler.get_jobs()}
    scheduler.shutdown(wait=False)
    assert set(scheduled) == {
        "sweep_unfanned",
        "recover_leases",
        "post_reminders",
        "repeat_erasures",
        "purge_tokens",
    }
    for job in scheduled.values():
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)


async def test_a_job_that_is_thirty_seconds_late_still_runs_and_once(
    jobs: Jobs, mongo: Mongo
) -> None:
    chats = Chats(mongo)
    await chats.link(chat(1001))
    await chats.hand_over(chat(1001), entry(), WHOSE, lease="dead", until=long_ago())
    scheduler = jobs.schedule()
    scheduler.start(paused=True)
    job = scheduler.get_job("recover_leases")
    job.modify(next_run_time=datetime.now(UTC) - timedelta(seconds=30))
    with COMMANDS.of(mongo.database.name) as commands:
        scheduler.resume()
        await until(lambda: chats.due(datetime.now(UTC), 10))
    assert len([command for command in commands if "update" in command]) == 1
    assert job.next_run_time > datetime.now(UTC)
    scheduler.shutdown(wait=False)


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=10)
