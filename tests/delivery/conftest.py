"""Delivery without the rest of the service: stores, a dispatcher or two, and Telegram."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.pace import Pacer
from bot.delivery.sender import Sender
from bot.photos.fetching import Photos
from bot.services.news.fresh import FreshNews
from bot.telegram.bot import TelegramBot
from bot.telegram.transport import AiohttpRequest
from bot.texts.message import Reader
from sandbox import Person, Sandbox
from sandbox.waiting import TIMEOUT
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.models import Chat, Preferences
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from storage.pace import Pace
from tests.support.clock import Clock
from tests.support.drivers import one
from tests.support.news import chat
from tests.support.photo_host import PhotoHost
from tests.support.replica import a_waiting
from tests.support.waiting import until

READER = Reader("en", ZoneInfo("UTC"), "Nile Coffee")

Joins = Callable[..., Awaitable[Chat]]
Prefers = Callable[..., Awaitable[None]]
Running = Callable[[], AbstractAsyncContextManager[Dispatcher]]


@pytest.fixture
def driver() -> Driver:
    return one("pymongo")


@pytest.fixture
async def bot(sandbox: Sandbox, pacer: Pacer) -> AsyncIterator[TelegramBot]:
    async with TelegramBot(
        sandbox.token,
        api_url=sandbox.url,
        request=AiohttpRequest(connection_pool_size=64, read_timeout=5),
        updates_request=AiohttpRequest(),
        flooded=pacer.flooded,
    ) as bot:
        yield bot


@pytest.fixture
async def pacer(mongo: Mongo) -> AsyncIterator[Pacer]:
    """One for all dispatchers of a test, and fast: the pace has tests of its own."""
    pacer = Pacer(Pace(mongo), rate=1000)
    task = asyncio.create_task(pacer.run())

    async def has_its_share() -> bool:
        return pacer.share > 0

    await until(has_its_share)
    yield pacer
    pacer.stop()
    await task


@pytest.fixture
def clock() -> Clock:
    """Shows the real time until a test sets it."""
    return Clock()


@pytest.fixture
async def photo_host() -> AsyncIterator[PhotoHost]:
    async with PhotoHost() as host:
        yield host


@pytest.fixture
async def photos(photo_host: PhotoHost) -> AsyncIterator[Photos]:
    async with Photos([photo_host.place]) as photos:
        yield photos


@pytest.fixture
def sender(bot: TelegramBot, pacer: Pacer, photos: Photos, clock: Clock) -> Sender:
    return Sender(bot, READER, pacer, photos, now=clock.now)


@pytest.fixture
def joins(chats: Chats) -> Joins:
    """Links somebody to ``customer-1``, as if they had talked to the bot."""

    async def join(person: Person, customer_id: str = "customer-1") -> Chat:
        await person.send("hello")
        linked = chat(person.id, customer_id)
        await chats.link(linked)
        return linked

    return join


@pytest.fixture
def prefers(chats: Chats) -> Prefers:
    """Sets somebody's preferences, as if they had done so in the chat."""

    async def prefer(person: Person, **preferences: object) -> None:
        await chats.prefer(person.id, Preferences.model_validate(preferences))

    return prefer


@pytest.fixture
def running(
    monkeypatch: pytest.MonkeyPatch,
    orders: Orders,
    chats: Chats,
    mongo: Mongo,
    sender: Sender,
) -> Running:
    """Runs a dispatcher, a replica of its own each time; waits are short."""
    monkeypatch.setattr("bot.delivery.dispatcher.TICK", 0.05)
    monkeypatch.setattr("bot.delivery.serving.RETRY_WAIT", 0.05)
    monkeypatch.setattr("bot.delivery.serving.CHAT_PACE", timedelta(seconds=0.05))
    monkeypatch.setattr("bot.delivery.policy.FIRST_WAIT", timedelta(seconds=0.05))

    @asynccontextmanager
    async def run() -> AsyncIterator[Dispatcher]:
        dispatcher = Dispatcher(
            orders=orders,
            chats=chats,
            dead_letters=DeadLetters(mongo),
            fresh=FreshNews(),
            sender=sender,
            waiting=a_waiting(mongo, orders, chats),
        )
        task = asyncio.create_task(dispatcher.run())
        try:
            yield dispatcher
        finally:
            dispatcher.stop()
            await asyncio.wait_for(task, TIMEOUT)

    return run


@pytest.fixture
async def dispatcher(running: Running) -> AsyncIterator[Dispatcher]:
    async with running() as dispatcher:
        yield dispatcher
