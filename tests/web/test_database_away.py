"""The database is cut off, or does not answer: told in time, and over by itself."""

import asyncio

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from handlers.web import health
from storage.mongo import Mongo
from tests.support.shop import Answer, ShopBackend
from tests.support.tcp_proxy import TcpProxy
from tests.web.conftest import event, on_both_drivers, over

SOON = 10
"""Seconds: a sender hears within three that it should try again, a busy machine takes the rest."""

MANY = 50
"""More than Motor has threads on most machines: one after another they would take 15 s."""


@pytest.fixture
def settings(settings: Settings, cable: TcpProxy, mongodb_uri: str) -> Settings:
    return settings.model_copy(update={"mongodb_uri": SecretStr(over(cable, mongodb_uri))})


async def becomes_ready(shop: ShopBackend) -> None:
    async with asyncio.timeout(2 * SOON):
        while (await shop.request("GET", "/readyz")).status != 200:
            continue


async def insist(shop: ShopBackend, body: bytes, event_id: str) -> Answer:
    """Posts as a shop does: again until it is taken."""
    async with asyncio.timeout(2 * SOON):
        while True:
            answer = await shop.post(body, event_id=event_id)
            if answer.status != 503:
                return answer
            await asyncio.sleep(0.1)  # more often is too often


@on_both_drivers
@pytest.mark.parametrize("trouble", ["cut", "stall"])
async def test_all_who_ask_hear_in_time_that_they_should_try_again(
    shop: ShopBackend, mongo: Mongo, cable: TcpProxy, trouble: str
) -> None:
    await shop.create("ord_1", "customer-1")
    bodies = {f"msg_{n}": event(note=f"{n}") for n in range(MANY)}
    getattr(cable, trouble)()

    async with asyncio.timeout(SOON):
        answers = await asyncio.gather(
            shop.api("POST", "/api/v1/links", json={"customer_id": "customer-1"}),
            shop.api("GET", "/api/v1/orders/ord_1/tracking"),
            shop.api("GET", "/api/v1/orders/ord_1/feedback"),
            shop.api("GET", "/api/v1/feedback"),
            *(shop.post(body, event_id=event_id) for event_id, body in bodies.items()),
        )
    assert {answer.status for answer in answers} == {503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
    assert all("problem+json" in answer.headers["Content-Type"] for answer in answers)

    cable.mend()
    again = [await insist(shop, body, event_id) for event_id, body in bodies.items()]
    assert {answer.status for answer in again} <= {200, 202}
    order = await mongo.database["orders"].find_one({"_id": "ord_1"})
    assert order is not None
    ids = [kept["id"] for kept in order["events"]]
    assert len(ids) == 1 + MANY
    assert set(bodies) < set(ids)


async def test_readiness_says_that_the_database_is_away_until_it_is_back(
    shop: ShopBackend, cable: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CACHED", 0)
    await becomes_ready(shop)
    cable.cut()
    async with asyncio.timeout(SOON):
        answer = await shop.request("GET", "/readyz")
    assert answer.status == 503
    assert "the database does not answer" in answer.body["reasons"][0]
    cable.mend()
    await becomes_ready(shop)


async def test_metrics_say_that_the_database_is_away_and_nothing_of_what_waits(
    shop: ShopBackend, cable: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CACHED", 0)
    cable.cut()
    async with asyncio.timeout(SOON):
        lines = (await shop.request("GET", "/metrics")).body.splitlines()
    assert "trackline_database_up 0.0" in lines
    assert {"trackline_messages_waiting NaN", "trackline_oldest_waiting_seconds NaN"} <= {*lines}


@on_both_drivers
async def test_liveness_does_not_wait_for_the_database(shop: ShopBackend, cable: TcpProxy) -> None:
    cable.stall()
    posts = [asyncio.create_task(shop.create(f"ord_{n}", "customer-1")) for n in range(MANY)]
    readiness = asyncio.create_task(shop.request("GET", "/readyz"))
    liveness = asyncio.create_task(shop.request("GET", "/healthz"))
    first, _ = await asyncio.wait(
        {liveness, readiness, *posts}, return_when=asyncio.FIRST_COMPLETED
    )
    assert first == {liveness}
    assert liveness.result().status == 200
    cable.mend()
    await asyncio.gather(readiness, *posts)
