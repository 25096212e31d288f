"""Services as processes of their own, with a cable to the database that can hold things up."""

import itertools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from pymongo import AsyncMongoClient

from sandbox import Person, Sandbox
from storage.chats import Chats
from storage.mongo import Document, Mongo
from storage.orders import Orders
from storage.sealing import Seal
from tests.conftest import ENCRYPTION_KEY, empty
from tests.reliability.state import State
from tests.support.child import Child
from tests.support.mongo_proxy import MongoProxy
from tests.support.news import chat, event, record
from tests.support.shop import API_KEY, SECRET, ShopBackend

IMPATIENT = "tests.support.impatient"

Starts = Callable[..., Awaitable[Child]]
Linked = Callable[..., Awaitable[None]]
ShopOf = Callable[[Child], ShopBackend]


@pytest.fixture
def mongodb_uri(server_uri: str) -> str:
    """A database of the test's own: what is killed may have a write on its way."""
    return urlsplit(server_uri)._replace(path=f"/test_{uuid.uuid4().hex[:12]}").geturl()


@pytest.fixture
async def mongo(mongodb_uri: str) -> AsyncIterator[Mongo]:
    """The test's own connection: on a busy machine an answer may take longer than for a service."""
    client: AsyncMongoClient[Document] = AsyncMongoClient(mongodb_uri, tz_aware=True)
    mongo = Mongo(client, client.get_default_database(), Seal([ENCRYPTION_KEY]))
    await mongo.create_indexes()
    yield mongo
    await empty(mongo)
    await mongo.close()


@pytest.fixture
def state(mongo: Mongo) -> State:
    return State(mongo)


@pytest.fixture
async def cable(mongodb_uri: str) -> AsyncIterator[MongoProxy]:
    """What the services reach the database through."""
    async with MongoProxy(mongodb_uri) as cable:
        yield cable


@pytest.fixture
async def starts(
    sandbox: Sandbox, cable: MongoProxy, mongo: Mongo, tmp_path: Path
) -> AsyncIterator[Starts]:
    """``await starts(name="value")``: a service with these settings besides the usual ones.

    What still runs at the end is killed, before ``mongo`` cleans up.
    """
    usual = {
        "BOT_TOKEN": sandbox.token,
        "BOT_API_URL": sandbox.url,
        "MONGODB_URI": cable.uri,
        "WEBHOOK_SECRETS": SECRET,
        "API_KEYS": API_KEY,
        "ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "HTTP_PORT": "0",
        "SHOP_NAME": "Nile Coffee",
        "SHUTDOWN_SECONDS": "10",
    }

    async with AsyncExitStack() as running:

        async def start(program: str = "bot", **settings: str) -> Child:
            ours = {name.upper(): value for name, value in settings.items()}
            child = Child(usual | ours, tmp_path, program=program)
            running.push_async_callback(child.kill)
            return await child.start()

        yield start


@pytest.fixture
async def shop_of() -> AsyncIterator[ShopOf]:
    """The shop's backend, as it talks to this service."""
    async with aiohttp.ClientSession() as session:
        yield lambda child: ShopBackend(child.url, session)


@pytest.fixture
def linked(chats: Chats, orders: Orders) -> Linked:
    """Links people as if they had talked to the bot.

    The first is ``customer-1``, who has placed ``ord_1``, and so on.
    """
    numbers = itertools.count(1)

    async def link(*people: Person) -> None:
        for person, number in zip(people, numbers, strict=False):
            customer = f"customer-{number}"
            person.account.started = True
            await chats.link(chat(person.id, customer))
            placed = event("placed")
            await record(orders, f"ord_{number}", placed, customer_id=customer, notify=False)

    return link
