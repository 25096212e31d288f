"""A picture's content and look: texts → SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape

from bot.pictures.lettering import Letters, fitted, in_lines, width

WIDTH, HEIGHT = 1200, 630
"""Pixels of a preview on a phone with three pixels a point."""
MARGIN = 64
ROOM = WIDTH - 2 * MARGIN
INK = "#ffffff"

SMALL, SHOP = Letters(46), Letters(46, is_bold=True)
"""46 pixels are 12 points on a phone."""
LINES = [Letters(size) for size in (56, 50, 44, 38)]
"""Sizes for a single line: the first in which it fits."""
HEADLINES = [
    (Letters(size, is_bold=True), most) for size, most in ((108, 1), (90, 1), (76, 2), (64, 2))
]
"""Sizes of a headline, and how many lines it may have: the first in which it fits."""
RAIL = 466
"""Pixels from the top to the steps."""


class Tone(StrEnum):
    """The background. White text has enough contrast on each (WCAG: at least 4.5 to 1)."""

    UNDERWAY = "#2257b4"
    ARRIVED = "#1a7445"
    TROUBLED = "#94530b"
    ENDED = "#54606e"


@dataclass(frozen=True)
class Sheet:
    """All texts are plain. Empty: that text is left out.

    ``done`` of ``total`` steps. 0 of 0: there are no steps.
    """

    headline: str
    shop: str
    order: str
    expected: str
    stage: str
    done: int
    total: int
    tone: Tone
    is_right_to_left: bool


def drawn(sheet: Sheet) -> str:
    """The SVG of the sheet."""
    letters, lines = _headline(sheet.headline)
    top, apart, below = (238, 0, 330) if len(lines) == 1 else (206, 84, 374)
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{sheet.tone}"/>',
        *_heading(sheet),
        *(_text(sheet, line, top + n * apart, letters) for n, line in enumerate(lines)),
        _line_of(sheet, sheet.expected, below, LINES),
        *_rail(sheet),
        _line_of(sheet, sheet.stage, 582, [SMALL, *LINES[-2:]]),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="Noto Sans" fill="{INK}">{"".join(parts)}</svg>'
    )


def step_at(number: int, sheet: Sheet) -> float:
    """Pixels from the left to the middle of a step. Steps are counted from 1."""
    first = MARGIN + 44
    along = first + (WIDTH - 2 * first) * (number - 1) / (sheet.total - 1)
    return WIDTH - along if sheet.is_right_to_left else along


def _headline(text: str) -> tuple[Letters, list[str]]:
    """The letters and the lines. Lines that are too long for the smallest letters are cut."""
    for letters, most in HEADLINES:
        lines = in_lines(text, ROOM, letters)
        if len(lines) <= most and all(width(line, letters) <= ROOM for line in lines):
            return letters, lines
    first, rest = lines[0], " ".join(lines[1:])
    return letters, [fitted(line, ROOM, letters) for line in (first, rest) if line]


def _heading(sheet: Sheet) -> Iterator[str]:
    """The shop's name at the beginning of the line, the order's number at the end."""
    order = fitted(sheet.order, ROOM * 0.6, SMALL)
    left = ROOM - width(order, SMALL) - (SMALL.size if order else 0)
    yield _text(sheet, fitted(sheet.shop, left, SHOP), 106, SHOP)
    yield _text(sheet, order, 106, SMALL, at_end=True)


def _line_of(sheet: Sheet, text: str, down: float, sizes: Sequence[Letters]) -> str:
    """The line in the largest letters in which it fits, or else cut, in the smallest."""
    roomy = [letters for letters in sizes if width(text, letters) <= ROOM]
    letters = roomy[0] if roomy else sizes[-1]
    return _text(sheet, fitted(text, ROOM, letters), down, letters)


def _text(sheet: Sheet, text: str, down: float, letters: Letters, *, at_end: bool = False) -> str:
    """One line. Its direction is marked in the text: the library knows left to right only."""
    if not text:
        return ""
    at_right = at_end != sheet.is_right_to_left
    across, anchor = (WIDTH - MARGIN, "end") if at_right else (MARGIN, "start")
    turned = f"\u2067{text}\u2069" if sheet.is_right_to_left else f"\u2066{text}\u2069"
    return (
        f'<text x="{across}" y="{down:.0f}" text-anchor="{anchor}" font-size="{letters.size}" '
        f'font-weight="{700 if letters.is_bold else 400}">{escape(turned)}</text>'
    )


def _rail(sheet: Sheet) -> Iterator[str]:
    """The steps. Those that are done have a tick, and the last of them is larger."""
    if not sheet.total:
        return
    steps = range(1, sheet.total + 1)
    places = {number: step_at(number, sheet) for number in steps}
    yield _line(places[1], places[sheet.total], "0.35")
    if sheet.done:
        yield _line(places[1], places[sheet.done], "1")
    for number, place in places.items():
        yield _step(place, sheet, is_done=number <= sheet.done, is_last=number == sheet.done)


def _line(start: float, end: float, opacity: str) -> str:
    return (
        f'<path d="M{start:.0f} {RAIL}H{end:.0f}" stroke="{INK}" stroke-width="12" '
        f'stroke-opacity="{opacity}"/>'
    )


def _step(place: float, sheet: Sheet, *, is_done: bool, is_last: bool) -> str:
    middle = f'cx="{place:.0f}" cy="{RAIL}"'
    if not is_done:
        return (
            f'<circle {middle} r="27" fill="{sheet.tone}"/>'
            f'<circle {middle} r="24" fill="{INK}" fill-opacity="0.15" stroke="{INK}" '
            f'stroke-opacity="0.6" stroke-width="6"/>'
        )
    ring = f'<circle {middle} r="44" fill="{sheet.tone}" stroke="{INK}" stroke-width="6"/>'
    tick = (
        f'<path d="M{place - 15:.0f} {RAIL + 1}l11 11l20 -22" fill="none" stroke="{sheet.tone}" '
        f'stroke-width="8" stroke-linecap="round" stroke-linejoin="round"/>'
    )
    return f'{ring if is_last else ""}<circle {middle} r="32"/>{tick}'
