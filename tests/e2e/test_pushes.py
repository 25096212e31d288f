"""Who is told of what, whatever happens in between: over HTTP, with the service as it runs."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import Trackline
from bot.jobs import Job, Jobs
from bot.settings import Settings
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.models import OVERDUE
from storage.orders import Orders
from tests.conftest import Link
from tests.support.news import WHOSE, chat, entry, event, record
from tests.support.shop import ShopBackend
from tests.support.waiting import until


async def test_every_change_of_state_is_told_to_the_household_and_to_nobody_else(
    shop: ShopBackend, alice: Person, bob: Person, charlie: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-1")
    await link(charlie, "customer-2")
    await shop.create("ord_1", "customer-1", order_number="1001")
    for person in (alice, bob):
        await person.receives(containing="Thank you for your order #1001")
    for status, said in (("shipped", "has been shipped"), ("delivered", "has been delivered")):
        await shop.tell("ord_1", status)
        for person in (alice, bob):
            await person.receives(containing=said)
    told = [[m for m in person.inbox if "#1001" in m.text] for person in (alice, bob, charlie)]
    assert [len(messages) for messages in told] == [3, 3, 0]


async def test_what_is_silent_late_or_repeated_is_recorded_and_told_to_nobody(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    now = datetime.now(UTC)
    placed = now - timedelta(hours=2)
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False, at=placed)
    await shop.tell("ord_1", "shipped", at=now)
    await alice.receives(containing="has been shipped")
    said = len(alice.inbox)

    hour = timedelta(hours=1)
    for status, at, notify in (
        ("packed", now - hour, True),
        ("shipped", now + hour, True),
        ("in_transit", now + 2 * hour, False),
    ):
        answer = await shop.tell("ord_1", status, at=at, notify=notify)
        assert (answer.status, answer.result) == (202, "recorded")
    assert len((await shop.tracking("ord_1"))["tracking_info"]) >= 4

    await shop.create("ord_2", "customer-1", order_number="1002")
    await alice.receives(containing="#1002")
    assert len(alice.inbox) == said + 1


async def test_blocking_holds_the_news_back_and_unblocking_brings_it(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, bob: Person, link: Link, chats: Chats
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    alice.block()
    for status in ("shipped", "delivered"):
        await shop.tell("ord_1", status)
        await bob.receives(containing=f"has been {status}")

    async def gathered() -> bool:
        blocked = await chats.get(alice.id)
        return blocked is not None and blocked.paused is not None and len(blocked.entries) == 1

    await until(gathered)
    assert len(sandbox.calls_of("sendMessage", chat_id=alice.id)) <= 3  # at most one was refused
    alice.unblock()
    await alice.receives(containing="has been delivered")
    assert not any("has been shipped" in message.text for message in alice.inbox)


async def test_a_deleted_account_is_forgotten(
    shop: ShopBackend, alice: Person, link: Link, chats: Chats
) -> None:
    await link(alice, "customer-1")
    alice.deactivate()
    await shop.create("ord_1", "customer-1")

    async def forgotten() -> bool:
        return await chats.get(alice.id) is None

    await until(forgotten)


# Cut short


@pytest.fixture
def jobs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each job runs as soon as the service has started, too."""
    schedule = Jobs.schedule

    def with_a_first_run(jobs: Jobs, *others: tuple[Job, int]) -> AsyncIOScheduler:
        scheduler = schedule(jobs, *others)
        for job in scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))
        return scheduler

    monkeypatch.setattr(Jobs, "schedule", with_a_first_run)


async def test_news_stored_by_a_process_that_died_then_is_told_by_the_next(
    jobs_at_once: None, settings: Settings, orders: Orders, chats: Chats, alice: Person
) -> None:
    await alice.send("hello")
    await chats.link(chat(alice.id))
    long_ago = datetime.now(UTC) - 2 * OVERDUE
    await record(orders, "ord_1", event("shipped").model_copy(update={"recorded_at": long_ago}))
    async with Trackline(settings):
        await alice.receives(containing="has been shipped")


async def test_a_mailbox_held_by_a_process_that_died_is_served_by_the_next(
    jobs_at_once: None, settings: Settings, orders: Orders, chats: Chats, alice: Person
) -> None:
    await alice.send("hello")
    await chats.link(chat(alice.id))
    await record(orders, "ord_1", event("shipped"))
    await chats.post(chat(alice.id), entry(), WHOSE)
    waiting = await chats.get(alice.id)
    assert waiting is not None
    past = datetime.now(UTC) - timedelta(seconds=1)
    assert await chats.claim(waiting, lease="dead", until=past)
    async with Trackline(settings):
        await alice.receives(containing="has been shipped")
    assert len(alice.inbox) == 2  # the help that "hello" got, and the push


async def test_the_retry_of_an_event_that_was_stored_but_not_answered_is_told_once(
    shop: ShopBackend, orders: Orders, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    body = body_of("ord_1", "shipped", customer_id="customer-1")
    stored = event("shipped", event_id="msg_1").model_copy(
        update={"digest": hashlib.sha256(body).digest(), "recorded_at": datetime.now(UTC)}
    )
    await record(orders, "ord_1", stored)
    for _ in range(2):
        answer = await shop.post(body, event_id="msg_1")
        assert (answer.status, answer.result) == (200, "duplicate")
    await alice.receives(containing="has been shipped")
    await shop.tell("ord_1", "delivered")
    await alice.receives(containing="has been delivered")
    assert len(alice.inbox) == 4  # two of the link, two of the order


async def test_what_waits_when_the_service_stops_is_told_after_the_next_start(
    settings: Settings, sandbox: Sandbox, chats: Chats, alice: Person
) -> None:
    await alice.send("hello")
    await chats.link(chat(alice.id))
    sandbox.fail(Fault(method="sendMessage", chat_id=alice.id, times=1, delay=0.2))  # the help
    sandbox.fail(Fault(method="sendMessage", chat_id=alice.id, times=1, retry_after=1))
    async with Trackline(settings) as service, aiohttp.ClientSession() as session:
        await alice.receives()
        shop = ShopBackend(service.url, session)
        assert (await shop.create("ord_1", "customer-1", order_number="1001")).status == 202
        assert (await shop.tell("ord_1", "shipped")).status == 202
    async with Trackline(settings):
        await alice.receives(containing="Your order #1001 has been shipped")


def body_of(order_id: str, status: str, **data: Any) -> bytes:
    now = datetime.now(UTC).isoformat()
    news = {"order_id": order_id, "status": status, **data}
    return json.dumps({"type": "order.status_changed", "timestamp": now, "data": news}).encode()
