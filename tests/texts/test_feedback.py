"""The question how it went, in words that Telegram takes."""

from dataclasses import replace

import pytest
from telegram import InlineKeyboardMarkup

from bot.services.orders.statuses import Status
from bot.services.orders.timeline import Timeline, timeline
from bot.texts import feedback, general
from bot.texts.message import Message
from bot.texts.news import order_news
from storage.models import Order, Rating
from tests.support.news import NOON, event
from tests.texts.reading import READER, buttons, read


def order(*statuses: str, order_id: str = "ord_1") -> Timeline:
    events = [event(status, after=after) for after, status in enumerate(statuses)]
    return timeline(
        Order(id=order_id, customer_id="c", events=events, latest_at=NOON, created_at=NOON)
    )


def below(message: Message) -> InlineKeyboardMarkup:
    assert isinstance(message.keyboard, InlineKeyboardMarkup)
    return message.keyboard


@pytest.mark.parametrize("status", [*Status, "customs_hold"])
def test_only_a_delivery_asks(status: str) -> None:
    news = order_news(order(status), READER, NOON)
    asks = "How was your delivery?" in read(news).text
    rows = news.buttons.inline_keyboard if news.buttons else ()
    last = [button.text for button in rows[-1]]
    assert asks == (last == ["😀 Great", "😐 OK", "🙁 Not great"]) == (status == Status.DELIVERED)


def test_a_parcel_s_delivery_asks_nothing_while_another_is_on_its_way() -> None:
    events = [event("in_transit", parcel="B"), event("delivered", after=1, parcel="A")]
    told = timeline(
        Order(id="ord_1", customer_id="c", events=events, latest_at=NOON, created_at=NOON)
    )
    assert feedback.feedback_row(told, READER) == []


def test_the_buttons_show_what_was_said_and_the_others_stay() -> None:
    delivered = order("delivered")
    asked = order_news(delivered, READER, NOON)
    assert asked.buttons
    shown = feedback.answered(asked.buttons, delivered, READER, "fair").inline_keyboard
    assert [button.text for button in shown[-2]] == ["😐 OK ✓", "Change"]
    assert [button.text for button in shown[-1]] == ["✍️ Add a comment"]
    assert shown[:-2] == asked.buttons.inline_keyboard[:-1]


def test_who_was_not_content_has_the_way_to_the_shop_and_who_is_after_all_has_it_no_more() -> None:
    delivered, reader = order("delivered"), replace(READER, support="https://nile.example/ask")
    asked = order_news(delivered, reader, NOON)
    assert asked.buttons
    keyboard = asked.buttons
    bad: list[list[str]] = [["🙁 Not great ✓", "Change"], ["✍️ Add a comment"]]
    good: list[list[str]] = [["😀 Great ✓", "Change"], ["✍️ Add a comment"]]
    said: dict[Rating, list[list[str]]] = {"bad": [*bad, ["💬 Ask the shop"]], "good": good}
    for given, expected in said.items():
        keyboard = feedback.answered(keyboard, delivered, reader, given)
        rows = keyboard.inline_keyboard[len(asked.buttons.inline_keyboard) - 1 :]
        assert [[button.text for button in row] for row in rows] == expected
        again = feedback.asking(Message(""), delivered, reader, given)
        assert again.buttons
        assert again.buttons.inline_keyboard == rows


def test_the_answer_is_not_shown_on_another_order_s_buttons() -> None:
    asked = order_news(order("delivered", order_id="ord_2"), READER, NOON)
    assert asked.buttons
    assert feedback.answered(asked.buttons, order("delivered"), READER, "bad") == asked.buttons


def test_every_message_is_one_that_telegram_takes() -> None:
    delivered = order("delivered")
    for message in (
        feedback.prompt(READER),
        feedback.prompt_again(READER),
        feedback.not_yet(READER),
        feedback.too_late(READER),
        feedback.question(delivered, "#1001", READER),
    ):
        text = read(message).text
        assert buttons(message) or "reply to this message" in text
    assert feedback.commented(READER).keyboard == general.keyboard(READER)
    thanks = (feedback.thanks(rating, READER) for rating in feedback.RATINGS)
    for toast in (feedback.said_before(READER), *thanks):
        assert 0 < len(toast) <= 200
    assert 1 <= len(feedback.placeholder(READER)) <= 64
