"""What is told at its time: the sum of what was held back, and the reminder."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from bot.services.news.notices import MOST_AT_ONCE
from bot.services.orders.timeline import Timeline, timeline
from bot.texts import notices
from bot.texts.message import LONGEST
from storage.models import Window
from tests.services.orders.history import START, happened, order
from tests.texts.reading import HOSTILE, READER, buttons, read

NOW = START + timedelta(hours=1)
DAY = datetime(2024, 6, 5, tzinfo=UTC)


def an_order(name: str, status: str = "shipped", window: Window | None = None) -> Timeline:
    return timeline(
        order(happened(0, status, order_number=name, estimated_delivery=window), order_id=name)
    )


def at(hour: float) -> datetime:
    """In Kampala, on the 5th, or so many hours later."""
    return DAY + timedelta(hours=hour - 3)


# The sum


@pytest.mark.parametrize(
    ("daily", "title"), [(False, "While it was quiet"), (True, "Your orders today")]
)
def test_each_order_has_a_line_with_its_state_and_a_button(daily: bool, title: str) -> None:
    orders = [an_order("1001"), an_order("B-7", "delivered")]
    message = notices.summary(orders, READER, NOW, daily=daily)
    assert read(message).text.splitlines() == [
        title,
        "",
        "🚚 Your order #1001 has been shipped.",
        "✅ Your order B-7 has been delivered. Enjoy!",
    ]
    assert [button.text for button in buttons(message)] == [
        "🚚 #1001 · Shipped",
        "✅ B-7 · Delivered",
        "💬 How was B-7?",
        "My orders",
    ]


def test_of_many_deliveries_at_once_nothing_is_asked() -> None:
    for deliveries in (notices.MOST_ASKED, notices.MOST_ASKED + 1):
        orders = [an_order(f"{n}", "delivered") for n in range(deliveries)]
        message = notices.summary(orders, READER, NOW, daily=True)
        asked = [button for button in buttons(message) if "How was" in button.text]
        assert len(asked) == (deliveries if deliveries <= notices.MOST_ASKED else 0)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_shop_sends_telegram_takes_the_fullest_sum(words: str) -> None:
    name = words[:64].strip() or "1"
    orders = [an_order(name, words[:64].strip() or "x")] * MOST_AT_ONCE
    text = read(notices.summary(orders, READER, NOW, daily=True)).text
    assert len(text.splitlines()) == MOST_AT_ONCE + 2
    assert len(text) <= LONGEST


# The reminder


def test_hours_are_said_as_hours_of_today() -> None:
    window = Window(earliest=at(14), latest=at(18))
    message = notices.reminder(an_order("1001", window=window), READER)
    assert read(message).text == "📅 Arriving today, 14:00–18:00 GMT+3: order #1001"
    assert [button.text for button in buttons(message)] == ["Show timeline", "My orders"]


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (Window(earliest=at(0), latest=at(23.9)), "today"),
        (Window(earliest=at(14), latest=at(14)), "today"),
        (Window(earliest=at(14)), "today"),
        (Window(latest=at(18)), "today, by 18:00 GMT+3"),
    ],
    ids=["a day", "a moment", "from", "by"],
)
def test_what_is_not_known_to_the_hour_is_not_said_so(window: Window, said: str) -> None:
    text = read(notices.reminder(an_order("1001", window=window), READER)).text
    assert text == f"📅 Arriving {said}: order #1001"


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Auckland"])
def test_a_day_is_said_to_be_today_and_of_days_the_last(zone: str) -> None:
    there, day = replace(READER, timezone=ZoneInfo(zone)), date(2024, 6, 5)
    for window in (Window(earliest=day, latest=day), Window(earliest=day), Window(latest=day)):
        text = read(notices.reminder(an_order("1001", window=window), there)).text
        assert text == "📅 Arriving today: order #1001"
    window = Window(earliest=day, latest=date(2024, 6, 7))
    text = read(notices.reminder(an_order("1001", window=window), there)).text
    assert text.endswith("can arrive from today on. It is expected by Fri 7 Jun.")


def test_of_several_days_the_last_is_said() -> None:
    window = Window(earliest=at(14), latest=at(48 + 18))
    text = read(notices.reminder(an_order("1001", window=window), READER)).text
    assert text == (
        "📅 Your order #1001 can arrive from today on. It is expected by Fri 7 Jun 18:00 GMT+3."
    )


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_whatever_an_order_is_called_telegram_takes_the_reminder(words: str) -> None:
    ends = [None, at(14), at(18), at(99)]
    for first, last in product(ends, ends):
        window = Window(earliest=first, latest=last)
        read(notices.reminder(an_order(words[:64].strip() or "1", window=window), READER))
