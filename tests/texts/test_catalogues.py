"""Every catalogue against the code's own texts, and what becomes of it on a phone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from babel.messages.catalog import Catalog
from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.texts.languages import LANGUAGES, REFERENCE, catalogue
from bot.texts.message import Message
from tests.texts import catalogue_checks as checks
from tests.texts.extraction import extracted
from tests.texts.gallery.samples import READER, SAMPLES
from tests.texts.reading import ISOLATES

TRANSLATED = [language for language in LANGUAGES if language != REFERENCE]
ANSWER = 200
"""Characters of a button's answer (Bot API: answerCallbackQuery)."""
SHOWN_ELSEWHERE = {"menu.": 256, "profile.description": 512, "profile.short": 120}
"""Characters (Bot API: BotCommand, setMyDescription, setMyShortDescription), by a sample's id."""
LABEL = {1: 40, 2: 20, 3: 13, 4: 9}
"""Characters of a label that a phone shows, by how many buttons stand in its row."""
LONGEST_SHOP = "Shop " * 12 + "Shop"


@pytest.mark.parametrize("language", TRANSLATED)
def test_it_has_the_code_s_texts_and_no_others(language: str) -> None:
    assert list(checks.wrong_msgids(catalogue(language), extracted())) == [], "run `make texts`"


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize(
    "check",
    [
        checks.not_translated,
        checks.wrong_plurals,
        checks.wrong_placeholders,
        checks.wrong_markup,
        checks.wrong_words,
        checks.wrong_spaces,
    ],
)
def test_its_translations_are_whole(
    language: str, check: Callable[[Catalog], Iterator[str]]
) -> None:
    assert list(check(catalogue(language))) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_telegram_knows_the_language_by_its_name(language: str) -> None:
    assert re.fullmatch("[a-z]{2}", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_elsewhere_is_no_longer_than_telegram_takes(language: str) -> None:
    reader = replace(READER, language=language, shop_name=LONGEST_SHOP)
    too_long = [
        f"{name}: {len(said)}"
        for samples in SAMPLES.values()
        for name, say in samples.items()
        if isinstance(said := say(reader), str) and len(said) > _longest(name)
    ]
    assert too_long == []


def _longest(name: str) -> int:
    return next(
        (SHOWN_ELSEWHERE[each] for each in SHOWN_ELSEWHERE if name.startswith(each)), ANSWER
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_has_room_for_every_button(language: str) -> None:
    reader = replace(READER, language=language)
    too_long = [
        label
        for samples in SAMPLES.values()
        for say in samples.values()
        for row in _rows(say(reader))
        for label in row
        if len(seen(label)) > LABEL.get(len(row), 6)
    ]
    assert too_long == []


def seen(label: str) -> str:
    """Without the marks that keep its parts in their places."""
    return "".join(character for character in label if character not in ISOLATES)


def _rows(said: Message | str) -> Iterator[list[str]]:
    match said:
        case Message(keyboard=InlineKeyboardMarkup(inline_keyboard=rows)):
            yield from ([button.text for button in row] for row in rows)
        case Message(keyboard=ReplyKeyboardMarkup(keyboard=rows)):
            yield from ([button.text for button in row] for row in rows)
