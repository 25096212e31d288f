"""A run that is killed goes on where it stopped; what it began with is not done again."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pymongo.asynchronous.database import AsyncDatabase

from storage.mongo import Document, Mongo
from tests.conftest import ENCRYPTION_KEY
from tests.importing.conftest import Import, RunResult
from tests.support.book import document
from tests.support.programs import ROOT
from tests.support.shop import API_KEY, SECRET
from tests.support.shop_apis import Answering, ShopifyApi
from tests.support.waiting import until
from tests.web.shops.conftest import payload

pytestmark = pytest.mark.own_database

ORDERS = 1000
GOING_ON = "Going on behind the "


@pytest.fixture
def environment(mongodb_uri: str) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
        "BOT_TOKEN": "123456:TEST",
        "MONGODB_URI": mongodb_uri,
        "WEBHOOK_SECRETS": SECRET,
        "API_KEYS": API_KEY,
        "ENCRYPTION_KEYS": ENCRYPTION_KEY,
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "orders.jsonl"
    step = {"status": "placed", "timestamp": "2026-11-16T09:30:00Z"}
    orders = ({"_id": f"ord_{n}", "user": "cus_7", "trackingInfo": [step]} for n in range(ORDERS))
    file.write_text("\n".join(json.dumps(order) for order in orders))
    return file


async def killed_on_the_way(source: str, mongo: Mongo, environment: dict[str, str]) -> None:
    """`kill -9`, once something is there."""
    process = await begun(mongo, environment, source)
    process.send_signal(signal.SIGKILL)
    assert await process.wait() == -signal.SIGKILL


async def begun(
    mongo: Mongo, environment: dict[str, str], *source: str
) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "import", *source), env=environment
    )

    async def has_begun() -> bool:
        assert process.returncode is None
        return await mongo.database["checkpoints"].find_one({}) is not None

    await until(has_begun, within=30)
    return process


def orders_read(told: RunResult) -> int:
    return int(told.out[1].split()[1].replace(",", ""))


def append_a_line(file: Path) -> None:
    with file.open("a") as opened:
        opened.write("\n")


async def held(mongo: Mongo) -> dict[str, int]:
    """Order → how many events."""
    found = await mongo.database["orders"].find({}).to_list(None)
    return {order["_id"]: len(order["events"]) for order in found}


async def test_a_file_is_gone_on_with_behind_the_last_batch(
    bring: Import, file: Path, mongo: Mongo, environment: dict[str, str]
) -> None:
    await killed_on_the_way(str(file), mongo, environment)
    before = len(await held(mongo))
    assert 0 < before < ORDERS
    told = await bring(file)
    assert told.out[0].startswith(GOING_ON)
    assert ORDERS - before <= orders_read(told) < ORDERS
    assert await held(mongo) == {f"ord_{n}": 1 for n in range(ORDERS)}
    assert (await bring(file)).out[0] == f"Orders: {ORDERS:,} read, 0 new, 0 lacked something."


async def test_a_database_is_gone_on_with_behind_the_last_batch(
    bring: Import,
    shop_uri: str,
    shop_database: AsyncDatabase[Document],
    mongo: Mongo,
    environment: dict[str, str],
) -> None:
    await shop_database["orders"].insert_many([document(n, "placed") for n in range(ORDERS)])
    await killed_on_the_way(shop_uri, mongo, environment)
    before = len(await held(mongo))
    assert 0 < before < ORDERS
    told = await bring(shop_uri)
    assert told.out[0].startswith(GOING_ON)
    assert ORDERS - before <= orders_read(told) < ORDERS
    assert set((await held(mongo)).values()) == {1}
    assert len(await held(mongo)) == ORDERS


async def test_it_begins_again_when_it_is_told_to_or_the_file_is_another(
    bring: Import, file: Path, mongo: Mongo, environment: dict[str, str]
) -> None:
    await killed_on_the_way(str(file), mongo, environment)
    assert (await bring(file, dry=True)).out[0].startswith(f"Orders: {ORDERS:,} read")
    append_a_line(file)
    told = await bring(file)
    assert told.out[0].startswith(f"Orders: {ORDERS:,} read")


async def test_from_the_start_means_from_the_start(
    bring: Import, file: Path, mongo: Mongo, environment: dict[str, str]
) -> None:
    await killed_on_the_way(str(file), mongo, environment)
    told = await bring(file, from_start=True)
    assert told.out[0].startswith(f"Orders: {ORDERS:,} read")


async def test_ctrl_c_ends_a_run_over_an_api_and_the_next_goes_on(
    bring: Import, mongo: Mongo, environment: dict[str, str]
) -> None:
    answered: list[Answering | None] = [None] * 5
    orders = [an_order(n) for n in range(ORDERS)]
    async with ShopifyApi(orders=orders, next=[*answered, never]) as shopify:
        settings = {"shopify_shop": shopify.url, "shopify_admin_token": "shpat_the_token"}
        environment |= {name.upper(): value for name, value in settings.items()}
        process = await begun(mongo, environment, "--from", "shopify")
        process.send_signal(signal.SIGINT)
        assert await process.wait() != 0
        before = len(await held(mongo))
        assert 0 < before < ORDERS
        told = await bring("shopify", **settings)
    assert told.out[0].startswith(GOING_ON)
    assert ORDERS - before <= orders_read(told) < ORDERS
    assert len(await held(mongo)) == ORDERS


async def never(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


def an_order(n: int) -> dict[str, Any]:
    at = f"2026-11-16T09:{n % 60:02}:00Z"
    return {**payload("shopify_order"), "id": n + 1, "created_at": at, "updated_at": at}
