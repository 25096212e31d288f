"""What is held back, what is not, and how it is told in the end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.dispatcher import Dispatcher
from bot.services.news.fresh import Announced
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.models import Chat
from storage.orders import Orders
from tests.delivery.conftest import Joins, Prefers, Running
from tests.delivery.happening import idle, pushes, waits
from tests.support.clock import Clock
from tests.support.news import event, record
from tests.support.waiting import until

NIGHT = datetime(2030, 6, 3, 20, 0, tzinfo=UTC)  # 23:00 in Kampala
MORNING = datetime(2030, 6, 4, 4, 0, tzinfo=UTC)
QUIET = {"timezone": "Africa/Kampala", "quiet": (22, 7)}
Happens = Callable[..., Awaitable[None]]


@pytest.fixture
def it_happens(dispatcher: Dispatcher, orders: Orders, clock: Clock) -> Happens:
    """An event is recorded and fanned out, by the test's clock."""

    async def happen(order_id: str, status: str, after: float = 0) -> None:
        what = event(status, after=after).model_copy(update={"recorded_at": clock.now()})
        await record(orders, order_id, what)
        await dispatcher.fan_out(Announced(order_id))

    return happen


async def holds(chats: Chats, person: Person, *orders: str) -> Chat:
    """The chat, once just these orders wait for the morning."""

    async def look() -> Chat | None:
        chat = await chats.get(person.id)
        assert chat is not None
        held = {entry.order_id for entry in chat.entries if entry.due == MORNING}
        return chat if held == set(orders) and chat.due_at == MORNING and not chat.lease else None

    chat = await until(look)
    assert chat is not None
    return chat


@pytest.fixture
async def night(joins: Joins, alice: Person, prefers: Prefers, clock: Clock) -> None:
    """It is night at alice's, and she wants her quiet."""
    await joins(alice)
    await prefers(alice, **QUIET)
    clock.set(NIGHT)


# The quiet


async def test_what_came_in_the_night_is_told_in_the_morning_in_one_message_of_the_state_then(
    night: None, it_happens: Happens, alice: Person, chats: Chats, clock: Clock
) -> None:
    await it_happens("ord_1", "packed")
    await it_happens("ord_2", "shipped")
    await holds(chats, alice, "ord_1", "ord_2")
    await it_happens("ord_1", "shipped", after=1)
    await it_happens("ord_1", "out_for_delivery", after=2)
    await holds(chats, alice, "ord_1", "ord_2")
    assert alice.inbox == []

    clock.set(MORNING)
    message = await alice.receives(containing="While it was quiet")
    told = await idle(chats, alice)
    assert set(message.text.splitlines()[2:]) == {
        "🛵 Your order ord_1 is out for delivery.",
        "🚚 Your order ord_2 has been shipped.",
    }
    labels = [[button.text for button in row] for row in message.buttons]
    assert labels == [["🛵 ord_1", "🚚 ord_2"], ["My orders"]]
    assert len(alice.inbox) == 1
    assert {(each.order_id, each.news) for each in told.told} == {("ord_1", 3), ("ord_2", 1)}


async def test_what_waited_alone_is_told_as_ordinary_news(
    night: None, it_happens: Happens, alice: Person, chats: Chats, clock: Clock
) -> None:
    await it_happens("ord_1", "packed")
    await it_happens("ord_1", "shipped", after=1)
    await holds(chats, alice, "ord_1")
    clock.set(MORNING)
    await alice.receives(containing="has been shipped")
    await idle(chats, alice)
    assert pushes(alice) == ["🚚 Your order ord_1 has been shipped."]


async def test_after_many_quiet_orders_several_messages_tell_of_all(
    night: None, it_happens: Happens, alice: Person, chats: Chats, clock: Clock
) -> None:
    names = [f"ord_{n}" for n in range(10, 30)]
    for name in names:
        await it_happens(name, "shipped")
    await holds(chats, alice, *names)
    clock.set(MORNING)
    await idle(chats, alice)
    assert len(alice.inbox) == 2
    text = "".join(message.text for message in alice.inbox)
    assert all(text.count(f"order {name} ") == 1 for name in names)


async def test_bob_in_his_own_time_zone_is_told_while_alice_sleeps(
    night: None,
    it_happens: Happens,
    joins: Joins,
    prefers: Prefers,
    alice: Person,
    bob: Person,
    chats: Chats,
) -> None:
    await joins(bob)
    await prefers(bob, timezone="America/New_York", quiet=(22, 7))
    await it_happens("ord_1", "shipped")
    await bob.receives(containing="has been shipped")
    await holds(chats, alice, "ord_1")
    assert alice.inbox == []


async def test_a_problem_breaks_the_quiet_and_takes_what_waited_for_its_order_with_it(
    night: None, it_happens: Happens, alice: Person, chats: Chats
) -> None:
    await it_happens("ord_1", "shipped")
    await it_happens("ord_2", "shipped")
    await holds(chats, alice, "ord_1", "ord_2")
    await it_happens("ord_1", "delayed", after=1)
    await alice.receives(containing="ord_1 is delayed")
    await holds(chats, alice, "ord_2")
    assert len(alice.inbox) == 1


async def test_a_problem_waits_too_if_the_customer_wants_it_so(
    night: None, it_happens: Happens, alice: Person, prefers: Prefers, chats: Chats
) -> None:
    await prefers(alice, **QUIET, problems_break_quiet=False)
    await it_happens("ord_1", "delayed")
    await holds(chats, alice, "ord_1")


async def test_a_step_after_a_problem_does_not_put_off_the_news_of_it(
    night: None, it_happens: Happens, alice: Person, sandbox: Sandbox, chats: Chats
) -> None:
    sandbox.fail(Fault(method="sendMessage", retry_after=1))
    await it_happens("ord_1", "problem")
    await waits(chats, alice)
    await it_happens("ord_1", "in_transit", after=1)
    await alice.receives(containing="is on its way")
    await idle(chats, alice)


async def test_news_whose_send_failed_until_it_was_quiet_waits_for_the_morning(
    joins: Joins,
    prefers: Prefers,
    it_happens: Happens,
    alice: Person,
    sandbox: Sandbox,
    chats: Chats,
    clock: Clock,
) -> None:
    await joins(alice)
    await prefers(alice, **QUIET)
    clock.set(NIGHT - timedelta(hours=1, seconds=1))  # a second before ten
    sandbox.fail(Fault(method="sendMessage", retry_after=2))
    await it_happens("ord_1", "shipped")
    await holds(chats, alice, "ord_1")
    assert alice.inbox == []


# What is changed while it waits


async def test_ending_the_quiet_frees_what_waits(
    night: None, it_happens: Happens, alice: Person, prefers: Prefers, chats: Chats
) -> None:
    await it_happens("ord_1", "shipped")
    await it_happens("ord_2", "shipped")
    await holds(chats, alice, "ord_1", "ord_2")
    await prefers(alice, timezone="Africa/Kampala")
    await alice.receives(containing="While it was quiet")
    await idle(chats, alice)


async def test_a_change_that_frees_nothing_leaves_it_waiting_for_the_morning(
    night: None, it_happens: Happens, alice: Person, prefers: Prefers, chats: Chats
) -> None:
    await it_happens("ord_1", "shipped")
    await it_happens("ord_2", "shipped")
    await holds(chats, alice, "ord_1", "ord_2")
    await prefers(alice, **QUIET, silent=True)
    await holds(chats, alice, "ord_1", "ord_2")
    assert alice.inbox == []


async def test_what_is_muted_or_not_wanted_any_more_while_it_waits_is_not_told(
    night: None,
    it_happens: Happens,
    alice: Person,
    prefers: Prefers,
    chats: Chats,
    clock: Clock,
    mutes: Callable[..., Awaitable[None]],
) -> None:
    for name, status in (("ord_1", "delivered"), ("ord_2", "packed"), ("ord_3", "delivered")):
        await it_happens(name, status)
    await holds(chats, alice, "ord_1", "ord_2", "ord_3")
    await prefers(alice, **QUIET, hear="important")
    await holds(chats, alice, "ord_1", "ord_3")  # they were looked at again
    await mutes(alice, muted=["ord_3"])
    clock.set(MORNING)
    await alice.receives(containing="ord_1 has been delivered")
    await idle(chats, alice)
    assert len(alice.inbox) == 1


# Levels, mute and follow


@pytest.fixture
def mutes(chats: Chats) -> Callable[..., Awaitable[None]]:
    """Sets which orders somebody mutes or follows, as if they had done so in the chat."""

    async def mute(person: Person, **orders: list[str]) -> None:
        await chats._update({"_id": person.id}, {"$set": orders})

    return mute


async def test_who_wants_to_hear_of_delivery_and_problems_only_hears_of_nothing_else(
    it_happens: Happens, joins: Joins, prefers: Prefers, alice: Person, chats: Chats
) -> None:
    await joins(alice)
    await prefers(alice, hear="important")
    for n, status in enumerate(("placed", "packed", "shipped", "in_transit")):
        await it_happens("ord_1", status, after=n)
    await it_happens("ord_1", "out_for_delivery", after=9)
    await alice.receives(containing="out for delivery")
    await idle(chats, alice)
    assert len(alice.inbox) == 1


async def test_a_muted_order_is_not_heard_of_and_a_followed_one_always(
    it_happens: Happens,
    joins: Joins,
    prefers: Prefers,
    mutes: Callable[..., Awaitable[None]],
    alice: Person,
    bob: Person,
    chats: Chats,
) -> None:
    for person in (alice, bob):
        await joins(person)
    await mutes(alice, muted=["ord_1"])
    await prefers(bob, hear="none")
    await mutes(bob, followed=["ord_1"])
    for order in ("ord_2", "ord_1"):
        await it_happens(order, "packed")
    await alice.receives(containing="ord_2")
    await bob.receives(containing="ord_1")
    await it_happens("ord_3", "packed")
    await alice.receives(containing="ord_3")
    assert [len(person.inbox) for person in (alice, bob)] == [2, 1]


async def test_a_minor_step_does_not_hide_what_the_customer_wants_to_hear_of(
    it_happens: Happens,
    joins: Joins,
    prefers: Prefers,
    alice: Person,
    chats: Chats,
    sandbox: Sandbox,
) -> None:
    await joins(alice)
    await prefers(alice, hear="important")
    sandbox.fail(Fault(method="sendMessage", retry_after=1))
    await it_happens("ord_1", "attempt_failed")
    await waits(chats, alice)
    await it_happens("ord_1", "in_transit", after=1)
    await alice.receives(containing="is on its way")
    await idle(chats, alice)


async def test_what_is_sent_silently_says_so_to_telegram(
    it_happens: Happens, joins: Joins, prefers: Prefers, alice: Person
) -> None:
    await joins(alice)
    await it_happens("ord_1", "packed")
    loud = await alice.receives(containing="ord_1")
    await prefers(alice, silent=True)
    await it_happens("ord_1", "shipped", after=1)
    silent = await alice.receives(containing="ord_1")
    assert (loud.silent, silent.silent) == (False, True)


# One message a day


async def test_a_digest_tells_once_a_day_of_the_states_as_they_are_then(
    it_happens: Happens, joins: Joins, prefers: Prefers, alice: Person, chats: Chats, clock: Clock
) -> None:
    await joins(alice)
    await prefers(alice, timezone="Africa/Kampala", digest=7)
    clock.set(MORNING + timedelta(minutes=1))
    await it_happens("ord_1", "packed")
    await it_happens("ord_2", "packed")
    await it_happens("ord_3", "on_hold")
    await alice.receives(containing="ord_3 is on hold")
    await it_happens("ord_1", "delivered", after=1)
    assert len(alice.inbox) == 1

    clock.set(MORNING + timedelta(days=1))
    message = await alice.receives(containing="Your orders today")
    assert set(message.text.splitlines()[2:]) == {
        "✅ Your order ord_1 has been delivered. Enjoy!",
        "📦 Your order ord_2 is packed and ready to go.",
    }
    assert "💬 How was ord_1?" in [row[0].text for row in message.buttons]
    await idle(chats, alice)
    assert len(alice.inbox) == 2


# Troubles


async def test_a_morning_s_message_that_failed_comes_once_and_whole(
    night: None,
    it_happens: Happens,
    alice: Person,
    chats: Chats,
    clock: Clock,
    sandbox: Sandbox,
) -> None:
    for name in ("ord_1", "ord_2"):
        await it_happens(name, "shipped")
    await holds(chats, alice, "ord_1", "ord_2")
    sandbox.fail(Fault(method="sendMessage", times=2, status=502))
    clock.set(MORNING)
    message = await alice.receives(containing="While it was quiet")
    assert len(message.text.splitlines()) == 4
    await idle(chats, alice)
    assert len(alice.inbox) == 1


async def test_two_replicas_tell_in_the_morning_once(
    night: None,
    running: Running,
    it_happens: Happens,
    orders: Orders,
    alice: Person,
    chats: Chats,
    clock: Clock,
) -> None:
    for name in ("ord_1", "ord_2"):
        await it_happens(name, "shipped")
    await holds(chats, alice, "ord_1", "ord_2")
    async with running() as another:
        clock.set(MORNING)
        await asyncio.gather(*(another.fan_out(Announced(name)) for name in ("ord_1", "ord_2")))
        await idle(chats, alice)
    assert len(alice.inbox) == 1
