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
    ("of_today", "title"), [(False, "While it was quiet"), (True, "Your orders today")]
)
def test_each_order_has_a_line_with_its_state_and_a_button_the_most_urgent_first(
    of_today: bool, title: str
) -> None:
    window = Window(earliest=at(14), latest=at(18))
    orders = [
        an_order("B-7", "delivered"),
        an_order("1001"),
        an_order("1003", "problem"),
        an_order("1004", "out_for_delivery", window),
    ]
    message = notices.summary(orders, READER, at(8), of_today=of_today)
    assert read(message).text.splitlines() == [
        title,
        "",
        "🛵 Your order #1004 is out for delivery.",
        "Expected Wed 5 Jun 14:00–18:00 GMT+3",
        "⚠️ There is a problem with your order #1003, and Nile Coffee & Tea is looking into it.",
        "🚚 Your order #1001 has been shipped.",
        "✅ Your order B-7 has been delivered. Enjoy!",
    ]
    rows = message.buttons.inline_keyboard if message.buttons else ()
    assert [[button.text for button in row] for row in rows] == [
        ["🛵 #1004", "⚠️ #1003", "🚚 #1001", "✅ B-7"],
        ["💬 How was B-7?"],
        ["My orders"],
    ]


def test_the_morning_s_reminders_are_among_the_rest_and_an_order_is_told_once() -> None:
    window = Window(earliest=at(14), latest=at(18))
    today, late = an_order("1001", window=window), an_order("1002", "problem")
    message = notices.summary([today, late], READER, at(8), of_today=True, reminders=[today])
    assert read(message).text.splitlines()[2:] == [
        "⚠️ There is a problem with your order #1002, and Nile Coffee & Tea is looking into it.",
        "📅 Arriving today, 14:00–18:00 GMT+3: order #1001",
    ]


def test_of_many_deliveries_at_once_nothing_is_asked() -> None:
    for deliveries, asks in ((1, 1), (notices.MOST_ASKED, 2), (notices.MOST_ASKED + 1, 0)):
        orders = [an_order(f"{n}", "delivered") for n in range(deliveries)]
        message = notices.summary(orders, READER, NOW, of_today=True)
        asked = [button for button in buttons(message) if "How was" in button.text]
        assert len(asked) == asks


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_shop_sends_telegram_takes_the_fullest_sum(words: str) -> None:
    name = words[:64].strip() or "1"
    state = words[:64].strip() or "x"
    orders = [replace(an_order(name, state), order_id=f"ord_{n}") for n in range(MOST_AT_ONCE)]
    text = read(notices.summary(orders, READER, NOW, of_today=True)).text
    assert len(text.splitlines()) == MOST_AT_ONCE + 2
    assert len(text) <= LONGEST


# The reminder


def test_hours_are_said_as_hours_of_today() -> None:
    window = Window(earliest=at(14), latest=at(18))
    message = notices.reminder(an_order("1001", window=window), READER)
    assert read(message).text == "📅 Arriving today, 14:00–18:00 GMT+3: order #1001"
    assert [button.text for button in buttons(message)] == ["Show timeline"]


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
