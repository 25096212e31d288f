"""What leaves the bot: Telegram's HTML and the buttons below it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

LONGEST = 4096
"""UTF-16 code units that a text may have once its tags are parsed (Bot API: sendMessage)."""

_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""Controls and direction marks; those that part words (U+2028, say) are left to `str.split`."""
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Reader:
    """For whom we write: their language (a Babel locale), time zone, and their shop's name."""

    language: str
    timezone: ZoneInfo
    shop: str


@dataclass(frozen=True)
class Message:
    html: str
    keyboard: InlineKeyboardMarkup | None = None


def buttons(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([row for row in rows if row])


def plain(text: str, longest: int) -> str:
    """Somebody else's text as a button shows it: on one line, cut, no direction marks."""
    line = " ".join(_UNSEEN.sub("", text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def foreign(text: str, longest: int = 300) -> str:
    """Somebody else's text, made inert for a message. What is escaped is already cut."""
    return escape(plain(text, longest), quote=True)


def moment(at: datetime, reader: Reader, *, style: str = "wdt") -> str:
    """A time that each phone shows in its own zone and language.

    ``style``: Telegram's letters, w weekday, d date, t time. What older apps show instead says
    which zone it is in. Bot API: date-time entity.
    """
    pattern = " ".join({"w": "EEE", "d": "d MMM", "t": "HH:mm z"}[letter] for letter in style)
    fallback = format_datetime(at, pattern, tzinfo=reader.timezone, locale=reader.language)
    return f'<tg-time unix="{int(at.timestamp())}" format="{style}">{escape(fallback)}</tg-time>'


def length(html: str) -> int:
    """How long Telegram will find the text: UTF-16 code units without the tags."""
    return len(unescape(_TAG.sub("", html)).encode("utf-16-le")) // 2


def as_plain_text(html: str) -> str:
    """The same words without tags, cut to what a message holds."""
    return unescape(_TAG.sub("", html))[: LONGEST // 2]
