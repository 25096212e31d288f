"""Telegram's bad days: what is told later, what never, and who must not notice."""

import asyncio
import time
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.pace import Pacer
from bot.delivery.policy import MOST_ERRORS
from bot.services.news.fresh import Announced
from bot.services.news.undelivered import Undelivered
from bot.services.orders.timeline import Timeline
from bot.texts.message import Message, Reader
from bot.texts.news import order_news
from sandbox import Fault, Person, Sandbox
from sandbox.api import Call
from storage.chats import Chats
from storage.clock import Clock
from storage.dead_letters import DeadLetters
from storage.models import DeadLetter
from storage.mongo import Document, Mongo
from storage.orders import Orders
from tests.delivery.conftest import Joins
from tests.delivery.happening import happens, idle, pushes, waits
from tests.support.news import event, record
from tests.support.waiting import until
from tests.support.warnings_of import warned


async def test_a_429_holds_the_chat_that_it_was_for_before_its_time_and_does_not_count(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
) -> None:
    await joins(alice)
    sandbox.fail(Fault(method="sendMessage", retry_after=1))
    await happens(dispatcher, orders, "ord_1", "shipped")
    assert (await waits(chats, alice)).attempts == 0
    await happens(dispatcher, orders, "ord_1", "delivered", after=1)
    await alice.receives(containing="has been delivered")
    refused, later = sandbox.calls_of("sendMessage")
    assert refused.status == 429
    assert later.at - refused.at >= timedelta(seconds=1)


async def test_a_chat_that_is_always_limited_delays_nobody_else(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    bob: Person,
    pacer: Pacer,
) -> None:
    await joins(alice)
    await joins(bob)
    sandbox.fail(Fault(method="sendMessage", chat_id=alice.id, retry_after=2, times=None))
    began, told, tries = time.monotonic(), 0, list[Call]()
    while len(tries) < 3:
        told += 1
        await happens(dispatcher, orders, f"ord_{told}", "shipped")
        await bob.receives(containing=f"ord_{told} has been shipped")
        assert pacer.halted_for() == timedelta()
        tries = sandbox.calls_of("sendMessage", chat_id=alice.id)
    assert len(tries) <= 1 + (time.monotonic() - began) / 2


async def test_several_chats_that_are_limited_at_once_make_everybody_wait(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    bob: Person,
    charlie: Person,
) -> None:
    for person in (alice, bob, charlie):
        await joins(person)
    sandbox.fail(Fault(method="sendMessage", retry_after=1, times=3))
    await happens(dispatcher, orders, "ord_1", "shipped")

    async def all_are_limited() -> bool:
        return len(sandbox.calls_of("sendMessage")) == 3

    await until(all_are_limited)
    dave = sandbox.person("Dave")
    await joins(dave)
    await happens(dispatcher, orders, "ord_1", "delivered", after=1)
    for person in (alice, bob, charlie, dave):
        await person.receives(containing="has been delivered")
    *refused, _, _, _, _ = calls = sandbox.calls_of("sendMessage")
    assert [call.status for call in refused] == [429] * 3
    assert all(call.at - refused[-1].at >= timedelta(seconds=1) for call in calls[3:])


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="sendMessage", times=3, status=502, body=b"<html>502 Bad Gateway</html>"),
        Fault(method="sendMessage", times=3, status=500),
        Fault(method="sendMessage", times=3, drop=True),
        Fault(method="sendMessage", times=3, garbage=True),
    ],
    ids=["502", "500", "dropped", "garbage"],
)
async def test_a_send_that_failed_is_tried_again_and_told_once(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
    fault: Fault,
) -> None:
    await joins(alice)
    sandbox.fail(fault)
    await happens(dispatcher, orders, "ord_1", "shipped")
    await alice.receives(containing="has been shipped")
    assert (await idle(chats, alice)).attempts == 0
    assert len(alice.inbox) == 1
    assert len(sandbox.calls_of("sendMessage")) == 4


async def test_a_failure_counts_and_what_waits_behind_it_keeps_its_order(
    monkeypatch: pytest.MonkeyPatch,
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
) -> None:
    monkeypatch.setattr("bot.delivery.policy.random.random", lambda: 1.0)
    monkeypatch.setattr("bot.delivery.policy.FIRST_WAIT", timedelta(seconds=0.4))
    await joins(alice)
    sandbox.fail(Fault(method="sendMessage", status=502))
    await happens(dispatcher, orders, "ord_1", "shipped")
    assert (await waits(chats, alice)).attempts == 1
    await happens(dispatcher, orders, "ord_2", "shipped")
    await alice.receives(containing="ord_2")
    assert [text.split()[3] for text in pushes(alice)] == ["ord_1", "ord_2"]


async def test_a_chat_that_blocked_the_bot_is_paused_until_it_is_resumed(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
    mongo: Mongo,
) -> None:
    await joins(alice)
    alice.block()
    await happens(dispatcher, orders, "ord_1", "shipped")
    paused = await waits(chats, alice)
    assert (paused.paused, paused.due_at) == ("Forbidden: bot was blocked by the user", None)
    await happens(dispatcher, orders, "ord_1", "delivered", after=1)
    await happens(dispatcher, orders, "ord_2", "shipped")
    await waits(chats, alice, 2)
    assert len(sandbox.calls_of("sendMessage")) == 1

    alice.unblock()
    await chats.resume(alice.id, event().recorded_at)
    await alice.receives(containing="ord_1 has been delivered")
    await alice.receives(containing="ord_2 has been shipped")
    assert len(alice.inbox) == 2


@pytest.mark.parametrize("why", ["deactivated", "chat not found"])
async def test_a_chat_that_is_gone_is_unlinked_and_not_tried_again(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
    why: str,
) -> None:
    await joins(alice)
    if why == "deactivated":
        alice.deactivate()
    else:
        sandbox.fail(
            Fault(method="sendMessage", status=400, description="Bad Request: chat not found")
        )
    await happens(dispatcher, orders, "ord_1", "shipped")

    async def unlinked() -> bool:
        return await chats.get(alice.id) is None

    await until(unlinked)
    await happens(dispatcher, orders, "ord_1", "delivered", after=1)
    await dispatcher.fan_out(Announced("ord_1"))
    assert len(sandbox.calls_of("sendMessage")) == 1


async def test_what_telegram_never_takes_is_a_dead_letter_and_the_rest_goes_on(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
    mongo: Mongo,
) -> None:
    await joins(alice)
    refusal = "Bad Request: CHAT_RESTRICTED"
    sandbox.fail(Fault(method="sendMessage", times=2, status=400, description=refusal))
    await happens(dispatcher, orders, "ord_1", "shipped")
    await happens(dispatcher, orders, "ord_2", "shipped")

    async def both() -> list[Document] | None:
        letters = await mongo.database["dead_letters"].find({}).to_list(10)
        return letters if len(letters) == 2 else None

    letters = await until(both) or []
    await idle(chats, alice)
    assert sorted(letter["_id"] for letter in letters) == [
        f"{alice.id}:1:ord_1",
        f"{alice.id}:1:ord_2",
    ]
    assert {letter["reason"] for letter in letters} == {"Chat_restricted"}

    await happens(dispatcher, orders, "ord_1", "delivered", after=1)
    await alice.receives(containing="ord_1 has been delivered")


async def test_a_bug_that_one_order_s_message_meets_is_a_dead_letter_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
    mongo: Mongo,
) -> None:
    tries: list[str] = []

    def news(order: Timeline, reader: Reader, now: datetime) -> Message:
        if order.order_id == "ord_1":
            tries.append(order.order_id)
            raise KeyError("Mrs Example's note")
        return order_news(order, reader, now)

    monkeypatch.setattr("bot.delivery.sender.order_news", news)
    await joins(alice)
    with capture_logs() as logs:
        await happens(dispatcher, orders, "ord_1", "shipped")
        await happens(dispatcher, orders, "ord_2", "shipped")
        await alice.receives(containing="ord_2 has been shipped")
        (letter,) = await until(lambda: DeadLetters(mongo).page(None, 10)) or []
        assert (await idle(chats, alice)).attempts == 0
    assert (letter.order_id, letter.reason) == ("ord_1", "KeyError")
    assert len(tries) == MOST_ERRORS
    assert warned(logs) == ["tell_failed"] * MOST_ERRORS
    assert len(sandbox.calls_of("sendMessage")) == 1


async def test_a_dead_letter_that_is_sent_again_before_its_news_has_left_the_mailbox_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
) -> None:
    keep = DeadLetters.keep

    async def keep_and_send_again(letters: DeadLetters, letter: DeadLetter) -> None:
        await keep(letters, letter)
        assert await Undelivered(letters, chats, orders, Clock()).send_again(letter)

    monkeypatch.setattr(DeadLetters, "keep", keep_and_send_again)
    await joins(alice)
    sandbox.fail(Fault(method="sendMessage", status=400, description="Bad Request: oops"))
    await happens(dispatcher, orders, "ord_1", "shipped")
    await alice.receives(containing="has been shipped")
    await idle(chats, alice)
    assert len(alice.inbox) == 1


async def test_no_dead_letter_is_left_of_a_chat_that_went_while_its_message_was_refused(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
    mongo: Mongo,
) -> None:
    await joins(alice)
    refusal = "Bad Request: BUTTON_URL_INVALID"
    sandbox.fail(Fault(method="sendMessage", status=400, description=refusal, delay=10))
    await record(orders, "ord_1", event("shipped"))
    sending = asyncio.create_task(dispatcher.fan_out(Announced("ord_1")))

    async def is_being_sent() -> bool:
        chat = await chats.get(alice.id)
        return chat is not None and chat.lease is not None

    await until(is_being_sent)
    await chats.unlink(alice.id)
    sandbox.clear_faults()
    await sending
    assert await DeadLetters(mongo).page(None, 10) == []


async def test_an_order_that_cannot_be_read_is_a_dead_letter_and_the_rest_goes_on(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    chats: Chats,
    mongo: Mongo,
) -> None:
    await joins(alice)
    sandbox.fail(Fault(method="sendMessage", retry_after=1))
    await happens(dispatcher, orders, "ord_1", "shipped")
    await waits(chats, alice)
    broken = {"$set": {"events.0.occurred_at": "Mrs Example's birthday"}}
    await mongo.database["orders"].update_one({"_id": "ord_1"}, broken)
    with capture_logs() as logs:
        await happens(dispatcher, orders, "ord_2", "shipped")
        await alice.receives(containing="ord_2 has been shipped")
        assert (await idle(chats, alice)).attempts == 0
    (letter,) = await DeadLetters(mongo).page(None, 10)
    assert (letter.order_id, letter.reason) == ("ord_1", "ValidationError")
    assert warned(logs) == ["order_unreadable"] * MOST_ERRORS
    assert "Mrs Example" not in repr(logs)


async def test_one_chat_s_trouble_does_not_delay_another_s_news(
    dispatcher: Dispatcher,
    orders: Orders,
    sandbox: Sandbox,
    joins: Joins,
    alice: Person,
    bob: Person,
) -> None:
    await joins(alice)
    await joins(bob)
    hangs = Fault(method="sendMessage", chat_id=alice.id, delay=60, status=502, times=None)
    sandbox.fail(hangs)
    await happens(dispatcher, orders, "ord_1", "shipped")
    await bob.receives(containing="has been shipped")
    await happens(dispatcher, orders, "ord_1", "delivered", after=1)
    await bob.receives(containing="has been delivered")
    await happens(dispatcher, orders, "ord_2", "shipped")
    await bob.receives(containing="ord_2")
    assert alice.inbox == []
    sandbox.clear_faults()
    await alice.receives(containing="ord_2")
    assert len(alice.inbox) == 2
