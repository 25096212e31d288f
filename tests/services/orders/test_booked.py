"""How an order is read from a record of the shop's: any usual form is taken, nothing is guessed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.services.orders.booked import FieldMap, WrongRecord, is_book

HALF_PAST_NINE = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


def record(**changes: Any) -> dict[str, Any]:
    step = {"status": "shipped", "timestamp": "2026-11-16T09:30:00Z"}
    return {"_id": "ord_1", "user": "cus_7", "trackingInfo": [step]} | changes


def stepping(moment: object) -> dict[str, Any]:
    return record(trackingInfo=[{"status": "shipped", "timestamp": moment}])


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-16T09:30:00Z",
        "2026-11-16T12:30:00+03:00",
        "2026-11-16 09:30:00",
        datetime(2026, 11, 16, 9, 30),  # noqa: DTZ001 - as a driver may give it
        HALF_PAST_NINE,
        HALF_PAST_NINE.timestamp() * 1000,
        int(HALF_PAST_NINE.timestamp()),
        str(int(HALF_PAST_NINE.timestamp() * 1000)),
        {"$date": "2026-11-16T09:30:00Z"},
        {"$date": {"$numberLong": str(int(HALF_PAST_NINE.timestamp() * 1000))}},
    ],
)
def test_a_time_may_be_written_in_any_usual_way_and_is_utc_without_a_zone(moment: object) -> None:
    (step,) = FieldMap().read(stepping(moment)).steps
    assert step.at == HALF_PAST_NINE


@pytest.mark.parametrize(
    "moment", ["16/11/2026", "yesterday", True, "9" * 40, 1e300, float("nan"), [], {}, "2026-13-01"]
)
def test_a_time_that_nobody_can_read_is_told_with_its_step_and_without_its_value(
    moment: object,
) -> None:
    assert problem(stepping(moment)) == (
        "timestamp of step 1: it should be a date and time, like 2026-11-23T09:30:00Z"
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"_id": None}, "_id: it is missing"),
        ({"_id": " "}, "_id: it is missing"),
        ({"user": {"name": "CANARY", "_id": 7}}, "user: it should be text, and not empty"),
        ({"user": "CANARY CANARY"}, "user: it should hold only A-Z, a-z, 0-9 and"),
        ({"trackingInfo": "CANARY"}, "trackingInfo: it should be a list"),
        ({"trackingInfo": ["CANARY"]}, "trackingInfo, step 1: it should be an object"),
        ({"trackingInfo": [{"timestamp": 1789000000}]}, "status of step 1: it is missing"),
        ({"trackingInfo": [{"status": "CANARY"}]}, "timestamp of step 1: it is missing"),
        ({"trackingInfo": []}, "it has no time: updatedAt, createdAt and the steps (trackingInfo"),
        ({"updatedAt": "CANARY"}, "updatedAt or createdAt: it should be a date and time"),
        ({"updatedAt": "2199-01-01T00:00:00Z"}, "updatedAt or createdAt: the year should be"),
        ({"orderNumber": "C" * 65}, "orderNumber: it should have at most 64 characters"),
        ({"trackingInfo": [{}] * 1001}, "trackingInfo: it should have at most 1000 entries"),
    ],
)
def test_what_is_wrong_is_told_in_the_shop_s_own_names(changes: dict[str, Any], told: str) -> None:
    said = problem(record(**changes))
    assert said.startswith(told)
    assert "CANARY" not in said


def test_all_that_is_wrong_with_a_record_is_told_at_once() -> None:
    assert problem({"trackingInfo": []}) == "_id: it is missing; user: it is missing"


def test_ids_may_be_numbers_and_objects_of_an_export() -> None:
    order = FieldMap().read(record(_id={"$oid": "64f0" * 6}, user=7, orderNumber=1001))
    assert (order.order_id, order.customer_id, order.order_number) == ("64f0" * 6, "7", "1001")


def test_names_may_be_others_and_lead_into_objects() -> None:
    names = FieldMap.of(
        {"order_id": "ref", "customer_id": "user._id", "steps": "log", "step_at": "on.utc"}
    )
    logged = [{"status": "shipped", "on": {"utc": HALF_PAST_NINE}}]
    order = names.read({"ref": "A-1", "user": {"_id": "cus_7"}, "log": logged})
    assert (order.order_id, order.customer_id) == ("A-1", "cus_7")
    assert [(step.status, step.at) for step in order.steps] == [("shipped", HALF_PAST_NINE)]


def test_a_name_that_has_a_dot_itself_comes_first() -> None:
    assert FieldMap(customer_id="user.id").read(record(**{"user.id": "cus_8"})).customer_id == (
        "cus_8"
    )


def test_only_what_an_order_is_read_from_is_asked_of_the_database() -> None:
    assert FieldMap(customer_id="user._id").roots == [
        "_id", "createdAt", "email", "items", "orderNumber", "phone", "status", "trackingInfo",
        "updatedAt", "user",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("items", "read"),
    [
        ([{"name": "Beans", "quantity": 2}, {"name": "Mug"}], [("Beans", 2), ("Mug", 1)]),
        ([{"name": "Beans", "quantity": "2"}], [("Beans", 2)]),
        ([{"product": "65c0aa", "quantity": 2}], []),
        ([{"name": "Beans", "quantity": "many"}, {"name": "Mug"}], []),
        ([{"name": "Mug"}] * 201, []),
        (["Beans"], []),
        (3, []),
    ],
)
def test_what_was_ordered_is_read_where_all_of_it_can_be(
    items: Any, read: list[tuple[str, int]]
) -> None:
    order = FieldMap().read(record(items=items))
    assert [(item.name, item.quantity) for item in order.items] == read


def test_things_may_be_called_otherwise() -> None:
    fields = FieldMap(items="orderItems", item_name="title", item_quantity="qty")
    order = fields.read(record(orderItems=[{"title": "Beans", "qty": 2}]))
    assert [(item.name, item.quantity) for item in order.items] == [("Beans", 2)]


def test_a_name_for_no_field_of_ours_is_told_which_there_are() -> None:
    with pytest.raises(ValueError, match="order_id, customer_id, order_number, status"):
        FieldMap.of({"orderid": "_id"})


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("mongodb://db/shop", True),
        ("mongodb+srv://db/shop", True),
        ("a/b.csv", True),
        ("b.jsonl", True),
        ("b.json", False),
        ("mongodb://", False),
        ("https://shop.test/orders.cvs", False),
    ],
)
def test_a_book_is_a_database_or_one_of_two_kinds_of_file(source: str, is_one: bool) -> None:
    assert is_book(source) == is_one


@pytest.mark.parametrize("names", [FieldMap(), FieldMap(customer_id="user._id")])
def test_an_order_without_a_customer_is_a_guest_s_where_its_field_is_there_and_empty(
    names: FieldMap,
) -> None:
    assert names.read(record(user=None)).customer_id is None
    without = {name: value for name, value in record().items() if name != "user"}
    with pytest.raises(WrongRecord, match=f"{names.customer_id}: it is missing"):
        names.read(without)


def problem(wrong: dict[str, Any]) -> str:
    with pytest.raises(WrongRecord) as refused:
        FieldMap().read(wrong)
    return str(refused.value)
