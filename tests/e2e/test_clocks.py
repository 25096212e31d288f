"""Machines whose clocks are wrong, or are put right: nobody is told twice or late for it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Trackline
from bot.composition import compose
from bot.services.container import Services
from bot.services.shop.shop_events import Outbox, ShopNews
from bot.settings import Settings
from bot.writing import Stores, Writing
from sandbox import Person
from storage.chats import Chats
from storage.clock import Clock
from storage.models import Chat, DeadLetter, Entry
from storage.mongo import Driver, Mongo
from storage.newcomers import WaitingNewcomers
from storage.orders import Orders
from storage.pace import Pace
from storage.shop_events import ShopEvents
from storage.whose import account
from tests.support.drivers import one
from tests.support.mailboxes import ALICE, got
from tests.support.news import WHOSE, chat, entry, event, record

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
    assert await chats.post(linked, Entry(order_id="ord_1", news=1, since=then), WHOSE)
    async with Trackline(settings):
        await alice.receives(containing="has been shipped", timeout=5)


@pytest.fixture
def shared() -> Clock:
    """What the database's clock says, to which this machine's is ten minutes ahead."""
    clock = Clock()
    clock.learned(datetime.now(UTC) - timedelta(minutes=10))
    return clock


@pytest.fixture
def services(settings: Settings, mongo: Mongo, shared: Clock) -> Services:
    outbox = Outbox(ShopEvents(mongo), mongo.sealing, lambda: None, shared)
    writing = Writing(settings, Stores(mongo, settings), shared, ShopNews(outbox))
    return compose(settings, writing, None)


async def linked(services: Services, chat_id: int = ALICE) -> Chat:
    issued = await services.linking.issue(account("customer-1"))
    return await services.linking.redeem(issued.token, chat_id, "en")


@pytest.mark.parametrize("says_so", ["the person", "Telegram"])
async def test_what_gathered_for_who_is_back_is_due_by_the_shared_clock(
    services: Services, chats: Chats, shared: Clock, says_so: str
) -> None:
    await chats.post(await linked(services), entry(), WHOSE)
    await chats.pause(ALICE, "blocked")
    if says_so == "Telegram":
        await services.blocking.unblock(ALICE, datetime.now(UTC))
    else:
        await services.blocking.heard_from(await got(chats))
    assert [due.id for due in await chats.due(shared(), 10)] == [ALICE]


async def test_others_hear_of_a_newcomer_by_the_shared_clock(
    services: Services, mongo: Mongo, shared: Clock
) -> None:
    await linked(services)
    waiting = WaitingNewcomers(mongo)
    assert [newcomer.id for newcomer in await waiting.due(shared(), 10)] == [ALICE]


async def test_a_dead_letter_that_is_sent_again_is_due_by_the_shared_clock(
    services: Services, chats: Chats, orders: Orders, shared: Clock
) -> None:
    await record(orders, "ord_1", event("shipped"))
    await linked(services)
    letter = DeadLetter(
        id="letter", chat_id=ALICE, order_id="ord_1", news=1, since=shared(), reason="oops"
    )
    await services.undelivered.send_again(letter)
    assert [due.id for due in await chats.due(shared(), 10)] == [ALICE]


async def test_reminders_that_somebody_wants_now_are_looked_for_by_the_shared_clock(
    services: Services, orders: Orders, shared: Clock
) -> None:
    await record(orders, "ord_1", event("shipped"))
    await services.people.follow(await linked(services), "ord_1")
    assert await orders.to_remind(shared(), 10) == ["ord_1"]


async def test_what_the_shop_is_to_be_told_is_due_by_the_shared_clock(
    services: Services, mongo: Mongo, shared: Clock
) -> None:
    await linked(services)
    assert [told.type for told in await ShopEvents(mongo).due(shared(), 10)] == ["customer.linked"]
