"""The parts that tests are made of: a real database, a real server, a strict Telegram, a shop.

The cast: alice and bob share a household (and its shop account), charlie is an outsider.
"""

import gc
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from functools import cache
from importlib import import_module
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
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
from sandbox.waiting import TIMEOUT
from storage.chats import Chats
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from tests.support import given  # noqa: F401 - before any test
from tests.support.chromium import browser, chromium, page, photograph
from tests.support.database import COMMON, ENCRYPTION_KEY, empty, mongo, mongodb_uri, server_uri
from tests.support.drivers import BOTH
from tests.support.listening import close_what_came_too_late
from tests.support.listening_shop import ListeningShop
from tests.support.replica import a_recording
from tests.support.shop import API_KEY, SECRET, ShopBackend

__all__ = [
    "ENCRYPTION_KEY",
    "browser",
    "chromium",
    "empty",
    "mongo",
    "mongodb_uri",
    "page",
    "photograph",
    "server_uri",
]

Link = Callable[[Person, str], Awaitable[None]]
PROBLEMS = import_module("handlers.web.problems")  # the package names a function so


structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)  # the default's rich tracebacks take seconds each


close_what_came_too_late()

for _number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        # Under nohup, or behind a shell's `&`. What we start would ignore them, too; a handler is
        # not inherited.
        signal.signal(_number, lambda *_: None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All that is imported and collected stays: without it a tenth of the time goes to looking for
    what of it could be thrown away."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


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


@pytest.fixture(params=BOTH)
def driver(request: pytest.FixtureRequest) -> Driver:
    chosen: Driver = request.param
    return chosen


@pytest.fixture(autouse=True)
def patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine the database takes long, and is not away: a service waits for it.

    Not where a test takes it away, by its ``cable`` or as it is marked ``impatient``.
    """
    if "cable" not in request.fixturenames and not request.node.get_closest_marker("impatient"):
        monkeypatch.setattr("storage.mongo.OPERATION_TIMEOUT", TIMEOUT)
        monkeypatch.setattr(PROBLEMS, "LONGEST_WAIT", TIMEOUT)


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
