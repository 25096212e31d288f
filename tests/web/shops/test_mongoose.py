"""A shop of one's own posts its order document, after each change, in whatever order."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox import Person
from storage.chats import Chats
from storage.models import Preferences
from storage.orders import Orders
from tests.conftest import Link
from tests.support.shop import Answer, ShopBackend
from tests.support.waiting import until
from tests.web.conftest import on_both_drivers
from tests.web.shops.conftest import payload, post, states

ORDER_ID, USER = "65e2f0a1b4c7d8e9f0a1b2c3", "65d0c0ffee0000000000a11c"


async def send(shop: ShopBackend, content: Any) -> Answer:
    return await post(shop, "mongoose", content)


def order(entries: int = 3, **changes: Any) -> Any:
    """As it was when it had so many entries."""
    given = payload("mongoose_order")
    history = given["trackingInfo"][:entries]
    newest = history[-1] if history else {"status": None, "timestamp": given["createdAt"]}
    now = {"status": newest["status"], "updatedAt": newest["timestamp"], "trackingInfo": history}
    return given | now | changes


async def fanned_out(orders: Orders) -> None:
    """Waits until the news has been told, or was found not worth it."""

    async def is_done() -> bool:
        order = await orders.get(ORDER_ID)
        return order is not None and order.unfanned_since is None

    await until(is_done)


async def test_a_first_post_with_a_history_tells_the_present_state_only(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, USER)
    before = len(alice.inbox)
    assert (await send(shop, order())).status == 202
    await alice.receives(containing="Your order #2044 is out for delivery")
    assert await states(shop, ORDER_ID) == ["placed", "shipped", "out_for_delivery"]
    await shop.tell(ORDER_ID, "delivered")
    await alice.receives(containing="has been delivered")
    assert len(alice.inbox) == before + 2


async def test_each_post_tells_what_is_new_in_it(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, USER)
    for entries, said in ((1, "Thank you for your order"), (2, "shipped"), (3, "out for delivery")):
        assert (await send(shop, order(entries))).status == 202
        await alice.receives(containing=said)
        assert (await send(shop, order(entries))).body == {"result": "duplicate"}


async def test_posts_in_any_order_add_up_to_the_same(shop: ShopBackend) -> None:
    for arrival in itertools.permutations([1, 2, 3]):
        order_id = "o" + "".join(map(str, arrival))
        for entries in arrival:
            assert (await send(shop, order(entries, _id=order_id))).status in {200, 202}
        assert await states(shop, order_id) == ["placed", "shipped", "out_for_delivery"]


@on_both_drivers
async def test_posts_at_once_are_all_recorded(shop: ShopBackend) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    entries = [
        {"status": f"step {n}", "timestamp": (start + timedelta(hours=n)).isoformat()}
        for n in range(12)
    ]
    grown = [order(trackingInfo=entries[:n], status=f"step {n - 1}") for n in range(1, 13)]
    answers = await asyncio.gather(*(send(shop, each) for each in [*grown, *grown]))
    assert {answer.status for answer in answers} <= {200, 202}
    assert not any(answer.result == "ignored" for answer in answers)
    assert await states(shop, ORDER_ID) == [entry["status"] for entry in entries]


async def test_a_long_history_is_one_write(shop: ShopBackend) -> None:
    start = datetime(2024, 3, 2, tzinfo=UTC)
    entries = [
        {"status": f"step {n % 7}", "timestamp": (start + timedelta(hours=n)).isoformat()}
        for n in range(1000)
    ]
    full = order(trackingInfo=entries, status="step 5")
    assert (await send(shop, full)).status == 202
    assert (await send(shop, full)).body == {"result": "duplicate"}
    one_more = [*entries[1:], {"status": "delivered", "timestamp": "2026-03-02T00:00:00Z"}]
    answer = await send(shop, order(trackingInfo=one_more, status="delivered"))
    assert (answer.status, answer.result) == (200, "ignored")


async def test_entries_need_no_order(shop: ShopBackend) -> None:
    backwards = order(trackingInfo=order()["trackingInfo"][::-1])
    assert (await send(shop, backwards)).status == 202
    assert await states(shop, ORDER_ID) == ["placed", "shipped", "out_for_delivery"]
    saved = backwards | {"updatedAt": "2026-03-04T18:00:00Z"}
    assert (await send(shop, saved)).body == {"result": "duplicate"}


async def test_the_history_before_the_present_state_does_not_weigh(
    shop: ShopBackend, alice: Person, link: Link, chats: Chats, orders: Orders
) -> None:
    """Who hears of problems only is not told of one that was over when we first heard of it."""
    await link(alice, USER)
    await chats.prefer(alice.id, Preferences(hear="important"))
    before = len(alice.inbox)
    failed = {"status": "attempt failed", "timestamp": "2026-03-04T06:00:00Z"}
    resumed = {"status": "in transit", "timestamp": "2026-03-04T09:00:00Z"}
    arrived = {"status": "delivered", "timestamp": "2026-03-05T06:00:00Z"}
    history = [*order()["trackingInfo"], failed, resumed]
    await send(shop, order(trackingInfo=history, status="In transit"))
    await fanned_out(orders)
    await send(shop, order(trackingInfo=[*history, arrived], status="Delivered"))
    await alice.receives(containing="has been delivered")
    assert len(alice.inbox) == before + 1


async def test_ids_and_dates_as_mongodb_writes_them(shop: ShopBackend) -> None:
    extended = order(
        _id={"$oid": ORDER_ID},
        user={"_id": {"$oid": USER}, "email": "amina@example.com"},
        trackingInfo=[{"status": "Shipped", "timestamp": {"$date": "2026-03-03T08:00:00Z"}}],
        status="Shipped",
    )
    assert (await send(shop, extended)).status == 202
    assert await states(shop, ORDER_ID) == ["shipped"]
    assert (await send(shop, order(2))).status == 202
    assert await states(shop, ORDER_ID) == ["placed", "shipped"]


async def test_a_document_without_entries_is_in_the_state_that_it_names(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, USER)
    await send(shop, order(0))
    await alice.receives(containing="Thank you for your order #2044")
    assert (await send(shop, order(0))).body == {"result": "duplicate"}
    await send(shop, order(0, status="Cancelled", updatedAt="2026-03-02T09:00:00Z"))
    await alice.receives(containing="has been cancelled")


async def test_a_state_that_is_newer_than_the_entries_counts(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, USER)
    await send(shop, order())
    await alice.receives(containing="is out for delivery")
    await send(shop, order(status="delivered", updatedAt="2026-03-05T09:00:00Z"))
    await alice.receives(containing="has been delivered")


async def test_an_expected_delivery_that_moves_is_told(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, USER)
    await send(shop, order(2, estimatedDelivery="2027-03-05T12:00:00Z"))
    await alice.receives(containing="has been shipped")
    moved = {"estimatedDelivery": "2027-03-08T12:00:00Z", "updatedAt": "2026-03-03T18:00:00Z"}
    await send(shop, order(2, **moved))
    await alice.receives(containing="New delivery day")


async def test_an_order_never_seen_needs_its_user(shop: ShopBackend) -> None:
    assert (await send(shop, order(user=None))).status == 404
    await send(shop, order(1))
    assert (await send(shop, order(user=None))).status == 202


async def test_ids_that_do_not_fit_are_kept_apart_by_their_hash(shop: ShopBackend) -> None:
    for id_ in ("ä", "ö", "é" * 300):
        assert (await send(shop, order(_id=id_))).status == 202
        assert (await send(shop, order(_id=id_))).status == 200


WRONG = [
    (None, "body"),
    (order(_id=None), "_id"),
    (order(_id={"$oid": 1.5}), "_id"),
]


async def test_a_wrong_field_is_named_by_its_place(shop: ShopBackend) -> None:
    for content, field in WRONG:
        answer = await send(shop, content)
        assert answer.status == 422
        assert [error["field"] for error in answer.body["errors"]] == [field]
