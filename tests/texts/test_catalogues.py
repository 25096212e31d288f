"""Every catalogue against the code's own texts, and what becomes of it on a phone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

import bot.texts
from bot.texts.languages import LANGUAGES, REFERENCE, catalogue
from tests.texts import catalogue_checks as checks
from tests.texts.catalogue_checks import english
from tests.texts.extraction import extracted, hidden
from tests.texts.gallery.samples import READER, SAMPLES
from tests.texts.places import LABEL, LONGEST_SHOP, comments, longest, rows
from tests.texts.reading import OURS

TRANSLATED = [language for language in LANGUAGES if language != REFERENCE]


def test_no_text_of_the_code_is_hidden_from_the_catalogues() -> None:
    files = Path(bot.texts.__file__).parent.glob("*.py")
    assert {file.name: found for file in files if (found := hidden(file.read_text("utf-8")))} == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_it_has_the_code_s_texts_and_no_others(language: str) -> None:
    assert list(checks.wrong_msgids(catalogue(language), extracted())) == [], "run `make texts`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_it_says_where_there_is_little_room(language: str) -> None:
    texts = [text for text in catalogue(language) if text.id]
    wrong = [text.id for text in texts if text.auto_comments != comments(english(text))]
    assert wrong == [], "run `make texts`"


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
        checks.wrong_times,
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
        if isinstance(said := say(reader), str) and len(said) > longest(name)
    ]
    assert too_long == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_has_room_for_every_button(language: str) -> None:
    reader = replace(READER, language=language)
    too_long = [
        label
        for samples in SAMPLES.values()
        for say in samples.values()
        for row in rows(say(reader))
        for label in row
        if len(seen(label)) > LABEL.get(len(row), 6)
    ]
    assert too_long == []


def seen(label: str) -> str:
    """Without the marks that keep its parts in their places."""
    return "".join(character for character in label if character not in OURS)
