"""The way back: an event reaches the shop, however it fares, once or again under the same id."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery.shop_events import GONE, KEPT, LEASE, ShopSender
from bot.services.shop.shop_events import Outbox, ShopNews
from sandbox.waiting import TIMEOUT
from storage.models import ShopEvent
from storage.mongo import Mongo
from storage.sealing import Seal
from storage.shop_events import ShopEvents
from tests.conftest import ENCRYPTION_KEY
from tests.support.clock import Clock
from tests.support.listening_shop import SHOP_SECRET, WAITING, ListeningShop
from tests.support.news import NOON, chat
from tests.support.waiting import until

SEAL = Seal([ENCRYPTION_KEY])

Sends = Callable[[], AbstractAsyncContextManager[ShopSender]]

[LINK] = chat().links


@pytest.fixture
def events(mongo: Mongo) -> ShopEvents:
    return ShopEvents(mongo)


@pytest.fixture
def sends(
    monkeypatch: pytest.MonkeyPatch, mongo: Mongo, listener: ListeningShop, clock: Clock
) -> Sends:
    """Runs a sender, a replica of its own each time; waits are short."""
    monkeypatch.setattr("bot.delivery.policy.FIRST_WAIT", timedelta(seconds=0.02))
    monkeypatch.setattr("bot.delivery.policy.LONGEST_WAIT", timedelta(seconds=0.1))
    monkeypatch.setattr("bot.delivery.shop_events.TICK", 0.05)

    @asynccontextmanager
    async def run() -> AsyncIterator[ShopSender]:
        events = ShopEvents(mongo)
        sender = ShopSender(events, url=listener.url, secret=SHOP_SECRET, now=clock.now)
        task = asyncio.create_task(sender.run())
        try:
            yield sender
        finally:
            sender.stop()
            await asyncio.wait_for(task, TIMEOUT)

    return run


def news(events: ShopEvents, wake: Callable[[], None] = lambda: None) -> ShopNews:
    return ShopNews(Outbox(events, SEAL, wake))


async def waiting(mongo: Mongo) -> int:
    return await mongo.database["shop_events"].count_documents(WAITING)


async def none_waits(mongo: Mongo) -> None:
    async def look() -> bool:
        return await waiting(mongo) == 0

    await until(look)


async def came(shop: ListeningShop, count: int) -> None:
    async def look() -> bool:
        return len(shop.attempts) >= count

    await until(look)


# Well, and not well


async def test_a_new_event_is_sent_at_once(
    events: ShopEvents,
    mongo: Mongo,
    sends: Sends,
    listener: ListeningShop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with sends() as sender:
        monkeypatch.setattr("bot.delivery.shop_events.TICK", 60)
        await asyncio.sleep(0.1)  # a tick that began before is over
        await news(events, sender.wake).linked(chat(), LINK, "token")
        await none_waits(mongo)
    (attempt,) = listener.taken
    assert attempt.event["type"] == "customer.linked"


async def test_another_replica_s_event_is_found(
    events: ShopEvents, mongo: Mongo, sends: Sends, listener: ListeningShop
) -> None:
    async with sends():
        await news(events).linked(chat(), LINK, "token")
        await none_waits(mongo)
    assert len(listener.taken) == 1


@pytest.mark.parametrize("answer", [500, 503, 400, 401, 404, 429, 301, 307])
async def test_whatever_is_no_2xx_is_tried_again_with_the_same_id_and_body(
    events: ShopEvents, mongo: Mongo, sends: Sends, listener: ListeningShop, answer: int
) -> None:
    listener.answers, listener.location = [answer] * 3, "/elsewhere"
    await news(events).linked(chat(), LINK, "token")
    async with sends():
        await none_waits(mongo)
    assert len(listener.attempts) == 4
    assert len({(attempt.id, attempt.body) for attempt in listener.attempts}) == 1
    assert len(listener.taken) == 1


async def test_each_attempt_is_signed_with_a_timestamp_of_its_own(
    events: ShopEvents, mongo: Mongo, sends: Sends, listener: ListeningShop, clock: Clock
) -> None:
    listener.answers = [500]
    await news(events).linked(chat(), LINK, "token")
    clock.set(datetime.now(UTC) - timedelta(seconds=100))
    await mongo.database["shop_events"].update_many({}, {"$set": {"due_at": NOON}})
    async with sends():
        await came(listener, 1)
        clock.set(datetime.now(UTC))
        await none_waits(mongo)
    first, second = listener.attempts
    assert second.timestamp - first.timestamp >= 100


async def test_a_shop_that_is_down_hears_all_of_it_when_it_is_up_again(
    events: ShopEvents, mongo: Mongo, sends: Sends, listener: ListeningShop
) -> None:
    await listener.closes()
    with capture_logs() as logs:
        async with sends():
            for token in range(40):
                await news(events).linked(chat(), LINK, str(token))

            async def has_failed() -> bool:
                return [line["event"] for line in logs].count("shop_not_told") > 2

            await until(has_failed)
            await listener.opens()
            await none_waits(mongo)
    assert len({attempt.id for attempt in listener.taken}) == 40
    assert "127.0.0.1" not in repr(logs)


async def test_a_shop_that_does_not_answer_in_time_is_asked_again(
    events: ShopEvents,
    mongo: Mongo,
    sends: Sends,
    listener: ListeningShop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.delivery.shop_events.DEADLINE", 0.2)
    listener.delay = 30
    await news(events).linked(chat(), LINK, "token")
    async with sends():
        await came(listener, 2)
        listener.delay = 0
        await none_waits(mongo)


async def test_a_shop_that_is_down_is_left_alone_longer_and_longer(
    events: ShopEvents,
    mongo: Mongo,
    sends: Sends,
    listener: ListeningShop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever comes meanwhile: so a backlog does not knock at its door all the time."""
    async with sends() as sender:
        monkeypatch.setattr("bot.delivery.shop_events.backoff", lambda _: timedelta(seconds=60))
        listener.answers = [500]
        await news(events, sender.wake).linked(chat(), LINK, "token")
        await came(listener, 1)
        for token in range(3):
            await news(events, sender.wake).linked(chat(), LINK, f"another {token}")
        await asyncio.sleep(0.3)  # several ticks
        assert len(listener.attempts) == 1


async def test_a_shop_that_is_gone_is_left_alone_for_an_hour(
    events: ShopEvents, mongo: Mongo, sends: Sends, listener: ListeningShop
) -> None:
    listener.answers = [410]
    await news(events).linked(chat(), LINK, "token")
    async with sends() as sender:
        await came(listener, 1)
        sender.wake()
        await asyncio.sleep(0.3)
    assert (len(listener.attempts), await waiting(mongo)) == (1, 1)
    assert timedelta(hours=1) == GONE


# For how long


async def test_after_three_days_of_trying_an_event_is_dropped(
    events: ShopEvents, mongo: Mongo, sends: Sends, listener: ListeningShop, clock: Clock
) -> None:
    """The shop refuses, for what is signed days ahead is not in order."""
    await news(events).linked(chat(), LINK, "token")
    added = datetime.now(UTC)
    clock.set(added + KEPT - timedelta(minutes=1))
    with capture_logs() as logs:
        async with sends():

            async def is_refused() -> int:
                return len(listener.complaints)

            await until(is_refused)
            assert await waiting(mongo) == 1
            clock.set(added + KEPT)
            await mongo.database["shop_events"].update_many({}, {"$set": {"due_at": NOON}})
            await none_waits(mongo)
    (dropped,) = [line for line in logs if line["event"] == "shop_event_dropped"]
    assert (dropped["shop_event"], dropped["log_level"]) == ("customer.linked", "error")
    assert "customer-1" not in repr(logs)
    assert {complaint.split(":")[0] for complaint in listener.complaints} == {"not verified"}
    listener.complaints.clear()
    assert listener.taken == []


async def test_what_nobody_drops_goes_after_four_days(mongo: Mongo) -> None:
    indexes = await mongo.database["shop_events"].index_information()
    assert indexes["four_days"]["expireAfterSeconds"] == 4 * 24 * 3600


async def test_an_event_that_no_key_opens_is_dropped(
    events: ShopEvents, mongo: Mongo, sends: Sends, listener: ListeningShop
) -> None:
    await news(events).linked(chat(), LINK, "token")
    other = Seal(["A" * 43 + "="]).close("{}")
    await mongo.database["shop_events"].update_many({}, {"$set": {"body": other}})
    async with sends():
        await none_waits(mongo)
    assert listener.attempts == []


# Several replicas


async def test_two_replicas_never_send_the_same_event_at_the_same_time(
    events: ShopEvents, mongo: Mongo, sends: Sends, listener: ListeningShop
) -> None:
    listener.delay = 0.02
    for token in range(60):
        await news(events).linked(chat(), LINK, str(token))
    async with sends(), sends():
        await none_waits(mongo)
    assert (len(listener.attempts), listener.at_once) == (60, 1)


async def test_one_of_many_who_claim_an_event_gets_it(events: ShopEvents) -> None:
    await news(events).linked(chat(), LINK, "token")
    now = datetime.now(UTC)
    (event,) = await events.due(now, 10)
    claims = (events.claim(event, lease=str(n), until=now + LEASE) for n in range(10))
    assert sum(await asyncio.gather(*claims)) == 1
    assert await events.due(now, 10) == []


async def test_what_a_dead_replica_had_in_hand_is_due_after_its_lease(events: ShopEvents) -> None:
    await news(events).linked(chat(), LINK, "token")
    now = datetime.now(UTC)
    (event,) = await events.due(now, 10)
    assert await events.claim(event, lease="dead", until=now + LEASE)
    (event,) = await events.due(now + LEASE, 10)
    assert await events.claim(event, lease="alive", until=now + 2 * LEASE)
    await events.postpone(event, lease="dead", until=now)
    assert await events.due(now + LEASE, 10) == []


# What is kept


async def test_a_cause_that_is_gone_through_twice_makes_one_event(
    events: ShopEvents, mongo: Mongo
) -> None:
    for _ in range(2):
        await news(events).linked(chat(), LINK, "token")
        await news(events).unlinked(chat(), "customer")
    assert await waiting(mongo) == 2


async def test_nor_does_it_make_another_when_the_shop_has_the_first(
    events: ShopEvents, mongo: Mongo, sends: Sends, listener: ListeningShop
) -> None:
    async with sends() as sender:
        await news(events).linked(chat(), LINK, "token")
        await none_waits(mongo)
        await news(events, sender.wake).linked(chat(), LINK, "token")
        await asyncio.sleep(0.2)  # several ticks
    assert len(listener.attempts) == 1
    (kept,) = await mongo.database["shop_events"].find({}).to_list(None)
    assert set(kept) == {"_id", "at"}


async def test_nothing_of_an_event_can_be_read_in_the_database(
    events: ShopEvents, mongo: Mongo
) -> None:
    await news(events).linked(chat(), LINK, "token")
    (kept,) = await mongo.database["shop_events"].find({}).to_list(None)
    assert set(kept) == {
        "_id",
        "type",
        "customer_id",
        "chat_id",
        "body",
        "at",
        "due_at",
        "attempts",
    }
    assert b"customer-1" not in kept["body"]


async def test_without_a_webhook_nothing_is_kept(mongo: Mongo) -> None:
    await ShopNews().linked(chat(), LINK, "token")
    assert await waiting(mongo) == 0


async def test_the_oldest_of_a_backlog_come_first(events: ShopEvents) -> None:
    now = datetime.now(UTC)
    for minute in range(30):
        at = now - timedelta(minutes=60 - minute)
        await events.add(
            ShopEvent(id=f"e{minute}", type="x", customer_id="c", body="{}", at=at, due_at=at)
        )
    found = await events.due(now, 10)
    assert [event.id for event in found] == [f"e{minute}" for minute in range(10)]
