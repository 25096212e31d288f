"""What an event costs the database: one command, and four when it is the first of its order."""

from collections.abc import Iterator

import pytest

from storage.mongo import Document, Mongo
from tests.support.commands import COMMANDS
from tests.support.shop import ShopBackend
from tests.web.conftest import event, on_both_drivers

pytestmark = on_both_drivers


@pytest.fixture
def sent(out_of_touch: ShopBackend, mongo: Mongo) -> Iterator[list[Document]]:
    """The commands that the service sends from now on."""
    with COMMANDS.of(mongo.database.name) as commands:
        yield commands


def ours(sent: list[Document]) -> list[Document]:
    """The events' commands: the pacer keeps in touch with other replicas meanwhile."""
    return [command for command in sent if next(iter(command.values())) != "pace"]


async def test_an_event_of_a_new_order_is_four_commands(
    out_of_touch: ShopBackend, sent: list[Document]
) -> None:
    """Nothing is created for a customer who was erased, which is asked here and nowhere else."""
    assert (await out_of_touch.create("ord_1", "customer-1")).status == 202
    assert [next(iter(command.items())) for command in ours(sent)] == [
        ("update", "orders"),
        ("find", "orders"),
        ("find", "erasures"),
        ("update", "orders"),
    ]


@pytest.mark.parametrize("customer", [{}, {"customer_id": "customer-1"}], ids=["silent", "named"])
async def test_an_event_of_a_known_order_is_one_command(
    out_of_touch: ShopBackend, sent: list[Document], customer: dict[str, str]
) -> None:
    await out_of_touch.create("ord_1", "customer-1")
    sent.clear()
    assert (await out_of_touch.post(event(status="shipped", **customer))).status == 202
    [command] = ours(sent)
    assert (command["update"], len(command["updates"])) == ("orders", 1)


async def test_a_duplicate_is_two_commands(out_of_touch: ShopBackend, sent: list[Document]) -> None:
    body = event(customer_id="customer-1")
    await out_of_touch.post(body, event_id="msg_1")
    sent.clear()
    assert (await out_of_touch.post(body, event_id="msg_1")).status == 200
    assert [next(iter(command)) for command in ours(sent)] == ["update", "find"]


async def test_a_refused_event_is_none(out_of_touch: ShopBackend, sent: list[Document]) -> None:
    for body, headers in (
        (b"{}", {}),
        (b"{", {}),
        (event(customer_id="customer-1"), {"webhook-signature": "v1,AAAA"}),
        (event(customer_id="customer-1"), {"content-type": "text/plain"}),
        (event(order_id="$no"), {}),
    ):
        assert 400 <= (await out_of_touch.post(body, headers=headers)).status < 500
    assert ours(sent) == []
