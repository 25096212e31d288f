"""The keyboard that is always at hand, and that no message is a dead end."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from telegram import ReplyKeyboardMarkup

from bot.services.orders.timeline import timeline
from bot.services.orders.tracking import Page
from bot.texts import general, lists, news, orders
from bot.texts.languages import LANGUAGES, OURS
from bot.texts.lists import not_found, order_list, several_orders
from bot.texts.message import Message
from bot.texts.news import order_news
from tests.services.orders.history import START, all_of, order
from tests.texts.reading import READER, buttons, read


def labels(message: Message) -> list[str]:
    assert isinstance(message.keyboard, ReplyKeyboardMarkup)
    return [button.text for row in message.keyboard.keyboard for button in row]


def test_the_keyboard_says_in_words_what_its_buttons_do_and_stays() -> None:
    keyboard = general.keyboard(READER)
    assert labels(general.help_text(READER)) == ["📦 My orders", "⚙️ Settings", "❓ Help"]
    assert keyboard.is_persistent
    assert keyboard.resize_keyboard


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_placeholder_is_as_short_as_telegram_wants_it(language: str) -> None:
    assert read(general.welcome(replace(READER, language=language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_button_is_understood_in_every_language(language: str) -> None:
    texts = labels(general.welcome(replace(READER, language=language)))
    assert [general.meant(text, OURS) for text in texts] == ["orders", "settings", "help"]


@pytest.mark.parametrize("said", ["My orders", "my orders", "  MY ORDERS! ", "📦 My  orders"])
def test_who_types_the_words_of_a_button_means_it(said: str) -> None:
    assert general.meant(said, OURS) == "orders"


@pytest.mark.parametrize("said", ["", "📦", "my order", "where are my orders", "1001"])
def test_other_words_mean_no_button(said: str) -> None:
    assert general.meant(said, OURS) is None


VIEW = timeline(order(*all_of(["placed", "shipped"], order_number="1001")))
MESSAGES: dict[str, Callable[[], Message]] = {
    "timeline": lambda: orders.order_timeline(VIEW, READER, START),
    "news": lambda: order_news(VIEW, READER, START),
    "list": lambda: order_list(Page([VIEW], 0, has_older=False), READER, START),
    "empty list": lambda: order_list(Page([], 0, has_older=False), READER, START),
    "empty page": lambda: order_list(Page([], 2, has_older=False), READER, START),
    "several": lambda: several_orders([VIEW], READER),
    "not found": lambda: not_found(READER),
    "help": lambda: general.help_text(READER),
    "welcome": lambda: general.welcome(READER),
    "at hand": lambda: general.at_hand(READER),
    "not understood": lambda: general.not_understood(READER),
    "in a group": lambda: general.only_in_private("trackline_bot", READER),
    "trouble": lambda: general.try_again("orders", READER),
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_no_message_is_a_dead_end(message: Callable[[], Message]) -> None:
    """It has a button, or says what to do."""
    said = message()
    assert said.keyboard or "lease" in read(said).text  # please …


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_nothing_is_said_by_a_picture_alone(message: Callable[[], Message]) -> None:
    said = message()
    texts = [*read(said).text.splitlines(), *(button.text for button in buttons(said))]
    if isinstance(said.keyboard, ReplyKeyboardMarkup):
        texts += labels(said)
    for text in filter(None, texts):
        assert any(letter.isalpha() for letter in text), text


def test_every_function_of_these_texts_is_looked_at() -> None:
    written = {
        name
        for module in (general, orders, news, lists)
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__annotations__", {}).get("return") is Message
    }
    assert written == {
        *("order_timeline", "order_news", "order_list", "several_orders", "not_found"),
        "caption",  # of a photo, beside a message that has buttons
        *("help_text", "welcome", "at_hand", "not_understood", "only_in_private", "try_again"),
    }
