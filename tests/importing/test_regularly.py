"""The service looks through the shop's book by itself, on one replica, at what was touched."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import AutoReconnect

from bot.book.reconciling import MARGIN, Reconciling
from bot.book.sources import Where
from bot.services.orders.booked import FieldMap
from sandbox import Sandbox
from storage.checkpoints import Checkpoints
from storage.clock import Clock
from storage.mongo import Document, Mongo
from storage.orders import Orders
from storage.shop_orders import ShopOrders
from tests.support.book import document, order_id
from tests.support.child import Child
from tests.support.replica import a_catching_up
from tests.support.waiting import until

Shop = AsyncDatabase[Document]
DAY = timedelta(days=1)


@pytest.fixture
def reconciling(mongo: Mongo, shop_uri: str) -> Reconciling:
    return a_reconciling(mongo, shop_uri)


def a_reconciling(mongo: Mongo, address: str, every: timedelta = DAY) -> Reconciling:
    where = Where(address, "orders", FieldMap(), "motor")
    return Reconciling(where, a_catching_up(mongo), Checkpoints(mongo), every, Clock())


async def test_one_of_many_replicas_looks_and_only_when_it_is_due(
    reconciling: Reconciling, shop_database: Shop, orders: Orders
) -> None:
    await shop_database["orders"].insert_one(document(1))
    with structlog.testing.capture_logs() as logs:
        await asyncio.gather(*(reconciling.reconcile() for _ in range(4)))
        await reconciling.reconcile()
    assert [(line["event"], line["recorded"]) for line in logs if "recorded" in line] == [
        ("reconciled", 4)
    ]
    assert await orders.get(order_id(1)) is not None


async def test_later_looks_read_what_was_touched_since_and_what_does_not_say(
    mongo: Mongo, shop_database: Shop, shop_uri: str
) -> None:
    reconciling = a_reconciling(mongo, shop_uri, every=timedelta(0))
    await reconciling.reconcile()
    now = datetime.now(UTC)
    late = document(4)
    del late["updatedAt"]
    touched = [now - 2 * MARGIN, now - MARGIN / 2, now.isoformat()]
    await shop_database["orders"].insert_many(
        [*(document(n, updatedAt=at) for n, at in enumerate(touched, 1)), late]
    )
    await reconciling.reconcile()
    held = await mongo.database["orders"].find({}).to_list(None)
    assert {order["_id"] for order in held} == {order_id(2), order_id(3), order_id(4)}


async def test_a_look_that_failed_is_told_without_the_address_and_made_up_for_by_the_next(
    mongo: Mongo, shop_database: Shop, shop_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reconciling = a_reconciling(mongo, shop_uri, every=timedelta(0))
    await reconciling.reconcile()
    await shop_database["orders"].insert_one(document(1, updatedAt=datetime.now(UTC)))
    with monkeypatch.context() as patch, structlog.testing.capture_logs() as logs:
        patch.setattr(ShopOrders, "after", refusing)
        await reconciling.reconcile()
    assert [(line["event"], line["why"][:19]) for line in logs] == [
        ("reconciling_failed", "the shop's database")
    ]
    assert "127.0.0.1" not in str(logs)
    await reconciling.reconcile()
    assert await mongo.database["orders"].find_one({"_id": order_id(1)})


async def refusing(*_: object, **__: object) -> AsyncIterator[tuple[Any, Document]]:
    raise AutoReconnect
    yield


async def test_what_is_refused_is_logged_by_its_place_and_some_of_it(
    reconciling: Reconciling, shop_database: Shop
) -> None:
    await shop_database["orders"].insert_many([document(n, user="CANARY !") for n in range(30)])
    with structlog.testing.capture_logs() as logs:
        await reconciling.reconcile()
    assert [line["event"] for line in logs] == ["reconciling_refused"] * 10 + ["reconciled"]
    assert logs[-1]["refused"] == 30
    assert "CANARY" not in str(logs)


async def test_the_service_does_it_when_the_setting_is_there(
    sandbox: Sandbox,
    our_settings: dict[str, Any],
    shop_uri: str,
    shop_database: Shop,
    orders: Orders,
    tmp_path: Path,
) -> None:
    await shop_database["orders"].insert_one(document(1))
    settings = {name.upper(): value for name, value in our_settings.items() if name != "env_file"}
    settings |= {"BOT_TOKEN": sandbox.token, "BOT_API_URL": sandbox.url, "HTTP_PORT": "0"}
    settings |= {"RECONCILE_SOURCE": shop_uri}
    service = Child(settings, tmp_path, program="tests.support.impatient")
    try:
        await service.start()
        await until(lambda: orders.get(order_id(1)), within=20)
        assert (await service.logged("reconciled"))["recorded"] == 4
    finally:
        await service.kill()
