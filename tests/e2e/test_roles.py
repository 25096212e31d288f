"""Each role in a replica of its own, and what only that one does."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.app import Trackline
from bot.settings import Settings
from bot.settings.operation import Role
from sandbox import Person, Sandbox
from storage.mongo import Driver, Mongo
from tests.support.drivers import one
from tests.support.shop import ShopBackend

ROLES: tuple[Role, ...] = ("web", "bot", "dispatcher", "scheduler")


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
async def replicas(settings: Settings, mongo: Mongo) -> AsyncIterator[dict[Role, Trackline]]:
    async with AsyncExitStack() as running:
        yield {
            role: await running.enter_async_context(
                Trackline(settings.model_copy(update={"roles": (role,)}))
            )
            for role in ROLES
        }


@pytest.fixture
async def shops(replicas: dict[Role, Trackline]) -> AsyncIterator[dict[Role, ShopBackend]]:
    """The shop, asking each of them."""
    async with aiohttp.ClientSession() as session:
        yield {role: ShopBackend(replica.url, session) for role, replica in replicas.items()}


async def test_together_they_do_what_one_replica_with_all_roles_does(
    shops: dict[Role, ShopBackend], alice: Person
) -> None:
    shop = shops["web"]
    offer = await shop.connect("cus_1")
    await alice.send("/start " + parse_qs(urlsplit(offer["url"]).query)["start"][0])
    await alice.receives(containing="Connect this chat")
    await alice.press("Yes, connect")
    await alice.receives(containing="Connected")
    assert (await shop.create("ord_1", "cus_1", order_number="1001")).status == 202
    await alice.receives(containing="#1001", timeout=10)
    assert (await shop.tell("ord_1", "shipped")).status == 202
    await alice.receives(containing="#1001", timeout=10)
    await alice.send("/track 1001")
    await alice.receives(containing="#1001")


async def test_shops_are_served_by_web_alone_and_each_says_how_it_is(
    shops: dict[Role, ShopBackend],
) -> None:
    for role, shop in shops.items():
        assert (await shop.request("GET", "/readyz")).status == 200
        assert (await shop.request("GET", "/metrics")).status == 200
        status = (await shop.create("ord_1", "cus_1")).status
        assert status == (202 if role == "web" else 404)


async def test_only_the_dispatcher_takes_a_share_of_the_rate(
    replicas: dict[Role, Trackline], mongo: Mongo
) -> None:
    pace = await mongo.database["pace"].find_one({"_id": "telegram"})
    assert pace is not None
    assert list(pace["replicas"]) == [replicas["dispatcher"]._pacer._name]


async def test_jobs_that_one_replica_is_enough_for_run_on_the_scheduler(
    replicas: dict[Role, Trackline],
) -> None:
    for role, replica in replicas.items():
        names = {job.id for job in replica._jobs.schedule(*replica._other_jobs).get_jobs()}
        assert ("recover_leases" in names) == (role == "scheduler")
        assert ("carry_out_requests" in names) == (role == "scheduler")
        assert ("tell_of_newcomers" in names) == (role == "dispatcher")


async def test_telegram_hears_of_a_webhook_from_the_bot_alone(
    settings: Settings, mongo: Mongo, sandbox: Sandbox
) -> None:
    public = settings.model_copy(update={"public_url": "http://127.0.0.1:9"})
    for role in ("web", "dispatcher", "scheduler"):
        async with Trackline(public.model_copy(update={"roles": (role,)})):
            pass
    assert sandbox.calls_of("setWebhook") == []
    async with Trackline(public.model_copy(update={"roles": ("bot",)})):
        pass
    assert len(sandbox.calls_of("setWebhook")) == 1
