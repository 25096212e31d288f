"""What a webhook missed is mended from the shop's book, and what it told is not told again."""

from datetime import UTC, datetime, timedelta

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from bot.app import Trackline
from bot.services.orders.booked import BookedOrder, BookedStep
from sandbox import Person
from storage.models import Order
from storage.mongo import Document, Mongo
from storage.orders import Orders
from tests.conftest import Link
from tests.importing.conftest import Import
from tests.support.book import CUSTOMER, MONDAY, document, hours, order_id
from tests.support.news import event, record
from tests.support.replica import a_catching_up
from tests.support.shop import ShopBackend

Shop = AsyncDatabase[Document]
SECONDS = 1 / 3600


async def webhooks(shop: ShopBackend, *told: tuple[str, float]) -> None:
    """(state, hours after Monday morning), of order 1."""
    for status, after in told:
        await shop.tell(
            order_id(1),
            status,
            customer_id=CUSTOMER,
            order_number="1001",
            at=MONDAY + hours(after),
            notify=False,
        )


async def shown(shop: ShopBackend) -> list[str]:
    return [step["status"] for step in (await shop.tracking(order_id(1)))["tracking_info"]]


async def test_what_came_by_webhook_stands_in_the_timeline_once(
    bring: Import, shop_database: Shop, shop_uri: str, shop: ShopBackend, orders: Orders
) -> None:
    await webhooks(shop, ("placed", 0), ("packed", 1 + 2 * SECONDS), ("shipped", 5))
    await shop_database["orders"].insert_one(document(1))
    told = await bring(shop_uri)
    assert told.out == [
        "Orders: 1 read, 0 new, 1 lacked something.",
        "Events: 1 recorded, 3 known before.",
    ]
    assert await shown(shop) == ["placed", "packed", "shipped", "delivered"]
    order = await orders.get(order_id(1))
    assert order is not None
    assert len(order.events) == 4


async def test_a_gap_is_filled_in_its_place_and_nobody_is_told(
    bring: Import, shop_database: Shop, shop_uri: str, shop: ShopBackend, orders: Orders
) -> None:
    await webhooks(shop, ("placed", 0), ("delivered", 3))
    await shop_database["orders"].insert_one(document(1))
    await bring(shop_uri, notify=True)
    assert await shown(shop) == ["placed", "packed", "shipped", "delivered"]
    order = await orders.get(order_id(1))
    assert order is not None
    assert (order.news, order.unfanned_since) == (0, None)


async def test_a_newest_state_that_was_missed_is_told_once_if_that_is_wanted(
    bring: Import,
    shop_database: Shop,
    shop_uri: str,
    service: Trackline,
    shop: ShopBackend,
    alice: Person,
    link: Link,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The running service comes upon it with its next sweep."""
    await link(alice, CUSTOMER)
    await webhooks(shop, ("placed", 0))
    await shop_database["orders"].insert_one(document(1, "placed", "packed", "shipped"))
    await bring(shop_uri, notify=True)
    monkeypatch.setattr("bot.jobs.OVERDUE", timedelta())
    await service._jobs.sweep_unfanned()
    await alice.receives(containing="#1001 has been shipped")
    told = await bring(shop_uri, notify=True)
    assert told.out[1] == "Events: 0 recorded, 3 known before."


async def test_a_webhook_that_was_late_finds_its_event_there_and_nobody_hears_of_it(
    bring: Import, shop_database: Shop, shop_uri: str, shop: ShopBackend, orders: Orders
) -> None:
    await shop_database["orders"].insert_one(document(1))
    await bring(shop_uri)
    await shop.tell(order_id(1), "delivered", at=MONDAY + hours(3 + 9 * SECONDS))
    order = await orders.get(order_id(1))
    assert order is not None
    assert order.news == 0
    assert await shown(shop) == ["placed", "packed", "shipped", "delivered"]


# Somebody else writes at the same time


BOOKED = BookedOrder(
    order_id="ord_1",
    customer_id="customer-1",
    steps=[BookedStep(status="placed", at=MONDAY), BookedStep(status="packed", at=MONDAY)],
)


class Overtaken(Orders):
    """Another replica records a webhook's event between the look at the order and the writing."""

    def __init__(self, mongo: Mongo) -> None:
        super().__init__(mongo)
        self.attempts = 0
        self._others = Orders(mongo)

    async def save(self, before: Order | None, after: Order) -> Order | None:
        self.attempts += 1
        if self.attempts == 1:
            told = event("packed").model_copy(update={"occurred_at": MONDAY})
            await record(self._others, "ord_1", told, notify=False)
        return await super().save(before, after)


@pytest.mark.parametrize("held_before", [False, True])
async def test_an_event_that_comes_between_the_look_and_the_writing_is_seen(
    mongo: Mongo, orders: Orders, held_before: bool
) -> None:
    if held_before:
        await record(orders, "ord_1", event("payment_due"), notify=False)
    overtaken = Overtaken(mongo)
    (outcome,) = await a_catching_up(mongo, overtaken).catch_up([BOOKED])
    assert (outcome.recorded, outcome.known, overtaken.attempts) == (1, 1, 2)
    order = await orders.get("ord_1")
    assert order is not None
    assert sorted(e.status or "" for e in order.events if e.status != "payment_due") == [
        "packed", "placed",
    ]  # fmt: skip


async def test_it_is_recorded_when_it_is_brought_in(
    bring: Import, shop_database: Shop, shop_uri: str, orders: Orders
) -> None:
    before = datetime.now(UTC)
    await shop_database["orders"].insert_one(document(1))
    await bring(shop_uri)
    order = await orders.get(order_id(1))
    assert order is not None
    assert all(abs((e.recorded_at - before).total_seconds()) < 60 for e in order.events)
