"""What the fonts of the package can write, and how wide we take it to be."""

from dataclasses import replace

import pytest

from bot.pictures.lettering import Letters, fitted, in_lines, width, writable
from bot.pictures.sheet import SHOP
from bot.texts import statuses
from bot.texts.languages import LANGUAGES, translations
from tests.pictures.looking import HEADING, SHEET, ink, painted

NAMES = [text for _, text in statuses.NAMES.values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_we_say_can_be_written(language: str) -> None:
    for name in NAMES:
        said = translations(language).gettext(name)
        assert writable(said) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_wider_than_we_take_it_to_be(language: str) -> None:
    """Nor much narrower, or it would be cut for nothing."""
    for name in NAMES:
        said = translations(language).gettext(name)
        found = ink(painted(replace(SHEET, shop=said, order="")), HEADING)
        assert found is not None
        assert 0.55 * width(said, SHOP) < found[2] - found[0] <= width(said, SHOP) + 2, said


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("☕ Nile Coffee", "Nile Coffee"),
        ("Nile☕Coffee", "NileCoffee"),
        ("咖啡 Nile", "Nile"),
        ("咖啡", ""),
        ("Kafé Łódź Ħ ŋ Ђ Ω", "Kafé Łódź Ħ ŋ Ђ Ω"),
        ("a\x00\ud800b\n c", "ab c"),
        ("\u2068#1001\u2069", "\u2068#1001\u2069"),
    ],
)
def test_what_the_fonts_do_not_have_is_left_out(text: str, written: str) -> None:
    assert writable(text) == written


def test_what_is_too_long_is_cut_and_says_so() -> None:
    letters = Letters(40)
    assert fitted("Nile Coffee", 1000, letters) == "Nile Coffee"
    cut = fitted("Nile Coffee and Tea of the Rwenzori", 300, letters)
    assert cut.startswith("Nile Coffee")
    assert cut.endswith("…")
    assert width(cut, letters) <= 300


def test_lines_are_broken_between_words() -> None:
    assert in_lines("one two three", 200, Letters(40)) == ["one two", "three"]
    assert in_lines("", 150, Letters(40)) == []
