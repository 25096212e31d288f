"""What waits to be told: looked at within bounds, and left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.backlog import MOST, RETRIED_WITHIN, Backlog
from storage.chats import Chats
from storage.mongo import Document, Mongo
from storage.orders import Orders
from tests.support.commands import COMMANDS
from tests.support.news import WHOSE, chat, entry, event, record

NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def backlog(mongo: Mongo) -> Backlog:
    return Backlog(mongo)


def ago(minutes: int) -> datetime:
    return NOW - minutes * MINUTE


async def test_where_nothing_waits_there_is_nothing(backlog: Backlog, chats: Chats) -> None:
    await chats.link(chat())
    assert await backlog.since(NOW) == []


async def test_each_message_waits_since_its_news_however_often_it_was_tried(
    backlog: Backlog, chats: Chats
) -> None:
    for n in (1, 2):
        await chats.link(chat(n))
        alice = await chats.get(n)
        assert alice is not None
        await chats.post(alice, entry("ord_1", since=ago(9 * n)), WHOSE)
        await chats.post(alice, entry("ord_2", since=ago(3)), WHOSE)
    alice = await chats.get(1)
    assert alice is not None
    soon = NOW + RETRIED_WITHIN - MINUTE
    await chats.claim(alice, lease="mine", until=NOW + MINUTE)
    assert await backlog.since(NOW) == [ago(18), ago(9), ago(3), ago(3)]
    await chats.postpone(alice, lease="mine", until=soon, attempts=5)
    assert await backlog.since(NOW) == [ago(18), ago(9), ago(3), ago(3)]


async def test_what_is_held_back_or_paused_does_not_wait_and_what_was_held_since_its_hour(
    backlog: Backlog, chats: Chats
) -> None:
    dues = {1: NOW + MINUTE, 2: NOW + timedelta(hours=9), 3: ago(2), 4: None}
    for n, due in dues.items():
        await chats.link(chat(n))
        found = await chats.get(n)
        assert found is not None
        await chats.post(found, entry(since=ago(99)).model_copy(update={"due": due}), WHOSE)
    await chats.pause(4, "Forbidden: bot was blocked by the user")
    assert await backlog.since(NOW) == [ago(2)]


async def test_an_order_whose_news_has_not_reached_the_mailboxes_in_time_waits_as_well(
    backlog: Backlog, orders: Orders
) -> None:
    await record(orders, "ord_1", event().model_copy(update={"recorded_at": ago(5)}))
    await record(orders, "ord_2", event().model_copy(update={"recorded_at": NOW}))
    assert await backlog.since(NOW) == [ago(5)]


async def test_of_a_long_backlog_a_thousand_are_looked_at_the_oldest_among_them(
    backlog: Backlog, mongo: Mongo
) -> None:
    def waiting(n: int) -> Document:
        since = ago(60) + timedelta(seconds=n)
        news = {"order_id": "ord_1", "news": 1, "since": since}
        return {"_id": n, "customer_id": f"customer-{n}", "due_at": since, "entries": [news]}

    await mongo.database["chats"].insert_many([waiting(n) for n in range(MOST + 500)])
    newest = ago(60) + timedelta(seconds=MOST - 1)
    for _ in range(3):
        with COMMANDS.of(mongo.database.name) as commands:
            found = await backlog.since(NOW)
        assert (len(found), found[0], found[-1]) == (MOST, ago(60), newest)
    # What it knows to be enough is all that it asks for, once, however often it looks.
    assert [c["filter"]["due_at"]["$lte"] for c in commands if c.get("find") == "chats"] == [newest]
    await mongo.database["chats"].delete_many({"_id": {"$lt": MOST}})
    assert len(await backlog.since(NOW)) == 500
