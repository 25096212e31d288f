"""What an operator finds in the log of one webhook: its line, and that of the message."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import typer

from bot.cli.who import find
from bot.settings import Settings
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.models import Preferences
from storage.mongo import Driver
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.log import Log
from tests.support.shop import ShopBackend
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("logging_as_it_was")
AWAY = Fault(method="sendMessage", status=502, times=None)


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
async def shop(log: Log, shop: ShopBackend) -> ShopBackend:
    return shop


async def test_a_webhook_is_followed_to_its_message_by_its_id(
    log: Log, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", event_id="msg_canary_1")
    recorded = await log.line("order_event", webhook_id="msg_canary_1")
    assert recorded["level"] == "info"
    assert recorded["result"] == "recorded"
    assert recorded["order"] == "ord_1"
    assert recorded["events"] == ["msg_canary_1"]
    assert recorded["chats"] == 1
    sent = await log.line("message_sent")
    assert sent["level"] == "info"
    assert sent["events"] == recorded["events"]
    assert sent["orders"] == ["ord_1"]
    assert sent["kind"] == "news"
    assert not sent["held"]
    assert 0 <= sent["seconds"] < 60


async def test_a_message_that_stands_for_several_events_names_all_of_them(
    log: Log, shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    sandbox.fail(AWAY)
    await shop.create("ord_1", "customer-1", event_id="msg_1")
    failed = await until_first(log, "send_failed")
    assert (failed["orders"], failed["events"]) == (["ord_1"], ["msg_1"])
    await shop.tell("ord_1", "shipped", event_id="msg_2")
    await shop.tell("ord_1", "out_for_delivery", event_id="msg_3")
    last_week = datetime.now(UTC) - timedelta(days=7)
    await shop.tell("ord_1", "shipped", event_id="msg_late", at=last_week)
    sandbox.clear_faults()
    sent = await log.line("message_sent")
    assert sent["events"] == ["msg_1", "msg_2", "msg_3"]
    assert "chats" not in await log.line("order_event", webhook_id="msg_late")


async def test_a_summary_names_the_events_of_all_its_orders(
    log: Log, shop: ShopBackend, chats: Chats, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await chats.prefer(alice.id, Preferences(quiet=(0, 23)))
    await shop.create("ord_1", "customer-1", event_id="msg_1")
    await shop.create("ord_2", "customer-1", event_id="msg_2")
    for order in ("ord_1", "ord_2"):
        assert (await log.line("news_held", order=order))["until"]
    await chats.prefer(alice.id, Preferences())
    sent = await log.line("message_sent")
    assert sent["kind"] == "summary"
    assert sent["held"]
    assert set(sent["orders"]) == {"ord_1", "ord_2"}
    assert set(sent["events"]) == {"msg_1", "msg_2"}


async def test_news_that_somebody_does_not_want_is_said_to_be_so(
    log: Log, shop: ShopBackend, chats: Chats, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await chats.prefer(alice.id, Preferences(hear="none"))
    await shop.create("ord_1", "customer-1")
    await log.line("news_unwanted", order="ord_1")
    assert log.lines("message_sent") == []


async def test_what_came_to_nothing_has_a_line_as_well(log: Log, shop: ShopBackend) -> None:
    await shop.tell("ord_1", "shipped", event_id="msg_of_nobody")
    await shop.create("ord_1", "customer-1", event_id="msg_1")
    await shop.create("ord_1", "customer-2", event_id="msg_of_another")
    await shop.tell("ord_1", "shipped", event_id="msg_1")
    body = json.dumps({"type": "order.created", "timestamp": "now", "data": {}}).encode()
    await shop.post(body, event_id="msg_malformed")
    told = {
        line["webhook_id"]: (line["level"], line["result"], line.get("why"))
        for line in log.lines("order_event")
    }
    assert told == {
        "msg_of_nobody": ("warning", "refused", "UnknownOrder"),
        "msg_1": ("warning", "refused", "IdTaken"),
        "msg_of_another": ("warning", "refused", "NotThisCustomers"),
        "msg_malformed": ("warning", "refused", ["timestamp", "data.order_id"]),
    }


async def test_a_repeat_is_a_duplicate(log: Log, shop: ShopBackend) -> None:
    body = json.dumps(
        {
            "type": "order.created",
            "timestamp": "2026-11-20T09:30:00Z",
            "data": {"order_id": "ord_1", "customer_id": "customer-1"},
        }
    ).encode()
    for _ in range(2):
        await shop.post(body, event_id="msg_1")
    results = [line["result"] for line in log.lines("order_event")]
    assert results == ["recorded", "duplicate"]
    assert [line.get("chats") for line in log.lines("order_event")] == [0, None]


async def test_events_of_a_batch_and_of_a_description_are_traced(
    log: Log, shop: ShopBackend
) -> None:
    placed = {"order_id": "ord_1", "customer_id": "customer-1"}
    event = {"type": "order.created", "timestamp": "2026-11-20T09:30:00Z", "data": placed}
    foreign = {**event, "id": "evt_3", "data": {**placed, "customer_id": "customer-2"}}
    batch = [{**event, "id": "evt_1"}, {**event, "id": "evt_2"}, foreign]
    await shop.api("POST", "/api/v1/events/batch", json={"events": batch})
    assert [(line["result"], line["events"]) for line in log.lines("order_event")] == [
        ("recorded", ["evt_1", "evt_2"]),
        ("refused", ["evt_3"]),
    ]
    step = {"status": "shipped", "timestamp": "2026-11-21T09:30:00Z"}
    described = {"customer_id": "customer-1", "tracking_info": [step]}
    await shop.api("PUT", "/api/v1/orders/ord_2", json=described)
    (event_id,) = (await log.line("order_event", order="ord_2"))["events"]
    assert event_id.startswith("described:")


async def test_a_line_names_twenty_events_and_counts_the_others(
    log: Log, shop: ShopBackend
) -> None:
    placed = {"order_id": "ord_1", "customer_id": "customer-1"}
    event = {"type": "order.created", "timestamp": "2026-11-20T09:30:00Z", "data": placed}
    batch = [{**event, "id": f"evt_{n}"} for n in range(100)]
    await shop.api("POST", "/api/v1/events/batch", json={"events": batch})
    (line,) = log.lines("order_event")
    assert line["events"] == [*(f"evt_{n}" for n in range(20)), "and 80 more"]


async def test_who_resolves_what_the_log_calls_a_chat_and_the_other_way_round(
    log: Log,
    shop: ShopBackend,
    settings: Settings,
    chats: Chats,
    alice: Person,
    bob: Person,
    link: Link,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-2")
    await shop.create("ord_1", "customer-1")
    alias = (await log.line("message_sent"))["chat"]
    assert len(alias) == 12
    await chats.pause(alice.id, "Forbidden: bot was blocked by the user")
    for wanted in (alias, "customer-1"):
        await find(settings, wanted)
        (line,) = capsys.readouterr().out.splitlines()
        assert f"chat {alias}  customer customer-1  link " in line
        assert "paused: Forbidden: bot was blocked by the user" in line
        assert str(alice.id) not in line
    with pytest.raises(typer.Exit):
        await find(settings, "0123456789ab")
    assert "Nobody who is linked now goes by that." in capsys.readouterr().out


async def until_first(log: Log, name: str) -> dict[str, Any]:
    async def look() -> list[dict[str, Any]]:
        return log.lines(name)

    return (await until(look))[0]
