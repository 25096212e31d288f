"""What the first version that had users has left is brought up, shown, and gone on with.

`older/first.json` is what its code (aac81e5) had written: two chats of one customer, one whose
person had blocked the bot, orders on their way and delivered, and a link that nobody has opened.
"""

from collections.abc import AsyncIterator

import pytest

from bot.app import Trackline
from bot.settings import Settings
from sandbox import Person, Sandbox
from storage.indexes import OUTDATED
from storage.mongo import Driver, Mongo
from tests.storage import older
from tests.support.drivers import one
from tests.support.shop import ShopBackend

pytestmark = pytest.mark.own_database


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def people(sandbox: Sandbox) -> list[Person]:
    return [sandbox.person(name, id=1001 + n) for n, name in enumerate(("Alice", "Bob", "Charlie"))]


@pytest.fixture
async def service(
    mongo: Mongo, settings: Settings, people: list[Person]
) -> AsyncIterator[Trackline]:
    for person in people:
        await person.send("/help")  # everybody has written to the bot at some time
    await older.put(mongo, "first")
    async with Trackline(settings) as service:
        yield service


async def test_its_customers_see_their_orders_and_are_told_of_what_comes(
    service: Trackline, mongo: Mongo, shop: ShopBackend, people: list[Person]
) -> None:
    alice, bob, charlie = people
    await alice.send("/track 1001")
    shown = (await alice.receives(containing="#1001")).text
    assert "Left our shop" in shown
    await alice.send("/orders")
    listed = await alice.receives(containing="Tap one")
    buttons = " ".join(button.text for row in listed.buttons for button in row)
    assert "#1001" in listed.text + buttons
    assert "#1002" in listed.text + buttons
    assert (await shop.tell("ord_1", "out_for_delivery", event_id="msg_8")).status == 202
    for person in (alice, bob):
        await person.receives(containing="#1001")
    charlie.block()
    charlie.unblock()
    await charlie.receives(containing="#1003")
    assert await mongo.wrong_indexes() == []
    for collection, outdated in OUTDATED.items():
        assert not {*await mongo.database[collection].index_information()} & {*outdated}


async def test_what_it_was_told_is_a_duplicate_and_its_link_can_be_used(
    service: Trackline, mongo: Mongo, shop: ShopBackend, sandbox: Sandbox
) -> None:
    read = older.read("first")
    for event in read["told"]:
        answer = await shop.post(event["body"].encode(), event_id=event["id"])
        assert (answer.status, answer.result) == (200, "duplicate")
    dave = sandbox.person("Dave", id=2001)
    await dave.send(f"/start {read['link']['token']}")
    await dave.receives(containing="Connect this chat")
    await dave.press("Yes, connect")
    await dave.receives(containing="Connected")
    await dave.send("/track 1004")
    await dave.receives(containing="#1004")
