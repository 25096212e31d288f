"""What an event may bring along: goods, a picture, a way to pay, where to fetch it, buttons."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.services.orders.descriptions import OrderDescription, as_events
from bot.services.orders.extras import MOST_ACTIONS, MOST_ITEMS, kept_items
from storage.models import Event, Item
from storage.sealing import Seal
from tests.conftest import ENCRYPTION_KEY
from tests.services.orders.telling import event, nested, read, wrong_fields

ADDRESSES = ["photo_url", "payment_url", "pickup.map_url"]


def test_goods_are_told_with_what_they_are_and_how_many() -> None:
    mug = {"name": " Mug ", "quantity": 2.0, "parcel": "A", "image_url": "https://shop.test/mug"}
    told = read(event(items=[mug, {"name": "Beans", "price": 5}])).data.items
    assert kept_items(told) == {
        "items": 3,
        "goods": [
            {"name": "Mug", "quantity": 2, "parcel": "A", "image_url": "https://shop.test/mug"},
            {"name": "Beans", "quantity": 1, "parcel": None, "image_url": None},
        ],
    }


def test_a_count_of_goods_is_a_count() -> None:
    assert kept_items(read(event(items=2)).data.items) == {"items": 2}
    assert kept_items(read(event()).data.items) == {"items": None}


@pytest.mark.parametrize(
    ("items", "wrong"),
    [
        (True, "data.items"),
        ("2", "data.items"),
        (-1, "data.items"),
        ({}, "data.items"),
        ([{}], "data.items.0.name"),
        ([{"name": " "}], "data.items.0.name"),
        ([{"name": "é" * 501}], "data.items.0.name"),
        ([{"name": "Mug", "quantity": 0}], "data.items.0.quantity"),
        ([{"name": "Mug"}, {"name": "Mug", "quantity": "2"}], "data.items.1.quantity"),
        ([{"name": "Mug", "image_url": "http://shop.test/"}], "data.items.0.image_url"),
        ([{"name": "Mug"}] * (MOST_ITEMS + 1), "data.items"),
    ],
)
def test_wrong_goods_are_refused_by_name_of_the_field(items: Any, wrong: str) -> None:
    assert list(wrong_fields(event(items=items))) == [wrong]


@pytest.mark.parametrize("field", ADDRESSES)
def test_addresses_for_customers_are_secure(field: str) -> None:
    for address in ("https://shop.test/a?b=c", "http://127.0.0.1:8080/a"):
        assert read(event(**nested(field, address)))
    for address in ("http://shop.test/a", "ftp://shop.test/a", "https://a:b@shop.test/", "a"):
        assert list(wrong_fields(event(**nested(field, address)))) == [f"data.{field}"]


def test_where_it_is_fetched_is_read_as_it_was_told() -> None:
    pickup = read(
        event(pickup={"name": "Kiosk", "until": "2026-12-03", "code": "4711"})
    ).data.pickup
    assert pickup
    assert (pickup.name, pickup.until, pickup.code) == ("Kiosk", date(2026, 12, 3), "4711")


@pytest.mark.parametrize(
    ("actions", "wrong"),
    [
        ([{"id": "a"}], "data.actions.0.label"),
        ([{"id": "a b", "label": "Go"}], "data.actions.0.id"),
        ([{"id": "a", "label": "x" * 41}], "data.actions.0.label"),
        ([{"id": "a", "label": "Go", "url": "http://shop.test/"}], "data.actions.0.url"),
        ([{"id": "a", "label": "Go"}] * 2, "data.actions"),
        ([{"id": str(n), "label": "Go"} for n in range(MOST_ACTIONS + 1)], "data.actions"),
    ],
)
def test_wrong_actions_are_refused_by_name_of_the_field(actions: Any, wrong: str) -> None:
    assert list(wrong_fields(event(actions=actions))) == [wrong]


def test_no_actions_is_something_else_than_nothing_said_of_actions() -> None:
    assert read(event(actions=[])).data.actions == []
    assert read(event()).data.actions is None


# An order as a whole


def described(**step: Any) -> Event:
    info = [{"status": "placed", "timestamp": "2026-11-20T09:30:00Z", **step}]
    order = OrderDescription.model_validate({"items": step.pop("items", 2), "tracking_info": info})
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return as_events("ord_1", order, {}, now, Seal([ENCRYPTION_KEY]))[0]


def test_a_described_order_brings_the_same_along() -> None:
    told = described(items=[{"name": "Mug"}], photo_url="https://shop.test/photo.jpg", actions=[])
    assert (told.items, told.goods, told.actions) == (1, [Item(name="Mug")], [])
    assert told.photo_url == "https://shop.test/photo.jpg"


def test_a_description_of_before_there_was_all_this_makes_the_events_that_it_made() -> None:
    made = "8bdee0dabdbdd15f912a29d66e1d3a626f41acddab833c407cb97d472c192577"
    assert described().id == f"described:{made}"
