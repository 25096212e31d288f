"""`/api/v1/console/figures`: counts over time, of all replicas together, and `/metrics`."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.app import Trackline
from bot.services.console.figures import Counting
from sandbox import Person
from storage.console import ConsoleNotes, Shared
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.commands import COMMANDS
from tests.support.quiet import asked
from tests.support.shop import ShopBackend

NOTHING = Shared()


async def figures(shop: ShopBackend, **query: Any) -> Any:
    answer = await shop.api("GET", "/api/v1/console/figures", params=query)
    assert answer.status == 200, answer
    return answer.body


@pytest.fixture
def counting(service: Trackline) -> Counting:
    return service._services.console.counting


async def test_the_present_minute_has_what_was_not_added_yet(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    before = (await figures(shop))["figures"][-1]
    await shop.create("ord_1", "customer-1", notify=False)
    await shop.tell("ord_1", "shipped")
    await alice.receives(containing="shipped")
    hour = await figures(shop)
    assert len(hour["figures"]) == 60
    starts = [datetime.fromisoformat(each["at"]) for each in hour["figures"]]
    assert {later - one for one, later in pairwise(starts)} == {timedelta(minutes=1)}
    now = hour["figures"][-1]
    assert now["events"]["recorded"] == before["events"].get("recorded", 0) + 2
    assert now["messages"]["sent"] >= before["messages"].get("sent", 0) + 1
    assert 0 < hour["to_phone"]["p50"] <= hour["to_phone"]["p95"] <= hour["to_phone"]["p99"] < 10


async def test_what_was_added_is_counted_once(
    quiet: None, shop: ShopBackend, counting: Counting
) -> None:
    await shop.create("ord_1", "customer-1")
    for _ in range(3):
        await counting.add_up()
    [today] = (await figures(shop, each="day", count=1))["figures"]
    assert today["events"] == {"recorded": 1}


async def test_replicas_add_to_the_same_minute(
    quiet: None, shop: ShopBackend, counting: Counting, mongo: Mongo
) -> None:
    await shop.create("ord_1", "customer-1")
    await counting.add_up()
    counting._added["events.recorded"] -= 4  # as if another had four
    await counting.add_up()
    [today] = (await figures(shop, each="day", count=1))["figures"]
    assert today["events"] == {"recorded": 5}


async def test_how_many_chats_are_linked_is_kept_by_the_day(
    shop: ShopBackend, counting: Counting, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await counting.add_up()
    await link(bob, "customer-1")
    *before, today = (await figures(shop, each="day", count=30))["figures"]
    assert today["linked"] == 2
    assert {day["linked"] for day in before} == {None}


async def test_a_minute_costs_a_replica_one_write(
    quiet: None, shop: ShopBackend, counting: Counting, mongo: Mongo
) -> None:
    await shop.create("ord_1", "customer-1", status="engraving")
    with COMMANDS.of(mongo.database.name) as commands:
        await counting.add_up()
    writes = [each for each in asked(commands) if each[0] not in {"find", "count", "aggregate"}]
    assert writes == [("update", "console")]


async def test_counts_end_by_themselves(quiet: None, counting: Counting, mongo: Mongo) -> None:
    await counting.add_up()
    kept = {note["_id"].split()[0]: note async for note in mongo.database["console"].find()}
    now = datetime.now(UTC)
    assert timedelta(days=1.9) < kept["minute"]["until"] - now < timedelta(days=2.1)
    assert timedelta(days=399) < kept["day"]["until"] - now < timedelta(days=401)
    indexes = await mongo.database["console"].index_information()
    assert indexes["expiry"]["expireAfterSeconds"] == 0


async def test_nothing_of_an_event_is_written_for_the_console(
    quiet: None, shop: ShopBackend, mongo: Mongo
) -> None:
    await shop.create("ord_1", "customer-1")
    assert await ConsoleNotes(mongo).shared("word", "source", "traces", "meaning") == NOTHING


async def test_what_waits_is_told(shop: ShopBackend, alice: Person, link: Link) -> None:
    answer = await shop.api("GET", "/api/v1/console")
    assert (answer.body["waiting"], answer.body["oldest_seconds"]) == (0, 0)


async def test_the_metrics_have_what_the_console_shows(
    quiet: None, shop: ShopBackend, counting: Counting, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1")
    await counting.add_up()
    text = (await shop.request("GET", "/metrics")).body
    assert "trackline_chats_linked 1.0" in text
    assert "trackline_dead_letters 0.0" in text
    assert 'trackline_source_heard_timestamp_seconds{source="webhook"} 1.' in text
