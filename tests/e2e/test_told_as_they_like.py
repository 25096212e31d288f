"""News is told as each person likes it: over HTTP, with the service as it runs."""

from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import Trackline
from bot.jobs import Job, Jobs
from bot.settings import Settings
from sandbox import Person, Sandbox
from storage.chats import Chats
from storage.models import Preferences, Window
from storage.orders import Orders
from tests.conftest import Link
from tests.support.mailboxes import got
from tests.support.news import chat, event, record
from tests.support.shop import ShopBackend
from tests.support.waiting import until


def at_ten() -> str:
    """A time zone in which it is between ten and eleven."""
    ahead = (10 - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"  # which counts westwards


async def holds(chats: Chats, person: Person, count: int) -> None:
    async def held() -> bool:
        return len([e for e in (await got(chats, person.id)).entries if e.due]) == count

    await until(held)


async def test_what_came_in_one_s_quiet_is_told_at_its_end_and_the_other_hears_it_at_once(
    shop: ShopBackend, alice: Person, bob: Person, link: Link, chats: Chats
) -> None:
    for person in (alice, bob):
        await link(person, "customer-1")
    zone = at_ten()
    await chats.prefer(alice.id, Preferences(timezone=zone, quiet=(9, 13)))
    for order in ("1001", "1002"):
        await shop.create(f"ord_{order}", "customer-1", order_number=order)
        await bob.receives(containing=f"Thank you for your order #{order}")
    await holds(chats, alice, 2)
    await shop.tell("ord_1001", "attempt_failed", order_number="1001")
    await alice.receives(containing="#1001")
    await holds(chats, alice, 1)
    await shop.tell("ord_1001", "shipped")
    await holds(chats, alice, 2)

    await chats.prefer(alice.id, Preferences(timezone=zone))
    message = await alice.receives(containing="While it was quiet")
    assert "#1001" in message.text
    assert "#1002" in message.text
    await message_ends_there(chats, alice)


async def message_ends_there(chats: Chats, person: Person) -> None:
    async def nothing_waits() -> bool:
        return not (await got(chats, person.id)).entries

    await until(nothing_waits)


async def test_a_live_message_follows_its_order(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link, chats: Chats
) -> None:
    await link(alice, "customer-1")
    await chats.prefer(alice.id, Preferences(cards=True, hear="main"))
    await shop.create("ord_1", "customer-1", order_number="1001")
    placed = await alice.receives(containing="Order #1001")
    await shop.tell("ord_1", "packed")
    packed = await alice.receives(containing="Packed")
    assert packed.id == placed.id
    await shop.tell("ord_1", "shipped")
    shipped = await alice.receives(containing="Shipped")
    assert shipped.id > placed.id

    async def moved() -> bool:
        return placed.id not in [message.id for message in alice.inbox]

    await until(moved)


async def test_a_delivery_that_moves_to_another_day_is_told(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    soon = datetime.now(UTC) + timedelta(days=2)
    known = {"earliest": soon.isoformat(), "latest": (soon + timedelta(hours=4)).isoformat()}
    await shop.create("ord_1", "customer-1", estimated_delivery=known)
    await alice.receives(containing="ord_1")
    later = {"latest": (soon + timedelta(days=3)).isoformat()}
    await shop.tell("ord_1", kind="order.updated", estimated_delivery=later)
    await alice.receives(containing="ord_1")


@pytest.fixture
def reminders_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """That job runs as soon as the service has started, too."""
    schedule = Jobs.schedule

    def with_a_first_run(jobs: Jobs, *others: tuple[Job, int]) -> AsyncIOScheduler:
        scheduler = schedule(jobs, *others)
        scheduler.get_job("post_reminders").modify(next_run_time=datetime.now(UTC))
        return scheduler

    monkeypatch.setattr(Jobs, "schedule", with_a_first_run)


async def test_the_day_of_a_delivery_is_reminded_of_once_by_two_services(
    reminders_at_once: None, settings: Settings, orders: Orders, chats: Chats, alice: Person
) -> None:
    await alice.send("hello")
    await chats.link(chat(alice.id))
    await chats.prefer(alice.id, Preferences(timezone=at_ten()))
    now = datetime.now(UTC)
    today = Window(earliest=now + timedelta(hours=1), latest=now + timedelta(hours=2))
    await record(
        orders,
        "ord_1",
        event("shipped").model_copy(update={"estimated_delivery": today}),
        notify=False,
    )
    async with Trackline(settings), Trackline(settings.model_copy()):
        await alice.receives(containing="Arriving today")
        await message_ends_there(chats, alice)
    said = [message for message in alice.inbox if "Arriving today" in message.text]
    assert len(said) == 1
