"""What a push costs the database: a look and a write to store it, and a write for all chats."""

import pytest

from sandbox import Fault, Person, Sandbox
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.commands import COMMANDS
from tests.support.quiet import asked
from tests.support.shop import ShopBackend

STORE = [("find", "chats"), ("update", "orders")]
HAND_OVER = ("update", "chats")
"""Of all chats at once."""


@pytest.mark.parametrize("linked", [1, 2])
async def test_from_the_webhook_to_telegram_s_call(
    quiet: None,
    shop: ShopBackend,
    sandbox: Sandbox,
    mongo: Mongo,
    alice: Person,
    bob: Person,
    link: Link,
    linked: int,
) -> None:
    people = [alice, bob][:linked]
    await shop.create("ord_1", "customer-1", notify=False)
    for person in people:
        await link(person, "customer-1")

    # Telegram has the call when the message stands in the chat; its answer comes later.
    sandbox.fail(Fault(method="sendMessage", times=None, delay=10))
    with COMMANDS.of(mongo.database.name) as commands:
        await shop.tell("ord_1", "shipped", note="Left our shop", location="Kampala")
        for person in people:
            await person.receives(containing="has been shipped")
        sent = asked(commands)
    sandbox.clear_faults()
    assert sent == [*STORE, HAND_OVER]
    handed_over = [command for command in commands if command.get("update") == "chats"]
    assert [len(command["updates"]) for command in handed_over] == [linked]


async def test_an_event_that_is_no_news_costs_one_write_and_nothing_else(
    quiet: None, shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await shop.create("ord_1", "customer-1", notify=False)
    await link(alice, "customer-1")
    with COMMANDS.of(mongo.database.name) as commands:
        await shop.tell("ord_1", kind="order.updated", note="A new date")
        await alice.send("/help")  # time enough for more, if there were more
        await alice.receives(containing="how your orders")
        *sent, who_asked_for_help = asked(commands)
    assert sent == [("update", "orders")]
    assert who_asked_for_help == ("find", "chats")


async def test_news_that_nobody_hears_costs_no_more_than_to_look_for_them_and_to_store_it(
    quiet: None, shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await shop.create("ord_1", "customer-1")
    await link(alice, "customer-2")
    with COMMANDS.of(mongo.database.name) as commands:
        await shop.tell("ord_1", "shipped")
        await alice.send("/help")  # time enough for more, if there were more
        await alice.receives(containing="how your orders")
        *sent, _ = asked(commands)
    assert sent == STORE


async def test_an_event_that_comes_again_writes_nothing(
    quiet: None, shop: ShopBackend, mongo: Mongo
) -> None:
    body = b'{"type": "order.created", "timestamp": "2026-11-23T09:30:00Z", "data": %s}' % (
        b'{"order_id": "ord_1", "customer_id": "customer-1"}'
    )
    assert (await shop.post(body, event_id="msg_1")).status == 202
    before = await mongo.database["orders"].find_one({"_id": "ord_1"})
    with COMMANDS.of(mongo.database.name) as commands:
        answer = await shop.post(body, event_id="msg_1")
        assert (answer.status, answer.result) == (200, "duplicate")
    assert asked(commands) == [("find", "orders")]
    after = await mongo.database["orders"].find_one({"_id": "ord_1"})
    assert before is not None
    assert after == before
    assert after["news"] == 1
