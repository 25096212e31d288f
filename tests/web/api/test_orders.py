"""`/api/v1/orders`: to describe an order as a whole, to read it, and to list a customer's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import pytest

from sandbox import Person
from storage import paging
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.shop import Answer, ShopBackend
from tests.web.conftest import event, on_both_drivers

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def step(status: str, hours: int = 0, **more: Any) -> dict[str, Any]:
    return {"status": status, "timestamp": (NOON + timedelta(hours=hours)).isoformat()} | more


def described(*steps: dict[str, Any], **order: Any) -> dict[str, Any]:
    return {"customer_id": "customer-1", "tracking_info": list(steps)} | order


async def put(shop: ShopBackend, order: dict[str, Any], order_id: str = "ord_1") -> Answer:
    return await shop.api("PUT", f"/api/v1/orders/{order_id}", json=order)


async def states(shop: ShopBackend, order_id: str = "ord_1") -> list[str]:
    return [each["status"] for each in (await shop.tracking(order_id))["tracking_info"]]


# To describe


@on_both_drivers
async def test_an_order_is_created_with_its_whole_history(shop: ShopBackend) -> None:
    order = described(
        step("shipped", 5, location="Kampala", carrier={"name": "Post", "tracking_number": "1Z"}),
        step("placed"),
        order_number="1001",
        items=3,
        estimated_delivery={"earliest": "2026-11-23T09:00:00Z"},
    )
    assert (await put(shop, order)).body == {"order_id": "ord_1", "result": "created"}

    told = (await shop.api("GET", "/api/v1/orders/ord_1")).body

    assert datetime.now(UTC) - datetime.fromisoformat(told.pop("first_told_at")) < timedelta(
        minutes=1
    )
    assert told == {
        "order_id": "ord_1",
        "order_number": "1001",
        "customer_id": "customer-1",
        "status": "shipped",
        "is_open": True,
        "items": 3,
        "goods": [],
        "estimated_delivery": {"earliest": "2026-11-23T09:00:00Z", "latest": None},
        "carrier": {"name": "Post", "tracking_number": "1Z", "tracking_url": None},
        "parcels": [],
        "tracking_info": [
            {
                "status": "placed",
                "timestamp": "2026-11-20T12:00:00Z",
                "note": None,
                "location": None,
                "parcel": None,
            },
            {
                "status": "shipped",
                "timestamp": "2026-11-20T17:00:00Z",
                "note": None,
                "location": "Kampala",
                "parcel": None,
            },
        ],
    }


@on_both_drivers
async def test_a_description_replaces_all_that_was_told(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1", order_number="999", note="A wrong note")
    await put(shop, described(step("placed"), step("packed", 1), order_number="1001"))
    answer = await put(shop, described(step("placed"), step("shipped", 2), order_number="1002"))
    assert answer.body["result"] == "replaced"
    assert await states(shop) == ["placed", "shipped"]
    assert (await shop.tracking("ord_1"))["order_number"] == "1002"


async def test_the_customer_is_told_the_newest_state_once(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    order = described(step("placed"), step("packed", 1), order_number="1001")
    await put(shop, order)
    await alice.receives(containing="#1001")
    assert (await put(shop, order)).body["result"] == "unchanged"
    await put(shop, described(step("placed"), step("packed", 2), order_number="1001"))
    await put(shop, described(step("placed"), step("shipped", 3), order_number="1001"))
    await alice.receives(containing="shipped")
    assert len([message for message in alice.inbox if "#1001" in message.text]) == 2


async def test_nobody_is_told_where_it_says_so(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await put(shop, described(step("placed"), order_number="1001", notify=False))
    await put(shop, described(step("placed"), order_number="1002"), "ord_2")
    await alice.receives(containing="#1002")
    assert not [message for message in alice.inbox if "#1001" in message.text]


async def test_what_gave_way_is_still_known_as_a_repeat(shop: ShopBackend) -> None:
    """A webhook that comes again after days brings nothing back."""
    body = event("ord_1", customer_id="customer-1", note="Old")
    assert (await shop.post(body, event_id="msg_1")).result == "recorded"
    await put(shop, described(step("placed"), step("shipped", 1)))
    assert (await shop.post(body, event_id="msg_1")).result == "duplicate"
    assert (await shop.post(body + b" ", event_id="msg_1")).status == 409
    assert await states(shop) == ["placed", "shipped"]


async def test_to_describe_an_order_again_and_again_makes_it_no_larger(
    shop: ShopBackend, mongo: Mongo
) -> None:
    async def size(note: str) -> int:
        steps = [step("in_transit", hour, note=f"{note} {hour}") for hour in range(20)]
        assert (await put(shop, described(*steps))).status == 200
        order = await mongo.database["orders"].find_one({"_id": "ord_1"})
        assert order is not None
        return len(bson.encode(order))

    assert len({await size(note) for note in "abcdef"}) == 1


async def test_events_go_on_from_what_was_described(shop: ShopBackend) -> None:
    await put(shop, described(step("placed"), step("packed", 1)))
    await shop.tell("ord_1", "shipped", at=NOON + timedelta(hours=3))
    await shop.tell("ord_1", "confirmed", at=NOON + timedelta(minutes=5))
    assert await states(shop) == ["placed", "confirmed", "packed", "shipped"]


async def test_another_customers_order_is_refused(shop: ShopBackend) -> None:
    await put(shop, described(step("placed")))
    answer = await put(shop, described(step("shipped"), customer_id="customer-2"))
    assert answer.status == 422
    assert answer.body["errors"] == [
        {"field": "customer_id", "problem": "This order is another customer's."}
    ]
    assert await states(shop) == ["placed"]


async def test_an_erased_customers_order_is_refused(shop: ShopBackend, mongo: Mongo) -> None:
    await put(shop, described(step("placed")))
    await shop.api("DELETE", "/api/v1/customers/customer-1")
    answer = await put(shop, described(step("shipped")))
    assert answer.body["errors"] == [
        {"field": "customer_id", "problem": "This customer or order was erased."}
    ]
    assert await mongo.database["orders"].count_documents({}) == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"tracking_info": []}, "tracking_info"),
        ({"tracking_info": [step("placed")] * 501}, "tracking_info"),
        ({"tracking_info": [step("placed"), {"status": "x"}]}, "tracking_info.1.timestamp"),
        ({"tracking_info": [step("placed"), step("x", 24 * 4000)]}, "tracking_info.1.timestamp"),
        ({"customer_id": "a b"}, "customer_id"),
        ({"notify": "no"}, "notify"),
    ],
)
async def test_a_wrong_description_says_where(
    shop: ShopBackend, wrong: dict[str, Any], field: str
) -> None:
    answer = await put(shop, described(step("placed")) | wrong)
    assert answer.status == 422
    assert [error["field"] for error in answer.body["errors"]] == [field]


# To list


async def ids(shop: ShopBackend, **query: Any) -> tuple[list[str], str | None]:
    query = {"customer_id": "customer-1"} | query
    answer = await shop.api("GET", "/api/v1/orders", params=query)
    assert answer.status == 200, answer
    return [order["order_id"] for order in answer.body["orders"]], answer.body["next"]


@on_both_drivers
async def test_a_customers_orders_come_a_page_at_a_time(shop: ShopBackend) -> None:
    for n in range(5):
        await shop.create(f"ord_{n}", "customer-1")
    await shop.create("ord_x", "customer-2")
    first, after = await ids(shop, limit=2)
    second, end = await ids(shop, limit=3, after=after)
    assert first + second == [f"ord_{n}" for n in range(5)]
    await shop.tell("ord_0", "shipped")  # news moves nothing
    assert await ids(shop, after=end) == ([], end)
    await shop.create("ord_5", "customer-1")
    assert (await ids(shop, after=end))[0] == ["ord_5"]


async def test_orders_of_the_same_moment_are_all_listed(shop: ShopBackend, mongo: Mongo) -> None:
    for n in range(4):
        await shop.create(f"ord_{n}", "customer-1")
    await mongo.database["orders"].update_many({}, {"$set": {"created_at": NOON}})
    first, after = await ids(shop, limit=3)
    second, _ = await ids(shop, limit=3, after=after)
    assert first + second == [f"ord_{n}" for n in range(4)]


async def test_orders_with_much_history_make_shorter_pages(
    shop: ShopBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_EVENTS", 7)
    for n, steps in enumerate([3, 4, 1, 20, 2, 5]):
        order = described(*(step("in_transit", hour) for hour in range(steps)))
        await put(shop, order, f"ord_{n}")
    pages, query = [], dict[str, Any]()
    while (found := await ids(shop, **query))[0]:
        pages.append(found[0])
        query = {"after": found[1]}
    assert pages == [["ord_0", "ord_1"], ["ord_2"], ["ord_3"], ["ord_4", "ord_5"]]


async def test_nobody_is_listed_without_a_customer(shop: ShopBackend) -> None:
    answer = await shop.api("GET", "/api/v1/orders")
    assert answer.body["errors"] == [{"field": "customer_id", "problem": "it is missing"}]
    assert await ids(shop, customer_id="nobody") == ([], None)
