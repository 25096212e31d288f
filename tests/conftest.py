"""The parts that tests are made of: a real database, a real server, a strict Telegram, a shop.

The cast: alice and bob share a household (and its shop account), charlie is an outsider.
"""

import gc
import hashlib
import logging
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import cache
from importlib import import_module
from inspect import isawaitable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio
import structlog
from aiohttp.web_app import _cached_build_middleware
from pydantic import SecretStr

from bot import logs
from bot.app import Trackline
from bot.database import Connected
from bot.services.orders.intake import Intake
from bot.services.orders.recording import Recording
from bot.settings import Settings, load
from sandbox import Message, Person, Sandbox
from storage.chats import Chats
from storage.embedded import EmbeddedMongo
from storage.keys import KeptInDatabase
from storage.mongo import Document, Driver, Mongo, connect
from storage.orders import Orders
from storage.sealing import Seal
from tests.support.chromium import chromium
from tests.support.drivers import BOTH
from tests.support.listening import close_what_came_too_late
from tests.support.listening_shop import ListeningShop
from tests.support.replica import a_recording
from tests.support.shop import API_KEY, SECRET, ShopBackend

__all__ = ["chromium"]

ENCRYPTION_KEY = "v5OLr5DU5FaiI3G0ZF0DkTVXf/Y73C1SYTPWFO5zcCo="
KEPT = b"sealed:" + Seal([ENCRYPTION_KEY]).close(ENCRYPTION_KEY)
"""In a test's database the service's own key is the one that the test has."""

COMMON = f"test_{uuid.uuid4().hex[:12]}"
"""The database that tests of one process use in turn."""
_ready = set[str]()
"""Databases that are empty and have their indexes."""

Link = Callable[[Person, str], Awaitable[None]]


structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)  # the default's rich tracebacks take seconds each


hashlib.pbkdf2_hmac = cache(hashlib.pbkdf2_hmac)  # type: ignore[assignment]
"""The drivers stretch the same password for each client, which is slow on purpose."""


close_what_came_too_late()


def pytest_collection_finish() -> None:
    """All that is imported by now stays: without it a tenth of the time goes to looking for what
    of it could be thrown away."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    """For tests that configure logging: afterwards it is as before them."""
    root, ours, alias = logging.getLogger(), structlog.get_config(), logs._alias
    handlers, level = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in logs.LIBRARIES}
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**ours)
    logs.name_people(alias)
    for name, lowest in levels.items():
        logging.getLogger(name).setLevel(lowest)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server_uri(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A database server over the wire: `TEST_MONGODB_URI`, else the embedded one."""
    if uri := os.environ.get("TEST_MONGODB_URI"):
        yield uri
        return
    folder: Path = tmp_path_factory.mktemp("database")
    async with EmbeddedMongo(folder, test_commands=True) as embedded:
        yield embedded.uri


@pytest.fixture
def mongodb_uri(server_uri: str, request: pytest.FixtureRequest) -> str:
    """The same server, and a database that no other test uses at the same time.

    One with its indexes takes longer to make than most tests, so it is emptied and used again. Not
    where a test is marked ``own_database``, or cuts the cable: a write may still be on its way.
    """
    is_own = request.node.get_closest_marker("own_database") or "cable" in request.fixturenames
    name = f"test_{uuid.uuid4().hex[:12]}" if is_own else COMMON
    return urlsplit(server_uri)._replace(path=f"/{name}").geturl()


@pytest.fixture(params=BOTH)
def driver(request: pytest.FixtureRequest) -> Driver:
    chosen: Driver = request.param
    return chosen


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that ask much of a service at once: on a busy machine it takes long, not away."""
    monkeypatch.setattr("storage.mongo.OPERATION_TIMEOUT", 30)
    problems = import_module("handlers.web.problems")  # the package names a function so
    monkeypatch.setattr(problems, "LONGEST_WAIT", 30)


@pytest.fixture
async def mongo(mongodb_uri: str, driver: Driver) -> AsyncIterator[Mongo]:
    """An open connection to an empty database with its indexes.

    It is the test's own: on a busy machine an answer may take longer than a service would wait.
    """
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("storage.mongo.OPERATION_TIMEOUT", 30)
        mongo = connect(mongodb_uri, driver, Seal([ENCRYPTION_KEY]))
    try:
        if mongo.database.name not in _ready:
            await mongo.create_indexes()
        await KeptInDatabase(mongo).write(KEPT, None)
        yield mongo
        await empty(mongo)
    finally:
        await mongo.close()


async def empty(mongo: Mongo) -> None:
    """Before a database is dropped as well: to drop what is full takes longer."""
    database = mongo.database
    for collection in await _not_empty(mongo):
        await database[collection].delete_many({})
    if database.name == COMMON:
        _ready.add(COMMON)
    else:
        await mongo.client.drop_database(database.name)


async def _not_empty(mongo: Mongo) -> list[str]:
    """In one command, as a test fills few."""
    first, *others = await mongo.database.list_collection_names()
    look: list[Document] = [{"$limit": 1}, {"$project": {"_id": first}}]
    for name in others:
        one: list[Document] = [{"$limit": 1}, {"$project": {"_id": name}}]
        look.append({"$unionWith": {"coll": name, "pipeline": one}})
    cursor: Any = mongo.database[first].aggregate(look)
    found = await (await cursor if isawaitable(cursor) else cursor).to_list(None)
    return [each["_id"] for each in found]


@pytest.fixture
def orders(mongo: Mongo) -> Orders:
    return Orders(mongo)


@pytest.fixture
def chats(mongo: Mongo) -> Chats:
    return Chats(mongo)


@pytest.fixture
def recording(mongo: Mongo, orders: Orders) -> Recording:
    return a_recording(mongo, orders)


@pytest.fixture
def intake(recording: Recording) -> Intake:
    return Intake(recording, status_words={})


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@cache
def _usual_settings(bot_token: str) -> Settings:
    return load(
        env_file=None,
        bot_token=bot_token,
        webhook_secrets=SECRET,
        api_keys=API_KEY,
        encryption_keys=ENCRYPTION_KEY,
        http_port=0,
        shop_name="Nile Coffee",
        courier_map="on",
        live_messages="off",  # most tests read the news; see tests/e2e/test_live_messages.py
        shutdown_seconds=5,
    )


@pytest.fixture
def settings(sandbox: Sandbox, mongodb_uri: str, driver: Driver) -> Settings:
    where = {
        "bot_api_url": sandbox.url,
        "mongodb_uri": SecretStr(mongodb_uri),
        "mongodb_driver": driver,
    }
    return _usual_settings(sandbox.token).model_copy(update=where)


@pytest.fixture
def at_once(mongo: Mongo, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start without the hundred questions and greetings that are half of a small test's time.

    Those to the database are left out where it is known to be in order, those to Telegram unless a
    test is marked ``presented``.
    """
    if mongo.database.name == COMMON:
        monkeypatch.setattr(Connected, "ready", Connected.sealed)
    if not request.node.get_closest_marker("presented"):
        monkeypatch.setattr("bot.telegram.app.present", _say_nothing)


async def _say_nothing(*_: object) -> None:
    pass


@pytest.fixture
async def service(settings: Settings, mongo: Mongo, at_once: None) -> AsyncIterator[Trackline]:
    """The whole service, started; ``mongo`` cleans up behind it."""
    async with Trackline(settings) as service:
        yield service
    _cached_build_middleware.cache_clear()  # which would keep the service with its web application


@pytest.fixture
async def shop(service: Trackline) -> AsyncIterator[ShopBackend]:
    async with aiohttp.ClientSession() as session:
        yield ShopBackend(service.url, session)


@pytest.fixture
def alice(sandbox: Sandbox) -> Person:
    return sandbox.person("Alice")


@pytest.fixture
def bob(sandbox: Sandbox) -> Person:
    return sandbox.person("Bob")


@pytest.fixture
def charlie(sandbox: Sandbox) -> Person:
    return sandbox.person("Charlie")


@pytest.fixture
async def listener() -> AsyncIterator[ListeningShop]:
    """The shop's backend at the other end of what is told back; it has nothing to complain of."""
    async with ListeningShop() as shop:
        yield shop
        assert shop.complaints == []


@pytest.fixture
def link(shop: ShopBackend) -> Link:
    """Links a person to a customer the way they do it themselves: deep link, then consent."""

    async def link(person: Person, customer_id: str) -> None:
        offer = await shop.connect(customer_id)
        await person.send(f"/start {start_token(offer['url'])}")
        await person.receives(containing="Connect this chat")
        await person.press("Yes, connect")
        await person.receives(containing="Connected.")
        await person.receives(containing="at hand")

    return link


async def unlinks(person: Person) -> Message:
    """Who follows one thing. Returns what the bot says at last."""
    await person.send("/unlink")
    await person.receives(containing="Disconnect this chat?")
    await person.press("Yes, disconnect")
    return await person.receives(containing="no longer connected")


def start_token(url: str) -> str:
    """The payload of a deep link."""
    return parse_qs(urlsplit(url).query)["start"][0]
