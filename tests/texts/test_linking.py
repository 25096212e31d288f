"""What is said around connecting a chat, and about the bot itself."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import ceil

import pytest

from bot.services.orders.timeline import timeline
from bot.services.people.codes import TOKEN_LENGTH
from bot.services.people.linking import Offer
from bot.texts import general, linking
from bot.texts.languages import LANGUAGES
from bot.texts.message import Message
from tests.services.orders.history import happened, order
from tests.texts.reading import HOSTILE, READER, buttons, marked, read

OFFER = Offer(secret="A" * TOKEN_LENGTH, account_hint="a•••@example.com")
SIMPLE: list[Callable[..., Message]] = [
    linking.declined,
    linking.invalid,
    linking.not_linked,
    linking.ask_for_code,
    linking.unlinked,
    linking.was_not_linked,
    partial(linking.not_linked, by_phone=True),
    partial(linking.ask_for_code, by_phone=True),
    partial(linking.not_your_contact, by_phone=True),
    linking.number_received,
    linking.number_unknown,
    general.help_text,
    general.not_understood,
    general.welcome,
    general.at_hand,
    partial(general.only_in_private, "trackline_bot"),
    partial(general.try_again, "orders"),
]


LINE = 42
"""Characters of a line on a phone of 390 pixels."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_words_are_few_lines_on_a_phone(language: str) -> None:
    reader = replace(READER, language=language)
    for say, most in (
        (general.welcome, 3),
        (linking.hello, 4),
        (partial(linking.linked, []), 4),
        (linking.not_linked, 6),
        (linking.invalid, 7),
        (partial(linking.not_linked, by_phone=True), 9),
        (partial(linking.not_linked, by_order=True), 9),
    ):
        text = read(say(reader)).text
        assert sum(ceil(len(line) / LINE) for line in text.split("\n")) <= most, text


def test_consent_shows_whose_account_it_is() -> None:
    parsed = read(linking.consent(OFFER, READER))
    assert marked(parsed, "bold") == ["a•••@example.com"]
    assert "Nile Coffee & Tea" in parsed.text
    assert "Only say yes if this is your account" in parsed.text


def test_consent_agrees_first_and_declines_second() -> None:
    agree, decline = buttons(linking.consent(OFFER, READER))
    assert agree.callback_data == f"link:{OFFER.secret}"
    assert decline.callback_data == f"nolink:{OFFER.secret}"
    for button in (agree, decline):
        assert len(str(button.callback_data).encode()) <= 64


def test_consent_without_a_hint_still_asks() -> None:
    assert (
        "Connect this chat to"
        in read(linking.consent(replace(OFFER, account_hint=None), READER)).text
    )


@pytest.mark.parametrize(
    ("number", "hint", "asks"),
    [
        ("1001", None, "Follow order 1001 from"),
        ("1001", "#1001 of Monday", "Follow order 1001 from"),
        (None, "#1001 of Monday", "Follow order #1001 of Monday from"),
        (None, None, "Follow this order from"),
    ],
)
def test_an_order_is_asked_for_by_what_it_is_called(
    number: str | None, hint: str | None, asks: str
) -> None:
    offer = Offer(OFFER.secret, hint, is_order=True, number=number)
    assert asks in read(linking.consent(offer, READER)).text
    assert buttons(linking.consent(offer, READER))[0].text == "Yes, follow it"


@pytest.mark.parametrize("hint", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_hint_is_text(hint: str) -> None:
    parsed = read(linking.consent(replace(OFFER, account_hint=hint), READER))
    assert {entity["type"] for entity in parsed.entities} <= {"bold"}
    assert len(parsed.entities) <= 1


@pytest.mark.parametrize("text", SIMPLE)
@pytest.mark.parametrize("shop", ["our shop", "A & B <Ltd> \u202e", "x" * 64])
def test_every_text_is_one_that_telegram_takes(text: Callable[..., Message], shop: str) -> None:
    reader = replace(READER, shop_name=shop)
    parsed = read(text(reader) if inspect.signature(text).parameters else text())
    assert len(parsed.text) < 600
    assert parsed.text[0].isupper()
    for jargon in ("token", "webhook", "database", "deep link", "payload", "None"):
        assert jargon not in parsed.text


def test_being_linked_offers_the_open_orders() -> None:
    view = timeline(order(happened(0, "shipped", order_number="1001")))
    message = linking.linked([view], READER)
    assert "Your open orders:" in read(message).text
    assert [button.text for button in buttons(message)] == ["🚚 #1001 · Shipped"]


def test_being_linked_without_orders_offers_none() -> None:
    message = linking.linked([], READER)
    assert "open orders" not in read(message).text
    assert buttons(message) == []


def test_help_and_the_menu_name_the_same_commands() -> None:
    text = read(general.help_text(READER)).text
    assert [name for name in general.COMMANDS if f"/{name}" not in text] == ["help"]
    for name, what_for in general.COMMANDS.items():
        assert name.isascii()
        assert name.islower()
        assert 1 <= len(what_for) <= 256


@pytest.mark.parametrize("hint", HOSTILE.values(), ids=HOSTILE)
def test_the_accounts_of_one_number_are_told_apart_whatever_they_are_called(hint: str) -> None:
    offers = [OFFER, replace(OFFER, account_hint=hint), replace(OFFER, account_hint=None)]
    message = linking.which_account(offers, READER)
    assert "Nile Coffee & Tea" in read(message).text
    first, second, third, decline = buttons(message)
    assert (first.text, third.text, decline.text) == ("a•••@example.com", "Account 3", "No, thanks")
    assert 1 <= len(second.text) <= 40
    assert decline.callback_data == f"nolink:{OFFER.secret}"
