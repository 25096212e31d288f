"""WooCommerce's posts: the whole order, each time that it is saved."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from sandbox import Person
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.shop import Answer, ShopBackend
from tests.support.waiting import until
from tests.web.shops.conftest import payload, post, states


async def send(shop: ShopBackend, content: Any, topic: str = "order.updated") -> Answer:
    return await post(shop, "woocommerce", content, headers={"X-WC-Webhook-Topic": topic})


def order(status: Any = "processing", at: str = "2026-03-02T06:15:40", **changes: Any) -> Any:
    saved = {"status": status, "date_modified_gmt": at, "customer_id": 55}
    return payload("woocommerce_order", **saved | changes)


def tracked(*parcels: dict[str, Any]) -> list[dict[str, Any]]:
    """The order's meta data, as the plugins of the Shipment Tracking family write it."""
    defaults = {
        "tracking_provider": "nile-express",
        "custom_tracking_provider": "",
        "custom_tracking_link": "",
        "date_shipped": "1772530000",
        "tracking_id": "0f1e",
    }
    value = [defaults | parcel for parcel in parcels]
    return [{"id": 1, "key": "_wc_shipment_tracking_items", "value": value}]


async def test_from_the_order_to_the_door(shop: ShopBackend, alice: Person, link: Link) -> None:
    await link(alice, "55")
    await send(shop, order(), "order.created")
    await alice.receives(containing="Your order NC-2044 is being prepared")
    done = order("completed", "2026-03-05T10:00:05", date_completed_gmt="2026-03-05T10:00:00")
    await send(shop, done)
    await alice.receives(containing="Your order NC-2044 has been shipped")
    told = await shop.tracking("3107")
    assert told["order_number"] == "NC-2044"
    steps = [(step["status"], step["timestamp"]) for step in told["tracking_info"]]
    assert steps[-2:] == [
        ("processing", "2026-03-02T06:15:40Z"),
        ("shipped", "2026-03-05T10:00:00Z"),
    ]


async def test_one_change_that_arrives_nine_times_in_other_bytes_is_told_once(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "55")
    before = len(alice.inbox)
    answers = [await send(shop, order(version=f"9.4.{n}")) for n in range(9)]
    assert [answer.status for answer in answers] == [202] + 8 * [200]
    saved_again = [await send(shop, order(at=f"2026-03-02T06:15:5{n}")) for n in range(3)]
    assert [answer.status for answer in saved_again] == [202] * 3
    await alice.receives(containing="is being prepared")
    await send(shop, order("cancelled", "2026-03-02T08:00:00"))
    await alice.receives(containing="has been cancelled")
    assert len(alice.inbox) == before + 2


async def test_what_was_saved_before_is_recorded_late_and_told_to_nobody(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "55")
    await send(shop, order("on-hold", "2026-03-03T10:00:00"))
    await alice.receives(containing="on hold")
    before = len(alice.inbox)
    assert (await send(shop, order())).status == 202
    await send(shop, order("refunded", "2026-03-04T10:00:00"))
    await alice.receives(containing="refunded")
    assert len(alice.inbox) == before + 1
    assert await states(shop, "3107") == ["processing", "on_hold", "refunded"]


async def test_what_a_description_has_replaced_does_not_come_back(shop: ShopBackend) -> None:
    await send(shop, order())
    described = {
        "customer_id": "55",
        "tracking_info": [{"status": "packed", "timestamp": "2026-03-02T06:00:00Z"}],
    }
    assert (await shop.api("PUT", "/api/v1/orders/3107", json=described)).status == 200
    assert (await send(shop, order())).body == {"result": "duplicate"}
    assert await states(shop, "3107") == ["packed"]


async def test_a_completed_order_that_is_saved_once_more_is_not_newer_than_its_carrier(
    shop: ShopBackend,
) -> None:
    parcel = {"tracking_number": "NX204400001"}
    done = {"date_completed_gmt": "2026-03-03T08:00:00", "meta_data": tracked(parcel)}
    await send(shop, order("completed", "2026-03-03T08:00:01", **done))
    assert (await shop.tracking("3107"))["status"] == "shipped"
    await shop.tell("3107", "delivered", parcel="NX204400001")
    await send(shop, order("completed", "2026-11-01T08:00:00", **done))
    assert (await shop.tracking("3107"))["status"] == "delivered"


async def test_tracking_numbers_of_the_widespread_plugin_are_parcels(shop: ShopBackend) -> None:
    own = {
        "tracking_number": "B2",
        "custom_tracking_provider": "Boda Boda",
        "custom_tracking_link": "https://boda.example/B2",
    }
    meta = tracked({"tracking_number": "A1"}, own, {"tracking_number": None}, {"x": 1})
    await send(shop, order("processing", meta_data=meta))
    parcels = (await shop.tracking("3107"))["parcels"]
    assert [parcel["carrier"] for parcel in parcels] == [
        {"name": "Nile Express", "tracking_number": "A1", "tracking_url": None},
        {
            "name": "Boda Boda",
            "tracking_number": "B2",
            "tracking_url": "https://boda.example/B2",
        },
    ]
    later = order("completed", "2026-03-05T10:00:00", meta_data=meta)
    await send(shop, later)
    assert {p["status"] for p in (await shop.tracking("3107"))["parcels"]} == {"shipped"}


def listed(parcels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As PHP writes a list once its first element was taken out of it."""
    [meta] = tracked(*parcels)
    return [meta | {"value": {str(n): each for n, each in enumerate(meta["value"], 1)}}]


async def test_a_list_that_php_writes_as_an_object_is_a_list(shop: ShopBackend) -> None:
    content = order("completed", meta_data=listed([{"tracking_number": "B2"}]))
    content["line_items"] = {"3": {"quantity": 2}}
    await send(shop, content | {"meta_data": {"7": content["meta_data"][0]}})
    told = await shop.tracking("3107")
    assert (told["status"], [one["parcel"] for one in told["parcels"]]) == ("shipped", ["B2"])


async def test_a_number_is_added_and_exchanged_after_the_order_was_completed(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "55")
    done = {"date_completed_gmt": "2026-03-03T08:00:00"}
    await send(shop, order("completed", "2026-03-03T08:00:00", **done))
    await alice.receives(containing="Your order NC-2044 has been shipped")
    before = len(alice.inbox)
    for minute, number in enumerate(("WRONG1", "RIGHT2"), 1):
        meta = tracked({"tracking_number": number})
        saved = order("completed", f"2026-03-03T08:0{minute}:00", meta_data=meta, **done)
        assert (await send(shop, saved)).status == 202
        told = await shop.tracking("3107")
        assert told["status"] == "shipped"
        assert [parcel["parcel"] for parcel in told["parcels"]] == [number]
    await shop.tell("3107", "delivered", parcel="RIGHT2")
    await alice.receives(containing="has been delivered")
    assert len(alice.inbox) == before + 1


async def test_who_is_paying_is_not_told_that_we_wait_for_it(
    shop: ShopBackend, alice: Person, link: Link, mongo: Mongo
) -> None:
    await link(alice, "55")
    before, now = len(alice.inbox), datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    await send(shop, order("pending", now.isoformat()), "order.created")
    assert (await shop.tracking("3107"))["status"] == "payment_due"
    waits = await until(lambda: waiting_for(mongo, alice))
    assert waits is not None
    assert timedelta(minutes=14) < waits.replace(tzinfo=None) - now <= timedelta(minutes=15)
    await send(shop, order("processing", (now + timedelta(seconds=1)).isoformat()))
    await alice.receives(containing="Your order NC-2044 is being prepared")
    assert len(alice.inbox) == before + 1


async def waiting_for(mongo: Mongo, person: Person) -> datetime | None:
    """When the news in the person's mailbox is due."""
    chat = await mongo.database["chats"].find_one({"_id": person.id})
    entries = chat["entries"] if chat else []
    return entries[0].get("due") if entries else None


async def test_of_what_was_saved_in_one_second_the_later_arrival_counts(shop: ShopBackend) -> None:
    for status in ("on-hold", "processing", "pending"):
        await send(shop, order(status, "2026-03-02T06:15:40"))
    assert await states(shop, "3107") == ["on_hold", "processing", "payment_due"]


async def test_another_content_of_the_same_second_is_no_duplicate(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "55")
    for pieces in (2, 3):
        answer = await send(shop, order(line_items=[{"quantity": pieces}]))
        assert answer.status == 202
    await alice.send("/track NC-2044")
    await alice.receives(containing="3 items")


@pytest.mark.parametrize("kept", ["none", 7, {"a": 1}, [[]], None, [None]])
async def test_a_plugin_s_data_of_another_shape_is_left_out(shop: ShopBackend, kept: Any) -> None:
    meta = [{"key": "_wc_shipment_tracking_items", "value": kept}, {"key": "x", "value": {}}]
    assert (await send(shop, order(meta_data=meta))).status == 202
    assert (await shop.tracking("3107"))["parcels"] == []


STATES = [
    ("pending", "payment_due"),
    ("failed", "payment_due"),
    ("processing", "processing"),
    ("on-hold", "on_hold"),
    ("completed", "shipped"),
    ("cancelled", "cancelled"),
    ("refunded", "refunded"),
    ("wc-partial-shipped", "shipped"),
    ("wc-out-for-delivery", "out_for_delivery"),
    ("roasting", "roasting"),
    ("wc-roasting", "roasting"),
]


async def test_the_states(shop: ShopBackend) -> None:
    for id_, (word, status) in enumerate(STATES, 1):
        await send(shop, order(word, id=id_))
        assert (await shop.tracking(str(id_)))["status"] == status


NOT_FOR_US = [
    ("order.created", order("checkout-draft")),
    ("order.updated", order("trash")),
    ("order.deleted", {"id": 3107}),
    ("product.updated", {"id": 12}),
]


async def test_what_is_not_for_us_is_answered_with_200(shop: ShopBackend, mongo: Mongo) -> None:
    for topic, content in NOT_FOR_US:
        answer = await send(shop, content, topic)
        assert (answer.status, answer.result) == (200, "ignored")
    assert await mongo.database["orders"].count_documents({}) == 0


NOT_READ = [
    ("text", ["body"]),
    (order(id=""), ["id"]),
    ([order()], ["body"]),
    ({"id": 3107, "status": "processing"}, ["date_modified_gmt"]),
    (b"{", []),
]


async def test_what_cannot_be_read_is_answered_with_200_and_its_places_are_logged(
    shop: ShopBackend, mongo: Mongo
) -> None:
    """WooCommerce switches a webhook off after five answers of another kind."""
    for content, fields in NOT_READ:
        before = unread("unreadable")
        with capture_logs() as logs:
            answer = await send(shop, content)
        assert (answer.status, answer.result) == (200, "ignored")
        told = [line for line in logs if line["event"] == "post_unread"]
        assert [line["fields"] for line in told] == [fields]
        assert unread("unreadable") == before + 1
    assert await mongo.database["orders"].count_documents({}) == 0


def unread(reason: str) -> float:
    labels = {"system": "woocommerce", "reason": reason}
    return REGISTRY.get_sample_value("trackline_posts_unread_total", labels) or 0


OF_OLDER_APIS = [
    {"order": {"id": 3107, "status": "processing", "updated_at": "2026-03-02T06:15:40Z"}},
    {"id": 3107, "status": "processing", "date_modified": "2026-03-02T09:15:40"},
]


@pytest.mark.parametrize("content", OF_OLDER_APIS)
async def test_the_form_of_an_older_api_is_known_as_such(shop: ShopBackend, content: Any) -> None:
    before = unread("old_form")
    answer = await send(shop, content)
    assert (answer.status, answer.result) == (200, "ignored")
    assert unread("old_form") == before + 1


BAD_DETAILS = [
    {"status": None},
    {"status": ["processing"]},
    {"customer_id": None},
    {"date_modified_gmt": "0000-00-00T00:00:00", "date_paid_gmt": "2026-03-02T06:16:00"},
    {"date_completed_gmt": "2062-01-01T00:00:00"},
    {"number": {}},
    {"line_items": [{"quantity": "two"}, {}, {"quantity": 1}]},
    {"meta_data": [[], {"key": 7}, {"key": "_wc_shipment_tracking_items", "value": [7, {}]}]},
    {"meta_data": "none"},
]


@pytest.mark.parametrize("bad", BAD_DETAILS, ids=str)
async def test_one_bad_detail_does_not_refuse_the_rest(shop: ShopBackend, bad: Any) -> None:
    await send(shop, order("on-hold", "2026-03-01T06:00:00"))
    meta = tracked({"tracking_number": "A1"})
    assert (await send(shop, order(meta_data=meta) | bad)).status == 202
    told = await shop.tracking("3107")
    assert told["status"] == ("on_hold" if "status" in bad else "processing")
    assert bool(told["parcels"]) == ("meta_data" not in bad)


async def test_an_order_that_nothing_says_whose_it_is_comes_to_nothing(shop: ShopBackend) -> None:
    before = unread("unknown_order")
    answer = await send(shop, order(customer_id=None))
    assert (answer.status, answer.result) == (200, "ignored")
    assert unread("unknown_order") == before + 1


# The operator's words


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"woocommerce.completed": "shipped"}, "shipped"),
        ({"WooCommerce.Completed": "Shipped", "completed": "packed"}, "shipped"),
        ({"completed": "packed"}, "packed"),
        ({"shopify.completed": "packed"}, "shipped"),
        ({"delivered": "packed", "completed": "delivered"}, "delivered"),
    ],
)
async def test_the_operator_says_what_a_word_means(
    shop: ShopBackend, words: dict[str, str], status: str
) -> None:
    await send(shop, order("completed"))
    assert (await shop.tracking("3107"))["status"] == status


async def test_an_order_that_is_not_paid_has_its_way_to_pay_until_it_is(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "55")
    page = "https://shop.example/checkout/order-pay/3107/?pay_for_order=true&key=wc_order_1"
    for status, at, pays in (
        ("pending", "2026-03-02T06:15:40", [page]),
        ("failed", "2026-03-02T06:20:40", [page]),
        ("processing", "2026-03-02T07:15:40", []),
    ):
        await send(shop, order(status, at, payment_url=page))
        await alice.send("/track NC-2044")
        shown = await alice.receives(containing="Order NC-2044")
        assert [b.url for row in shown.buttons for b in row if b.url] == pays


async def test_a_way_to_pay_that_is_none_spoils_no_order(shop: ShopBackend) -> None:
    for at, page in (("06:15:40", "http://shop.example/pay"), ("06:15:41", ["x"])):
        sent = await send(shop, order("pending", f"2026-03-02T{at}", payment_url=page))
        assert sent.status == 202
