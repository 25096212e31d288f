"""Events of one order that arrive at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from storage.mongo import Document, Mongo
from storage.orders import Orders
from tests.support import news
from tests.support.commands import COMMANDS
from tests.support.fail_points import fail_commands
from tests.support.news import after
from tests.support.shop import ShopBackend
from tests.support.waiting import until
from tests.web.conftest import event, on_both_drivers

pytestmark = on_both_drivers


async def events(mongo: Mongo, order_id: str = "ord_1") -> list[Document]:
    order = await mongo.database["orders"].find_one({"_id": order_id})
    assert order is not None
    kept: list[Document] = order["events"]
    return kept


@pytest.mark.parametrize("is_new", [True, False], ids=["new order", "known order"])
async def test_fifty_identical_events_at_once_are_one(
    shop: ShopBackend, mongo: Mongo, is_new: bool
) -> None:
    if not is_new:
        await shop.create("ord_1", "customer-1")
    body = event(customer_id="customer-1", status="shipped")
    answers = await asyncio.gather(*(shop.post(body, event_id="msg_1") for _ in range(50)))
    assert sorted(answer.status for answer in answers) == [200] * 49 + [202]
    ids = [kept["id"] for kept in await events(mongo)]
    assert ids.count("msg_1") == 1
    assert len(ids) == (1 if is_new else 2)


async def test_twenty_different_events_at_once_on_a_new_order_are_all_stored(
    shop: ShopBackend, mongo: Mongo
) -> None:
    answers = await asyncio.gather(
        *(
            shop.post(event(customer_id="customer-1", note=f"{n}"), event_id=f"msg_{n}")
            for n in range(20)
        )
    )
    assert {answer.status for answer in answers} == {202}
    assert {kept["id"] for kept in await events(mongo)} == {f"msg_{n}" for n in range(20)}


async def test_events_that_overtake_the_creation_are_stored_or_not_found(
    shop: ShopBackend, mongo: Mongo
) -> None:
    """Never lost behind a 2xx: what is not found is not stored, and the shop tries again."""
    bodies = {f"msg_{n}": event(note=f"{n}") for n in range(10)}
    creation = shop.post(event(customer_id="customer-1"), event_id="msg_first")
    created, *answers = await asyncio.gather(
        creation, *(shop.post(body, event_id=event_id) for event_id, body in bodies.items())
    )
    assert created.status == 202
    taken = {id_ for id_, answer in zip(bodies, answers, strict=True) if answer.status == 202}
    assert {answer.status for answer in answers} <= {202, 404}
    assert {kept["id"] for kept in await events(mongo)} == taken | {"msg_first"}


async def test_one_of_two_customers_gets_an_order_that_both_create(shop: ShopBackend) -> None:
    answers = await asyncio.gather(
        *(shop.create("ord_1", f"customer-{n}") for n in range(10)),
    )
    assert sorted(answer.status for answer in answers) == [202] + [422] * 9


@asynccontextmanager
async def slow_finds(mongo: Mongo) -> AsyncIterator[None]:
    """A find that arrives meanwhile is answered a second later."""
    await fail_commands(
        mongo, "alwaysOn", failCommands=["find"], blockConnection=True, blockTimeMS=1000
    )
    try:
        yield
    finally:
        await fail_commands(mongo, "off")


async def test_an_event_whose_order_is_created_just_then_is_stored(
    out_of_touch: ShopBackend, mongo: Mongo, orders: Orders
) -> None:
    """By another replica, after this one has looked for it and before it writes."""
    body = event(customer_id="customer-1", note="early")
    with COMMANDS.of(mongo.database.name) as sent:

        async def has_looked() -> bool:
            return any(command.get("find") == "erasures" for command in sent)

        async with slow_finds(mongo):
            early = asyncio.create_task(out_of_touch.post(body, event_id="msg_early"))
            await until(has_looked)
            assert await orders.save(None, after(created := news.event("placed")))
            answer = await early
    assert answer.status == 202
    assert {kept["id"] for kept in await events(mongo)} == {created.id, "msg_early"}
