"""Where there is little room for a text: found by looking at every sample of the gallery.

The catalogues have it above each such text (``make texts``), for translators and for a shop's own
words, which are held to it at the start.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.texts.forms import beside
from bot.texts.message import Message, Reader
from bot.texts.own import ROOM
from bot.texts.settings import HALF
from bot.texts.statuses import FETCHED, NAMES
from tests.texts.gallery.samples import EVERY_SAMPLE, READER

ANSWER, PLACEHOLDER = 200, 64
"""Characters (Bot API: answerCallbackQuery; input_field_placeholder)."""
SHOWN_ELSEWHERE = {"menu.": 256, "profile.description": 512, "profile.short": 120}
"""Characters (Bot API: BotCommand, setMyDescription, setMyShortDescription), by a sample's id."""
LABEL = {1: 40, 2: 20, 3: 13, 4: 9}
"""Characters of a label that a phone shows, by how many buttons stand in its row."""
STATE = 40
"""Characters of a state's name; the button of an order cuts it."""
LONGEST_SHOP = "Shop " * 12 + "Shop"

_BEGIN, _END = "\ue000", "\uf8ff"
_MARKS = re.compile(f"[{_BEGIN}-{_END}]")
_LONG = _END * HALF


class Marking(Reader):
    """A reader in whose copies each text begins with a mark of its own, and is so long that it has
    a row of its own wherever it may have one."""

    texts_said: list[str] = []  # noqa: RUF012 - one list of all marks

    def say(self, text: str, **values: object) -> str:
        return self._marked(text, super().say(text, **values))

    def count(self, one: str, several: str, number: int, **values: object) -> str:
        return self._marked(one, super().count(one, several, number, **values))

    def _marked(self, text: str, said: str) -> str:
        if text not in self.texts_said:
            self.texts_said.append(text)
        return f"{chr(ord(_BEGIN) + self.texts_said.index(text))}{said}{_LONG}"


@cache
def rooms() -> Mapping[str, int]:
    """Characters that a text may have beside what is filled in, of those that have little room."""
    found: dict[str, int] = {}
    for name, say in EVERY_SAMPLE.items():
        for shown, most in _shown(name, say(_reader(name))):
            for mark in {*_MARKS.findall(shown)} - {_END}:
                text = Marking.texts_said[ord(mark) - ord(_BEGIN)]
                others = len(_MARKS.sub("", shown)) - len(beside(text))
                found[text] = min(found.get(text, most), most - others)
    names = {text for _, text in NAMES.values()} | {FETCHED[0]}
    return found | dict.fromkeys(names, STATE)


def comments(msgid: str) -> list[str]:
    return [ROOM.format(rooms()[msgid])] if msgid in rooms() else []


def _reader(name: str) -> Reader:
    shop = LONGEST_SHOP if name.startswith("profile.") else READER.shop_name
    return replace(Marking(READER.language, READER.timezone, shop), support=READER.support)


def longest(name: str) -> int:
    """Of a sample that is no message."""
    return next(
        (SHOWN_ELSEWHERE[each] for each in SHOWN_ELSEWHERE if name.startswith(each)), ANSWER
    )


def rows(said: Message | str) -> Iterator[list[str]]:
    """The labels of its buttons."""
    match said:
        case Message(keyboard=InlineKeyboardMarkup(inline_keyboard=rows)):
            yield from ([button.text for button in row] for row in rows)
        case Message(keyboard=ReplyKeyboardMarkup(keyboard=rows)):
            yield from ([button.text for button in row] for row in rows)


def _shown(name: str, said: Message | str) -> Iterator[tuple[str, int]]:
    if isinstance(said, str):
        yield said, longest(name)
        return
    for row in rows(said):
        yield from ((label, LABEL.get(len(row), 6)) for label in row)
    if isinstance(said.keyboard, ReplyKeyboardMarkup) and said.keyboard.input_field_placeholder:
        yield said.keyboard.input_field_placeholder, PLACEHOLDER
