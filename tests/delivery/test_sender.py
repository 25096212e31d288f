"""The sender: one call, and what its outcome means for the chat."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import Counter
from structlog.testing import capture_logs

from bot.delivery import metrics
from bot.delivery.policy import GiveUp, Lost, Pause, Retry, Unlink
from bot.delivery.sender import Sender, Sent
from bot.services.orders.timeline import Timeline, timeline
from bot.services.shop.staff import Room
from bot.telegram.bot import TelegramBot
from bot.telegram.errors import FloodControl
from bot.texts.message import Message
from sandbox import Fault, Person, Sandbox
from storage.models import Card, Carrier, Chat, Order, Preferences
from tests.delivery.conftest import Joins
from tests.support.news import NOON, event
from tests.support.waiting import until


@pytest.fixture
async def chat(joins: Joins, alice: Person) -> Chat:
    return await joins(alice)


@pytest.fixture
def order() -> Timeline:
    shipped = event("shipped", note="Left <our> shop")
    return timeline(
        Order(
            id="ord_1",
            customer_id="customer-1",
            events=[shipped],
            latest_at=NOON,
            created_at=NOON,
        )
    )


def count(counter: Counter) -> float:
    (samples,) = counter.collect()
    return samples.samples[0].value


async def test_the_message_is_html_with_the_way_to_the_timeline_and_no_preview(
    sender: Sender, sandbox: Sandbox, alice: Person, chat: Chat, order: Timeline
) -> None:
    sent = count(metrics.SENT)
    assert isinstance(await sender.send(chat, order), Sent)
    message = await alice.receives(containing="Your order ord_1 has been shipped")
    assert "Left <our> shop" in message.text
    assert message.buttons[0][0].text == "Show timeline"
    (call,) = sandbox.calls_of("sendMessage")
    assert call.params["parse_mode"] == "HTML"
    assert call.params["link_preview_options"] == {"is_disabled": True}
    assert count(metrics.SENT) == sent + 1


async def test_nothing_is_sent_under_a_lease_that_has_run_out_meanwhile(
    sender: Sender, sandbox: Sandbox, chat: Chat, order: Timeline
) -> None:
    over = time.monotonic() - 0.001
    assert await sender.send(chat, order, until=over) == Lost()
    assert await sender.remind(chat, order, until=over) == Lost()
    assert await sender.sum_up(chat, [], until=over) == Lost()
    card = Card(order_id="ord_1", message_id=1, news=0)
    assert await sender.refresh(chat, card, order, until=over) == Lost()
    assert sandbox.calls_of("sendMessage") == sandbox.calls_of("editMessageText") == []


@pytest.mark.parametrize(
    ("fault", "decision"),
    [
        (
            Fault(status=403, description="Forbidden: bot was blocked by the user"),
            Pause("Forbidden: bot was blocked by the user"),
        ),
        (
            Fault(status=403, description="Forbidden: user is deactivated"),
            Unlink("Forbidden: user is deactivated"),
        ),
        (
            Fault(status=400, description="Bad Request: chat not found"),
            Unlink("Chat not found"),
        ),
        (
            Fault(status=400, description="Bad Request: BUTTON_URL_INVALID"),
            GiveUp("Button_url_invalid"),
        ),
        (Fault(retry_after=7), Retry(timedelta(seconds=7), counts=False)),
        (
            Fault(status=401, description="Unauthorized"),
            Retry(timedelta(minutes=1), counts=False),
        ),
    ],
    ids=["blocked", "deactivated", "not found", "unacceptable", "flood", "token"],
)
async def test_what_telegram_says_decides(
    sender: Sender,
    sandbox: Sandbox,
    alice: Person,
    chat: Chat,
    order: Timeline,
    fault: Fault,
    decision: object,
) -> None:
    fault.method, fault.times = "sendMessage", 1
    sandbox.fail(fault)
    assert await sender.send(chat, order) == decision
    assert alice.inbox == []


async def test_a_chat_that_failed_often_waits_longer(
    monkeypatch: pytest.MonkeyPatch, sender: Sender, sandbox: Sandbox, chat: Chat, order: Timeline
) -> None:
    monkeypatch.setattr("bot.delivery.policy.random.random", lambda: 1.0)
    sandbox.fail(Fault(method="sendMessage", status=502, times=2))
    often = chat.model_copy(update={"attempts": 4})
    assert await sender.send(chat, order) == Retry(timedelta(seconds=1))
    assert await sender.send(often, order) == Retry(timedelta(seconds=16))


async def test_a_429_holds_all_that_is_for_its_chat_and_nothing_else(
    sender: Sender, sandbox: Sandbox, chat: Chat, order: Timeline, joins: Joins, bob: Person
) -> None:
    other = await joins(bob)
    sandbox.fail(Fault(method="sendMessage", retry_after=30))
    await sender.send(chat, order)
    held = await sender.remind(chat, order)
    assert isinstance(held, Retry)
    assert timedelta(seconds=29) < held.after <= timedelta(seconds=30)
    assert not held.counts
    assert isinstance(await sender.send(other, order), Sent)
    assert len(sandbox.calls_of("sendMessage")) == 2


async def test_the_staff_s_room_rests_alone(
    sender: Sender, sandbox: Sandbox, alice: Person, chat: Chat, order: Timeline
) -> None:
    room = Room(sandbox.group("Office", [alice]).id, None, frozenset())
    sandbox.fail(Fault(method="sendMessage", retry_after=30))
    assert not await sender.post(room, Message("Two orders stand."))
    assert not await sender.post(room, Message("Two orders stand."))
    assert isinstance(await sender.send(chat, order), Sent)
    assert len(sandbox.calls_of("sendMessage", chat_id=room.chat_id)) == 1


async def test_a_429_on_an_answer_holds_the_pushes_to_that_chat(
    sender: Sender, bot: TelegramBot, sandbox: Sandbox, chat: Chat, order: Timeline
) -> None:
    sandbox.fail(Fault(method="sendMessage", retry_after=30))
    with pytest.raises(FloodControl):
        await bot.send_message(chat.id, "Your orders")
    assert isinstance(await sender.send(chat, order), Retry)
    assert len(sandbox.calls_of("sendMessage")) == 1


async def test_a_429_on_what_is_for_no_chat_holds_nobody(
    sender: Sender, bot: TelegramBot, sandbox: Sandbox, chat: Chat, order: Timeline
) -> None:
    sandbox.fail(Fault(method="setMyCommands", retry_after=3600, times=5))
    for _ in range(5):
        with pytest.raises(FloodControl):
            await bot.set_my_commands([("help", "Help")])
    assert isinstance(await sender.send(chat, order), Sent)


async def test_the_longest_rest_holds(
    sender: Sender, sandbox: Sandbox, chat: Chat, order: Timeline
) -> None:
    for seconds in (30, 1):
        sandbox.fail(Fault(method="sendMessage", retry_after=seconds))
    await asyncio.gather(*(sender.send(chat, order) for _ in range(2)))
    held = await sender.send(chat, order)
    assert isinstance(held, Retry)
    assert held.after > timedelta(seconds=28)


async def test_after_the_rest_sending_goes_on(
    sender: Sender, sandbox: Sandbox, alice: Person, chat: Chat, order: Timeline
) -> None:
    sandbox.fail(Fault(method="sendMessage", retry_after=1))
    decision = await sender.send(chat, order)
    assert isinstance(decision, Retry)

    async def sent() -> bool:
        return isinstance(await sender.send(chat, order), Sent)

    await until(sent)
    assert len(alice.inbox) == 1
    assert len(sandbox.calls_of("sendMessage")) == 2


@pytest.mark.parametrize(
    ("fault", "uncertain"),
    [
        (Fault(drop=True, accept=True), 1),
        (Fault(garbage=True, accept=True), 1),
        (Fault(status=502, body=b"<html>"), 1),
        (Fault(retry_after=1), 0),
        (Fault(status=400), 0),
    ],
    ids=["dropped", "garbage", "502", "429", "400"],
)
async def test_only_what_nobody_can_know_is_counted_as_uncertain(
    sender: Sender, sandbox: Sandbox, chat: Chat, order: Timeline, fault: Fault, uncertain: int
) -> None:
    before = count(metrics.UNCERTAIN)
    fault.method, fault.times = "sendMessage", 1
    sandbox.fail(fault)
    assert not isinstance(await sender.send(chat, order), Sent)
    assert count(metrics.UNCERTAIN) == before + uncertain


async def test_a_failure_is_logged_without_the_message_and_the_token(
    sender: Sender, sandbox: Sandbox, chat: Chat, order: Timeline
) -> None:
    sandbox.fail(Fault(method="sendMessage", drop=True))
    with capture_logs() as logs:
        await sender.send(chat, order)
    (line,) = logs
    assert (line["event"], line["chat"]) == ("send_failed", chat.id)
    assert not any(secret in str(line) for secret in (sandbox.token, "shop", "ord_1"))


@pytest.mark.parametrize("why", ["can't parse entities", "message is too long"])
async def test_a_text_that_telegram_cannot_read_goes_once_more_as_plain_text(
    sender: Sender, sandbox: Sandbox, alice: Person, chat: Chat, order: Timeline, why: str
) -> None:
    sandbox.fail(Fault(method="sendMessage", status=400, description=f"Bad Request: {why}"))
    assert isinstance(await sender.send(chat, order), Sent)
    message = await alice.receives(containing="has been shipped")
    assert "Left <our> shop" in message.text
    assert "<b>" not in message.text
    assert message.buttons[0][0].text == "Show timeline"


async def test_a_text_that_telegram_cannot_read_in_plain_either_is_given_up(
    sender: Sender, sandbox: Sandbox, chat: Chat, order: Timeline
) -> None:
    why = "Bad Request: message is too long"
    sandbox.fail(Fault(method="sendMessage", status=400, description=why, times=2))
    assert await sender.send(chat, order) == GiveUp("Message is too long")
    assert len(sandbox.calls_of("sendMessage")) == 2


@pytest.mark.parametrize(
    "result", [{"message_id": 7}, {"message_id": 7, "date": 10**20, "chat": 5}, None, "x", []]
)
async def test_a_200_that_is_no_message_is_uncertain_and_is_not_sent_again(
    sender: Sender, sandbox: Sandbox, chat: Chat, order: Timeline, result: object
) -> None:
    uncertain = count(metrics.UNCERTAIN)
    body = json.dumps({"ok": True, "result": result}).encode()
    sandbox.fail(Fault(method="sendMessage", status=200, body=body))
    assert await sender.send(chat, order) == Sent(None)
    assert count(metrics.UNCERTAIN) == uncertain + 1


REFUSALS = [
    "Bad Request: BUTTON_URL_INVALID",
    "Bad Request: inline keyboard button URL 'https://dhl.test/7' is invalid: Wrong HTTP URL",
]


@pytest.fixture
def carried(order: Timeline) -> Timeline:
    """With a button that leads to the carrier's page."""
    carrier = Carrier(name="DHL", tracking_number="7", tracking_url="https://dhl.test/7")
    return replace(order, carrier=carrier)


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("cards", [False, True])
async def test_a_message_with_a_button_whose_address_is_refused_goes_without_that_button(
    sender: Sender,
    sandbox: Sandbox,
    alice: Person,
    chat: Chat,
    carried: Timeline,
    refusal: str,
    cards: bool,
) -> None:
    chat = chat.model_copy(update={"preferences": Preferences(cards=cards)})
    sandbox.fail(Fault(method="sendMessage", status=400, description=refusal))
    with capture_logs() as logs:
        assert isinstance(await sender.send(chat, carried), Sent)
    first, second = sandbox.calls_of("sendMessage")
    assert "dhl.test/7" in repr(first.params["reply_markup"])
    assert "dhl.test/7" not in repr(second.params["reply_markup"])
    assert second.params["reply_markup"]["inline_keyboard"]
    assert "dhl" not in repr(logs)


async def test_a_live_message_with_such_a_button_is_brought_up_to_date_without_it(
    sender: Sender, sandbox: Sandbox, chat: Chat, order: Timeline, carried: Timeline
) -> None:
    chat = chat.model_copy(update={"preferences": Preferences(cards=True)})
    sent = await sender.send(chat, order)
    assert isinstance(sent, Sent)
    assert sent.message_id
    sandbox.fail(Fault(method="editMessageText", status=400, description=REFUSALS[0]))
    card = Card(order_id="ord_1", message_id=sent.message_id, news=0)
    assert await sender.refresh(chat, card, carried) == sent
    assert [call.status for call in sandbox.calls_of("editMessageText")] == [400, 200]
