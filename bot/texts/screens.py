"""What each screen of `/settings` is made of: its title, its buttons, and the way back.

A button carries its screen's name and what is chosen there: ``settings:hear:main``.
"""

from collections.abc import Iterable, Sequence
from datetime import time

from babel.dates import format_time
from telegram import InlineKeyboardButton

from bot.texts.message import N_, Message, Reader, buttons

MAIN = "settings"
SCREEN = "settings:"

QUIET, PROBLEMS, LANGUAGE, ZONE = "quiet", "problems", "language", "zone"
FOLLOWS, HOUSEHOLD, WAITS = "follows", "household", "waits"

A_ROW = 4
"""Hours in one row."""
HALF = 17
"""Characters of a button that shares its row with another on a narrow phone."""

TITLES = {
    "hear": ("📣", N_("Updates")),
    "silent": ("🔔", N_("Sound")),
    QUIET: ("🌙", N_("Quiet hours")),
    ZONE: ("🕐", N_("Time zone")),
    "cards": ("💬", N_("Messages")),
    "digest": ("📬", N_("Daily summary")),
    "reminders": ("⏰", N_("Reminders")),
    LANGUAGE: ("🌐", N_("Language")),
    FOLLOWS: ("🔗", N_("What you follow")),
    HOUSEHOLD: ("👥", N_("Connected chats")),
    WAITS: ("📨", N_("Shared with you")),
}
"""By the screen's name; that of a `Choice` is its field."""


def title(name: str, reader: Reader) -> str:
    emoji, words = TITLES[name]
    return f"{emoji} {reader.say(words)}"


def screen(heading: str, lines: Sequence[str], *rows: Sequence[InlineKeyboardButton]) -> Message:
    return Message("\n".join([f"<b>{heading}</b>", "", *lines]), buttons(*rows))


def option(
    label: str, *carries: object, is_chosen: bool = False, style: str | None = None
) -> InlineKeyboardButton:
    data = SCREEN + ":".join(map(str, carries))
    shown = f"✓ {label}" if is_chosen else label
    return InlineKeyboardButton(shown, callback_data=data, style=style)


def in_pairs(options: Iterable[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """Two buttons in a row, in their order; a button with a longer label has a row of its own."""
    rows: list[list[InlineKeyboardButton]] = []
    for button in options:
        beside = rows[-1] if rows else []
        if len(beside) == 1 and all(len(each.text) <= HALF for each in (*beside, button)):
            beside.append(button)
        else:
            rows.append([button])
    return rows


def in_grid(hours: Sequence[InlineKeyboardButton]) -> list[Sequence[InlineKeyboardButton]]:
    return [hours[start : start + A_ROW] for start in range(0, len(hours), A_ROW)]


def back(reader: Reader, to: str = MAIN) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton("‹ " + reader.say("Back"), callback_data=to)]


def hour(number: int, reader: Reader) -> str:
    return format_time(time(number), "HH:mm", locale=reader.language)
