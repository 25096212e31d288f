"""A delivery that is expected on a day: the same day for everybody, whoever told of it, and how."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from sandbox import Person
from storage.chats import Chats
from storage.models import Preferences
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.web.shops.conftest import of_shopify, payload, post

ZONES = ["America/New_York", "Pacific/Auckland", "Pacific/Honolulu", "Africa/Kampala"]
DAY = datetime.now(UTC).date() + timedelta(days=4)
SHOWN = f"{DAY:%a} {DAY.day} {DAY:%b}"
CUSTOMER = "7200000000000000021"
EXPECTED = {"earliest": DAY.isoformat(), "latest": DAY.isoformat()}


async def by_event(shop: ShopBackend) -> None:
    await shop.create("ord_1", CUSTOMER, order_number="#2044", estimated_delivery=EXPECTED)


async def by_description(shop: ShopBackend) -> None:
    now = datetime.now(UTC).isoformat()
    order = {
        "customer_id": CUSTOMER,
        "order_number": "#2044",
        "tracking_info": [{"status": "placed", "timestamp": now}],
        "estimated_delivery": EXPECTED,
    }
    assert (await shop.api("PUT", "/api/v1/orders/ord_1", json=order)).status == 200


async def by_shopify(shop: ShopBackend) -> None:
    order = payload("shopify_order", id="ord_1")
    await post(shop, "shopify", order, headers=of_shopify("orders/create"))
    expected = {"order_id": "ord_1", "estimated_delivery_at": f"{DAY}T00:00:00Z"}
    step = payload("shopify_fulfillment_event", **expected)
    await post(shop, "shopify", step, headers=of_shopify("fulfillment_events/create"))


async def by_aftership(shop: ShopBackend) -> None:
    await shop.create("ord_1", CUSTOMER, order_number="#2044")
    update = payload("aftership_update")
    update["msg"] |= {
        "order_id": "ord_1",
        "custom_fields": None,
        "latest_estimated_delivery": {"type": "specific", "datetime": DAY.isoformat()},
        "tag": "InTransit",
        "subtag": None,
        "checkpoints": [],
    }
    await post(shop, "aftership", update)


@pytest.mark.parametrize("told", [by_event, by_description, by_shopify, by_aftership])
async def test_a_day_is_said_as_that_day_in_every_zone_and_said_back_as_it_was_told(
    shop: ShopBackend,
    chats: Chats,
    alice: Person,
    link: Link,
    told: Callable[[ShopBackend], Awaitable[None]],
) -> None:
    await link(alice, CUSTOMER)
    await told(shop)
    await alice.receives(containing="#2044")
    assert (await shop.tracking("ord_1"))["estimated_delivery"] == EXPECTED
    for zone in ZONES:
        await chats.prefer(alice.id, Preferences(timezone=zone))
        await alice.send("/track 2044")
        await alice.receives(containing=f"Expected {SHOWN}\n")


SAME = [
    EXPECTED,
    {"earliest": f"{DAY}T00:00:00Z", "latest": f"{DAY}T23:59:59Z"},
]


async def test_the_same_day_in_another_form_is_told_to_nobody(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    await by_event(shop)
    await alice.receives(containing="#2044")
    before = len(alice.inbox)
    for window in (*SAME, *SAME):
        answer = await shop.tell("ord_1", kind="order.updated", estimated_delivery=window)
        assert answer.status == 202
    other = {"latest": (DAY + timedelta(days=1)).isoformat()}
    await shop.tell("ord_1", kind="order.updated", estimated_delivery=other)
    moved = await alice.receives(containing="New delivery day")
    assert f"(was {SHOWN})" in moved.text
    assert len(alice.inbox) == before + 1
