"""What is over and old goes once a day; what is open, or young, stays."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Trackline
from bot.services.people.retention import TURN, Limits, Retention
from bot.settings import Settings
from sandbox import Person
from storage.mongo import Mongo
from storage.retention import OldData
from storage.staff import StaffNotes
from tests.conftest import Link
from tests.support.shop import ShopBackend

NOW = datetime.now(UTC)


@pytest.fixture
def retention(service: Trackline, mongo: Mongo) -> Retention:
    """With the service's own ways to remove something, and a clock that the test moves."""
    return a_retention(service, mongo, Limits(orders=30, feedback=60, dead_letters=30))


def a_retention(service: Trackline, mongo: Mongo, limits: Limits) -> Retention:
    privacy = service._services.privacy
    return Retention(
        limits=limits,
        old=OldData(mongo),
        notes=StaffNotes(mongo),
        privacy=privacy,
        clock=lambda: NOW,
    )


async def ids(mongo: Mongo, collection: str) -> list[object]:
    found = await mongo.database[collection].find({}, {"_id": 1}).sort("_id").to_list(None)
    return [each["_id"] for each in found]


async def an_order(shop: ShopBackend, order_id: str, status: str, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    await shop.create(order_id, "cus_1", order_number=order_id[4:], at=at - timedelta(hours=1))
    await shop.tell(order_id, status, at=at)


async def test_an_order_that_is_over_for_long_goes_with_all_that_is_held_of_it(
    retention: Retention, mongo: Mongo, shop: ShopBackend, link: Link, alice: Person
) -> None:
    await link(alice, "cus_1")
    await an_order(shop, "ord_1001", "delivered", days_ago=31)
    await an_order(shop, "ord_1002", "delivered", days_ago=29)
    await an_order(shop, "ord_1003", "shipped", days_ago=400)
    for number in ("1001", "1002"):
        feedback = {"_id": f"1:{number}", "order_id": f"ord_{number}", "at": NOW}
        await mongo.database["feedback"].insert_one(feedback)
    await retention.end_what_is_old()
    assert await ids(mongo, "orders") == ["ord_1002", "ord_1003"]
    assert await ids(mongo, "feedback") == ["1:1002"]
    assert (await shop.api("GET", "/api/v1/orders/ord_1001/tracking")).status == 404
    await alice.send("/track 1003")
    await alice.receives(containing="#1003")


async def test_old_feedback_and_dead_letters_go(retention: Retention, mongo: Mongo) -> None:
    for days in (29, 31, 61):
        at = NOW - timedelta(days=days)
        await mongo.database["feedback"].insert_one({"_id": f"{days}", "at": at})
        await mongo.database["dead_letters"].insert_one({"_id": f"{days}", "since": at})
    await retention.end_what_is_old()
    assert await ids(mongo, "feedback") == ["29", "31"]
    assert await ids(mongo, "dead_letters") == ["29"]


async def test_what_has_no_limit_stays(service: Trackline, mongo: Mongo, shop: ShopBackend) -> None:
    await an_order(shop, "ord_1001", "delivered", days_ago=3000)
    await mongo.database["dead_letters"].insert_one({"_id": "1", "since": NOW - timedelta(3000)})
    await a_retention(service, mongo, Limits(feedback=60)).end_what_is_old()
    assert await ids(mongo, "orders") == ["ord_1001"]
    assert await ids(mongo, "dead_letters") == ["1"]


async def test_once_a_day_one_replica_looks(
    service: Trackline, retention: Retention, mongo: Mongo, shop: ShopBackend
) -> None:
    await retention.end_what_is_old()
    await an_order(shop, "ord_1001", "delivered", days_ago=31)
    other = a_retention(service, mongo, retention.limits)
    await other.end_what_is_old()
    assert await ids(mongo, "orders") == ["ord_1001"]
    over = {"$set": {"until": NOW}}
    await mongo.database["staff"].update_one({"_id": TURN}, over)
    await other.end_what_is_old()
    assert await ids(mongo, "orders") == []


async def test_the_service_looks_by_itself_if_it_is_told_to(settings: Settings) -> None:
    kept = settings.model_copy(update={"keep_orders_days": 30})
    async with Trackline(kept) as service:
        jobs = [job.__name__ for job, _ in service._other_jobs]
    assert "end_what_is_old" in jobs
    async with Trackline(settings) as service:
        jobs = [job.__name__ for job, _ in service._other_jobs]
    assert "end_what_is_old" not in jobs
