"""The dispatcher: news goes to every linked chat, in order, whatever happens to other chats."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.sender import Sender
from bot.services.news.fresh import Announced, FreshNews
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.mongo import Mongo
from storage.orders import Orders
from tests.delivery.conftest import Joins, Running
from tests.delivery.happening import happens, idle, pushes
from tests.support.news import chat, event, record
from tests.support.replica import a_waiting

# Who is told what


async def test_every_change_of_state_goes_to_each_chat_of_the_customer(
    dispatcher: Dispatcher,
    orders: Orders,
    joins: Joins,
    alice: Person,
    bob: Person,
    charlie: Person,
    chats: Chats,
) -> None:
    await joins(alice)
    await joins(bob)
    await charlie.send("hello")
    await chats.link(chat(charlie.id, "customer-2"))
    for n, status in enumerate(("placed", "shipped", "delivered")):
        await happens(dispatcher, orders, "ord_1", status, after=n)
        for person in (alice, bob):
            await person.receives(containing="ord_1")
    told = [
        "📝 Thank you for your order ord_1!",
        "🚚 Your order ord_1 has been shipped.",
        "✅ Your order ord_1 has been delivered. Enjoy!",
    ]
    assert (pushes(alice), pushes(bob), pushes(charlie)) == (told, told, [])


async def test_news_leaves_at_once_and_not_at_the_next_tick(
    monkeypatch: pytest.MonkeyPatch, running: Running, orders: Orders, joins: Joins, alice: Person
) -> None:
    monkeypatch.setattr("bot.delivery.dispatcher.TICK", 3600)
    await joins(alice)
    async with running() as dispatcher:
        await happens(dispatcher, orders, "ord_1", "shipped")
        await alice.receives(containing="has been shipped")


@pytest.mark.parametrize("why", ["silent", "late", "repeated"])
async def test_what_is_no_news_is_told_to_nobody(
    dispatcher: Dispatcher, orders: Orders, joins: Joins, alice: Person, chats: Chats, why: str
) -> None:
    await joins(alice)
    await happens(dispatcher, orders, "ord_1", "shipped", after=5)
    await alice.receives(containing="has been shipped")
    no_news = {
        "silent": (event("delivered", after=9), False),
        "late": (event("packed", after=1), True),
        "repeated": (event("shipped", after=9), True),
    }
    what, notify = no_news[why]
    assert await record(orders, "ord_1", what, notify=notify)
    await dispatcher.fan_out(Announced("ord_1"))
    assert (await idle(chats, alice)).told[-1].news == 1
    assert len(alice.inbox) == 1


async def test_an_unknown_order_is_announced_in_vain(dispatcher: Dispatcher) -> None:
    await dispatcher.fan_out(Announced("ord_unknown"))


async def test_news_for_a_customer_without_a_chat_is_done_with(
    dispatcher: Dispatcher, orders: Orders
) -> None:
    await record(orders, "ord_1", event())
    await dispatcher.fan_out(Announced("ord_1"))
    order = await orders.get("ord_1")
    assert order is not None
    assert order.unfanned_since is None


async def test_fanning_out_many_times_at_once_tells_once(
    running: Running, orders: Orders, joins: Joins, alice: Person, chats: Chats
) -> None:
    await joins(alice)
    await record(orders, "ord_1", event("shipped"))
    async with running() as one, running() as another:
        await asyncio.gather(*(each.fan_out(Announced("ord_1")) for each in (one, another) * 5))
        await idle(chats, alice)
    assert len(alice.inbox) == 1


async def test_fanning_out_again_after_a_crash_before_the_mark_was_cleared_tells_once(
    dispatcher: Dispatcher, orders: Orders, joins: Joins, alice: Person, mongo: Mongo, chats: Chats
) -> None:
    await joins(alice)
    shipped = event("shipped")
    await record(orders, "ord_1", shipped)
    await dispatcher.fan_out(Announced("ord_1"))
    await mongo.database["orders"].update_one(
        {"_id": "ord_1"},
        {"$set": {"unfanned_since": shipped.recorded_at, "look_at": shipped.recorded_at}},
    )
    await dispatcher.fan_out(Announced("ord_1"))
    await idle(chats, alice)
    assert len(alice.inbox) == 1
    assert await orders.unfanned(shipped.recorded_at, 1) == []


# Order, and merging


async def test_a_chat_s_news_leaves_in_the_order_in_which_it_came(
    dispatcher: Dispatcher, orders: Orders, sandbox: Sandbox, joins: Joins, alice: Person
) -> None:
    await joins(alice)
    sandbox.fail(Fault(method="sendMessage", delay=0.3))
    await happens(dispatcher, orders, "ord_0", "shipped")
    await alice.receives(containing="ord_0")
    for n in range(1, 5):
        await record(orders, f"ord_{n}", event("shipped"))
        await dispatcher.fan_out(Announced(f"ord_{n}"))
    await alice.receives(containing="ord_4")
    assert pushes(alice) == [f"🚚 Your order ord_{n} has been shipped." for n in range(5)]


async def test_one_chat_is_sent_one_message_at_a_time(
    dispatcher: Dispatcher, orders: Orders, sandbox: Sandbox, joins: Joins, alice: Person
) -> None:
    await joins(alice)
    sandbox.fail(Fault(method="sendMessage", times=None, delay=0.1))
    for n in range(4):
        await happens(dispatcher, orders, f"ord_{n}", "shipped")
    for _ in range(4):
        await alice.receives()
    starts = [call.at for call in sandbox.calls_of("sendMessage")]
    sandbox.clear_faults()
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert all(gap >= timedelta(seconds=0.1) for gap in gaps)


async def test_a_chat_is_given_time_between_two_messages(
    monkeypatch: pytest.MonkeyPatch,
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
) -> None:
    pace = timedelta(seconds=0.4)
    monkeypatch.setattr("bot.delivery.serving.CHAT_PACE", pace)
    await joins(alice)
    sandbox.fail(Fault(method="sendMessage", delay=10))
    await happens(dispatcher, orders, "ord_1", "shipped")
    await alice.receives()
    await record(orders, "ord_2", event("shipped"))
    await dispatcher.fan_out(Announced("ord_2"))
    sandbox.clear_faults()
    await alice.receives(containing="ord_2")
    first, second = (call.at for call in sandbox.calls_of("sendMessage"))
    assert second - first >= pace


async def test_news_of_one_order_merges_while_the_chat_waits(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
) -> None:
    await joins(alice)
    sandbox.fail(Fault(method="sendMessage", retry_after=1))
    for n, status in enumerate(("placed", "packed", "shipped", "in_transit", "delivered")):
        await happens(dispatcher, orders, "ord_1", status, after=n)
    await alice.receives(containing="has been delivered")
    told = (await idle(chats, alice)).told
    assert pushes(alice) == ["✅ Your order ord_1 has been delivered. Enjoy!"]
    assert told[-1].news == 5


# Our own troubles


async def test_an_error_of_our_own_ends_one_piece_of_work_and_not_the_dispatcher(
    monkeypatch: pytest.MonkeyPatch,
    dispatcher: Dispatcher,
    orders: Orders,
    joins: Joins,
    alice: Person,
) -> None:
    await joins(alice)

    async def fails(news: Announced) -> None:
        raise RuntimeError(news.order_id)

    with capture_logs() as logs:
        with monkeypatch.context() as broken:
            broken.setattr(dispatcher, "fan_out", fails)
            for _ in range(40):  # more than there are workers
                dispatcher.fresh.announce("ord_1")
            await dispatcher.fresh.queue.join()
        await happens(dispatcher, orders, "ord_1", "shipped")
        await alice.receives(containing="has been shipped")
    assert [line["event"] for line in logs] == ["dispatcher_failed"] * 40


async def test_a_full_queue_leaves_the_news_to_the_sweep_and_fails_nobody(
    orders: Orders, chats: Chats, mongo: Mongo, sender: Sender
) -> None:
    idle = Dispatcher(
        orders=orders,
        chats=chats,
        dead_letters=DeadLetters(mongo),
        fresh=FreshNews(),
        sender=sender,
        waiting=a_waiting(mongo, orders, chats),
    )
    with capture_logs() as logs:
        for _ in range(10_001):
            idle.fresh.announce("ord_1")
    assert [line["event"] for line in logs] == ["dispatcher_is_behind"]
