"""The shops in `examples/`, started as their READMEs say, beside the real service."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import Trackline
from sandbox import Person
from storage.mongo import Driver, Mongo
from tests.examples.running import ExampleShop, running
from tests.support.drivers import one
from tests.support.shop import API_KEY, SECRET, ShopBackend
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until

NAMES = ("express", "python", "php")
WITH_A_PICTURE = ("express", "python")

pytestmark = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def cable(service: Trackline) -> Iterator[TcpProxy]:
    """What lies between an example and Trackline."""
    port = urlsplit(service.url).port
    assert port
    with TcpProxy("127.0.0.1", port) as cable:
        yield cable


@pytest.fixture
async def own_settings(
    mongo: Mongo, server_uri: str, tmp_path: Path
) -> AsyncIterator[dict[str, str]]:
    """Of an example's own: secrets, and an empty database."""
    database = f"shop_{uuid.uuid4().hex[:12]}"
    yield {
        "WEBHOOK_SECRET": SECRET,
        "API_KEY": API_KEY,
        "MONGODB_URI": urlsplit(server_uri)._replace(path=f"/{database}").geturl(),
        "DATABASE": str(tmp_path / "shop.db"),
    }
    await mongo.client.drop_database(database)


@pytest.fixture
async def example(
    name: str, own_settings: dict[str, str], cable: TcpProxy
) -> AsyncIterator[ExampleShop]:
    settings = own_settings | {"TRACKLINE_URL": f"http://127.0.0.1:{cable.port}"}
    async with running(name, settings) as example:
        yield example


async def test_alice_connects_and_is_told_of_each_step_once_though_an_answer_got_lost(
    name: str,
    example: ExampleShop,
    alice: Person,
    cable: TcpProxy,
    shop: ShopBackend,
    mongo: Mongo,
) -> None:
    offer = await example.connect()
    assert offer.url.startswith("https://t.me/")
    assert offer.qr is (name in WITH_A_PICTURE)
    await alice.send(f"/link {offer.code}")
    await alice.receives(containing="Connect this chat to a•••@example.com")
    await alice.press("Yes, connect")
    number = await example.order()
    await alice.receives(containing=f"Thank you for your order #{number}")

    cable.stall_answers()
    await example.move_to("Packed")
    await alice.receives(containing=f"#{number} is packed")
    cable.cut()  # so that the shop does not know that it was heard
    cable.mend()
    await example.move_to("Shipped", clicks=2)
    assert (await example.page()).count("Shipped") == 1
    await alice.receives(containing=f"#{number} has been shipped")

    await until(example.has_told_everything)
    [order] = await mongo.database["orders"].find().to_list(None)
    steps = (await shop.tracking(order["_id"]))["tracking_info"]
    assert [step["status"] for step in steps] == ["placed", "packed", "shipped"]
    assert sum("is packed" in message.text for message in alice.inbox) == 1


async def test_an_event_is_sent_unchanged_until_taken_or_refused_though_the_shop_is_killed(
    name: str, own_settings: dict[str, str]
) -> None:
    heard: list[tuple[str, bytes]] = []
    answers = iter([None, 503, 401, 422, 202])
    killed = asyncio.Event()

    async def hear(request: web.Request) -> web.Response:
        heard.append((request.headers["webhook-id"], await request.read()))
        status = next(answers)
        if status is None:
            await killed.wait()
        return web.Response(status=status or 202)

    async def has_heard() -> bool:
        return bool(heard)

    app = web.Application()
    app.router.add_post("/webhooks/orders", hear)
    async with TestServer(app) as trackline:
        settings = own_settings | {"TRACKLINE_URL": str(trackline.make_url(""))}
        async with running(name, settings) as example:
            await example.order()
            await example.move_to("Packed")
            await until(has_heard)
        killed.set()
        async with running(name, settings) as example:
            await until(example.has_told_everything)

    assert heard[:4] == [heard[0]] * 4
    assert heard[4] != heard[0]
    assert len(heard) == 5
