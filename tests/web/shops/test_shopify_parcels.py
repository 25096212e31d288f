"""What a Shopify shop's parcels come to in the chat: several, half of them, taken back, delivered.

The timelines alone stand in ``handlers/web/shops/shopify/shapes``.
"""

from typing import Any

from sandbox import Person
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.web.shops.conftest import of_shopify, payload, post

ORDER_ID, CUSTOMER = "6100000000000000013", "7200000000000000021"
FIRST, SECOND = 5300000000000000041, 5300000000000000042
CREATED = payload("shopify_order")
MONEY_BACK = {"cancelled_at": "2026-03-03T10:00:00+03:00", "financial_status": "refunded"}
HALF = {"fulfillment_status": "partial", "updated_at": "2026-03-03T11:00:05+03:00"}


async def send(shop: ShopBackend, topic: str, content: Any) -> None:
    answer = await post(shop, "shopify", content, headers=of_shopify(topic))
    assert answer.result in {"recorded", "duplicate"}, answer


def parcel(id_: int, *numbers: str, **changes: Any) -> Any:
    told = {"id": id_, "tracking_number": numbers[0], "tracking_numbers": list(numbers)}
    return payload("shopify_fulfillment", **told | changes)


def step(status: str, day: int, id_: int = FIRST) -> Any:
    at = f"2026-03-{day:02}T10:00:00+03:00"
    said = {"status": status, "fulfillment_id": id_, "happened_at": at, "message": None}
    return payload("shopify_fulfillment_event", **said)


async def order(shop: ShopBackend) -> Any:
    return (await shop.api("GET", f"/api/v1/orders/{ORDER_ID}")).body


async def test_what_is_cancelled_and_refunded_at_once_is_said_to_be_both(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    await send(shop, "orders/create", CREATED)
    await alice.receives(containing="Thank you for your order")
    before = len(alice.inbox)
    over = CREATED | MONEY_BACK | {"updated_at": "2026-03-03T10:00:00+03:00"}
    for topic in ("orders/cancelled", "orders/updated", "orders/updated"):
        await send(shop, topic, over)
    told = await alice.receives(containing="has been cancelled and refunded")
    assert "already paid" not in told.text
    assert len(alice.inbox) == before + 1
    await alice.send("/track 2044")
    await alice.receives(containing="Cancelled, then refunded")


async def test_of_half_an_order_that_has_arrived_it_is_said_that_the_rest_follows(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    await send(shop, "orders/create", CREATED)
    await send(shop, "orders/updated", CREATED | HALF | {"fulfillments": [parcel(FIRST, "NX1")]})
    sent = await alice.receives(containing="Parcel 1 of your order #2044: Shipped.")
    assert sent.text.split("\n")[1:] == [
        "2 × Bugisu AA 1 kg",
        "The rest of your order follows: Filter papers",
    ]
    await send(shop, "fulfillment_events/create", step("delivered", 5))
    half = await alice.receives(containing="Parcel 1 of your order #2044: Delivered.")
    assert "The rest of your order follows: Filter papers" in half.text
    assert "Enjoy" not in half.text
    told = await order(shop)
    assert (told["status"], told["is_open"]) == ("processing", True)
    await alice.send("/track 2044")
    shown = await alice.receives(containing="Being prepared")
    assert "The rest of your order follows." in shown.text
    assert "\n2 × Bugisu AA 1 kg\n" in shown.text

    both = [parcel(FIRST, "NX1"), parcel(SECOND, "NX2", updated_at="2026-03-06T09:00:00+03:00")]
    whole = {"fulfillment_status": "fulfilled", "updated_at": "2026-03-06T09:00:00+03:00"}
    await send(shop, "orders/updated", CREATED | whole | {"fulfillments": both})
    await alice.receives(containing="Parcel 2 of your order #2044: Shipped.")
    await send(shop, "fulfillment_events/create", step("delivered", 7, SECOND))
    await alice.receives(containing="Your order #2044 is all here: 2 parcels delivered")
    assert not (await order(shop))["is_open"]


async def test_half_an_order_whose_rest_is_cancelled_is_over(shop: ShopBackend) -> None:
    await send(shop, "orders/create", CREATED)
    await send(shop, "orders/updated", CREATED | HALF | {"fulfillments": [parcel(FIRST, "NX1")]})
    await send(shop, "fulfillment_events/create", step("delivered", 5))
    rest = {"fulfillment_status": "fulfilled", "updated_at": "2026-03-06T09:00:00+03:00"}
    await send(shop, "orders/updated", CREATED | rest | {"fulfillments": [parcel(FIRST, "NX1")]})
    told = await order(shop)
    assert (told["status"], told["is_open"]) == ("delivered", False)


async def test_what_was_taken_out_of_an_order_is_not_counted(shop: ShopBackend) -> None:
    items = [{"quantity": 2, "current_quantity": 1}, {"quantity": 1}, {"quantity": "many"}]
    await send(shop, "orders/create", CREATED | {"line_items": items})
    assert (await order(shop))["items"] == 2


async def test_a_delivery_that_the_fulfilment_mirrors_later_is_told_once_at_the_carrier_s_time(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    """Whichever of the two posts comes first."""
    await link(alice, CUSTOMER)
    await send(shop, "orders/create", CREATED)
    await send(shop, "fulfillments/create", parcel(FIRST, "NX1"))
    await alice.receives(containing="has been shipped")
    late = {"updated_at": "2026-03-05T10:20:00+03:00", "shipment_status": "delivered"}
    await send(shop, "fulfillments/update", parcel(FIRST, "NX1", **late))
    await alice.receives(containing="has been delivered")
    before = len(alice.inbox)
    await send(shop, "fulfillment_events/create", step("out_for_delivery", 4))
    await send(shop, "fulfillment_events/create", step("delivered", 5))
    stale = {"updated_at": "2026-03-05T10:10:00+03:00", "shipment_status": "out_for_delivery"}
    await send(shop, "fulfillments/update", parcel(FIRST, "NX1", **stale))
    steps = [(one["status"], one["timestamp"]) for one in (await order(shop))["tracking_info"]]
    assert steps[-2:] == [
        ("out_for_delivery", "2026-03-04T07:00:00Z"),
        ("delivered", "2026-03-05T07:00:00Z"),
    ]
    refunded = {"financial_status": "refunded", "updated_at": "2026-03-06T09:00:00+03:00"}
    await send(shop, "orders/updated", CREATED | refunded)
    await alice.receives(containing="refunded")
    assert len(alice.inbox) == before + 1


async def test_two_boxes_are_two_parcels_of_one_name_in_text_and_button(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    await send(shop, "orders/create", CREATED)
    urls = [f"https://track.nile-express.example/{number}" for number in ("NX1", "NX2")]
    boxes = parcel(FIRST, "NX100000000001", "NX100000000002", tracking_urls=urls)
    await send(shop, "fulfillments/create", boxes)
    await alice.receives(containing="#2044: Shipped")
    parcels = (await order(shop))["parcels"]
    found = {one["carrier"]["tracking_number"]: one["carrier"]["tracking_url"] for one in parcels}
    assert found == dict(zip(["NX100000000001", "NX100000000002"], urls, strict=True))
    await alice.send("/track 2044")
    shown = await alice.receives(containing="Parcel 2")
    labels = [button.text for row in shown.buttons for button in row]
    assert any("parcel 1" in label for label in labels)
    assert any("parcel 2" in label for label in labels)
    assert str(FIRST) not in shown.text + "".join(labels)


async def test_shopify_and_aftership_tell_of_one_parcel_per_number(shop: ShopBackend) -> None:
    await send(shop, "orders/create", CREATED)
    await send(shop, "fulfillments/create", parcel(FIRST, "NX1"))
    await send(shop, "fulfillments/create", parcel(SECOND, "NX2"))
    await send(shop, "fulfillment_events/create", step("in_transit", 4))
    update = payload("aftership_update")
    said: dict[str, Any] = {"order_id": ORDER_ID, "custom_fields": None, "checkpoints": []}
    update["msg"] |= said | {"tracking_number": "NX2", "tag": "Delivered", "subtag": None}
    assert (await post(shop, "aftership", update)).status == 202
    parcels = (await order(shop))["parcels"]
    assert {one["parcel"]: one["status"] for one in parcels} == {
        "NX1": "in_transit",
        "NX2": "delivered",
    }


async def test_of_a_fulfilment_that_was_taken_back_there_is_no_parcel(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    await send(shop, "orders/create", CREATED)
    await send(shop, "fulfillments/create", parcel(FIRST, "NX1"))
    await alice.receives(containing="has been shipped")
    back = parcel(FIRST, "NX1", status="cancelled", updated_at="2026-03-03T12:00:00+03:00")
    await send(shop, "fulfillments/update", back)
    assert (await order(shop))["parcels"] == []
    await send(shop, "fulfillments/create", parcel(SECOND, "NX2", updated_at=back["updated_at"]))
    await send(shop, "fulfillment_events/create", step("delivered", 5, SECOND))
    arrived = await alice.receives(containing="has been delivered")
    assert "arcel" not in arrived.text
    assert [one["parcel"] for one in (await order(shop))["parcels"]] == ["NX2"]


async def test_what_was_bought_at_the_counter_is_told_to_nobody(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    counter: dict[str, Any] = {"source_name": "pos", "shipping_lines": [], "shipping_address": None}
    sold = CREATED | counter | {"fulfillment_status": "fulfilled", "id": 1}
    before = len(alice.inbox)
    for topic, content in (
        ("orders/create", sold),
        ("fulfillments/create", parcel(FIRST, "NX1", order_id=1)),
    ):
        answer = await post(shop, "shopify", content, headers=of_shopify(topic))
        assert (answer.status, answer.result) == (200, "ignored")
    await send(shop, "orders/create", CREATED)
    await alice.receives(containing="Thank you for your order #2044")
    assert len(alice.inbox) == before + 1
