"""What an event costs the database: two commands, and four when it is the first of its order."""

from collections.abc import Iterator

import pytest

from storage.mongo import Document, Mongo
from storage.orders import Orders
from tests.support import news
from tests.support.commands import COMMANDS
from tests.support.news import record
from tests.support.shop import ShopBackend
from tests.web.conftest import event, on_both_drivers

pytestmark = on_both_drivers


@pytest.fixture
def sent(out_of_touch: ShopBackend, mongo: Mongo) -> Iterator[list[Document]]:
    """The commands that the service sends from now on."""
    with COMMANDS.of(mongo.database.name) as commands:
        yield commands


def ours(sent: list[Document]) -> list[tuple[str, object]]:
    """(command, collection) for the events: the pacer keeps in touch with replicas meanwhile."""
    named = [next(iter(command.items())) for command in sent]
    return [(name, collection) for name, collection in named if collection != "pace"]


async def test_an_event_of_a_new_order_is_three_commands(
    out_of_touch: ShopBackend, sent: list[Document]
) -> None:
    """Nothing is created for a customer who was erased, which is asked here and nowhere else."""
    assert (await out_of_touch.create("ord_1", "customer-1")).status == 202
    assert ours(sent) == [
        ("find", "erasures"),
        ("find", "chats"),
        ("insert", "orders"),
    ]


NAMED = pytest.mark.parametrize(
    "customer", [{}, {"customer_id": "customer-1"}], ids=["silent", "named"]
)


@NAMED
async def test_news_of_a_known_order_is_two_commands(
    out_of_touch: ShopBackend, sent: list[Document], customer: dict[str, str]
) -> None:
    """Who follows it is looked for, and it is written."""
    await out_of_touch.create("ord_1", "customer-1")
    sent.clear()
    assert (await out_of_touch.post(event(status="shipped", **customer))).status == 202
    assert ours(sent) == [("find", "chats"), ("update", "orders")]


@NAMED
async def test_what_is_no_news_is_one_command(
    out_of_touch: ShopBackend, sent: list[Document], customer: dict[str, str]
) -> None:
    await out_of_touch.create("ord_1", "customer-1")
    sent.clear()
    assert (await out_of_touch.post(event(kind="order.updated", **customer))).status == 202
    assert ours(sent) == [("update", "orders")]


@pytest.mark.parametrize(("status", "more"), [("shipped", [("find", "chats")]), (None, [])])
async def test_an_order_that_is_not_in_hand_is_one_command_more(
    out_of_touch: ShopBackend,
    sent: list[Document],
    orders: Orders,
    status: str | None,
    more: list[tuple[str, str]],
) -> None:
    await record(orders, "ord_1", news.event("placed"))
    sent.clear()
    body = event(kind="order.updated", status=status)
    assert (await out_of_touch.post(body)).status == 202
    assert ours(sent) == [("find", "orders"), *more, ("update", "orders")]


async def test_a_duplicate_is_one_command(out_of_touch: ShopBackend, sent: list[Document]) -> None:
    """Whether it is in hand or not: somebody else may have written to the order since."""
    body = event(customer_id="customer-1")
    await out_of_touch.post(body, event_id="msg_1")
    sent.clear()
    assert (await out_of_touch.post(body, event_id="msg_1")).status == 200
    assert ours(sent) == [("find", "orders")]


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
