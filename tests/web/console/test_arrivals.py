"""`/api/v1/console`: what arrived lately, and what became of it, down to the phone."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from prometheus_client import REGISTRY

from bot.app import Trackline
from bot.settings import Settings, load
from sandbox import Fault, Person, Sandbox
from storage.console import ConsoleNotes
from storage.models import Trace
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.support.waiting import until
from tests.web.console.conftest import wants_quiet_now

NOW = datetime.now(UTC)


async def console(shop: ShopBackend) -> Any:
    answer = await shop.api("GET", "/api/v1/console")
    assert answer.status == 200, answer
    return answer.body


def refused() -> float:
    return REGISTRY.get_sample_value("trackline_events_total", {"result": "refused"}) or 0


async def arrival(shop: ShopBackend, event_id: str, *fates: str) -> Any:
    """Of this event, once it has come to one of these."""

    async def found() -> Any:
        arrivals = (await console(shop))["arrivals"]
        return next((a for a in arrivals if a["event_id"] == event_id and a["fate"] in fates), None)

    return await until(found)


async def test_an_event_is_followed_to_the_phone(
    shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-1")
    await shop.create("ord_1", "customer-1", event_id="to_phone", order_number="5001")
    told = await arrival(shop, "to_phone", "sent")
    assert 0 <= told.pop("seconds") < 10
    assert told == {
        "event_id": "to_phone",
        "order_id": "ord_1",
        "order_number": "5001",
        "source": "webhook",
        "at": told["at"],
        "fate": "sent",
        "state": "placed",
        "why": None,
        "again": 0,
        "chats": 2,
        "sent": 2,
        "held_until": None,
    }


async def test_what_is_held_says_until_when(
    shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    until_hour = await wants_quiet_now(mongo, alice)
    await shop.tell("ord_8", kind="order.created", event_id="at_night", customer_id="customer-1")
    held = await arrival(shop, "at_night", "held")
    assert datetime.fromisoformat(held["held_until"]) == until_hour


async def test_it_goes_by_the_clock_of_the_service(shop: ShopBackend, service: Trackline) -> None:
    at = datetime.fromisoformat((await console(shop))["at"])
    assert abs(at - service.clock()) < timedelta(seconds=10)


async def test_what_nobody_hears_of_is_told_apart(shop: ShopBackend) -> None:
    await shop.tell("ord_2", kind="order.created", event_id="nobody", customer_id="customer-1")
    await shop.tell("ord_2", kind="order.updated", event_id="a_note", note="For Grandma")
    await shop.tell("ord_2", kind="order.updated", event_id="a_note", note="For Grandpa")
    assert (await arrival(shop, "nobody", "nobody"))["chats"] == 0
    assert (await arrival(shop, "a_note", "no_news", "refused"))["why"] == "IdTaken"
    assert "Grand" not in repr(await console(shop))


async def test_an_event_that_came_again_stands_there_once(shop: ShopBackend) -> None:
    body = (
        b'{"type": "order.created", "timestamp": "2026-11-23T09:30:00Z", '
        b'"data": {"order_id": "ord_3", "customer_id": "customer-1"}}'
    )
    for _ in range(3):
        await shop.post(body, event_id="thrice")
    assert (await arrival(shop, "thrice", "nobody"))["again"] == 2


async def test_what_cannot_be_taken_says_why(shop: ShopBackend) -> None:
    await shop.tell("never_seen", "shipped", event_id="unknown")
    assert (await arrival(shop, "unknown", "refused"))["why"] == "UnknownOrder"
    await shop.post(b'{"type": "order.created"}', event_id="half")
    assert (await arrival(shop, "half", "refused"))["why"] == "timestamp, data"


async def test_what_the_api_cannot_read_says_why_and_of_which_order(shop: ShopBackend) -> None:
    data = {"order_id": "half_1", "customer_id": "customer-1", "status": 7}
    wrong = {"type": "order.created", "timestamp": NOW.isoformat(), "data": data}
    before = refused()
    posted = await shop.api("POST", "/api/v1/events", json={"id": "half_event", **wrong})
    batch = {"events": [{"id": "half_of_many", **wrong}]}
    of_many = await shop.api("POST", "/api/v1/events/batch", json=batch)
    put = await shop.api("PUT", "/api/v1/orders/half_2", json={"tracking_info": "gone"})
    await shop.post(json.dumps(wrong).encode(), event_id="half_post")
    assert (posted.status, of_many.status, put.status) == (422, 200, 422)
    arrivals = (await console(shop))["arrivals"]
    found = {a["event_id"]: (a["source"], a["order_id"], a["why"]) for a in reversed(arrivals)}
    assert found["half_event"] == ("api", "half_1", "data.status")
    assert found["half_of_many"] == ("api", "half_1", "data.status")
    assert found["half_post"] == ("webhook", "half_1", "data.status")
    assert found["?"][:2] == ("api", "half_2")
    assert "tracking_info" in found["?"][2]
    assert refused() - before == 4


async def test_what_telegram_does_not_take(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    sandbox.fail(Fault(method="sendMessage", chat_id=alice.id, status=502, times=2))
    await shop.tell("ord_4", kind="order.created", event_id="late", customer_id="customer-1")
    await arrival(shop, "late", "failed")
    assert (await arrival(shop, "late", "sent"))["sent"] == 1
    refused = "Bad Request: oops"
    sandbox.fail(Fault(method="sendMessage", chat_id=alice.id, status=400, description=refused))
    await shop.tell("ord_4", "shipped", event_id="never")
    assert (await arrival(shop, "never", "undelivered"))["sent"] == 0


async def test_who_has_blocked_the_bot_is_told_of_until_they_are_back(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    alice.block()
    await shop.tell("ord_6", kind="order.created", event_id="first", customer_id="customer-1")
    await arrival(shop, "first", "paused")
    await shop.tell("ord_6", "shipped", event_id="second")
    blocked = await arrival(shop, "second", "paused")
    assert (blocked["chats"], blocked["sent"]) == (1, 0)
    alice.unblock()
    await arrival(shop, "second", "sent")


async def test_an_event_says_which_state_it_tells(shop: ShopBackend) -> None:
    await shop.tell("ord_7", kind="order.created", event_id="made", customer_id="customer-1")
    await shop.tell("ord_7", "Being engraved", event_id="own_word")
    await shop.tell("ord_7", kind="order.updated", event_id="note", note="For Grandma")
    arrivals = {each["event_id"]: each["state"] for each in (await console(shop))["arrivals"]}
    assert arrivals["made"] == "placed"
    assert arrivals["own_word"] == "Being engraved"
    assert arrivals["note"] is None


async def test_of_an_order_that_is_erased_nothing_is_shown_any_more(shop: ShopBackend) -> None:
    await shop.tell("erased_1", kind="order.created", event_id="of_1", customer_id="customer-5")
    await shop.tell("erased_2", kind="order.created", event_id="of_2")
    assert (await shop.api("DELETE", "/api/v1/customers/customer-5")).status == 204
    assert (await shop.api("DELETE", "/api/v1/orders/erased_2")).status == 204
    arrivals = (await console(shop))["arrivals"]
    assert not {"erased_1", "erased_2"} & {each["order_id"] for each in arrivals}


async def test_each_source_says_when_it_was_heard_last(
    settings: Settings, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    shops = load(
        env_file=None, **settings.model_dump() | {"woocommerce_secrets": "a-secret-of-sixteen"}
    )
    monkeypatch.setattr("bot.services.console.lately.LATELY._sources", {})
    async with Trackline(shops) as service, aiohttp.ClientSession() as session:
        shop = ShopBackend(service.url, session)
        await shop.create("ord_1", "customer-1")
        await shop.request("POST", "/webhooks/woocommerce", json={"id": 1})
        heard = {each.pop("source"): each for each in (await console(shop))["sources"]}
    assert heard["webhook"]["event_at"] is not None
    assert heard["api"] == {"event_at": None, "unread_at": None, "refused_at": None}
    assert heard["woocommerce"]["event_at"] is None
    assert heard["woocommerce"]["refused_at"] is not None


async def test_a_replica_shows_what_arrived_at_another(shop: ShopBackend, mongo: Mongo) -> None:
    notes, now = ConsoleNotes(mongo), datetime.now(UTC)  # what is older than minutes is gone
    there = Trace(
        event="elsewhere", order="ord_9", source="api", at=now, result="recorded", chats=1
    )
    await notes.leave_traces("another", [there], now)
    assert (await arrival(shop, "elsewhere", "on_its_way"))["chats"] == 1


async def test_what_is_known_is_left_for_other_replicas_only_while_somebody_looks(
    service: Trackline, shop: ShopBackend, mongo: Mongo
) -> None:
    await shop.tell("ord_5", kind="order.created", event_id="left", customer_id="customer-1")
    keep_up = service._services.console.keep_up
    await keep_up()
    assert (await ConsoleNotes(mongo).shared("traces")).traces == []
    await console(shop)
    await keep_up()
    [traces] = (await ConsoleNotes(mongo).shared("traces")).traces
    assert "left" in [trace.event for trace in traces]
