"""What the recorded events of an order add up to, whatever order they come in."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot.settings import Settings
from tests.support.shop import ShopBackend
from tests.web.conftest import event, on_both_drivers

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    words = {"dispatched": "shipped", "Bei der Post": "in_transit"}
    return settings.model_copy(update={"status_words": words})


async def states(shop: ShopBackend, order_id: str = "ord_1") -> list[str]:
    info = (await shop.tracking(order_id))["tracking_info"]
    return [step["status"] for step in info]


async def test_an_order_that_is_created_without_a_status_is_placed(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1")
    tracking = await shop.tracking("ord_1")
    assert tracking["status"] == "placed"
    assert [step["status"] for step in tracking["tracking_info"]] == ["placed"]


@on_both_drivers
async def test_to_create_an_order_once_more_changes_nothing_in_whatever_order_it_arrives(
    shop: ShopBackend,
) -> None:
    told = [("order.created", None, 0), ("order.status_changed", "shipped", 1)]
    told += [("order.created", None, 2)]
    for number, arrival in enumerate(permutations(told)):
        order_id = f"ord_{number}"
        for kind, status, hours in arrival:
            at = NOON + timedelta(hours=hours)
            await shop.tell(order_id, status, kind=kind, at=at, customer_id="customer-1")
        assert await states(shop, order_id) == ["placed", "shipped"]
        assert (await shop.tracking(order_id))["status"] == "shipped"


async def test_an_order_that_is_created_with_a_status_starts_there(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1", status="payment_due")
    assert await states(shop) == ["payment_due"]


@on_both_drivers
async def test_the_timeline_is_that_of_the_events_in_any_order(shop: ShopBackend) -> None:
    told = [("placed", 0), ("shipped", 2), ("delivered", 5)]
    for number, arrival in enumerate(permutations(told)):
        order_id = f"ord_{number}"
        for status, hours in arrival:
            at = NOON + timedelta(hours=hours)
            await shop.tell(order_id, status, at=at, customer_id="customer-1")
        assert await states(shop, order_id) == ["placed", "shipped", "delivered"]


@on_both_drivers
async def test_a_late_event_is_kept_and_does_not_move_the_status_back(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1", at=NOON)
    await shop.tell("ord_1", "delivered", at=NOON + timedelta(days=2))
    late = await shop.tell("ord_1", "shipped", at=NOON + timedelta(days=1))
    assert late.status == 202
    assert await states(shop) == ["placed", "shipped", "delivered"]
    assert (await shop.tracking("ord_1"))["status"] == "delivered"


@on_both_drivers
async def test_events_of_one_moment_stand_in_the_order_of_a_delivery(shop: ShopBackend) -> None:
    for status in ("delivered", "packed", "shipped"):
        await shop.tell("ord_1", status, at=NOON, customer_id="customer-1")
    assert await states(shop) == ["packed", "shipped", "delivered"]


async def test_an_event_without_its_time_happened_when_it_was_sent(shop: ShopBackend) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    await shop.create("ord_1", "customer-1")
    [step] = (await shop.tracking("ord_1"))["tracking_info"]
    assert before <= datetime.fromisoformat(step["timestamp"]) <= datetime.now(UTC)


@on_both_drivers
async def test_any_time_zone_is_one_moment(shop: ShopBackend) -> None:
    await shop.post(event(customer_id="customer-1", occurred_at="2026-01-05T15:00:00.5+03:00"))
    [step] = (await shop.tracking("ord_1"))["tracking_info"]
    assert datetime.fromisoformat(step["timestamp"]) == NOON + timedelta(milliseconds=500)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("shipped", "shipped"),
        ("Out For Delivery", "out_for_delivery"),
        ("ready-for-pickup", "ready_for_pickup"),
        ("DISPATCHED", "shipped"),
        ("bei-der-post", "in_transit"),
        (" Waiting for the Beans ", "Waiting for the Beans"),
    ],
)
async def test_the_shops_words_are_understood_and_unknown_ones_kept(
    shop: ShopBackend, word: str, status: str
) -> None:
    assert (await shop.tell("ord_1", word, customer_id="customer-1")).status == 202
    assert (await shop.tracking("ord_1"))["status"] == status


async def test_news_without_a_status_leaves_it_as_it_was(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1", status="shipped", at=NOON)
    await shop.post(event(kind="order.updated", note="Left at the door", order_number="1001"))
    tracking = await shop.tracking("ord_1")
    assert (tracking["status"], tracking["order_number"]) == ("shipped", "1001")
    assert tracking["tracking_info"][-1]["note"] == "Left at the door"
