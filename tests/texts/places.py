"""Where there is little room for a text: found by looking at every sample of the gallery.

The catalogues have it above each such text (``make texts``), for translators and for a shop's own
words, which are held to it at the start.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import unquote_plus

from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.texts.forms import beside
from bot.texts.message import Message, Reader
from bot.texts.own import ROOM
from bot.texts.screens import HALF
from bot.texts.statuses import FETCHED, NAMES, PARCEL_FETCHED, PARCELS
from sandbox.html import parse_html
from tests.texts.gallery.samples import EVERY_SAMPLE, READER

ANSWER, PLACEHOLDER = 200, 64
"""Characters (Bot API: answerCallbackQuery; input_field_placeholder)."""
SHOWN_ELSEWHERE = {"menu.": 256, "profile.description": 512, "profile.short": 120}
"""Characters (Bot API: BotCommand, setMyDescription, setMyShortDescription), by a sample's id."""
LABEL = {1: 40, 2: 20, 3: 13, 4: 9}
"""Characters of a label that a phone shows, by how many buttons stand in its row."""
STATE = 40
"""Characters of a state's name; the button of an order cuts it."""
PLAIN = 64
"""Characters of what stands inside of another text, like a shop's name (`SHOP_NAME`)."""
LONGEST_SHOP = "Shop " * 12 + "Shop"

_BEGIN, _END = "\ue000", "\uf8ff"
_MARKS = re.compile(f"[{_BEGIN}-{_END}]")


class Marking(Reader):
    """A reader in whose copies each text begins with a mark of its own, and is so long that it has
    a row of its own wherever it may have one."""

    texts_said: list[str] = []  # noqa: RUF012 - one list of all marks
    before, after = "", _END * HALF

    def say(self, text: str, **values: object) -> str:
        return self._marked(text, super().say(text, **values))

    def count(self, one: str, several: str, number: int, **values: object) -> str:
        return self._marked(one, super().count(one, several, number, **values))

    def _marked(self, text: str, said: str) -> str:
        if text not in self.texts_said:
            self.texts_said.append(text)
        mark = chr(ord(_BEGIN) + self.texts_said.index(text))
        return f"{self.before}{mark}{said}{self.after}"


class Short(Marking):
    """One whose copies are as long as they are: what is too long may be left out."""

    after = ""


class Tagging(Marking):
    """One in whose copies each text has a tag, which is seen where no markup can stand."""

    before, after = "<u>", "</u>"


@cache
def rooms() -> Mapping[str, int]:
    """Characters that a text may have beside what is filled in, of those that have little room."""
    plain = {
        text for name, say in EVERY_SAMPLE.items() for text in _plain(say(_reader(name, Tagging)))
    }
    names = {text for _, text in NAMES.values()} | {FETCHED[0], *PARCELS.values(), PARCEL_FETCHED}
    found = dict.fromkeys(plain, PLAIN) | _room(Short) | _room(Marking)
    return found | dict.fromkeys(names, STATE)


def _room(kind: type[Marking]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, say in EVERY_SAMPLE.items():
        for shown, most in _shown(name, say(_reader(name, kind))):
            for text in _marked(shown):
                others = len(_MARKS.sub("", shown)) - len(beside(text))
                found[text] = min(found.get(text, most), most - others)
    return found


def _marked(shown: str) -> list[str]:
    marks = {*_MARKS.findall(shown)} - {_END}
    return [Marking.texts_said[ord(mark) - ord(_BEGIN)] for mark in marks]


def _plain(said: Message | str) -> Iterator[str]:
    """Texts of a message whose tags would be seen: on a button, in an address, inside another."""
    if isinstance(said, Message):
        labels = [label for row in rows(said) for label in row]
        below = said.buttons.inline_keyboard if said.buttons else ()
        addresses = [unquote_plus(button.url or "") for row in below for button in row]
        for shown in (parse_html(said.html).text, *labels, *addresses):
            yield from _marked("".join(re.findall(f"<u>[{_BEGIN}-{_END}]", shown)))


def comments(msgid: str) -> list[str]:
    return [ROOM.format(rooms()[msgid])] if msgid in rooms() else []


def _reader(name: str, kind: type[Marking]) -> Reader:
    shop = LONGEST_SHOP if name.startswith("profile.") else READER.shop_name
    return kind(**vars(READER) | {"shop_name": shop})


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
