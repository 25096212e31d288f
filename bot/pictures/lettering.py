"""Which letters our fonts have, and how wide text becomes."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "fonts"
FILES = [str(file) for file in sorted(FOLDER.glob("*.ttf"))]
"""Latin, Greek, Cyrillic and Arabic letters in two weights (fonts/README.md)."""

_BOLD, _REGULAR = "Bold", "Regular"
_WIDTHS: dict[str, dict[str, int]] = json.loads((FOLDER / "widths.json").read_text("ascii"))
_DIRECTIONS = frozenset("\u2066\u2067\u2068\u2069")
_SPARE = 1.02
"""The factor by which letters side by side may be wider than each by itself."""


class Letters(NamedTuple):
    """``size``: in pixels."""

    size: int
    is_bold: bool = False


def writable(text: str) -> str:
    """The text on one line, without what our fonts lack.

    A word with a letter that they lack is left out; of other signs, like emoji, only the sign.
    """
    words = (_known(word) for word in text.split())
    return " ".join(filter(None, words))


def width(text: str, letters: Letters) -> float:
    """The width in pixels, at most: the sum of the widths of the letters."""
    widths = _WIDTHS[_BOLD if letters.is_bold else _REGULAR]
    return sum(widths.get(letter, 0) for letter in text) * letters.size / 1000 * _SPARE


def fitted(text: str, room: float, letters: Letters) -> str:
    """As much of the text as fits into ``room`` pixels. A text that is cut ends with three dots."""
    if width(text, letters) <= room:
        return text
    while text and width(f"{text}…", letters) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def in_lines(text: str, room: float, letters: Letters) -> list[str]:
    """Lines of at most ``room`` pixels. A word that is wider stands on a line of its own."""
    return list(_lines(text, room, letters))


def _lines(text: str, room: float, letters: Letters) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".lstrip()
        if line and width(longer, letters) > room:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _known(word: str) -> str:
    known = "".join(letter for letter in word if letter in _WIDTHS[_BOLD] or letter in _DIRECTIONS)
    lacking = (letter for letter in word if letter not in known)
    return "" if any(unicodedata.category(each)[0] in "LN" for each in lacking) else known
