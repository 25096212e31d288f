"""The contract's order event: what is taken, and what is refused with the field's name."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.services.orders.telling import NOW, event, nested, read, wrong_fields

FIELDS = [
    "customer_id",
    "order_number",
    "status",
    "occurred_at",
    "parcel",
    "note",
    "location",
    "carrier",
    "carrier.name",
    "carrier.tracking_number",
    "carrier.tracking_url",
    "estimated_delivery",
    "estimated_delivery.earliest",
    "estimated_delivery.latest",
    "items",
    "photo_url",
    "payment_url",
    "pickup",
    "actions",
]


def test_an_event_of_the_contract_is_read_as_it_was_told() -> None:
    told = read(
        event(
            "order.status_changed",
            customer_id="customer-1",
            order_number="#1001",
            status="shipped",
            occurred_at="2026-01-02T03:04:05+03:00",
            parcel="A",
            note="Left our shop",
            location="Kampala",
            carrier={
                "name": "DHL",
                "tracking_number": "JD01",
                "tracking_url": "https://dhl.test/1",
            },
            estimated_delivery={"earliest": "2026-01-03T08:00Z", "latest": "2026-01-03T12:00Z"},
            items=2,
            notify=False,
        )
    )
    assert told.timestamp == NOW
    assert told.data.model_dump() == {
        "order_id": "ord_1",
        "customer_id": "customer-1",
        "order_number": "#1001",
        "status": "shipped",
        "occurred_at": datetime(2026, 1, 2, 0, 4, 5, tzinfo=UTC),
        "parcel": "A",
        "note": "Left our shop",
        "location": "Kampala",
        "carrier": {
            "name": "DHL",
            "tracking_number": "JD01",
            "tracking_url": "https://dhl.test/1",
        },
        "estimated_delivery": {
            "earliest": datetime(2026, 1, 3, 8, tzinfo=UTC),
            "latest": datetime(2026, 1, 3, 12, tzinfo=UTC),
        },
        "photo_url": None,
        "payment_url": None,
        "pickup": None,
        "actions": None,
        "items": 2,
        "contact": None,
        "notify": False,
    }


def test_an_order_id_is_enough_and_news_is_told_by_default() -> None:
    told = read(event()).data.model_dump()
    assert told.pop("order_id") == "ord_1"
    assert told.pop("notify") is True
    assert set(told.values()) == {None}


@pytest.mark.parametrize("field", FIELDS)
def test_null_is_the_same_as_no_field(field: str) -> None:
    assert read(event(**nested(field, None)))


def test_unknown_fields_are_ignored_wherever_they_stand() -> None:
    strange: dict[str, Any] = {"$where": 1, "a.b": {}, "\ud800": "\0", "": [[[]]]}
    told = event(**strange, carrier=strange, estimated_delivery=strange) | strange
    assert read(told).data.model_extra is None
    assert "$where" not in json.dumps(read(told).model_dump(mode="json"))


@pytest.mark.parametrize("word", ["customs_hold", "Chez le voisin", "配送中", "📦"])
def test_an_unknown_status_is_kept(word: str) -> None:
    assert read(event("order.status_changed", status=word)).data.status == word


def test_a_change_of_status_without_one_is_refused() -> None:
    needed = {"data.status": "order.status_changed needs a status"}
    assert wrong_fields(event("order.status_changed")) == needed
    assert wrong_fields(event("order.status_changed", status=" ")) == needed


@pytest.mark.parametrize("kind", ["order.created", "order.updated"])
def test_other_events_need_no_status(kind: str) -> None:
    assert read(event(kind)).data.status is None


@pytest.mark.parametrize("kind", ["order.deleted", "", "Order.created", None, 1, {"$ne": None}, []])
def test_an_unknown_type_is_refused(kind: Any) -> None:
    assert list(wrong_fields(event(kind))) == ["type"]


# Identifiers


def test_an_empty_order_id_is_refused_and_an_empty_customer_id_is_none() -> None:
    assert list(wrong_fields(event(order_id=""))) == ["data.order_id"]
    assert read(event(customer_id="")).data.customer_id is None


@pytest.mark.parametrize(
    "identifier", ["1", "a" * 128, "gid://shopify/Order/450789469", "2026-00.1_x:/@#+=~"]
)
@pytest.mark.parametrize("field", ["order_id", "customer_id"])
def test_the_ids_that_shops_use_are_taken_as_they_are(field: str, identifier: str) -> None:
    assert getattr(read(event(**{field: identifier})).data, field) == identifier


@pytest.mark.parametrize(
    "identifier",
    [
        pytest.param("a" * 129, id="129 characters"),
        pytest.param("a" * 10_000, id="10,000 characters"),
        pytest.param({"$ne": None}, id="an operator"),
        pytest.param("$where", id="a dollar"),
        pytest.param(".a", id="a dot first"),
        pytest.param("~a", id="like a button's key"),
        pytest.param("a b", id="a space"),
        pytest.param("a\n", id="a newline last"),
        pytest.param("a\0", id="NUL"),
        pytest.param("\ud800", id="a lone surrogate"),
        pytest.param("ä", id="not ASCII"),
        pytest.param("1\u0661", id="another script's digit"),
        pytest.param("a\u202e", id="a direction mark"),
        pytest.param(1001, id="a number"),
        pytest.param(True, id="a truth"),
        pytest.param(["ord_1"], id="a list"),
    ],
)
@pytest.mark.parametrize("field", ["order_id", "customer_id"])
def test_any_other_identifier_is_refused(field: str, identifier: Any) -> None:
    assert list(wrong_fields(event(**{field: identifier}))) == [f"data.{field}"]


@pytest.mark.parametrize("absent", [{}, {"order_id": None}])
def test_an_event_without_an_order_id_is_refused(absent: dict[str, Any]) -> None:
    assert list(wrong_fields({**event(), "data": absent})) == ["data.order_id"]


# Counts and truths


@pytest.mark.parametrize("items", [0, 1, 1.0, 1_000_000])
def test_items_are_counted(items: float) -> None:
    assert read(event(items=items)).data.items == items


@pytest.mark.parametrize(
    "items", [-1, 1_000_001, 2**63, 10**4000, 1.5, float("nan"), True, "2", {"$inc": 1}]
)
def test_any_other_count_is_refused(items: Any) -> None:
    assert list(wrong_fields(event(items=items))) == ["data.items"]


@pytest.mark.parametrize("notify", [0, 1, "false", "no", [], {}, None])
def test_notify_is_true_or_false_and_nothing_like_it(notify: Any) -> None:
    assert list(wrong_fields(event(notify=notify))) == ["data.notify"]


# The whole


@pytest.mark.parametrize("body", [None, [], "{}", 5, True, {}, {"data": []}])
def test_what_is_no_event_at_all_is_refused(body: Any) -> None:
    assert wrong_fields(body)


@pytest.mark.parametrize("part", ["carrier", "estimated_delivery"])
@pytest.mark.parametrize("value", ["DHL", [], 5, True])
def test_a_part_is_an_object(part: str, value: Any) -> None:
    assert list(wrong_fields(event(**{part: value}))) == [f"data.{part}"]


def test_every_wrong_field_is_named_with_its_path() -> None:
    wrong = event(
        note="a" * 1001,
        items="two",
        carrier={"name": 5, "tracking_url": "x"},
        estimated_delivery={"latest": "soon"},
    )
    del wrong["data"]["order_id"]
    assert set(wrong_fields(wrong | {"type": "x", "timestamp": 5})) == {
        "type",
        "timestamp",
        "data.order_id",
        "data.note",
        "data.items",
        "data.carrier.name",
        "data.carrier.tracking_url",
        "data.estimated_delivery.latest",
    }


def test_our_own_words_for_what_is_wrong_never_repeat_a_value() -> None:
    wrong = event(
        customer_id="CANARY!",
        note="CANARY\0",
        occurred_at="CANARY",
        carrier={"tracking_url": "https://carrier.test:CANARY"},
        estimated_delivery={"earliest": "CANARY"},
        items="CANARY",
    )
    said = wrong_fields(wrong)
    assert len(said) == 6
    assert "CANARY" not in str(said)
