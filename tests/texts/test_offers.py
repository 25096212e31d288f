"""What the shop offers with an order, as a customer reads it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.services.orders.timeline import Timeline, timeline
from bot.texts import choices, notices, offers, orders
from bot.texts.message import Message, Reader
from bot.texts.news import order_news
from storage.models import Choice, Event
from tests.services.orders.history import START, happened, order
from tests.texts.reading import HOSTILE, READER, buttons, marked, read

NOW = START + timedelta(hours=1)
LISTENING = Reader("en", READER.timezone, READER.shop_name, shop_listens=True)
KIOSK: dict[str, Any] = {
    "name": "Bukoto kiosk",
    "map_url": "https://maps.example.com/bukoto",
    "until": date(2026, 11, 28),
    "code": "4711",
}


def seen(*events: Event) -> Timeline:
    return timeline(order(*events))


def rows(*events: Event, reader: Reader = LISTENING) -> list[list[str]]:
    return of(seen(*events), reader)


def of(order: Timeline, reader: Reader = LISTENING) -> list[list[str]]:
    found = [*offers.pressing_rows(order, reader), *offers.own_rows(order, reader)]
    return [[button.text for button in row] for row in found]


def lines(*events: Event) -> list[str]:
    return read(Message("\n".join(offers.pickup_lines(seen(*events), READER)))).text.split("\n")


def actions(*labels: str) -> list[dict[str, str]]:
    return [{"id": f"a{n}", "label": label} for n, label in enumerate(labels)]


def test_there_are_three_rows_of_the_shop_s_own_at_most_behind_what_presses() -> None:
    many = actions(
        "The first of so many", "The second of so many", "The third of so many", "More of it"
    )
    assert rows(happened(0, "shipped", actions=many)) == [
        ["The first of so many"],
        ["The second of so many"],
        ["The third of so many"],
    ]
    fetched = happened(0, "ready_for_pickup", pickup=KIOSK, actions=many)
    assert rows(fetched) == [
        ["🗺️ On the map", "🔑 Copy the code"],
        ["The first of so many"],
        ["The second of so many"],
        ["The third of so many"],
    ]
    due = happened(0, "payment_due", payment_url="https://pay.example.com", actions=many)
    assert rows(due)[0] == ["💳 Pay now"]


def test_two_short_ones_stand_side_by_side() -> None:
    told = actions("At home", "Not at home", "Leave it with my neighbour", "Later", "Never", "Now")
    assert rows(happened(0, "shipped", actions=told)) == [
        ["At home", "Not at home"],
        ["Leave it with my neighbour"],
        ["Later", "Never"],
    ]


def test_a_choice_moves_no_button() -> None:
    labels = "Leave at the door", "I will be out", "How to store coffee", "Call me first, please"
    asked = happened(0, "shipped", actions=actions(*labels))
    chosen = [Choice(event=asked.id, action="a0", at=NOW)]
    held = order(asked).model_copy(update={"chosen": chosen})
    assert of(timeline(held)) == [
        ["✅ Leave at the door", "I will be out"],
        ["How to store coffee"],
        ["Call me first, please"],
    ]


def test_the_shop_s_answer_is_no_second_step_of_the_state() -> None:
    asked = happened(0, "out_for_delivery", actions=actions("Leave at the door"))
    said = happened(1, note="Gladly: behind the gate")
    chosen = [Choice(event=asked.id, action="a0", at=asked.recorded_at)]
    answered = order(asked, said).model_copy(update={"chosen": chosen})
    text = read(orders.order_timeline(timeline(answered), LISTENING, NOW)).text
    assert "● 💬 Nile Coffee & Tea · Mon" in text
    assert text.count("Out for delivery · ") == 1


def test_an_answer_with_a_new_state_is_a_step_of_that_state() -> None:
    asked = happened(0, "out_for_delivery", actions=actions("Leave at the door"))
    said = happened(1, "delivered", note="At the door, as you wished")
    chosen = [Choice(event=asked.id, action="a0", at=asked.recorded_at)]
    answered = order(asked, said).model_copy(update={"chosen": chosen})
    text = read(orders.order_timeline(timeline(answered), LISTENING, NOW)).text
    assert "● Delivered · " in text
    assert "💬" not in text


def test_a_short_label_leaves_room_for_its_tick() -> None:
    side_by_side = happened(0, "shipped", actions=actions("x" * 17, "y" * 17))
    assert [len(row) for row in rows(side_by_side)] == [2]
    one_below_the_other = happened(0, "shipped", actions=actions("x" * 17, "y" * 18))
    assert [len(row) for row in rows(one_below_the_other)] == [1, 1]


def test_what_the_shop_would_not_hear_is_not_shown() -> None:
    told = [*actions("Leave it"), {"id": "tips", "label": "Tips", "url": "https://nile.test/t"}]
    assert rows(happened(0, "shipped", actions=told), reader=READER) == [["Tips"]]


def test_a_place_says_as_much_of_it_as_is_known() -> None:
    ready = happened(0, "ready_for_pickup", pickup=KIOSK)
    assert lines(ready) == [
        "📍 Bukoto kiosk",
        "⌛ It waits for you until Sat 28 Nov",
        "🔑 Your code: 4711",
    ]
    bare = happened(0, "ready_for_pickup", pickup={"code": "4711"})
    assert lines(bare) == ["🔑 Your code: 4711"]
    assert rows(bare) == [["🔑 Copy the code"]]
    until = datetime(2026, 11, 28, 15, tzinfo=UTC)
    (line,) = lines(happened(0, "ready_for_pickup", pickup={"until": until}))
    assert line == "⌛ It waits for you until Sat 28 Nov 18:00 GMT+3"


def test_of_several_parcels_it_is_said_which_waits_where() -> None:
    ready = happened(0, "ready_for_pickup", parcel="A", pickup=KIOSK)
    assert lines(ready, happened(1, "shipped", parcel="B"))[:2] == [
        "📦 Parcel A",
        "📍 Bukoto kiosk",
    ]


def test_of_many_places_as_many_are_told_as_a_message_holds() -> None:
    words = {"address": "🎉" * 300, "hours": "🎉" * 200, "code": "🎉" * 64, "until": NOW.date()}
    waiting = [
        happened(
            n, "ready_for_pickup", parcel=f"P{n}", pickup={"name": f"{n} " + "🎉" * 98, **words}
        )
        for n in range(20)
    ]
    told = seen(*waiting)
    for message in (
        orders.order_timeline(told, LISTENING, NOW),
        order_news(told, LISTENING, NOW),
        notices.reminder(told, LISTENING),
    ):
        assert "📍 0 🎉" in read(message).text


def test_marks_are_left_for_the_newest_steps_where_much_waits() -> None:
    waiting = [
        happened(n, "ready_for_pickup", parcel=f"P{n}", pickup={"name": f"{n}", "code": f"{n}"})
        for n in range(60)
    ]
    parsed = read(orders.order_timeline(seen(*waiting), LISTENING, NOW))
    assert len(parsed.entities) <= 100


def test_the_reminder_says_until_when_first() -> None:
    told = seen(happened(0, "ready_for_pickup", order_number="1001", pickup=KIOSK))
    reminder = notices.reminder(told, READER)
    text = read(reminder).text.split("\n")
    first = "🏪 Your order #1001 is still waiting for you to pick it up, until Sat 28 Nov."
    assert text == [first, "📍 Bukoto kiosk", "🔑 Your code: 4711"]
    assert [button.text for button in buttons(reminder)] == [
        "🗺️ On the map",
        "🔑 Copy the code",
        "Show timeline",
    ]


def test_a_summary_of_several_orders_has_no_code() -> None:
    told = seen(happened(0, "ready_for_pickup", pickup=KIOSK))
    summary = notices.summary([told], READER, NOW, of_today=True)
    assert "4711" not in read(summary).text
    assert all(button.copy_text is None for button in buttons(summary))


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_of_the_shop_are_inert(words: str) -> None:
    place = {"name": words, "address": words, "hours": words, "code": words[:64]}
    told = seen(
        happened(0, "ready_for_pickup", pickup=place, actions=actions(words, words)),
    )
    (action, _) = told.offers.actions
    messages = [
        orders.order_timeline(told, LISTENING, NOW),
        order_news(told, LISTENING, NOW),
        notices.reminder(told, LISTENING),
        choices.question(action, told, LISTENING),
        choices.passed_on(action, told, LISTENING),
        choices.already_passed_on(action, told, LISTENING),
    ]
    for message in messages:
        assert "evil.test" not in "".join(marked(read(message), "text_link"))
