"""Live messages: one for an order, moved to the end of the chat with news and edited without."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery.dispatcher import Dispatcher
from bot.services.news.fresh import Announced
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.models import Chat
from storage.orders import Orders
from tests.delivery.conftest import Joins, Prefers
from tests.delivery.happening import idle
from tests.support.clock import Clock
from tests.support.news import event, record
from tests.support.waiting import until

Happens = Callable[..., Awaitable[None]]
NIGHT = datetime(2030, 6, 3, 20, 0, tzinfo=UTC)  # 23:00 in Kampala


@pytest.fixture
async def it_happens(
    dispatcher: Dispatcher,
    orders: Orders,
    joins: Joins,
    prefers: Prefers,
    alice: Person,
    clock: Clock,
) -> Happens:
    """An event is recorded and fanned out; alice likes live messages."""
    await joins(alice)
    await prefers(alice, cards=True, hear="main")

    async def happen(order_id: str, status: str, after: float = 0) -> None:
        what = event(status, after=after).model_copy(update={"recorded_at": clock.now()})
        await record(orders, order_id, what)
        await dispatcher.fan_out(Announced(order_id))

    return happen


def cards(person: Person) -> list[tuple[str, str]]:
    """(order, state) of each live message, from the top of the chat."""
    lines = [message.text.splitlines() for message in person.inbox]
    return [(_title(told).removeprefix("Order "), told[0][2:].strip()) for told in lines]


def _title(lines: list[str]) -> str:
    return next(line for line in lines if line.startswith("Order "))


async def settled(chats: Chats, person: Person, *shown: tuple[str, str]) -> Chat:
    """The chat, once nothing waits for it and these live messages stand in it."""

    async def look() -> Chat | None:
        chat = await idle(chats, person)
        return chat if cards(person) == list(shown) else None

    try:
        chat = await until(look)
    except TimeoutError:
        chat = None
        assert cards(person) == list(shown)
    assert chat is not None
    return chat


async def test_news_moves_the_order_s_live_message_to_the_end_of_the_chat(
    it_happens: Happens, alice: Person, chats: Chats
) -> None:
    await it_happens("ord_1", "placed")
    await it_happens("ord_2", "placed")
    await settled(chats, alice, ("ord_1", "Order placed"), ("ord_2", "Order placed"))
    await it_happens("ord_1", "shipped", after=1)
    chat = await settled(chats, alice, ("ord_2", "Order placed"), ("ord_1", "Shipped"))
    ids = [message.id for message in alice.inbox]
    assert [(c.order_id, c.message_id, c.news) for c in chat.cards] == [
        ("ord_2", ids[0], 1),
        ("ord_1", ids[1], 2),
    ]


async def test_a_minor_step_is_written_into_the_live_message_where_it_stands(
    it_happens: Happens, alice: Person, chats: Chats, sandbox: Sandbox
) -> None:
    await it_happens("ord_1", "placed")
    await it_happens("ord_2", "placed")
    await idle(chats, alice)
    before = [message.id for message in alice.inbox]
    await it_happens("ord_1", "packed", after=1)
    chat = await settled(chats, alice, ("ord_1", "Packed"), ("ord_2", "Order placed"))
    assert [message.id for message in alice.inbox] == before
    assert {(card.order_id, card.news) for card in chat.cards} == {("ord_1", 2), ("ord_2", 1)}
    assert len(sandbox.calls_of("sendMessage", chat_id=alice.id)) == 2


async def test_a_minor_step_of_an_order_without_a_live_message_is_not_told(
    it_happens: Happens, alice: Person, chats: Chats, sandbox: Sandbox
) -> None:
    await it_happens("ord_1", "packed")
    await it_happens("ord_2", "placed")
    await settled(chats, alice, ("ord_2", "Order placed"))
    assert sandbox.calls_of("editMessageText") == []


async def test_what_is_held_back_is_shown_in_the_live_message_and_told_in_the_morning(
    it_happens: Happens, alice: Person, prefers: Prefers, chats: Chats, clock: Clock
) -> None:
    await it_happens("ord_1", "placed")
    await it_happens("ord_2", "placed")
    await idle(chats, alice)
    before = [message.id for message in alice.inbox]
    await prefers(alice, cards=True, timezone="Africa/Kampala", quiet=(22, 7))
    clock.set(NIGHT)
    await it_happens("ord_1", "shipped", after=1)

    async def shown_and_held() -> bool:
        chat = await chats.get(alice.id)
        due = chat and [entry.due for entry in chat.entries]
        return due == [NIGHT + timedelta(hours=8)]

    await until(shown_and_held)
    assert cards(alice) == [("ord_1", "Shipped"), ("ord_2", "Order placed")]
    assert [message.id for message in alice.inbox] == before

    clock.set(NIGHT + timedelta(hours=8))
    await settled(chats, alice, ("ord_2", "Order placed"), ("ord_1", "Shipped"))


async def test_the_live_message_of_a_muted_order_stays_up_to_date_and_where_it_is(
    it_happens: Happens, alice: Person, chats: Chats
) -> None:
    await it_happens("ord_1", "placed")
    await it_happens("ord_2", "placed")
    await idle(chats, alice)
    await chats._update({"_id": alice.id}, {"$set": {"muted": ["ord_1"]}})
    await it_happens("ord_1", "delivered", after=1)
    await settled(chats, alice, ("ord_1", "Delivered"), ("ord_2", "Order placed"))


async def test_an_edit_that_changes_nothing_and_one_of_a_message_that_is_gone_are_no_errors(
    it_happens: Happens, alice: Person, chats: Chats, sandbox: Sandbox
) -> None:
    await it_happens("ord_1", "placed")
    await idle(chats, alice)
    refusals = (
        "Bad Request: message is not modified",
        "Bad Request: message to edit not found",
        "Bad Request: message can't be edited",
    )
    with capture_logs() as logs:
        for n, refusal in enumerate(refusals):
            sandbox.fail(Fault(method="editMessageText", status=400, description=refusal))
            await it_happens("ord_1", ("packed", "processing", "in_transit")[n], after=n + 1)
            await idle(chats, alice)
    assert len(sandbox.calls_of("editMessageText")) == 3
    assert {line["event"] for line in logs} == {"news_unwanted"}  # each is minor
    await it_happens("ord_1", "shipped", after=9)
    await settled(chats, alice, ("ord_1", "Shipped"))


async def test_an_old_live_message_that_cannot_be_deleted_stays_and_the_news_is_told_once(
    it_happens: Happens, alice: Person, chats: Chats, sandbox: Sandbox
) -> None:
    await it_happens("ord_1", "placed")
    await idle(chats, alice)
    refusal = "Bad Request: message can't be deleted for everyone"
    sandbox.fail(Fault(method="deleteMessage", status=400, description=refusal))
    await it_happens("ord_1", "shipped", after=1)
    await settled(chats, alice, ("ord_1", "Order placed"), ("ord_1", "Shipped"))
    await it_happens("ord_1", "delivered", after=2)
    await settled(chats, alice, ("ord_1", "Order placed"), ("ord_1", "Delivered"))


async def test_an_edit_that_failed_is_tried_again(
    it_happens: Happens, alice: Person, chats: Chats, sandbox: Sandbox
) -> None:
    await it_happens("ord_1", "placed")
    await idle(chats, alice)
    sandbox.fail(Fault(method="editMessageText", times=2, status=502))
    sandbox.fail(Fault(method="editMessageText", retry_after=1))
    await it_happens("ord_1", "packed", after=1)
    await settled(chats, alice, ("ord_1", "Packed"))
    assert len(sandbox.calls_of("editMessageText")) == 4
    assert len(sandbox.calls_of("sendMessage", chat_id=alice.id)) == 1


async def test_after_a_429_to_a_deletion_nothing_is_sent_to_anybody_before_its_time(
    it_happens: Happens, alice: Person, chats: Chats, sandbox: Sandbox
) -> None:
    await it_happens("ord_1", "placed")
    await idle(chats, alice)
    sandbox.fail(Fault(method="deleteMessage", retry_after=1))
    await it_happens("ord_1", "shipped", after=1)
    await it_happens("ord_2", "placed")
    await alice.receives(containing="ord_2")
    (deletion,) = sandbox.calls_of("deleteMessage")
    *_, last = sandbox.calls_of("sendMessage")
    assert last.at - deletion.at >= timedelta(seconds=1)


async def test_a_customer_who_blocked_the_bot_is_not_edited_for(
    it_happens: Happens, alice: Person, chats: Chats, sandbox: Sandbox
) -> None:
    await it_happens("ord_1", "placed")
    await idle(chats, alice)
    refusal = "Forbidden: bot was blocked by the user"
    sandbox.fail(Fault(method="editMessageText", status=403, description=refusal))
    await it_happens("ord_1", "packed", after=1)
    chat = await chats.get(alice.id)
    assert chat is not None
    assert (chat.paused, len(chat.entries)) == (refusal, 1)


async def test_who_turns_live_messages_off_gets_news_and_keeps_what_stands_in_the_chat(
    it_happens: Happens, alice: Person, prefers: Prefers, chats: Chats, sandbox: Sandbox
) -> None:
    await it_happens("ord_1", "placed")
    await idle(chats, alice)
    await prefers(alice, hear="main")
    await it_happens("ord_1", "packed", after=1)
    await it_happens("ord_1", "shipped", after=2)
    await alice.receives(containing="Your order ord_1 has been shipped")
    await idle(chats, alice)
    assert len(alice.inbox) == 2
    assert sandbox.calls_of("editMessageText") + sandbox.calls_of("deleteMessage") == []


async def test_an_older_state_is_never_written_over_a_newer_one(
    it_happens: Happens,
    orders: Orders,
    dispatcher: Dispatcher,
    alice: Person,
    chats: Chats,
    sandbox: Sandbox,
) -> None:
    """While an edit is under way, newer ones wait for it in the mailbox."""
    await it_happens("ord_1", "placed")
    await idle(chats, alice)
    sandbox.fail(Fault(method="editMessageText", delay=0.4))
    for n, status in enumerate(("confirmed", "processing", "packed"), 1):
        await record(orders, "ord_1", event(status, after=n))
        dispatcher.fresh.announce("ord_1")
    await settled(chats, alice, ("ord_1", "Packed"))
    *_, last = sandbox.calls_of("editMessageText")
    assert "Packed" in last.params["text"].splitlines()[0]
