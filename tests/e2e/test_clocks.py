"""Machines whose clocks are wrong, or are put right: nobody is told twice or late for it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Trackline
from bot.settings import Settings
from sandbox import Person
from storage.chats import Chats
from storage.models import Entry
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from storage.pace import Pace
from tests.support.drivers import one
from tests.support.news import chat, event, record

AHEAD = timedelta(seconds=90)


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def a_clock_ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For who starts under it."""
    right = time.time
    with monkeypatch.context() as wrong:
        wrong.setattr("storage.clock.time.time", lambda: right() + AHEAD.total_seconds())
        yield


async def test_a_replica_whose_machine_s_clock_is_wrong_goes_by_the_database_s(
    a_clock_ahead: None, settings: Settings, mongo: Mongo
) -> None:
    before = await Pace(mongo).now()
    async with Trackline(settings) as service:
        assert timedelta() <= service.clock() - before < AHEAD / 2


async def test_what_waits_is_told_in_time_though_the_clock_was_put_back_since(
    settings: Settings, mongo: Mongo, orders: Orders, chats: Chats, alice: Person
) -> None:
    """The service before it wrote by a clock that was ten minutes ahead."""
    then = datetime.now(UTC) + timedelta(minutes=10)
    await Pace(mongo).beat("gone", 1, then)
    alice.account.started = True
    await chats.link(chat(alice.id))
    await record(orders, "ord_1", event("shipped"))
    linked = await chats.get(alice.id)
    assert linked is not None
    assert await chats.post(linked, Entry(order_id="ord_1", news=1, since=then))
    async with Trackline(settings):
        await alice.receives(containing="has been shipped", timeout=5)
