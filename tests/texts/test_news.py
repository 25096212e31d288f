"""News of an order, in words."""

import pytest

from bot.services.orders.statuses import Status
from bot.texts import statuses
from bot.texts.news import order_news
from tests.services.orders.history import happened, window
from tests.texts.reading import HOSTILE, READER, read
from tests.texts.seen_orders import NOW, TWO, foreign_everywhere, told


@pytest.mark.parametrize("status", [*Status, "customs_hold"])
def test_news_tells_of_every_state_in_one_sentence_first(status: str) -> None:
    first, *others = told(happened(0, status, order_number="1001")).splitlines()
    assert first.startswith(f"{statuses.emoji(status, READER)} ")
    assert "our order #1001" in first
    assert len(others) == (status in statuses.NEXT)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_news_full_of_hostile_words_is_one_that_telegram_takes(words: str) -> None:
    parsed = read(order_news(foreign_everywhere(words), READER, NOW))
    assert {e["type"] for e in parsed.entities} <= {"bold", "italic", "date_time"}


def test_news_of_a_parcel_tells_of_that_parcel() -> None:
    text = told(
        happened(0, "placed", order_number="1001"),
        happened(1, "in_transit", parcel="B"),
        happened(2, "delivered", parcel="A"),
        happened(3, "in_transit", parcel="B"),
    )
    assert text.splitlines() == [
        "✅ Parcel A of your order #1001: Delivered.",
        "1 of 2 parcels delivered",
    ]


def test_when_the_last_parcel_is_there_one_message_tells_of_all() -> None:
    both = [happened(3, "delivered", parcel="A"), happened(4, "delivered", parcel="B", note="Hi")]
    text = told(*TWO, *both)
    assert text.splitlines() == [
        "✅ Your order #1001 is all here: 2 parcels delivered. Enjoy!",
        "Hi",
    ]
    assert told(*TWO, happened(3, "delivered")) == text.splitlines()[0]


def test_when_not_all_parcels_were_delivered_nobody_says_so() -> None:
    text = told(*TWO, happened(3, "returned", parcel="A"), happened(4, "delivered", parcel="B"))
    assert text == "✅ Parcel B of your order #1001: Delivered."


def test_news_of_a_moved_delivery_tells_of_the_day_and_of_the_state_that_stays() -> None:
    shipped = happened(0, "shipped", order_number="1001", estimated_delivery=window(8, 9))
    moved = happened(1, estimated_delivery=window(30, 31), note="Heavy rain")
    assert told(shipped, moved).splitlines() == [
        "🗓️ New delivery day for your order #1001:",
        "Expected Tue 24 Nov 18:30–19:30 GMT+3 (was Mon 23 Nov)",
        "Heavy rain",
        "",
        "🚚 Shipped",
    ]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ((8, 9), (9.5, 10), "New delivery time for your order #1001:"),
        ((8, 12), (9, 10), "Your order #1001 has a delivery time now:"),
    ],
)
def test_news_of_other_hours_is_not_news_of_another_day(
    before: tuple[float, float], after: tuple[float, float], says: str
) -> None:
    shipped = happened(0, "shipped", order_number="1001", estimated_delivery=window(*before))
    text = told(shipped, happened(0.5, estimated_delivery=window(*after)))
    assert text.startswith(f"🗓️ {says}\nExpected Mon 23 Nov ")


def test_news_of_a_parcels_moved_delivery_names_the_parcel() -> None:
    moved = [happened(n, parcel="B", estimated_delivery=window(*w)) for n, w in TIMES.items()]
    text = told(*TWO, *moved)
    assert text.startswith("🗓️ New delivery time for parcel B of your order #1001:\nExpected Tue")


TIMES = {3: (8, 9), 4: (30, 31)}


def test_a_moved_delivery_that_is_past_is_no_news_any_more() -> None:
    shipped = happened(-9, "shipped", order_number="1001", estimated_delivery=window(-8, -7))
    assert told(shipped, happened(-6, estimated_delivery=window(-5, -4))) == (
        "🚚 Your order #1001 has been shipped.\nWas expected Mon 23 Nov 07:30–08:30 GMT+3"
    )


def test_news_of_the_only_parcel_is_news_of_the_order() -> None:
    text = told(happened(0, "placed", order_number="1001"), happened(1, "shipped", parcel="A"))
    assert text == "🚚 Your order #1001 has been shipped."
