"""`/metrics`: what there is to count, what it says, and what asking costs."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from telegram.error import NetworkError

from bot.app import Trackline
from bot.settings import Settings
from handlers.web import health
from sandbox import Fault, Person, Sandbox
from sandbox.waiting import TIMEOUT
from storage.mongo import Driver
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.impatient import ImpatientJobs
from tests.support.shop import ShopBackend
from tests.support.waiting import until

PAGE = Path(__file__).parents[2] / "docs" / "monitor.md"
Samples = dict[str, float]


@pytest.fixture
def driver() -> Driver:
    return one("pymongo")


@pytest.fixture(autouse=True)
def looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CACHED", 0)


async def scrape(shop: ShopBackend) -> Samples:
    """Each sample by its name, and the values of its labels behind a space."""
    text = (await shop.request("GET", "/metrics")).body
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_the_page_for_operators_explains_each_metric_and_no_other(shop: ShopBackend) -> None:
    text = (await shop.request("GET", "/metrics")).body
    ours = {
        family.name + "_total" * (family.type == "counter")
        for family in text_string_to_metric_families(text)
        if family.name.startswith("trackline_") and not family.name.endswith("_created")
    }
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `trackline_")]
    explained = {name for row in rows for name in re.findall(r"trackline_\w+", row)}
    assert explained == ours


async def test_events_are_counted_by_their_result_and_messages_by_their_outcome(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    before = await scrape(shop)
    await shop.create("ord_1", "customer-1", event_id="msg_1")
    await shop.tell("ord_2", "shipped")
    await alice.receives(containing="ord_1")
    names = (
        "trackline_events_total recorded",
        "trackline_events_total refused",
        "trackline_events_total duplicate",
        "trackline_messages_total sent",
        "trackline_event_to_phone_seconds_count",
    )
    after = await grown(shop, before, names[4])
    assert [after[name] - before[name] for name in names] == [1, 1, 0, 1, 1]
    took = "trackline_event_to_phone_seconds_sum"
    assert 0 < after[took] - before[took] < 60


async def grown(shop: ShopBackend, before: Samples, name: str) -> Samples:
    async with asyncio.timeout(TIMEOUT):
        while True:
            after = await scrape(shop)
            if after[name] > before[name]:
                return after


async def test_what_waits_is_counted_with_its_age_also_while_it_is_tried_again(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    idle = await scrape(shop)
    assert idle["trackline_messages_waiting"] == idle["trackline_oldest_waiting_seconds"] == 0
    assert idle["trackline_telegram_in_touch"] == idle["trackline_database_up"] == 1
    sandbox.fail(Fault(method="sendMessage", status=502, times=None))
    before = datetime.now(UTC)
    await shop.create("ord_1", "customer-1")
    busy = await grown(shop, idle, "trackline_oldest_waiting_seconds")
    assert busy["trackline_messages_waiting"] == 1
    waited = timedelta(seconds=busy["trackline_oldest_waiting_seconds"])
    assert waited <= datetime.now(UTC) - before + timedelta(seconds=1)
    assert await until(lambda: is_out_of_touch(shop))
    sandbox.clear_faults()
    await alice.receives(containing="ord_1")
    assert await until(lambda: is_idle(shop), 10)


async def test_telegram_is_asked_again_where_nothing_else_is_to_be_said(
    settings: Settings, sandbox: Sandbox
) -> None:
    """By webhook, and with nothing to send: else one call without an answer wakes somebody."""
    settings = settings.model_copy(update={"public_url": "http://127.0.0.1:9"})
    with patch("bot.app.Jobs", ImpatientJobs):
        async with Trackline(settings) as service, aiohttp.ClientSession() as session:
            shop = ShopBackend(service.url, session)
            assert await until(lambda: is_in_touch(shop))
            sandbox.fail(Fault(method="getMyName", drop=True))
            with pytest.raises(NetworkError):
                await service._app.bot.get_my_name()
            assert await until(lambda: is_in_touch(shop))


async def is_in_touch(shop: ShopBackend) -> bool:
    return not await is_out_of_touch(shop)


async def is_out_of_touch(shop: ShopBackend) -> bool:
    return (await scrape(shop))["trackline_telegram_in_touch"] == 0


async def is_idle(shop: ShopBackend) -> bool:
    return (await scrape(shop))["trackline_messages_waiting"] == 0
