"""A stop and a start while many wait.

`TEST_BACKLOG` says how many messages wait; with 10,000 it takes a quarter of an hour.
"""

import os
import signal

from bot.sandbox import Person, Sandbox
from storage.chats import Chats
from storage.orders import Orders
from tests.reliability.conftest import Linked, Starts
from tests.reliability.state import State
from tests.support.news import entry, event, record
from tests.support.waiting import until

BACKLOG = int(os.environ.get("TEST_BACKLOG", "90"))
RATE = 20
"""Messages a second."""


async def wait_for_two_orders(person: Person, number: int, orders: Orders, chats: Chats) -> None:
    """Two mailbox entries; the first order goes on while it waits, so it is then the second."""
    customer = f"customer-{number}"
    linked = await chats.get(person.id)
    assert linked is not None
    first, second = f"ord_{number}_first", f"ord_{number}_second"
    await record(orders, first, event("shipped"), customer_id=customer)
    await chats.post(linked, entry(first, 1))
    await record(orders, second, event("packed"), customer_id=customer)
    await chats.post(linked, entry(second, 1))
    await record(orders, first, event("delivered", after=1), customer_id=customer)
    await chats.post(linked, entry(first, 2))
    await orders.fanned_out(first, 2)
    await orders.fanned_out(second, 1)


async def test_a_backlog_outlives_a_restart_in_order_merged_told_once_and_at_the_rate(
    starts: Starts, state: State, linked: Linked, sandbox: Sandbox, orders: Orders, chats: Chats
) -> None:
    people = [sandbox.person(f"Person {n}") for n in range(BACKLOG // 2)]
    await linked(*people)
    for number, person in enumerate(people, start=1):
        await wait_for_two_orders(person, number, orders, chats)

    async def a_third_is_told() -> bool:
        return len(sandbox.calls) > BACKLOG // 3

    child = await starts(telegram_rate=str(RATE))
    await until(a_third_is_told, BACKLOG)
    child.signal(signal.SIGTERM)
    assert await child.ended() == 0, child.logs
    assert await state.waiting() > 0

    told_before = len(sandbox.calls_of("sendMessage"))
    await starts(telegram_rate=str(RATE))
    await state.settles(within=30 + BACKLOG / 10)
    told = [call.at for call in sandbox.calls_of("sendMessage")][told_before:]
    assert len(told) <= RATE * (1 + (told[-1] - told[0]).total_seconds())
    for number, person in enumerate(people, start=1):
        second, first = [message.text for message in person.inbox]
        assert f"ord_{number}_second" in second
        assert f"ord_{number}_first" in first
        assert "delivered" in first
