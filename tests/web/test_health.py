"""`/healthz`, `/readyz` and `/metrics`. The database away: `test_database_away`."""

import asyncio

import pytest
from prometheus_client.parser import text_string_to_metric_families

from handlers.web import health
from sandbox import Sandbox
from sandbox.waiting import TIMEOUT
from storage.indexes import INDEXES
from storage.mongo import Mongo
from tests.support.commands import COMMANDS
from tests.support.shop import Answer, ShopBackend
from tests.web.conftest import on_both_drivers

pytestmark = pytest.mark.own_database


@pytest.fixture(autouse=True)
def looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time: nothing of the second for which an answer is kept."""
    monkeypatch.setattr(health, "CACHED", 0)


async def readiness(shop: ShopBackend) -> Answer:
    return await shop.request("GET", "/readyz")


async def test_a_service_that_can_work_is_alive_and_ready(shop: ShopBackend) -> None:
    alive, ready = await shop.request("GET", "/healthz"), await readiness(shop)
    assert (alive.status, alive.body) == (200, {"status": "alive"})
    assert (ready.status, ready.body) == (200, {"status": "ready"})


@on_both_drivers
async def test_readiness_names_a_missing_index(shop: ShopBackend, mongo: Mongo) -> None:
    await mongo.database["orders"].drop_index("found_by")
    answer = await readiness(shop)
    assert answer.status == 503
    assert answer.body == {
        "status": "not ready",
        "reasons": ["index found_by of orders is missing"],
    }
    await mongo.create_indexes()
    assert (await readiness(shop)).status == 200


@on_both_drivers
async def test_readiness_names_an_index_that_differs(shop: ShopBackend, mongo: Mongo) -> None:
    orders, tokens = mongo.database["orders"], mongo.database["link_tokens"]
    await orders.drop_index("to_look_at")
    await orders.create_index([("look_at", 1)], name="to_look_at")  # not sparse
    await tokens.drop_index("expiry")
    await tokens.create_index([("expires_at", -1)], name="expiry")
    answer = await readiness(shop)
    assert answer.status == 503
    assert answer.body["reasons"] == [
        "index to_look_at of orders differs from what we need",
        "index expiry of link_tokens differs from what we need",
    ]


async def test_a_missing_collection_is_not_ready(shop: ShopBackend, mongo: Mongo) -> None:
    await mongo.database["dead_letters"].drop()
    answer = await readiness(shop)
    assert answer.body["reasons"] == [
        f"index {model.document['name']} of dead_letters is missing"
        for model in INDEXES["dead_letters"]
    ]


async def test_readiness_says_when_telegram_was_not_reached_yet(
    sandbox: Sandbox, out_of_touch: ShopBackend
) -> None:
    answer = await readiness(out_of_touch)
    assert answer.status == 503
    assert answer.body["reasons"] == ["Telegram was not reached yet"]
    assert (await out_of_touch.request("GET", "/healthz")).status == 200
    sandbox.clear_faults()
    async with asyncio.timeout(TIMEOUT):
        while (await readiness(out_of_touch)).status != 200:
            continue


async def test_however_many_ask_the_database_is_looked_at_once(
    shop: ShopBackend, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CACHED", 60)
    with COMMANDS.of(mongo.database.name) as sent:
        answers = await asyncio.gather(*(readiness(shop) for _ in range(20)))
        answers.append(await readiness(shop))
    assert {answer.status for answer in answers} == {200}
    looks = [command["listIndexes"] for command in sent if "listIndexes" in command]
    assert sorted(looks) == sorted(INDEXES)


async def test_metrics_are_prometheus_text(shop: ShopBackend) -> None:
    answer = await shop.request("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert {family.name for family in text_string_to_metric_families(answer.body)}
