"""A link's code, sent as it is, is told from words and from numbers."""

import pytest

from bot.services.people.codes import bare_code


@pytest.mark.parametrize(
    "said",
    ["K7WM-3XQP", "k7wm-3xqp", " K7WM-3XQP\n", "K7WM3XQP", "K7WM 3XQP", "K7WM–3XQP", "k7wm_3xqp"],
)
def test_a_code_is_known_however_it_is_typed(said: str) -> None:
    assert bare_code(said) == "K7WM3XQP"


@pytest.mark.parametrize(
    ("said", "why_not"),
    [
        ("", "nothing"),
        ("code K7WM-3XQP", "other words"),
        ("K7WM-3XQP please", "other words"),
        ("K7WM-3XQ", "too short"),
        ("K7WM-3XQPA", "too long"),
        ("K7W-M3XQP", "parted elsewhere"),
        ("K7WM--3XQP", "parted twice"),
        ("K0WM-3XQP", "a letter or figure that no code has"),
        ("K7WM-3XQÉ", "a letter or figure that no code has"),
        ("december", "a word"),
        ("have been", "two words"),
        ("DECEMBER", "a word that is shouted"),
        ("22334455", "a number"),
        ("2233-4455", "a number"),
    ],
)
def test_what_is_no_code_is_none(said: str, why_not: str) -> None:
    assert bare_code(said) is None, why_not


@pytest.mark.parametrize("said", ["KCWM-DXQP", "kcwm-dxqp"])
def test_a_code_that_has_no_figure_is_known_by_its_dash(said: str) -> None:
    assert bare_code(said) == "KCWMDXQP"


@pytest.mark.parametrize(
    "said",
    ["\u200eK7WM-3XQP\u200e", "\u2068K7WM\u20133XQP\u2069", "K7WM\u22123XQP", "K7WM\u200b3XQP"],
)
def test_marks_that_are_not_seen_and_other_dashes_make_no_difference(said: str) -> None:
    assert bare_code(said) == "K7WM3XQP"
