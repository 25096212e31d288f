"""The setup of a soak test: two replicas, a database behind a cable, Telegram, customers."""

import asyncio
import random
import shutil
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp import web

from bench.soak.replica import Replica
from sandbox import Fault, Person, Sandbox
from storage.embedded import EmbeddedMongo
from storage.mongo import Mongo, connect
from storage.sealing import Seal
from tests.support.database import ENCRYPTION_KEY
from tests.support.shop import API_KEY, SECRET, ShopBackend
from tests.support.tcp_proxy import TcpProxy

RATE = 28
"""TELEGRAM_RATE of the replicas."""
CUSTOMERS = 30
HOUSEHOLDS = 10
"""Customers with two phones."""
LIMITED_FOR = 4
"""The `retry_after` for the one chat that Telegram always limits, in seconds."""
AHEAD = 90
"""Seconds by which the clock of one replica is wrong."""


@dataclass(frozen=True)
class Stage:
    """``homes``: by customer, the people who get messages. ``mongo`` bypasses the cable.

    ``limited``: the person in whose chat Telegram refuses everything until the end.
    ``has_clocks_apart``: whether one replica's clock is `AHEAD`.
    """

    replicas: Sequence[Replica]
    cable: TcpProxy
    mongo: Mongo
    sandbox: Sandbox
    homes: dict[str, list[Person]]
    limited: Person
    has_clocks_apart: bool

    @property
    def people(self) -> list[Person]:
        return [person for home in self.homes.values() for person in home]


class FrontDoor:
    """The service's public address: passes each of Telegram's updates to any replica."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.replicas: Sequence[Replica] = ()

    async def pass_on(self, request: web.Request) -> web.Response:
        replica = self._chance.choice(self.replicas)
        body = await request.read()
        try:
            async with aiohttp.request(
                request.method, replica.url + request.path, data=body, headers=request.headers
            ) as answer:
                return web.Response(status=answer.status, body=await answer.read())
        except aiohttp.ClientError:
            return web.Response(status=502)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Starts it, and returns its address."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.pass_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield "http://{}:{}".format(*runner.addresses[0][:2])
        finally:
            await runner.cleanup()


@asynccontextmanager
async def stage(chance: random.Random) -> AsyncIterator[Stage]:
    """Starts everything and links everybody. Afterwards all of it is stopped and removed."""
    async with AsyncExitStack() as opened:
        home = Path(opened.enter_context(TemporaryDirectory()))
        database = await opened.enter_async_context(EmbeddedMongo(home))
        parts = urlsplit(database.uri)
        cable = opened.enter_context(TcpProxy(str(parts.hostname), parts.port or 27017))
        login = parts.netloc.rpartition("@")[0]
        cabled = parts._replace(netloc=f"{login}@127.0.0.1:{cable.port}").geturl()
        mongo = connect(database.uri, "motor", Seal([ENCRYPTION_KEY]))
        opened.push_async_callback(mongo.close)
        sandbox = await opened.enter_async_context(Sandbox())
        door = FrontDoor(chance)
        settings = _settings(sandbox, cabled, await opened.enter_async_context(door.open()))
        ahead = _ahead(home)
        door.replicas = [Replica(settings | wrong, home) for wrong in ({}, ahead)]
        for replica in door.replicas:
            opened.push_async_callback(replica.end)
        await asyncio.gather(*(replica.start() for replica in door.replicas))
        homes = await _linked(sandbox, door.replicas[0].url)
        limited = homes[f"customer-{CUSTOMERS}"][0]
        always = Fault(
            method="sendMessage", chat_id=limited.id, times=None, retry_after=LIMITED_FOR
        )
        sandbox.fail(always)
        yield Stage(door.replicas, cable, mongo, sandbox, homes, limited, bool(ahead))


def _settings(sandbox: Sandbox, database: str, public_url: str) -> dict[str, str]:
    return {
        "BOT_TOKEN": sandbox.token,
        "BOT_API_URL": sandbox.url,
        "MONGODB_URI": database,
        "WEBHOOK_SECRETS": SECRET,
        "API_KEYS": API_KEY,
        "ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "HTTP_PORT": "0",
        "PUBLIC_URL": public_url,
        "TELEGRAM_RATE": str(RATE),
        "LIVE_MESSAGES": "off",  # each message stays in the chat, to be checked
    }


def _ahead(folder: Path) -> dict[str, str]:
    """The environment of a process whose clock is wrong. Empty without a C compiler."""
    if (compiler := shutil.which("cc")) is None:
        return {}
    library = folder / "ahead.so"
    source = Path(__file__).with_name("ahead.c")
    compiling = [compiler, "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
    subprocess.run(compiling, check=True)  # noqa: S603 - compiles our own file
    return {"LD_PRELOAD": str(library), "AHEAD": str(AHEAD)}


async def _linked(sandbox: Sandbox, url: str) -> dict[str, list[Person]]:
    """Customers with one or two phones, who link themselves in the chat."""
    homes = {
        f"customer-{n}": [
            sandbox.person(f"Person {n}-{m}") for m in range(2 if n <= HOUSEHOLDS else 1)
        ]
        for n in range(1, CUSTOMERS + 1)
    }
    async with aiohttp.ClientSession() as session:
        shop = ShopBackend(url, session)
        for customer, home in homes.items():
            await asyncio.gather(*(link(shop, person, customer) for person in home))
    return homes


async def link(shop: ShopBackend, person: Person, customer_id: str) -> None:
    offer = await shop.connect(customer_id)
    await person.send("/start " + parse_qs(urlsplit(offer["url"]).query)["start"][0])
    await person.receives(containing="Connect this chat", timeout=30)
    await person.press("Yes, connect", timeout=30)
    await person.receives(containing="Connected.", timeout=30)
    await person.receives(containing="at hand", timeout=30)
