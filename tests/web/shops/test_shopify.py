"""Shopify's posts: orders, fulfilments and what happens to these, as a customer is told of them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.services.orders.adding import IncomingEvent
from handlers.web.shops.system import by_content, event
from sandbox import Person
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.shop import Answer, ShopBackend
from tests.web.shops.conftest import of_shopify, payload, post, states

ORDER_ID, CUSTOMER = "6100000000000000013", "7200000000000000021"


async def send(
    shop: ShopBackend, topic: str, content: Any, webhook_id: str | None = None, **headers: str
) -> Answer:
    return await post(shop, "shopify", content, headers=of_shopify(topic, webhook_id, **headers))


def order(**changes: Any) -> Any:
    return payload("shopify_order", **changes)


def parcel(**changes: Any) -> Any:
    return payload("shopify_fulfillment", **changes)


def step(**changes: Any) -> Any:
    return payload("shopify_fulfillment_event", **changes)


async def test_from_the_order_to_the_door(shop: ShopBackend, alice: Person, link: Link) -> None:
    await link(alice, CUSTOMER)
    await send(shop, "orders/create", order())
    placed = await alice.receives(containing="Thank you for your order #2044")
    await send(shop, "fulfillments/create", parcel())
    await alice.receives(containing="Your order #2044 has been shipped")
    await send(shop, "fulfillment_events/create", step())
    on_its_way = await alice.receives(containing="on its way to you")
    assert "Left the sorting centre" in on_its_way.text
    assert "Jinja, Eastern" in on_its_way.text
    later = {"status": "delivered", "happened_at": "2026-03-05T10:00:00+03:00", "message": None}
    await send(shop, "fulfillment_events/create", step(**later))
    await alice.receives(containing="has been delivered")

    told = await shop.tracking(ORDER_ID)
    assert [told["order_id"], told["order_number"]] == [ORDER_ID, "#2044"]
    assert await states(shop, ORDER_ID) == ["placed", "shipped", "in_transit", "delivered"]
    assert told["tracking_info"][2]["timestamp"] == "2026-03-04T05:30:00Z"
    assert told["carrier"]["tracking_number"] == "NX204400001"
    assert "do-not-show" not in f"{told} {placed.text}"
    assert "Plot 7" not in f"{told} {on_its_way.text}"


async def test_ids_beyond_two_to_the_53_keep_each_digit(shop: ShopBackend, mongo: Mongo) -> None:
    for id_ in (2**53, 2**53 + 1):
        assert (await send(shop, "orders/create", order(id=id_))).status == 202
    stored = await mongo.database["orders"].find({}).to_list(10)
    assert {one["_id"] for one in stored} == {str(2**53), str(2**53 + 1)}
    assert {one["customer_id"] for one in stored} == {CUSTOMER}


async def test_what_says_the_same_is_known_whatever_shopify_calls_it(shop: ShopBackend) -> None:
    assert (await send(shop, "orders/updated", order(), "one")).status == 202
    for topic, id_, content in (
        ("orders/updated", "one", order(note="other bytes")),
        ("orders/create", "two", order()),
        ("orders/paid", "three", order(total_price="1.00")),
    ):
        again = await send(shop, topic, content, id_)
        assert again.body == {"result": "duplicate"}
    later = order(updated_at="2026-03-02T09:20:00+03:00")
    assert (await send(shop, "orders/updated", later, "one")).status == 202


async def test_an_update_that_changes_no_state_is_told_to_nobody(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    await send(shop, "orders/create", order())
    await alice.receives(containing="Thank you for your order")
    before = len(alice.inbox)
    for minute in range(1, 10):
        touched = order(updated_at=f"2026-03-02T09:{minute + 15}:00+03:00", tags=f"t{minute}")
        assert (await send(shop, "orders/updated", touched)).status == 202
    await send(shop, "orders/cancelled", order(cancelled_at="2026-03-02T10:00:00+03:00"))
    await alice.receives(containing="has been cancelled")
    assert len(alice.inbox) == before + 1


async def test_an_update_that_comes_first_makes_the_order_with_its_parcels(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    second = parcel(id=2, name="#2044.2", tracking_numbers=["NX2"], shipment_status="in_transit")
    known = order(fulfillment_status="fulfilled", fulfillments=[parcel(), second])
    assert (await send(shop, "orders/updated", known)).status == 202
    await alice.receives(containing="#2044")
    parcels = (await shop.tracking(ORDER_ID))["parcels"]
    assert {p["carrier"]["tracking_number"]: p["status"] for p in parcels} == {
        "NX204400001": "shipped",
        "NX2": "in_transit",
    }


async def test_a_later_save_of_the_order_does_not_take_a_delivery_back(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    await send(shop, "orders/create", order())
    await send(shop, "fulfillments/create", parcel())
    await send(shop, "fulfillment_events/create", step(status="delivered"))
    await alice.receives(containing="has been delivered")
    before = len(alice.inbox)
    saved = order(
        updated_at="2026-03-09T09:00:00+03:00",
        fulfillment_status="fulfilled",
        fulfillments=[parcel(shipment_status="delivered", updated_at="2026-03-04T08:31:00+03:00")],
    )
    assert (await send(shop, "orders/updated", saved)).status == 202
    assert (await shop.tracking(ORDER_ID))["status"] == "delivered"
    refunded = saved | {"financial_status": "refunded", "updated_at": "2026-03-10T09:00:00+03:00"}
    await send(shop, "orders/updated", refunded)
    await alice.receives(containing="has been refunded")
    assert len([m for m in alice.inbox[before:] if "#2044" in m.text and "shipped" in m.text]) == 0


async def test_a_fulfilment_that_is_taken_back_makes_place_for_another(shop: ShopBackend) -> None:
    await send(shop, "orders/create", order())
    await send(shop, "fulfillments/create", parcel())
    back = parcel(status="cancelled", updated_at="2026-03-03T12:00:00+03:00")
    answer = await send(shop, "fulfillments/update", back)
    assert (answer.status, answer.result) == (202, "recorded")
    undone = order(fulfillments=[back], updated_at="2026-03-03T12:00:00+03:00")
    await send(shop, "orders/updated", undone)
    assert (await shop.tracking(ORDER_ID))["status"] == "processing"

    other = parcel(id=2, tracking_numbers=["NX2"], updated_at="2026-03-04T12:00:00+03:00")
    done = order(fulfillments=[back, other], updated_at="2026-03-04T12:00:00+03:00")
    await send(shop, "orders/updated", done)
    assert (await shop.tracking(ORDER_ID))["status"] == "shipped"
    arrived = step(fulfillment_id=2, status="delivered", happened_at="2026-03-05T12:00:00+03:00")
    await send(shop, "fulfillment_events/create", arrived)
    assert (await shop.tracking(ORDER_ID))["status"] == "delivered"


ORDER_STATES = [
    ({}, "placed"),
    ({"financial_status": "pending"}, "payment_due"),
    ({"financial_status": "authorized"}, "placed"),
    ({"financial_status": "partially_refunded"}, "placed"),
    ({"financial_status": "refunded"}, "refunded"),
    ({"fulfillment_status": "fulfilled"}, "shipped"),
    ({"fulfillment_status": "fulfilled", "financial_status": "pending"}, "shipped"),
    ({"cancelled_at": "2026-03-02T10:00:00+03:00"}, "cancelled"),
    ({"cancelled_at": "2026-03-02T10:00:00Z", "financial_status": "refunded"}, "refunded"),
    ({"cancelled_at": "2026-03-02T10:00:00Z", "financial_status": "voided"}, "cancelled"),
]


async def test_the_order_s_own_states(shop: ShopBackend) -> None:
    for id_, (changes, status) in enumerate(ORDER_STATES, 1):
        await send(shop, "orders/updated", order(id=id_, **changes))
        assert (await shop.tracking(str(id_)))["status"] == status


async def test_a_payment_that_comes_later_is_told(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    await send(shop, "orders/create", order(financial_status="pending"))
    await alice.receives(containing="waiting for your payment")
    await send(shop, "orders/updated", order(updated_at="2026-03-02T10:00:00+03:00"))
    await alice.receives(containing="Thank you for your order")


PARCEL_STATES = [
    ("confirmed", "shipped"),
    ("label_printed", "packed"),
    ("label_purchased", "packed"),
    ("carrier_picked_up", "in_transit"),
    ("in_transit", "in_transit"),
    ("out_for_delivery", "out_for_delivery"),
    ("ready_for_pickup", "ready_for_pickup"),
    ("attempted_delivery", "attempt_failed"),
    ("delayed", "delayed"),
    ("delivered", "delivered"),
    ("failure", "problem"),
    ("at_the_elephant_gate", "at_the_elephant_gate"),
]


async def test_what_happens_to_a_parcel(shop: ShopBackend) -> None:
    for id_, (word, status) in enumerate(PARCEL_STATES, 1):
        await send(shop, "orders/create", order(id=id_))
        await send(shop, "fulfillment_events/create", step(status=word, order_id=id_))
        assert (await states(shop, str(id_)))[-1] == status


async def test_an_expected_delivery_comes_with_the_event(shop: ShopBackend) -> None:
    await send(shop, "orders/create", order())
    expected = {"estimated_delivery_at": "2026-03-06T18:00:00+03:00"}
    await send(shop, "fulfillment_events/create", step(**expected))
    window = (await shop.tracking(ORDER_ID))["estimated_delivery"]
    assert window == {"earliest": "2026-03-06T15:00:00Z", "latest": "2026-03-06T15:00:00Z"}


@pytest.mark.parametrize(
    "told", ["2026-03-06", "2026-03-06T00:00:00Z", "2026-03-06T00:00:00-05:00"]
)
async def test_a_day_is_expected_as_a_day(shop: ShopBackend, told: str) -> None:
    await send(shop, "orders/create", order())
    await send(shop, "fulfillment_events/create", step(estimated_delivery_at=told))
    window = (await shop.tracking(ORDER_ID))["estimated_delivery"]
    assert window == {"earliest": "2026-03-06", "latest": "2026-03-06"}


# What is not done


NOT_FOR_US = [
    ("products/update", {"id": 1}),
    ("customers/redact", {"shop_id": 1}),
    ("orders/delete", {"id": 6100000000000000013}),
]


async def test_an_order_of_nobody_s_account_is_a_guest_s_until_it_is_somebody_s(
    shop: ShopBackend, alice: Person, link: Link, mongo: Mongo
) -> None:
    await link(alice, CUSTOMER)
    assert (await send(shop, "orders/create", order(customer=None))).status == 202
    [stored] = await mongo.database["orders"].find({}).to_list(10)
    assert stored.get("customer_id") is None
    await send(shop, "fulfillments/create", parcel())
    await send(shop, "orders/updated", order(updated_at="2026-03-05T09:00:00+03:00"))
    await send(shop, "fulfillment_events/create", step(status="delivered"))
    await alice.receives(containing="has been delivered")


async def test_what_is_not_for_us_is_answered_with_200(shop: ShopBackend, mongo: Mongo) -> None:
    for topic, content in NOT_FOR_US:
        answer = await send(shop, topic, content)
        assert (answer.status, answer.result) == (200, "ignored")
        assert answer.body["why"]
    assert await mongo.database["orders"].count_documents({}) == 0


async def test_what_comes_before_its_order_is_no_error_that_ends_the_subscription(
    shop: ShopBackend,
) -> None:
    """What there is to know of a fulfilment, its order's next post says as well."""
    for topic, content in (
        ("fulfillment_events/create", step()),
        ("fulfillments/create", parcel()),
    ):
        answer = await send(shop, topic, content)
        assert (answer.status, answer.result) == (200, "ignored")
    await send(shop, "orders/create", order())
    assert (await send(shop, "fulfillment_events/create", step())).status == 202


async def test_what_comes_for_an_erased_customer_is_no_error_that_ends_the_subscription(
    shop: ShopBackend, mongo: Mongo
) -> None:
    assert (await shop.api("DELETE", f"/api/v1/customers/{CUSTOMER}")).status == 204
    answer = await send(shop, "orders/create", order())
    assert (answer.status, answer.result) == (200, "ignored")
    assert await mongo.database["orders"].count_documents({}) == 0


async def test_an_id_that_another_order_s_event_has_is_as_good_as_any(shop: ShopBackend) -> None:
    """The headers are not signed: anybody may put a known id on a post that they have seen."""
    for id_ in (2, 1):
        answer = await send(shop, "orders/create", order(id=id_), "one")
        assert (answer.status, answer.result) == (202, "recorded")
    for id_ in (2, 1):
        answer = await send(shop, "orders/create", order(id=id_), "one")
        assert (answer.status, answer.result) == (200, "duplicate")


async def test_an_order_that_became_another_customer_s_is_left_with_the_first(
    shop: ShopBackend,
) -> None:
    await send(shop, "orders/create", order())
    answer = await send(shop, "orders/updated", order(customer={"id": 1}))
    assert (answer.status, answer.result) == (200, "ignored")


WRONG = [
    ("orders/create", [], "body"),
    ("orders/create", order(id=None), "id"),
    ("orders/create", order(id=True), "id"),
    ("orders/create", order(customer={}), "customer.id"),
    ("orders/create", order(customer=7), "customer"),
    ("orders/create", order(updated_at="yesterday"), "updated_at"),
    ("orders/create", order(updated_at="2999-01-01T00:00:00Z"), "updated_at"),
    ("orders/create", order(fulfillments=[parcel(id=[])]), "fulfillments.0.id"),
    ("fulfillments/create", parcel(order_id=None), "order_id"),
    ("fulfillment_events/create", step(status=""), "status"),
    ("fulfillment_events/create", step(happened_at="yesterday"), "happened_at"),
]


async def test_a_wrong_field_is_named_by_its_place(shop: ShopBackend) -> None:
    for topic, content, field in WRONG:
        answer = await send(shop, topic, content)
        assert (answer.status, answer.result) == (200, "ignored")
        assert answer.body["fields"] == [field]


async def test_a_header_that_is_missing_is_named_too(shop: ShopBackend) -> None:
    answer = await post(shop, "shopify", order())
    assert (answer.status, answer.result) == (200, "ignored")
    assert answer.body["fields"] == ["X-Shopify-Topic"]


async def test_what_only_adorns_is_left_out_when_it_does_not_fit(shop: ShopBackend) -> None:
    await send(shop, "orders/create", order(name=["#1"], line_items="none", refunds=7))
    odd: dict[str, Any] = {
        "tracking_url": "no address",
        "tracking_company": "N" * 300,
        "tracking_numbers": [{}],
    }
    odd |= {"tracking_urls": [7], "line_items": [{"quantity": "many"}], "created_at": "yesterday"}
    assert (await send(shop, "fulfillments/create", parcel(**odd))).status == 202
    told = await shop.tracking(ORDER_ID)
    assert told["order_number"] == ORDER_ID
    assert told["carrier"] == {
        "name": "N" * 100,
        "tracking_number": "NX204400001",
        "tracking_url": None,
    }


# The operator's words


@pytest.mark.parametrize(
    "words", [{"Shopify.at the-elephant gate": "attempt_failed", "gate 3": "delayed"}]
)
async def test_the_operator_says_what_words_mean(shop: ShopBackend) -> None:
    await send(shop, "orders/create", order())
    for word, status in (("at_the_elephant_gate", "attempt_failed"), ("gate_3", "delayed")):
        await send(shop, "fulfillment_events/create", step(status=word))
        assert status in await states(shop, ORDER_ID)


def test_what_says_nothing_new_has_the_id_that_an_older_version_gave_it() -> None:
    """Of before an event could bring goods, a way to pay and such."""
    at = datetime(2026, 3, 2, 6, 15, 40, tzinfo=UTC)
    told = event(at, "processing", order_id="3107", customer_id="55", items=2)
    known = "shopify:6ea0a7eb931a0186483a8a12c690a4f7b54cb1c98aef1a38688bed5d916247b6"
    assert by_content("shopify", IncomingEvent("", told)).id == known
    pays = event(at, "processing", order_id="3107", payment_url="https://pay.example.com")
    assert by_content("shopify", IncomingEvent("", pays)).id != known
