"""Whatever is cut short, and wherever: news is told, and told once if that can be known."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.sender import SEND_TIMEOUT
from bot.delivery.serving import LEASE
from bot.jobs import Jobs
from bot.services.news.fresh import Announced
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.models import OVERDUE
from storage.mongo import Mongo
from storage.orders import Orders
from storage.whose import account
from tests.delivery.conftest import Joins, Running
from tests.support.fail_points import fail_commands
from tests.support.news import WHOSE, entry, event, record
from tests.support.replica import a_replica_s_jobs
from tests.support.waiting import until
from tests.support.warnings_of import warned


@pytest.fixture
def jobs(mongo: Mongo, dispatcher: Dispatcher) -> Jobs:
    return a_replica_s_jobs(mongo, fresh=dispatcher.fresh, clock=dispatcher.now)


def now() -> datetime:
    return datetime.now(UTC)


async def is_idle(chats: Chats, person: Person) -> bool:
    chat = await chats.get(person.id)
    return chat is not None and not chat.entries and chat.lease is None and chat.due_at is None


# Between the order and the mailbox


async def test_news_that_was_stored_and_never_fanned_out_is_told_by_the_sweep(
    orders: Orders, joins: Joins, alice: Person, jobs: Jobs, chats: Chats
) -> None:
    await joins(alice)
    long_ago = now() - 2 * OVERDUE
    await record(orders, "ord_1", event().model_copy(update={"recorded_at": long_ago}))
    for _ in range(3):
        await jobs.sweep_unfanned()
    await alice.receives(containing="has been shipped")

    async def swept() -> bool:
        return await orders.unfanned(now(), 1) == []

    await until(swept)
    await jobs.sweep_unfanned()
    await until(lambda: is_idle(chats, alice))
    assert len(alice.inbox) == 1


async def test_news_on_its_ordinary_way_is_left_alone_by_the_sweep(
    orders: Orders, joins: Joins, alice: Person, jobs: Jobs, chats: Chats
) -> None:
    await joins(alice)
    await record(orders, "ord_1", event().model_copy(update={"recorded_at": now()}))
    await jobs.sweep_unfanned()
    assert await is_idle(chats, alice)
    assert await orders.unfanned(now(), 10) == ["ord_1"]


async def test_a_fan_out_that_the_database_cut_short_keeps_its_mark(
    dispatcher: Dispatcher, orders: Orders, joins: Joins, alice: Person, mongo: Mongo, jobs: Jobs
) -> None:
    await joins(alice)
    long_ago = now() - 2 * OVERDUE
    await record(orders, "ord_1", event().model_copy(update={"recorded_at": long_ago}))
    await fail_commands(mongo, {"times": 1}, failCommands=["update"], errorCode=50)
    with capture_logs() as logs:
        dispatcher.fresh.announce("ord_1")

        async def failed() -> bool:
            return "database_failed" in [line["event"] for line in logs]

        await until(failed)
    assert await orders.unfanned(now(), 1) == ["ord_1"]
    await jobs.sweep_unfanned()
    await alice.receives(containing="has been shipped")


# Between the claim and its completion


def test_a_lease_outlives_every_send() -> None:
    assert timedelta(seconds=3 * SEND_TIMEOUT) < LEASE


async def test_a_mailbox_that_a_dead_sender_held_is_served_again(
    orders: Orders, chats: Chats, joins: Joins, alice: Person, jobs: Jobs
) -> None:
    linked = await joins(alice)
    await record(orders, "ord_1", event())
    await chats.hand_over(linked, entry(), WHOSE, lease="dead", until=now() - timedelta(seconds=1))
    with capture_logs() as logs:
        await asyncio.gather(*(jobs.recover_leases() for _ in range(3)))
        await alice.receives(containing="has been shipped")
    assert [line for line in logs if line["event"] == "leases_expired"] == [
        {"event": "leases_expired", "log_level": "warning", "mailboxes": 1}
    ]

    await until(lambda: is_idle(chats, alice))
    await jobs.recover_leases()
    assert len(alice.inbox) == 1


async def test_a_mailbox_that_is_still_held_is_not_taken(
    orders: Orders, chats: Chats, joins: Joins, alice: Person, jobs: Jobs
) -> None:
    linked = await joins(alice)
    await record(orders, "ord_1", event())
    await chats.hand_over(linked, entry(), WHOSE, lease="alive", until=now() + LEASE)
    await jobs.recover_leases()
    held = await chats.get(alice.id)
    assert held is not None
    assert held.lease == "alive"
    assert alice.inbox == []


async def test_a_sender_that_was_away_beyond_its_lease_completes_nothing(
    running: Running,
    orders: Orders,
    chats: Chats,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
) -> None:
    """Both have sent: that cannot be known. But only one of them marks it as told."""
    await joins(alice)
    await record(orders, "ord_1", event())
    sandbox.fail(Fault(method="sendMessage", delay=10))
    with capture_logs() as logs:
        async with running() as slow:
            slow.fresh.announce("ord_1")
            await alice.receives(containing="has been shipped")
            await until(lambda: chats.release_expired(now() + 2 * LEASE))
            await alice.receives(containing="has been shipped")
            sandbox.clear_faults()
    assert warned(logs) == ["lease_lost"]
    assert await is_idle(chats, alice)
    chat = await chats.get(alice.id)
    assert chat is not None
    assert len(chat.told) == 1
    assert len(alice.inbox) == 2


async def test_two_replicas_share_the_work_and_double_nothing(
    running: Running, orders: Orders, chats: Chats, sandbox: Sandbox, joins: Joins
) -> None:
    people = [sandbox.person(f"Person {n}") for n in range(20)]
    for person in people:
        await chats.post(await joins(person), entry(), WHOSE)
    await record(orders, "ord_1", event())
    async with running(), running():
        await asyncio.gather(*(person.receives() for person in people))

        async def all_served() -> bool:
            return not any(chat.entries for chat in await chats.following(account("customer-1")))

        await until(all_served)
    assert [len(person.inbox) for person in people] == [1] * 20


async def test_newer_news_that_a_message_told_already_is_not_told_again(
    running: Running, orders: Orders, chats: Chats, joins: Joins, alice: Person
) -> None:
    """An older entry waits; newer news is stored when it is sent, but not fanned out yet."""
    linked = await joins(alice)
    await record(orders, "ord_1", event("shipped"))
    await record(orders, "ord_1", event("delivered", after=1))
    await chats.post(linked, entry("ord_1", 1), WHOSE)
    async with running() as dispatcher:
        await alice.receives(containing="has been delivered")
        await until(lambda: is_idle(chats, alice))
        await dispatcher.fan_out(Announced("ord_1"))
        await until(lambda: is_idle(chats, alice))
    assert len(alice.inbox) == 1


async def test_news_whose_order_is_gone_is_forgotten(
    running: Running, chats: Chats, joins: Joins, alice: Person
) -> None:
    await chats.post(await joins(alice), entry("ord_gone"), WHOSE)
    async with running():
        await until(lambda: is_idle(chats, alice))
    assert alice.inbox == []


# Stopping


async def test_a_graceful_stop_finishes_the_sends_in_hand(
    running: Running, orders: Orders, chats: Chats, sandbox: Sandbox, joins: Joins, alice: Person
) -> None:
    await joins(alice)
    await record(orders, "ord_1", event())
    sandbox.fail(Fault(method="sendMessage", delay=10))
    async with running() as dispatcher:
        dispatcher.fresh.announce("ord_1")
        await alice.receives(containing="has been shipped")
        assert not await is_idle(chats, alice)
        asyncio.get_running_loop().call_later(0.3, sandbox.clear_faults)
    assert await is_idle(chats, alice)
    assert await orders.unfanned(now(), 1) == []


async def test_news_that_comes_during_a_stop_waits_in_the_mailbox_for_the_next_start(
    running: Running, orders: Orders, chats: Chats, joins: Joins, alice: Person
) -> None:
    await joins(alice)
    await record(orders, "ord_1", event())
    async with running() as dispatcher:
        dispatcher.stop()
        dispatcher.fresh.announce("ord_1")
    waiting = await chats.get(alice.id)
    assert waiting is not None
    assert (len(waiting.entries), waiting.lease) == (1, None)
    assert alice.inbox == []
    async with running():
        await alice.receives(containing="has been shipped")


async def test_what_waits_is_not_claimed_during_a_stop(
    running: Running, orders: Orders, chats: Chats, joins: Joins, alice: Person
) -> None:
    await record(orders, "ord_1", event())
    async with running() as dispatcher:
        dispatcher.stop()
        await chats.post(await joins(alice), entry(), WHOSE)
    assert alice.inbox == []
    waiting = await chats.get(alice.id)
    assert waiting is not None
    assert waiting.lease is None
