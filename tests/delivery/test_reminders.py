"""Reminders: on the morning of the expected day, once, and only while they are true."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.dispatcher import Dispatcher
from bot.jobs import Jobs
from bot.services.news.fresh import Announced
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.models import Chat, Entry, Event, Pickup, Window
from storage.mongo import Mongo
from storage.orders import Orders
from storage.whose import account
from tests.delivery.conftest import Joins, Prefers, Running
from tests.delivery.happening import idle, pushes
from tests.support.clock import Clock
from tests.support.news import event, record
from tests.support.replica import a_replica_s_jobs
from tests.support.waiting import until

DAY = datetime(2030, 6, 4, tzinfo=UTC)
EIGHT = DAY.replace(hour=8)
WINDOW = Window(earliest=DAY.replace(hour=14), latest=DAY.replace(hour=18))
NEXT_DAY = Window(earliest=DAY + timedelta(days=1, hours=14))


@pytest.fixture
def jobs(mongo: Mongo, dispatcher: Dispatcher) -> Jobs:
    return jobs_of(dispatcher, mongo)


def jobs_of(dispatcher: Dispatcher, mongo: Mongo) -> Jobs:
    """Those of a replica, by its dispatcher's clock."""
    return a_replica_s_jobs(mongo, fresh=dispatcher.fresh, clock=dispatcher.now)


def at(minute: float, status: str | None = None, window: Window | None = None) -> Event:
    """It happens a day ahead of the delivery, and so many minutes."""
    what = event(status).model_copy(update={"estimated_delivery": window})
    happened = DAY - timedelta(days=1) + timedelta(minutes=minute)
    return what.model_copy(update={"occurred_at": happened, "recorded_at": happened})


async def has_reminders(chats: Chats, person: Person, *days: datetime) -> Chat:
    """The chat, once just these reminders wait."""

    async def look() -> Chat | None:
        chat = await chats.get(person.id)
        assert chat is not None
        due = [entry.due for entry in chat.entries if entry.kind == "reminder"]
        return chat if due == list(days) else None

    chat = await until(look)
    assert chat is not None
    return chat


async def is_posted(orders: Orders) -> None:
    async def nothing_is_left() -> bool:
        return await orders.to_remind(DAY + timedelta(days=9), 10) == []

    await until(nothing_is_left)


@pytest.fixture
async def expected(
    clock: Clock, orders: Orders, joins: Joins, dispatcher: Dispatcher, alice: Person, chats: Chats
) -> None:
    """alice's order is expected on that day; she was told yesterday that it was shipped."""
    clock.set(DAY - timedelta(hours=9))
    await joins(alice)
    await record(orders, "ord_1", at(0, "shipped", WINDOW))
    await dispatcher.fan_out(Announced("ord_1"))
    await idle(chats, alice)


async def test_on_the_morning_of_the_expected_day_the_customer_is_reminded(
    expected: None, jobs: Jobs, alice: Person, chats: Chats, clock: Clock
) -> None:
    await jobs.post_reminders()
    chat = await has_reminders(chats, alice, EIGHT)
    assert chat.due_at == EIGHT
    clock.set(EIGHT)
    message = await alice.receives(containing="Arriving today")
    assert message.text.startswith("📅 Arriving today, ")
    assert message.text.endswith(": order ord_1")
    assert [row[0].text for row in message.buttons] == ["Show timeline"]
    await idle(chats, alice)
    assert len(alice.inbox) == 2


async def test_everybody_is_reminded_in_their_own_morning_and_outside_their_quiet(
    expected: None,
    jobs: Jobs,
    joins: Joins,
    prefers: Prefers,
    alice: Person,
    bob: Person,
    chats: Chats,
) -> None:
    await joins(bob)
    await prefers(alice, timezone="Africa/Kampala")
    await prefers(bob, timezone="America/New_York", quiet=(22, 9))
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT - timedelta(hours=3))
    await has_reminders(chats, bob, EIGHT + timedelta(hours=5))


async def test_the_morning_is_one_message_of_all_reminders_and_of_the_daily_summary(
    expected: None,
    jobs: Jobs,
    prefers: Prefers,
    orders: Orders,
    dispatcher: Dispatcher,
    alice: Person,
    chats: Chats,
    clock: Clock,
) -> None:
    await prefers(alice, digest=8)
    for name, what in (("ord_2", at(1, "shipped", WINDOW)), ("ord_3", at(2, "packed"))):
        await record(orders, name, what.model_copy(update={"recorded_at": clock.now()}))
    for name in ("ord_2", "ord_3"):
        await dispatcher.fan_out(Announced(name))
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT, EIGHT)
    clock.set(EIGHT)
    message = await alice.receives(containing="Your orders today")
    await idle(chats, alice)
    assert [line.split(":")[0] for line in message.text.splitlines()[2:]] == [
        "📅 Arriving today, 14",
        "📅 Arriving today, 14",
        "📦 Your order ord_3 is packed and ready to go.",
    ]
    assert len(alice.inbox) == 2


async def test_the_job_may_run_again_and_on_two_replicas_and_reminds_once(
    expected: None,
    running: Running,
    orders: Orders,
    alice: Person,
    chats: Chats,
    mongo: Mongo,
    clock: Clock,
) -> None:
    async with running() as one, running() as another:
        both = [jobs_of(each, mongo) for each in (one, another)]
        await asyncio.gather(*(jobs.post_reminders() for jobs in both * 3))
        await has_reminders(chats, alice, EIGHT)
        clock.set(EIGHT)
        await alice.receives(containing="Arriving today")
        await idle(chats, alice)
        await asyncio.gather(*(jobs.post_reminders() for jobs in both))
    await is_posted(orders)
    assert len(alice.inbox) == 2


async def test_who_comes_later_is_reminded_too_and_nobody_twice(
    expected: None,
    jobs: Jobs,
    joins: Joins,
    orders: Orders,
    alice: Person,
    bob: Person,
    chats: Chats,
    clock: Clock,
) -> None:
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT)
    await is_posted(orders)
    await joins(bob)
    await orders.remind_again([account("customer-1")], clock.now())
    await jobs.post_reminders()
    await has_reminders(chats, bob, EIGHT)
    await has_reminders(chats, alice, EIGHT)
    clock.set(EIGHT)
    for person in (alice, bob):
        await person.receives(containing="Arriving today")
    await orders.remind_again([account("customer-1")], clock.now())
    await jobs.post_reminders()
    await is_posted(orders)
    await idle(chats, bob)
    assert (len(alice.inbox), len(bob.inbox)) == (2, 1)


async def test_a_crash_between_the_mailbox_and_the_mark_reminds_once(
    expected: None,
    jobs: Jobs,
    dispatcher: Dispatcher,
    orders: Orders,
    alice: Person,
    chats: Chats,
    mongo: Mongo,
    clock: Clock,
) -> None:
    mark = {"_id": "ord_1"}, {"$set": {"remind_at": DAY, "look_at": DAY}}
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT)
    await is_posted(orders)
    await mongo.database["orders"].update_one(*mark)
    await dispatcher.remind("ord_1")
    clock.set(EIGHT)
    await alice.receives(containing="Arriving today")
    await idle(chats, alice)
    await mongo.database["orders"].update_one(*mark)
    await dispatcher.remind("ord_1")
    await idle(chats, alice)
    await is_posted(orders)
    assert len(alice.inbox) == 2


@pytest.mark.parametrize(
    "what",
    [at(9, "delivered"), at(9, "cancelled"), at(9, None, NEXT_DAY), at(9, "ready_for_pickup")],
    ids=["delivered", "cancelled", "moved", "at the shop"],
)
async def test_what_is_not_true_any_more_in_the_morning_is_not_said(
    expected: None,
    jobs: Jobs,
    dispatcher: Dispatcher,
    orders: Orders,
    alice: Person,
    chats: Chats,
    clock: Clock,
    what: Event,
) -> None:
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT)
    await record(orders, "ord_1", what, notify=False)
    clock.set(EIGHT)
    await idle(chats, alice)
    assert len(alice.inbox) == 1


async def test_who_was_told_today_that_it_is_on_its_way_is_not_reminded(
    expected: None,
    jobs: Jobs,
    dispatcher: Dispatcher,
    orders: Orders,
    alice: Person,
    chats: Chats,
    clock: Clock,
) -> None:
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT)
    clock.set(EIGHT - timedelta(hours=1))
    await record(orders, "ord_1", at(24 * 60 + 420, "out_for_delivery"))
    await dispatcher.fan_out(Announced("ord_1"))
    await alice.receives(containing="out for delivery")
    clock.set(EIGHT)
    await idle(chats, alice)
    assert len(alice.inbox) == 2


async def test_a_delivery_that_moves_is_told_and_reminded_of_on_its_new_day(
    expected: None,
    jobs: Jobs,
    dispatcher: Dispatcher,
    orders: Orders,
    alice: Person,
    chats: Chats,
    clock: Clock,
) -> None:
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT)
    await record(orders, "ord_1", at(9, None, NEXT_DAY))
    await dispatcher.fan_out(Announced("ord_1"))
    await alice.receives(containing="Wed 5 Jun")
    await has_reminders(chats, alice, EIGHT)
    clock.set(EIGHT)
    await idle(chats, alice)
    await dispatcher.remind("ord_1")
    await has_reminders(chats, alice, EIGHT + timedelta(days=1))
    clock.set(EIGHT + timedelta(days=1))
    await alice.receives(containing="Arriving today")
    await idle(chats, alice)
    assert len(alice.inbox) == 3


async def test_who_turned_reminders_off_or_blocked_us_for_the_day_is_not_reminded(
    expected: None,
    jobs: Jobs,
    joins: Joins,
    prefers: Prefers,
    alice: Person,
    bob: Person,
    chats: Chats,
    clock: Clock,
) -> None:
    await joins(bob)
    await jobs.post_reminders()
    for person in (alice, bob):
        await has_reminders(chats, person, EIGHT)
    await prefers(alice, reminders=False)
    await idle(chats, alice)
    await chats.pause(bob.id, "blocked")
    clock.set(EIGHT + timedelta(days=1))
    await chats.resume(bob.id, clock.now())
    await idle(chats, bob)
    assert (len(alice.inbox), len(bob.inbox)) == (1, 0)


async def test_a_reminder_that_telegram_never_takes_is_forgotten_and_what_waits_goes_on(
    expected: None,
    jobs: Jobs,
    orders: Orders,
    dispatcher: Dispatcher,
    sandbox: Sandbox,
    alice: Person,
    chats: Chats,
    mongo: Mongo,
    clock: Clock,
) -> None:
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT)
    refusal = "Bad Request: CHAT_RESTRICTED"
    sandbox.fail(Fault(method="sendMessage", status=400, description=refusal))
    clock.set(EIGHT)
    await idle(chats, alice)
    assert await mongo.database["dead_letters"].count_documents({}) == 0
    await record(orders, "ord_1", at(9, "out_for_delivery"))
    await dispatcher.fan_out(Announced("ord_1"))
    await alice.receives(containing="out for delivery")


async def test_news_and_a_reminder_of_one_order_do_not_displace_each_other(
    expected: None,
    jobs: Jobs,
    orders: Orders,
    dispatcher: Dispatcher,
    alice: Person,
    chats: Chats,
    clock: Clock,
) -> None:
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT)
    await record(orders, "ord_1", at(9, "in_transit"))
    await dispatcher.fan_out(Announced("ord_1"))
    await alice.receives(containing="is on its way")
    await has_reminders(chats, alice, EIGHT)
    clock.set(EIGHT)
    await alice.receives(containing="Arriving today")
    chat = await idle(chats, alice)
    assert [each.kind for each in chat.told] == ["news", "news", "reminder"]
    assert len(pushes(alice)) == 3


async def test_a_reminder_does_not_take_the_place_of_a_live_message(
    expected: None,
    jobs: Jobs,
    orders: Orders,
    dispatcher: Dispatcher,
    prefers: Prefers,
    alice: Person,
    chats: Chats,
    clock: Clock,
) -> None:
    await prefers(alice, cards=True)
    await record(orders, "ord_1", at(9, "in_transit"))
    await dispatcher.fan_out(Announced("ord_1"))
    (card,) = (await idle(chats, alice)).cards
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT)
    clock.set(EIGHT)
    await alice.receives(containing="Arriving today")
    assert (await idle(chats, alice)).cards == [card]
    assert card.message_id in [message.id for message in alice.inbox]


async def test_a_failed_reminder_is_tried_again(
    expected: None,
    jobs: Jobs,
    sandbox: Sandbox,
    alice: Person,
    chats: Chats,
    clock: Clock,
) -> None:
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT)
    sandbox.fail(Fault(method="sendMessage", times=2, status=502))
    clock.set(EIGHT)
    await alice.receives(containing="Arriving today")
    await idle(chats, alice)
    assert len(alice.inbox) == 2


async def test_an_order_that_nobody_can_be_reminded_of_loses_its_mark(
    expected: None, jobs: Jobs, orders: Orders, alice: Person, chats: Chats
) -> None:
    await record(orders, "ord_1", at(9, "delivered"), notify=False)
    await jobs.post_reminders()
    await is_posted(orders)
    chat = await idle(chats, alice)
    assert chat.entries == list[Entry]()


async def test_what_waits_to_be_fetched_is_reminded_of_the_day_before_its_last(
    clock: Clock,
    orders: Orders,
    joins: Joins,
    dispatcher: Dispatcher,
    jobs: Jobs,
    alice: Person,
    chats: Chats,
) -> None:
    clock.set(DAY - timedelta(hours=9))
    await joins(alice)
    kiosk = Pickup(name="Bukoto kiosk", until=DAY.date() + timedelta(days=1), code="4711")
    ready = at(0, "ready_for_pickup").model_copy(update={"pickup": kiosk})
    await record(orders, "ord_1", ready)
    await dispatcher.fan_out(Announced("ord_1"))
    await idle(chats, alice)
    await jobs.post_reminders()
    await has_reminders(chats, alice, EIGHT)
    clock.set(EIGHT)
    message = await alice.receives(containing="is still waiting for you to pick it up")
    assert "📍 Bukoto kiosk" in message.text
    await is_posted(orders)
