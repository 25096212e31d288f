"""A stop and a start while 10,000 mailboxes wait."""

import signal
from datetime import UTC, datetime, timedelta

from sandbox import Person, Sandbox
from storage.chats import Chats
from storage.mongo import Mongo
from storage.orders import Orders
from storage.whose import account
from tests.reliability.conftest import Linked, Starts
from tests.reliability.state import State
from tests.support.child import Child
from tests.support.news import chat, entry, event, record
from tests.support.waiting import until

WAITING = 10_000
PEOPLE = 200
"""Those of them that wait longest, and are looked at: more than are in hand at once, as a stop
finishes those."""
RATE = 40
"""Messages a second."""


async def wait_for_two_orders(person: Person, number: int, orders: Orders, chats: Chats) -> None:
    """Two mailbox entries; the first order goes on while it waits, so it is then the second."""
    customer = f"customer-{number}"
    linked = await chats.get(person.id)
    assert linked is not None
    first, second = f"ord_{number}_first", f"ord_{number}_second"
    await record(orders, first, event("shipped"), customer_id=customer)
    await chats.post(linked, entry(first, 1), [account(customer)])
    await record(orders, second, event("packed"), customer_id=customer)
    await chats.post(linked, entry(second, 1), [account(customer)])
    await record(orders, first, event("delivered", after=1), customer_id=customer)
    await chats.post(linked, entry(first, 2), [account(customer)])
    for order_id in (first, second):
        await reached_the_mailboxes(orders, order_id)


async def reached_the_mailboxes(orders: Orders, order_id: str) -> None:
    order = await orders.get(order_id)
    assert order is not None
    await orders.fanned_out(order)


async def crowd_behind(sandbox: Sandbox, mongo: Mongo, orders: Orders) -> None:
    """The rest of those who wait: phones of one customer, of whose order there is news."""
    await record(orders, "ord_crowd", event("packed"), customer_id="crowd")
    await reached_the_mailboxes(orders, "ord_crowd")
    began = datetime.now(UTC) - timedelta(hours=1)
    mailboxes = []
    for number in range(WAITING - PEOPLE):
        person = sandbox.person(f"In the crowd {number}")
        person.account.started = True
        since = began + timedelta(seconds=number / 4)
        waiting = {"entries": [entry("ord_crowd", since=since)], "due_at": since}
        mailboxes.append(chat(person.id, "crowd").model_copy(update=waiting).to_mongo())
    await mongo.database["chats"].insert_many(mailboxes)


async def crowd_leaves(mongo: Mongo) -> None:
    await mongo.database["chats"].delete_many({"links.whose": account("crowd")})


async def test_a_backlog_outlives_a_restart_in_order_merged_told_once_and_at_the_rate(
    starts: Starts,
    state: State,
    linked: Linked,
    sandbox: Sandbox,
    mongo: Mongo,
    orders: Orders,
    chats: Chats,
) -> None:
    people = [sandbox.person(f"Person {n}") for n in range(PEOPLE)]
    await linked(*people)
    for number, person in enumerate(people, start=1):
        await wait_for_two_orders(person, number, orders, chats)
    await crowd_behind(sandbox, mongo, orders)
    assert await state.waiting() == WAITING

    def told() -> list[datetime]:
        return [call.at for call in sandbox.calls_of("sendMessage")]

    async def some_are_told() -> bool:
        return len(told()) > PEOPLE // 10

    async def each_has_one() -> bool:
        return all(person.inbox for person in people)

    child = await starts(telegram_rate=str(RATE))
    await until(some_are_told, within=60)
    await stopped(child)
    told_before = told()
    assert not await each_has_one()

    await starts(telegram_rate=str(RATE))
    await until(each_has_one, within=60)
    assert await state.waiting() > WAITING - 2 * PEOPLE
    assert [len(person.inbox) for person in people] == [1] * PEOPLE
    await crowd_leaves(mongo)
    await state.settles(within=60)
    for moments in (told_before, told()[len(told_before) :]):
        assert len(moments) <= RATE * (1 + (moments[-1] - moments[0]).total_seconds())
    for number, person in enumerate(people, start=1):
        second, first = [message.text for message in person.inbox]
        assert f"ord_{number}_second" in second
        assert f"ord_{number}_first" in first
        assert "delivered" in first


async def stopped(child: Child) -> None:
    child.signal(signal.SIGTERM)
    assert await child.ended() == 0, child.logs
