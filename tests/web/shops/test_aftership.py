"""AfterShip's posts: a parcel's whole history each time, of which the present is told."""

from datetime import UTC, datetime
from typing import Any

from sandbox import Person
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.shop import Answer, ShopBackend
from tests.web.shops.conftest import payload, post, states


async def send(shop: ShopBackend, content: Any) -> Answer:
    return await post(shop, "aftership", content)


def update(event_id: Any = "event-1", ts: Any = 1772602800, **tracking: Any) -> Any:
    given = payload("aftership_update")
    return given | {"event_id": event_id, "ts": ts, "msg": given["msg"] | tracking}


def checkpoints(*indices: int) -> Any:
    known = payload("aftership_update")["msg"]["checkpoints"]
    return [known[index] for index in indices]


def of_nobody(**tracking: Any) -> Any:
    return update(custom_fields=None, **tracking)


async def test_a_history_is_kept_whole_and_its_present_state_is_told(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    before = len(alice.inbox)
    assert (await send(shop, update())).status == 202
    told = await alice.receives(containing="is out for delivery")
    assert "With the courier" in told.text
    info = (await shop.tracking("ord_2044"))["tracking_info"]
    assert [(s["status"], s["timestamp"], s["note"], s["location"]) for s in info[-3:]] == [
        ("packed", "2026-03-03T08:00:00Z", "Shipment information received", "Mbale"),
        ("in_transit", "2026-03-03T12:30:00Z", "Left the sorting centre", "Jinja"),
        ("out_for_delivery", "2026-03-04T05:30:00Z", "With the courier", "Kampala, Central"),
    ]
    later = checkpoints(2)[0] | {"checkpoint_time": "2026-03-04T10:00:00Z", "tag": "Delivered"}
    later |= {"created_at": None, "message": None, "subtag": "Delivered_001"}
    full = [*checkpoints(0, 1, 2), later]
    await send(shop, update("event-2", tag="Delivered", subtag="x", checkpoints=full))
    await alice.receives(containing="has been delivered")
    assert len(alice.inbox) == before + 2


async def test_a_state_that_two_new_checkpoints_tell_is_told(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    once_more = checkpoints(1)[0] | {"checkpoint_time": "2026-03-03T16:00:00Z"}
    once_more |= {"created_at": None, "message": "Still going"}
    history = [*checkpoints(0, 1), once_more]
    await send(shop, update(tag="InTransit", subtag=None, checkpoints=history))
    await alice.receives(containing="on its way to you")


async def test_a_webhook_that_comes_again_or_late_is_told_to_nobody(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    before = len(alice.inbox)
    await send(shop, update("event-2"))
    assert (await send(shop, update("event-2"))).body == {"result": "duplicate"}
    late = {"tag": "InTransit", "subtag": "InTransit_003", "checkpoints": checkpoints(0, 1)}
    assert (await send(shop, update("event-1", 1772541000, **late))).status == 202
    await alice.receives(containing="is out for delivery")
    await shop.tell("ord_2044", "refunded")
    await alice.receives(containing="refunded")
    assert len(alice.inbox) == before + 2


async def test_the_carrier_and_the_expected_day_come_along(shop: ShopBackend) -> None:
    await send(shop, update())
    told = await shop.tracking("ord_2044")
    assert told["carrier"] == {
        "name": "Nile Express",
        "tracking_number": "NX204400001",
        "tracking_url": "https://track.nile-express.example/NX204400001",
    }
    assert told["estimated_delivery"] == {
        "earliest": "2026-03-05",
        "latest": "2026-03-05",
    }
    assert "amina" not in str(told)


async def test_an_expected_day_that_moves_is_told(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    first = {"latest_estimated_delivery": {"datetime": "2027-03-05"}}
    await send(shop, update(**first))
    await alice.receives(containing="is out for delivery")
    moved = {"latest_estimated_delivery": {"datetime": "2027-03-08"}}
    await send(shop, update("event-2", 1772602900, **moved) | {"event": "edd_revise"})
    await alice.receives(containing="New delivery day")


EXPECTED: list[tuple[dict[str, Any], tuple[str, str] | None]] = [
    (
        {"aftership_estimated_delivery_date": {"estimated_delivery_date": "2026-03-06"}},
        ("2026-03-06", "2026-03-06"),
    ),
    (
        {
            "latest_estimated_delivery": {
                "datetime_min": "2026-03-06T09:00:00",
                "datetime_max": "2026-03-07T18:00:00",
            }
        },
        ("2026-03-06T09:00:00Z", "2026-03-07T18:00:00Z"),
    ),
    (
        {"latest_estimated_delivery": {"type": "specific", "datetime": "2026-03-06T00:00:00Z"}},
        ("2026-03-06", "2026-03-06"),
    ),
    (
        {
            "latest_estimated_delivery": {
                "type": "specific",
                "datetime": "2026-03-06T00:00:00-05:00",
            }
        },
        ("2026-03-06", "2026-03-06"),
    ),
    (
        {
            "latest_estimated_delivery": {
                "type": "range",
                "datetime_min": "2026-03-06T00:00:00",
                "datetime_max": "2026-03-07T23:59:59",
            }
        },
        ("2026-03-06", "2026-03-07"),
    ),
    (
        {"expected_delivery": "2026-03-06T18:00:00+03:00"},
        ("2026-03-06T15:00:00Z", "2026-03-06T15:00:00Z"),
    ),
    ({"expected_delivery": "soon", "latest_estimated_delivery": "never"}, None),
]


async def test_the_expected_delivery_in_each_of_its_forms(shop: ShopBackend) -> None:
    for n, (told, window) in enumerate(EXPECTED):
        given = {"latest_estimated_delivery": None, "order_id": f"ord_{n}", **told}
        assert (await send(shop, update(f"event-{n}", **given))).status == 202
        expected = (await shop.tracking(f"ord_{n}"))["estimated_delivery"]
        assert expected == (window and {"earliest": window[0], "latest": window[1]})


async def test_a_checkpoint_did_not_happen_after_aftership_had_it(shop: ShopBackend) -> None:
    """A local time without its zone is read as UTC, and may lie hours ahead."""
    ahead = checkpoints(1)[0] | {"checkpoint_time": "2026-03-03T20:30:00"}
    await send(shop, update(tag="InTransit", subtag=None, checkpoints=[ahead]))
    info = (await shop.tracking("ord_2044"))["tracking_info"]
    assert info[-1]["timestamp"] == "2026-03-03T12:40:00Z"


async def test_a_checkpoint_without_a_time_happened_when_aftership_had_it(
    shop: ShopBackend,
) -> None:
    untimed = checkpoints(1)[0] | {"checkpoint_time": ""}
    unknown = untimed | {"created_at": None, "message": "never"}
    on_a_day = untimed | {"checkpoint_time": "2026-03-01", "tag": "InfoReceived", "subtag": None}
    history = [untimed, unknown, on_a_day]
    await send(shop, update(tag="InTransit", subtag=None, checkpoints=history))
    info = (await shop.tracking("ord_2044"))["tracking_info"]
    assert [(step["status"], step["timestamp"]) for step in info] == [
        ("packed", "2026-03-01T00:00:00Z"),
        ("in_transit", "2026-03-03T12:40:00Z"),
    ]


# Whose it is


async def test_an_order_that_is_known_needs_no_customer(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    placed = datetime(2026, 3, 2, tzinfo=UTC)
    await shop.create("ord_2044", "customer-1", order_number="2044", at=placed)
    assert (await send(shop, of_nobody())).status == 202
    await alice.receives(containing="#2044 is out for delivery")


async def test_the_order_goes_by_its_id_or_else_by_its_number(shop: ShopBackend) -> None:
    await shop.create("2044", "customer-1", at=datetime(2026, 3, 2, tzinfo=UTC))
    assert (await send(shop, of_nobody(order_id=None))).status == 202
    assert (await states(shop, "2044"))[-1] == "out_for_delivery"
    named = {"order_id": "other", "customer_id": 7}
    assert (await send(shop, update("event-3", custom_fields=named))).status == 202
    assert (await states(shop, "other"))[-1] == "out_for_delivery"
    assert (await shop.tracking("other"))["order_number"] == "2044"


async def test_two_trackings_of_an_order_are_two_parcels(shop: ShopBackend) -> None:
    await send(shop, update())
    await send(shop, update("event-2", tracking_number="NX2", id="another"))
    parcels = (await shop.tracking("ord_2044"))["parcels"]
    assert {parcel["parcel"] for parcel in parcels} == {"NX204400001", "NX2"}


OF_NO_ORDER = [
    (of_nobody(), 200),  # sent long ago, by its ts
    (of_nobody(id="0" * 32, tracking_number="0" * 16), 200),
    (of_nobody(order_id=None, order_number=None), 200),
    ({"event": "tracking_pending_time", "msg": {}}, 200),
    (of_nobody() | {"ts": datetime.now(UTC).timestamp()}, 404),
    (of_nobody(id="0" * 32) | {"ts": datetime.now(UTC).timestamp()}, 200),
]


async def test_what_belongs_to_no_order_is_asked_for_again_only_while_it_is_new(
    shop: ShopBackend, mongo: Mongo
) -> None:
    for content, status in OF_NO_ORDER:
        assert (await send(shop, content)).status == status
    assert await mongo.database["orders"].count_documents({}) == 0


# States and fields

STATES = [
    ("Pending", "Pending_001", "placed"),
    ("InfoReceived", "InfoReceived_001", "packed"),
    ("InTransit", "InTransit_001", "in_transit"),
    ("OutForDelivery", "OutForDelivery_001", "out_for_delivery"),
    ("AttemptFail", "AttemptFail_001", "attempt_failed"),
    ("Delivered", "Delivered_001", "delivered"),
    ("AvailableForPickup", "AvailableForPickup_001", "ready_for_pickup"),
    ("Exception", "Exception_001", "problem"),
    ("Exception", "Exception_004", "delayed"),
    ("Exception", "Exception_011", "returned"),
    ("Expired", "Expired_001", "no_news"),
    ("Teleported", None, "Teleported"),
]


async def test_the_states(shop: ShopBackend) -> None:
    for n, (tag, subtag, status) in enumerate(STATES):
        given: Any = {"tag": tag, "subtag": subtag, "order_id": f"ord_{n}", "checkpoints": []}
        assert (await send(shop, update(f"event-{n}", **given))).status == 202
        assert (await shop.tracking(f"ord_{n}"))["status"] == status


WRONG = [
    (7, "body"),
    ({}, "event"),
    (update() | {"msg": None}, "msg"),
]


async def test_a_wrong_field_is_named_by_its_place(shop: ShopBackend) -> None:
    for content, field in WRONG:
        answer = await send(shop, content)
        assert answer.status == 422
        assert [error["field"] for error in answer.body["errors"]] == [field]


async def test_where_it_is_fetched_comes_along(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    waits = checkpoints(1)[0] | {"tag": "AvailableForPickup", "subtag": "AvailableForPickup_001"}
    ready = {
        "tag": "AvailableForPickup",
        "checkpoints": [waits],
        "subtag": "AvailableForPickup_001",
    }
    await send(shop, update(pickup_location="Bukoto kiosk, Kira Road", **ready))
    told = await alice.receives(containing="ready for you to pick up")
    assert "📍 Bukoto kiosk, Kira Road" in told.text
