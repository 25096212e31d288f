"""An order of somebody else's and one that does not exist: nobody can tell them apart."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from bot.services.orders.references import button_key
from sandbox import Message, Person, Sandbox
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.commands import COMMANDS
from tests.support.quiet import UPKEEP
from tests.support.shop import ShopBackend

THEIRS, NOBODYS = "order-2026-0001", "order-2026-0002"
NUMBER, NO_NUMBER = "100200", "100300"

Params = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What an outsider gets for an answer, and what the database was asked for it."""

    answer: object
    calls: list[tuple[str, int, Params]]
    commands: list[object]


@dataclass(frozen=True)
class Outsider:
    person: Person
    sandbox: Sandbox
    database: str

    async def sees(self, asking: Awaitable[object]) -> Seen:
        before = len(self.sandbox.calls)
        with COMMANDS.of(self.database) as commands:
            answer = await asking
            await self.person.receives()
        calls = [
            (call.method, call.status, _comparable(call.params))
            for call in list(self.sandbox.calls)[before:]
            if call.method != "getUpdates"
        ]
        asked = [c for c in commands if next(iter(c.values())) not in UPKEEP]
        return Seen(answer, calls, [shape(command) for command in asked])

    async def fresh_message(self) -> Message:
        await self.person.send("/orders")
        return await self.person.receives(containing="Your latest orders")


def _comparable(params: Params) -> Params:
    """A call's parameters but for which press it answers and which message it edits."""
    own = {"callback_query_id", "message_id"}
    return {name: value for name, value in params.items() if name not in own}


def shape(value: object) -> object:
    """A command without its values: two that differ in values only have one shape."""
    if isinstance(value, Mapping):
        return {name: shape(inner) for name, inner in value.items() if name not in _PROTOCOL}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__


_PROTOCOL = {"lsid", "$clusterTime", "$db", "maxTimeMS", "txnNumber", "$readPreference"}


@pytest.fixture
async def charlie_looks(
    quiet: None,
    sandbox: Sandbox,
    mongo: Mongo,
    shop: ShopBackend,
    alice: Person,
    charlie: Person,
    link: Link,
) -> Outsider:
    """Charlie is linked and has an order of his own; alice has the one that he is after."""
    await shop.create(THEIRS, "customer-1", order_number=NUMBER, note="To Kampala", notify=False)
    await shop.create("order-2026-7777", "customer-2", order_number="7", notify=False)
    await link(alice, "customer-1")
    await link(charlie, "customer-2")
    return Outsider(charlie, sandbox, mongo.database.name)


@pytest.mark.parametrize("prefix", ["show:", "refresh:"])
@pytest.mark.parametrize(
    ("theirs", "nobodys"),
    [(button_key(THEIRS), button_key(NOBODYS)), (THEIRS, NOBODYS), (NUMBER, NO_NUMBER)],
)
async def test_a_forged_button_for_another_s_order_is_answered_as_one_for_no_order(
    charlie_looks: Outsider, prefix: str, theirs: str, nobodys: str
) -> None:
    charlie = charlie_looks.person
    one, other = [await charlie_looks.fresh_message() for _ in range(2)]
    seen = await charlie_looks.sees(charlie.press_data(prefix + theirs, one))
    assert "I can't find that one" in str(seen.calls)
    assert await charlie_looks.sees(charlie.press_data(prefix + nobodys, other)) == seen


@pytest.mark.parametrize(
    ("theirs", "nobodys"),
    [
        (NUMBER, NO_NUMBER),
        (THEIRS, NOBODYS),
        (THEIRS[-4:], NOBODYS[-4:]),
        (button_key(THEIRS), button_key(NOBODYS)),
    ],
)
async def test_asking_for_another_s_order_is_answered_as_asking_for_no_order(
    charlie_looks: Outsider, theirs: str, nobodys: str
) -> None:
    charlie = charlie_looks.person
    seen = await charlie_looks.sees(nothing_from(charlie.send(f"/track {theirs}")))
    assert "I can't find that one" in charlie.inbox[-1].text
    assert await charlie_looks.sees(nothing_from(charlie.send(f"/track {nobodys}"))) == seen
    assert len(seen.commands) == 5


async def nothing_from(sending: Awaitable[object]) -> None:
    """A message that one sent oneself differs from the next one anyway."""
    await sending


async def test_the_same_number_at_another_customer_shows_one_s_own_order(
    charlie_looks: Outsider, shop: ShopBackend
) -> None:
    await shop.create("order-2026-8888", "customer-2", order_number=NUMBER, notify=False)
    await charlie_looks.person.send(f"/track {NUMBER}")
    answer = await charlie_looks.person.receives(containing=f"#{NUMBER}")
    assert "Kampala" not in answer.text


async def test_nobody_else_hears_of_an_order(
    charlie_looks: Outsider, shop: ShopBackend, alice: Person
) -> None:
    said = len(charlie_looks.person.inbox)
    await shop.tell(THEIRS, "shipped")
    await alice.receives(containing="has been shipped")
    assert len(charlie_looks.person.inbox) == said
