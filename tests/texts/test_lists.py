"""Lists of orders, and what an order is called on a button."""

import inspect
import re

import pytest

from bot.services.orders.references import button_key
from bot.texts import orders
from bot.texts.lists import not_found, several_orders
from bot.texts.message import length
from bot.texts.news import order_news
from storage.models import Carrier, Event
from tests.services.orders.history import DHL, happened, window
from tests.texts.reading import HOSTILE, READER, buttons, read
from tests.texts.seen_orders import (
    LONG_ID,
    NOW,
    foreign_everywhere,
    listed,
    seen,
)


@pytest.mark.parametrize(
    ("number", "called"),
    [("1001", "#1001"), ("#1001", "#1001"), ("AB-7", "AB-7"), (None, "ord_1")],
)
def test_an_order_is_called_what_the_customer_knows(number: str | None, called: str) -> None:
    view = seen(happened(0, "placed", order_number=number))
    text = read(orders.order_timeline(view, READER, NOW)).text
    assert text.splitlines()[1] == f"Order {called}"
    assert buttons(listed(view))[0].text == f"📝 {called} · Order placed · Mon 23 Nov"


@pytest.mark.parametrize("words", [*HOSTILE.values(), "z" * 1000], ids=[*HOSTILE, "letters"])
def test_a_label_is_short_and_clean_and_the_state_is_never_cut(words: str) -> None:
    view = foreign_everywhere(words)
    labels = [
        *buttons(listed(view)),
        *buttons(orders.order_timeline(view, READER, NOW)),
    ]
    for button in labels:
        assert 1 <= len(button.text) <= 64
        assert "\n" not in button.text
        assert "\u202e" not in button.text
    longest = seen(happened(0, "delivered", order_number=words[:64]), order_id=LONG_ID)
    assert re.search(r" Delivered( · .*23 Nov)?$", buttons(listed(longest))[0].text)


@pytest.mark.parametrize("order_id", ["1", LONG_ID])
def test_buttons_carry_at_most_64_bytes_and_no_order_id(order_id: str) -> None:
    view = seen(happened(0, "shipped", carrier=DHL), order_id=order_id)
    messages = [
        orders.order_timeline(view, READER, NOW),
        order_news(view, READER, NOW),
        listed(view),
        several_orders([view], READER),
        not_found(READER),
    ]
    carried = [b.callback_data for m in messages for b in buttons(m) if b.callback_data]
    key = button_key(order_id)
    assert set(carried) == {f"show:{key}", f"refresh:{key}", f"options:{key}", "orders"}
    assert max(len(str(data).encode()) for data in carried) <= 64


def test_the_carriers_page_is_a_button_away() -> None:
    view = seen(happened(0, "shipped", carrier=DHL))
    for message in (orders.order_timeline(view, READER, NOW), order_news(view, READER, NOW)):
        assert {b.text: b.url for b in buttons(message) if b.url} == {
            "Track with DHL": DHL.tracking_url
        }


def test_a_carrier_without_a_name_has_a_button_too() -> None:
    view = seen(happened(0, "shipped", carrier=Carrier(tracking_url="https://dhl.test/1")))
    assert buttons(order_news(view, READER, NOW))[0].text == "Track the parcel"


# Lists and answers


def test_a_list_has_a_button_an_order() -> None:
    views = [seen(happened(0, "placed", order_number=str(n)), order_id=f"ord_{n}") for n in (1, 2)]
    for message in (listed(*views), several_orders(views, READER)):
        assert read(message)
        assert [b.callback_data for b in buttons(message)] == [
            f"show:{button_key('ord_1')}",
            f"show:{button_key('ord_2')}",
        ]


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ([happened(0, "shipped", estimated_delivery=window(20, 50))], "Shipped · → Wed 25 Nov"),
        ([happened(0, "shipped", estimated_delivery=window(20, None))], "Shipped · → Tue 24 Nov"),
        (
            [happened(0, "shipped", estimated_delivery=window(-9, -8))],
            "Shipped · was due Mon 23 Nov",
        ),
        ([happened(0, "ready_for_pickup")], "Ready for pick-up · Mon 23 Nov"),
        ([happened(0, "delivered")], "Delivered · Mon 23 Nov"),
        ([happened(-8000, "delivered")], "Delivered · 25 Dec 2025"),
        ([happened(0, "payment_due")], "Waiting for payment · 23 Nov"),
    ],
)
def test_a_button_of_the_list_says_the_state_and_the_day_that_counts(
    events: list[Event], says: str
) -> None:
    label = buttons(listed(seen(*events)))[0].text
    assert label.split(" · ", 1)[1] == says


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("1" * 3, " · Out for delivery · → Tue 24 Nov"),
        ("1" * 7, " · Out for delivery · → 24 Nov"),
        ("1" * 10, " · Out for delivery"),
    ],
)
def test_where_a_label_would_be_cut_the_day_is_shorter_or_is_not_there(
    number: str, says: str
) -> None:
    told = window(20, 30)
    view = seen(happened(0, "out_for_delivery", order_number=number, estimated_delivery=told))
    assert buttons(listed(view))[0].text == f"🛵 #{number}{says}"


def test_the_list_begins_with_what_is_urgent() -> None:
    told = {
        "1": happened(0, "delivered"),
        "2": happened(0, "shipped", estimated_delivery=window(50, 51)),
        "3": happened(0, "packed"),
        "4": happened(0, "shipped", estimated_delivery=window(20, 21)),
        "5": happened(0, "ready_for_pickup"),
        "6": happened(0, "on_hold"),
        "7": happened(0, "out_for_delivery"),
    }
    views = [seen(event, order_id=order_id) for order_id, event in told.items()]
    labels = [button.text.split(" · ")[0][-1] for button in buttons(listed(*views))]
    assert labels == ["7", "5", "6", "4", "2", "3", "1"]


def test_a_list_is_turned_with_buttons_that_say_which_way() -> None:
    view = seen(happened(0, "placed"))

    def turning(number: int, *, has_older: bool) -> dict[str, object]:
        found = buttons(listed(view, number=number, has_older=has_older))[1:]
        return {button.text: button.callback_data for button in found}

    assert turning(0, has_older=False) == {}
    assert turning(0, has_older=True) == {"Older": "orders:1"}
    assert turning(1, has_older=True) == {"Newer": "orders:0", "Older": "orders:2"}
    assert turning(2, has_older=False) == {"Newer": "orders:1"}


def test_a_list_begins_with_state_and_time_of_the_most_urgent_order() -> None:
    shipped = seen(happened(0, "shipped", order_number="1001", estimated_delivery=window(30, 34)))
    riding = {"order_number": "1002", "estimated_delivery": window(2, 4)}
    views = [shipped, seen(happened(0, "out_for_delivery", **riding))]
    assert read(listed(*views, number=0)).text.splitlines() == [
        "🛵 Out for delivery · #1002",
        "Expected Mon 23 Nov 14:30–16:30 GMT+3",
        "",
        "Your latest orders",
        "Tap one to see where it is.",
    ]
    assert read(listed(*views, number=1)).text.startswith("Your earlier orders\n")


def test_a_list_of_what_has_arrived_begins_with_when_that_was() -> None:
    text = read(listed(seen(happened(0, "delivered", order_number="1001")))).text
    assert text.startswith("✅ Delivered · #1001\nMon 23 Nov 12:30 GMT+3\n\nYour latest orders")


def test_a_list_says_when_the_next_parcel_comes_where_each_has_a_time_of_its_own() -> None:
    sent = [
        happened(0, "shipped", parcel="A", estimated_delivery=window(30, 34)),
        happened(0, "shipped", parcel="B", estimated_delivery=window(54, 58)),
    ]
    lines = read(listed(seen(*sent))).text.splitlines()
    assert lines[:2] == [
        "🚚 Shipped · ord_1",
        "🚚 Parcel A · Shipped · Tue 24 Nov 18:30–22:30 GMT+3",
    ]


def test_a_page_with_nothing_on_it_leads_back() -> None:
    message = listed(number=3)
    assert "There are no more" in read(message).text
    assert [button.callback_data for button in buttons(message)] == ["orders:2"]


def test_an_empty_list_says_what_comes() -> None:
    message = listed()
    assert "Nile Coffee & Tea" in read(message).text
    assert [button.text for button in buttons(message)] == ["Help"]


def test_there_is_one_answer_for_what_is_not_found_and_it_repeats_nothing() -> None:
    assert list(inspect.signature(not_found).parameters) == ["reader"]
    assert "can't find" in read(not_found(READER)).text


def test_the_length_of_a_full_message_is_what_telegram_counts() -> None:
    message = orders.order_timeline(foreign_everywhere("<&'\">" * 200), READER, NOW)
    assert length(message.html) == len(read(message).text.encode("utf-16-le")) // 2
