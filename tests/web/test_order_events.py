"""`POST /webhooks/orders`: the answers of the contract."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.mongo import Document, Mongo
from tests.support.shop import Answer, ShopBackend
from tests.web.conftest import event, on_both_drivers, signed


async def stored(mongo: Mongo, order_id: str = "ord_1") -> Document | None:
    return await mongo.database["orders"].find_one({"_id": order_id})


def wrong_fields(answer: Answer) -> list[str]:
    assert answer.status == 422, answer
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert all(error["problem"] for error in answer.body["errors"])
    return sorted(error["field"] for error in answer.body["errors"])


@on_both_drivers
async def test_a_new_event_is_accepted_and_stored(shop: ShopBackend, mongo: Mongo) -> None:
    answer = await shop.post(event(customer_id="customer-1"), event_id="msg_1")
    assert (answer.status, answer.body) == (202, {"result": "recorded"})
    order = await stored(mongo)
    assert order is not None
    assert order["customer_id"] == "customer-1"
    assert [kept["id"] for kept in order["events"]] == ["msg_1"]


@on_both_drivers
async def test_the_same_event_again_is_a_duplicate(shop: ShopBackend, mongo: Mongo) -> None:
    body = event(customer_id="customer-1", status="shipped")
    await shop.post(body, event_id="msg_1")
    before = await stored(mongo) or {}
    resent = signed(body, timestamp=str(int(datetime.now(UTC).timestamp()) + 60))
    for headers in (None, resent):
        answer = await shop.post(body, event_id="msg_1", headers=headers)
        assert (answer.status, answer.body) == (200, {"result": "duplicate"})
    after = await stored(mongo) or {}
    assert (after["events"], after["news"]) == (before["events"], before["news"])


async def test_an_event_is_a_duplicate_however_long_ago_it_came(
    shop: ShopBackend, mongo: Mongo
) -> None:
    body = event(customer_id="customer-1")
    await shop.post(body, event_id="msg_1")
    long_ago = datetime.now(UTC) - timedelta(days=400)
    await mongo.database["orders"].update_one(
        {"_id": "ord_1"}, {"$set": {"events.0.recorded_at": long_ago, "created_at": long_ago}}
    )
    await shop.tell("ord_1", "shipped")
    assert (await shop.post(body, event_id="msg_1")).result == "duplicate"


@on_both_drivers
async def test_an_id_with_another_body_is_a_conflict(shop: ShopBackend) -> None:
    await shop.post(event(customer_id="customer-1", note="one"), event_id="msg_1")
    answer = await shop.post(event(customer_id="customer-1", note="two"), event_id="msg_1")
    assert (answer.status, answer.body["status"]) == (409, 409)
    [step] = (await shop.tracking("ord_1"))["tracking_info"]
    assert step["note"] == "one"


@on_both_drivers
@pytest.mark.parametrize("data", [{}, {"customer_id": "customer-1"}], ids=["known", "claimed"])
async def test_an_id_of_another_orders_event_is_as_good_as_any(
    shop: ShopBackend, mongo: Mongo, data: dict[str, str]
) -> None:
    await shop.post(event("ord_1", customer_id="customer-1"), event_id="msg_1")
    await shop.post(event("ord_2", customer_id="customer-1"), event_id="msg_2")
    body = event("ord_2", **data)
    assert (await shop.post(body, event_id="msg_1")).status == 202
    assert (await shop.post(body, event_id="msg_1")).result == "duplicate"
    for order_id, kept in (("ord_1", ["msg_1"]), ("ord_2", ["msg_1", "msg_2"])):
        order = await stored(mongo, order_id)
        assert order is not None
        assert sorted(each["id"] for each in order["events"]) == kept


@on_both_drivers
async def test_an_id_of_another_orders_event_creates_an_order_like_any(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await shop.post(event("ord_1", customer_id="customer-1"), event_id="msg_1")
    answer = await shop.post(event("ord_2", customer_id="customer-2"), event_id="msg_1")
    assert answer.status == 202
    order = await stored(mongo, "ord_2")
    assert order is not None
    assert order["customer_id"] == "customer-2"


@on_both_drivers
async def test_an_unknown_order_without_a_customer_is_not_found(
    shop: ShopBackend, mongo: Mongo
) -> None:
    answer = await shop.tell("ord_1", "shipped")
    assert answer.status == 404
    assert "customer_id" in answer.body["detail"]
    assert await stored(mongo) is None


async def test_a_known_order_needs_no_customer(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1")
    assert (await shop.tell("ord_1", "shipped")).status == 202
    assert (await shop.tell("ord_1", "delivered", customer_id="customer-1")).status == 202


@on_both_drivers
async def test_another_customers_order_is_a_wrong_field(shop: ShopBackend, mongo: Mongo) -> None:
    await shop.create("ord_1", "customer-1")
    answer = await shop.tell("ord_1", "shipped", customer_id="customer-2")
    assert wrong_fields(answer) == ["data.customer_id"]
    order = await stored(mongo)
    assert order is not None
    assert (order["customer_id"], len(order["events"])) == ("customer-1", 1)


WRONG: dict[str, Any] = {
    "customer_id": "no good",
    "order_number": "o" * 65,
    "status": "s" * 65,
    "occurred_at": "yesterday",
    "parcel": 2,
    "note": "n" * 1001,
    "location": ["Kampala"],
    "items": -1,
    "notify": "no",
}


async def test_every_wrong_field_has_an_entry(shop: ShopBackend, mongo: Mongo) -> None:
    answer = await shop.post(event(**{"order_id": "no good"} | WRONG))
    assert wrong_fields(answer) == sorted(f"data.{field}" for field in ("order_id", *WRONG))
    assert await stored(mongo) is None


WRONG_INSIDE: list[tuple[dict[str, Any], str]] = [
    ({"carrier": "DHL"}, "data.carrier"),
    ({"carrier": {"tracking_url": "javascript:alert(1)"}}, "data.carrier.tracking_url"),
    ({"estimated_delivery": {"latest": "soon"}}, "data.estimated_delivery.latest"),
    (
        {
            "estimated_delivery": {
                "earliest": "2026-02-02T00:00Z",
                "latest": "2026-02-01T00:00Z",
            }
        },
        "data.estimated_delivery",
    ),
    ({"occurred_at": "2026-01-01T10:00:00"}, "data.occurred_at"),
    ({"occurred_at": 1767261600}, "data.occurred_at"),
    ({"occurred_at": "2099-01-01T10:00:00Z"}, "data.occurred_at"),
    ({"items": 1.5}, "data.items"),
    ({"items": True}, "data.items"),
]


async def test_a_count_may_be_written_with_a_point(shop: ShopBackend, mongo: Mongo) -> None:
    assert (await shop.create("ord_1", "customer-1", items=2.0)).status == 202
    order = await stored(mongo)
    assert order is not None
    assert order["events"][0]["items"] == 2


async def test_a_wrong_field_is_named_by_its_path(shop: ShopBackend) -> None:
    for data, field in WRONG_INSIDE:
        answer = await shop.post(event(**{"customer_id": "customer-1"} | data))
        assert (data, wrong_fields(answer)) == (data, [field])


async def test_a_wrong_value_is_never_repeated(shop: ShopBackend) -> None:
    answer = await shop.post(event(note={"secret": "canary"}, status="canary" * 20))
    assert wrong_fields(answer) == ["data.note", "data.status"]
    assert "canary" not in json.dumps(answer.body)


async def test_missing_parts_are_named(shop: ShopBackend) -> None:
    assert wrong_fields(await shop.post(b"{}")) == ["data", "timestamp", "type"]
    assert wrong_fields(await shop.post(event(kind="order.exploded"))) == ["type"]
    assert wrong_fields(await shop.post(event().replace(b"order_id", b"id"))) == ["data.order_id"]


async def test_a_change_of_status_needs_a_status(shop: ShopBackend) -> None:
    answer = await shop.tell("ord_1", customer_id="customer-1")
    assert wrong_fields(answer) == ["data.status"]
    assert answer.body["errors"][0]["problem"] == "order.status_changed needs a status"


async def test_unknown_fields_are_ignored(shop: ShopBackend, mongo: Mongo) -> None:
    body = json.loads(event(customer_id="customer-1", colour="red", carrier={"van": 7}))
    body |= {"$where": "1", "a.b": {"\ud800": 2**80}, "version": 9}
    assert (await shop.post(json.dumps(body).encode())).status == 202
    order = await stored(mongo)
    assert order is not None
    assert not {"colour", "$where", "a.b"} & set(order["events"][0])
    assert order["events"][0].get("carrier", {}) == {}


async def test_an_empty_text_is_no_text(shop: ShopBackend, mongo: Mongo) -> None:
    empty = dict.fromkeys(("order_number", "status", "parcel", "note", "location"), " ")
    assert (await shop.post(event(customer_id="customer-1", **empty))).status == 202
    order = await stored(mongo)
    assert order is not None
    assert not empty.keys() & order["events"][0].keys()
    assert not (set(empty) - {"status"}) & set(order["events"][0])
    assert wrong_fields(await shop.post(event("", customer_id=""))) == ["data.order_id"]


async def test_an_order_takes_a_thousand_events_and_no_more(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await shop.create("ord_1", "customer-1")
    [first] = (await stored(mongo) or {})["events"]
    many = {"events": [first | {"id": f"old_{n}"} for n in range(999)], "version": 1}
    await mongo.database["orders"].update_one({"_id": "ord_1"}, {"$set": many})
    body = event(note="the thousandth")
    assert (await shop.post(body, event_id="msg_last")).status == 202
    assert wrong_fields(await shop.tell("ord_1", "shipped")) == ["data.order_id"]
    assert (await shop.post(body, event_id="msg_last")).result == "duplicate"
