"""Who may want more reminders than before: of what is expected already, they get those as well."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.services.orders.references import button_key
from sandbox import Person
from storage.mongo import Mongo
from storage.orders import Orders
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.support.waiting import until


@pytest.fixture
async def reminded(shop: ShopBackend, mongo: Mongo, alice: Person, link: Link) -> Orders:
    """alice, and an order whose reminders are all in their mailboxes; another is over."""
    await link(alice, "customer-1")
    soon = (datetime.now(UTC) + timedelta(hours=20)).isoformat()
    for order_id, status in (("ord_1", "shipped"), ("ord_2", "delivered")):
        await shop.create(
            order_id,
            "customer-1",
            status=status,
            estimated_delivery={"latest": soon},
            notify=False,
        )
    await mongo.database["orders"].update_many({}, {"$unset": {"remind_at": "", "look_at": ""}})
    return Orders(mongo)


async def looks_again(orders: Orders) -> None:
    async def found() -> list[str]:
        return await orders.to_remind(datetime.now(UTC), 10)

    assert await until(found) == ["ord_1"]


async def test_a_chat_that_joins_shortly_before_a_delivery(
    reminded: Orders, bob: Person, link: Link
) -> None:
    await link(bob, "customer-1")
    await looks_again(reminded)


async def test_a_chat_of_another_account_changes_nothing(
    reminded: Orders, bob: Person, link: Link
) -> None:
    await link(bob, "customer-2")
    assert await reminded.to_remind(datetime.now(UTC), 10) == []


@pytest.mark.parametrize(
    "data",
    [
        "settings:reminders:yes",
        "settings:hear:main",
        f"usual:{button_key('ord_1')}",
        f"follow:{button_key('ord_1')}",
    ],
)
async def test_a_choice_that_lets_reminders_through(
    reminded: Orders, alice: Person, data: str
) -> None:
    await alice.press_data("settings:silent:yes")
    assert await reminded.to_remind(datetime.now(UTC), 10) == []
    await alice.press_data(data)
    await looks_again(reminded)
