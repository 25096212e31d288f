"""Starting where the database is late, is somebody else's, or has something in our way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.app import Trackline
from bot.errors import CommandFailed
from bot.settings import Settings
from storage.models import ShopEvent
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from storage.shop_events import ShopEvents
from storage.whose import account
from tests.support.drivers import BOTH, one
from tests.support.shop import ShopBackend
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until
from tests.web.conftest import over

pytestmark = pytest.mark.own_database


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
async def late(
    settings: Settings, mongo: Mongo, mongodb_uri: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Trackline, TcpProxy]]:
    """A service that is starting, and the cable to its database, which is not there yet."""
    monkeypatch.setattr("storage.mongo.OPERATION_TIMEOUT", 0.3)
    monkeypatch.setattr("bot.database.PAUSE", 0.1)
    monkeypatch.setattr("bot.app.SOON", 0.1)
    where = urlsplit(mongodb_uri)
    with TcpProxy(where.hostname or "", where.port or 0) as cable:
        uri = SecretStr(over(cable, mongodb_uri))
        cable.cut()
        yield Trackline(settings.model_copy(update={"mongodb_uri": uri})), cable


@pytest.mark.parametrize("driver", BOTH, indirect=True)
async def test_a_database_that_is_late_is_waited_for(late: tuple[Trackline, TcpProxy]) -> None:
    """Meanwhile the service is alive, not ready, and asks to come again."""
    service, cable = late
    with capture_logs() as logs:
        starting = asyncio.create_task(service.__aenter__())

        async def listens() -> bool:
            return bool(service.url)

        async def says_why() -> bool:
            return any(log["event"] == "waiting_for_the_database" and log["why"] for log in logs)

        await until(listens)
        async with aiohttp.ClientSession() as session:
            shop = ShopBackend(service.url, session)
            assert (await shop.request("GET", "/healthz")).status == 200
            ready = await shop.request("GET", "/readyz")
            assert ready.status == 503
            assert ready.body["reasons"] == ["the database has not answered yet"]
            answer = await shop.create("ord_1", "customer-1")
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
            assert not starting.done()
            await until(says_why)
            cable.mend()
            await starting
            try:
                assert shop.url == service.url
                assert (await shop.create("ord_1", "customer-1")).status == 202
            finally:
                await service.__aexit__()


async def refused(settings: Settings) -> str:
    with pytest.raises(CommandFailed) as why:
        async with Trackline(settings):
            pass
    return str(why.value)


async def test_a_wrong_password_is_not_waited_for(settings: Settings, mongo: Mongo) -> None:
    assert settings.mongodb_uri
    uri = urlsplit(settings.mongodb_uri.get_secret_value())
    netloc = f"{uri.username}:CANARY@{uri.hostname}:{uri.port}"
    wrong = SecretStr(uri._replace(netloc=netloc).geturl())
    says = await refused(settings.model_copy(update={"mongodb_uri": wrong}))
    assert "is MONGODB_URI right" in says
    assert "CANARY" not in says


async def test_an_index_in_the_way_of_ours_is_named(settings: Settings, mongo: Mongo) -> None:
    orders = mongo.database["orders"]
    await orders.drop_index("to_look_at")
    await orders.create_index([("look_at", 1)], name="to_look_at", unique=True)
    says = await refused(settings)
    assert says.startswith("index to_look_at of orders conflicts with one of ours: drop it")


async def test_a_unique_index_of_somebody_else_s_is_named_at_the_start(
    settings: Settings, mongo: Mongo
) -> None:
    await mongo.database["orders"].create_index([("number", 1)], name="number_1", unique=True)
    with capture_logs() as logs:
        async with Trackline(settings):
            pass
    (line,) = [log for log in logs if log["event"] == "foreign_index"]
    assert line["says"].startswith("index number_1 of orders is unique and not Trackline's")


MONGOOSE = {"user": "u1", "trackingInfo": [{"status": "Shipped"}], "isDelivered": False}


@pytest.mark.parametrize("order_id", [None, "1001"])
async def test_the_shop_s_own_orders_are_known_and_nothing_is_written(
    settings: Settings, mongo: Mongo, order_id: str | None
) -> None:
    await mongo.database["service"].delete_many({})
    whole = MONGOOSE | ({"_id": order_id} if order_id else {})
    await mongo.database["orders"].insert_one(dict(whole))
    says = await refused(settings)
    assert "has orders of somebody else's: name another in MONGODB_URI" in says
    assert await mongo.database["orders"].count_documents({}) == 1
    assert await mongo.database["service"].count_documents({}) == 0


async def test_what_is_left_of_an_event_that_the_shop_has_stops_no_start(
    settings: Settings, mongo: Mongo
) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    told = ShopEvent(id="msg_1", type="message.delivered", body="{}", at=now, due_at=now)
    await ShopEvents(mongo).add(told)
    await ShopEvents(mongo).finish(told)
    async with Trackline(settings):
        pass


async def test_an_order_of_the_first_versions_is_open_or_closed_as_its_events_say(
    settings: Settings, mongo: Mongo
) -> None:
    async with Trackline(settings) as service, aiohttp.ClientSession() as session:
        shop = ShopBackend(service.url, session)
        for order_id, state in (("ord_1", "delivered"), ("ord_2", "shipped")):
            await shop.create(order_id, "customer-1", at=datetime(2026, 3, 2, tzinfo=UTC))
            await shop.tell(order_id, state, at=datetime(2026, 3, 3, tzinfo=UTC))
        await shop.tell("ord_1", None, note="Thank you")
    await mongo.database["orders"].update_many({}, {"$unset": {"closed": ""}})
    await mongo.database["service"].delete_one({"_id": "schema"})
    async with Trackline(settings):
        pass
    found = await mongo.database["orders"].find({}, {"closed": 1}).sort("_id", 1).to_list(None)
    assert [order["closed"] for order in found] == [True, False]
    listed = await Orders(mongo).of([account("customer-1")], 5)
    assert [order.id for order in listed] == ["ord_2", "ord_1"]
