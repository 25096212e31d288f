"""What a push costs the database: one write to store, three small operations per chat."""

import pytest

from sandbox import Fault, Person, Sandbox
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.commands import COMMANDS
from tests.support.quiet import asked
from tests.support.shop import ShopBackend
from tests.support.waiting import until

STORE = [("update", "orders")]
FAN_OUT = [("find", "orders"), ("find", "chats")]
HAND_OVER = ("update", "chats")


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
    assert sent == STORE + FAN_OUT + [HAND_OVER] * linked
    assert len(sent) <= 1 + 3 * linked


async def test_an_event_that_is_no_news_costs_one_write_and_one_look(
    quiet: None, shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await shop.create("ord_1", "customer-1", notify=False)
    await link(alice, "customer-1")
    with COMMANDS.of(mongo.database.name) as commands:
        await shop.tell("ord_1", kind="order.updated", note="A new date")

        async def looked() -> bool:
            return len(asked(commands)) > 1

        await until(looked)
        await alice.send("/help")  # time enough for more, if there were more
        await alice.receives(containing="how your orders")
        *sent, who_asked_for_help = asked(commands)
    assert sent == [*STORE, FAN_OUT[0]]
    assert who_asked_for_help == ("find", "chats")


async def test_an_event_that_comes_again_writes_nothing(
    quiet: None, shop: ShopBackend, mongo: Mongo
) -> None:
    body = b'{"type": "order.created", "timestamp": "2026-11-23T09:30:00Z", "data": %s}' % (
        b'{"order_id": "ord_1", "customer_id": "customer-1"}'
    )
    assert (await shop.post(body, event_id="msg_1")).status == 202
    before = await mongo.database["orders"].find_one({"_id": "ord_1"})
    answer = await shop.post(body, event_id="msg_1")
    assert (answer.status, answer.result) == (200, "duplicate")
    after = await mongo.database["orders"].find_one({"_id": "ord_1"})
    assert before is not None
    assert after is not None
    assert after["events"] == before["events"]
    assert after["news"] == 1
