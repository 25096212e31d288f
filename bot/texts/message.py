"""What the bot sends: Telegram's HTML and the buttons below it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from html import escape, unescape
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)
from telegram.constants import KeyboardButtonStyle

from bot.services.news.courier import Fleet
from bot.services.orders.pictures import Addresses
from bot.services.people.mini_app import MiniApp
from bot.services.shop.staff import Door
from bot.texts import days
from bot.texts.languages import OURS, Texts, is_right_to_left
from bot.texts.nameless import without_a_name
from bot.texts.own_states import StateWords
from storage.models import Chat

LONGEST = 4096
"""UTF-16 code units that a text may have once its tags are parsed (Bot API: sendMessage)."""

PRIMARY, DANGER = KeyboardButtonStyle.PRIMARY, KeyboardButtonStyle.DANGER
"""The style of a button that goes on, and of one that ends something for good (Bot API: style)."""

FOLD, FOLD_END = "<blockquote expandable>", "</blockquote>"

_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""Control characters and direction marks. Those that separate words (U+2028, say) are left to
`str.split`."""
_APART = re.compile(r"\u2068[^\u2068\u2069]*\u2069")
_TAG = re.compile(r"<[^>]*>")
_LITERAL = re.compile(r"(?<![\w/<])/[a-z]+\b(?: (?:[A-Z]{4}-[A-Z]{4}|\d+))?|#\d+")
"""What a person may type exactly like this: a command, with an example for it; a number."""
_RIGHT_TO_LEFT_MARK = "\u200f"
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a text for the catalogues where it is defined; `Reader.say` translates it later."""
    return text


@dataclass(frozen=True)
class Reader:
    """Whom we write to: their language and time zone, and what the operator has set for their shop.

    ``shop_name``: None if it has none and is just "the shop". ``states``: the shop's names for
    states, and its emoji. ``texts``: what is said in each language, with the shop's own words.
    ``door``: the way to the shop's staff, if customers can write to them. ``fleet``: the shop's
    couriers, if they can be seen on a map. ``pictures``: where an order's picture is; None: there
    are none. ``mini_app``: where their orders are shown as a page; None: nowhere. ``support``: how
    to ask the shop, an https address or a phone number like +256700000001. ``shop_url``: the page
    where a customer connects from their account. ``shop_listens``: the shop is told what customers
    choose with its own buttons.
    """

    language: str
    timezone: ZoneInfo
    shop_name: str | None
    states: StateWords = field(default_factory=StateWords)
    support: str | None = None
    texts: Texts = OURS
    shop_listens: bool = False
    door: Door = field(default_factory=Door)
    fleet: Fleet = field(default_factory=Fleet)
    pictures: Addresses | None = None
    shop_url: str | None = None
    mini_app: MiniApp | None = None

    @property
    def shop(self) -> str:
        """How the shop is called."""
        return self.shop_name or self.say("the shop")

    def of(self, chat: Chat | None, phone: str | None = None) -> "Reader":
        """The same shop for the person of this chat. ``phone``: the language of their app, if
        known.

        Their own choice comes first, then their phone's language, then the shop's default.
        """
        if chat is None:
            return self.speaking(phone)
        chosen = chat.preferences
        zone = ZoneInfo(chosen.timezone) if chosen.timezone else self.timezone
        there = replace(self, timezone=zone)
        return there.speaking(chosen.language, phone, chat.language)

    def speaking(self, *wanted: str | None) -> "Reader":
        """The same, in the first of these languages that we speak; else in the present one."""
        return replace(self, language=self.texts.spoken(*wanted, default=self.language))

    def say(self, text: str, **values: object) -> str:
        """The text in their language, with ``values`` for its ``{placeholders}``. See `foreign`."""
        return self._filled(self.texts.of(self.language).gettext(text), values)

    def count(self, one: str, several: str, number: int, **values: object) -> str:
        """`say` for a text that counts something, in the plural form for ``number``."""
        text = self.texts.of(self.language).ngettext(one, several, number)
        return self._filled(text, values | {"count": self.number(number)})

    def side_by_side(self, *parts: str) -> str:
        """``#1001 · Shipped · 3 of 5``: the parts keep their order in either direction."""
        line = " · ".join(map(self.apart, filter(None, parts)))
        return _RIGHT_TO_LEFT_MARK + line if line and is_right_to_left(self.language) else line

    def apart(self, value: object) -> str:
        """The text, isolated if needed: its direction then reorders nothing around it."""
        text = str(value)
        if is_right_to_left(self.language):
            return f"{_own_direction(text)}{text}\u2069"
        return f"\u2068{text}\u2069" if _RIGHT_TO_LEFT.search(text) else text

    def number(self, number: int) -> str:
        return _formatted(number, self.language)

    def _filled(self, text: str, values: Mapping[str, object]) -> str:
        """The text with its values. Right-to-left languages isolate commands and numbers."""
        if self.shop_name is None and "shop" in values:
            text = without_a_name(text, self.language, self.shop)
        if is_right_to_left(self.language):
            text = _LITERAL.sub(lambda literal: self.apart(literal[0]), text)
        return text.format_map({name: self.apart(value) for name, value in values.items()})


def _own_direction(text: str) -> str:
    """The isolate that begins the text in a right-to-left language: its direction is that of its
    first letter.

    Isolated parts do not count (Unicode's UAX #9, P2), and a text without letters would run left to
    right: “Sunday, 9:00 to 12:00” with the hours before the day. So that gets a mark.
    """
    rest = text
    while (stripped := _APART.sub("", rest)) != rest:
        rest = stripped
    holds_parts, is_worded = rest != text, any(map(str.isalpha, _TAG.sub("", rest)))
    return f"\u2068{_RIGHT_TO_LEFT_MARK}" if holds_parts and not is_worded else "\u2068"


@lru_cache(maxsize=1024)
def _formatted(number: int, language: str) -> str:
    return format_decimal(number, locale=language)


@dataclass(frozen=True)
class Message:
    """``keyboard``: the buttons below the message, or a reply keyboard. ``picture``: the address of
    a picture to show above it."""

    html: str
    keyboard: InlineKeyboardMarkup | ReplyKeyboardMarkup | None = None
    picture: str | None = None

    @property
    def buttons(self) -> InlineKeyboardMarkup | None:
        """The buttons below it. An edited message can have no reply keyboard."""
        return self.keyboard if isinstance(self.keyboard, InlineKeyboardMarkup) else None

    @property
    def preview(self) -> LinkPreviewOptions:
        return preview(self.picture)


def preview(picture: str | None) -> LinkPreviewOptions:
    """Shows the picture large, above the text, and previews no link of the text.

    Telegram fetches the picture, and leaves it out if it cannot. Bot API: LinkPreviewOptions.
    """
    if picture is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=picture, prefer_large_media=True, show_above_text=True)


MOST_ROWS = 3
"""Rows of buttons below an order. More of them push its text off the screen."""


def few_rows(
    rows: Sequence[Sequence[InlineKeyboardButton]], last: Sequence[InlineKeyboardButton]
) -> InlineKeyboardMarkup | None:
    """As many of the rows as fit, in their order, and the ``last`` one. The first button is
    coloured."""
    first, *others = [row for row in rows if row] or [()]
    coloured = [styled(button, PRIMARY) for button in first[:1]]
    return buttons([*coloured, *first[1:]], *others[: MOST_ROWS - 2], last)


def styled(button: InlineKeyboardButton, style: str) -> InlineKeyboardButton:
    """The same button in colour. Older apps show it without.

    ``style``: ``primary`` for the usual choice, ``danger`` for what cannot be undone. Bot API:
    InlineKeyboardButton.
    """
    return InlineKeyboardButton(
        button.text,
        url=button.url,
        web_app=button.web_app,
        callback_data=button.callback_data,
        copy_text=button.copy_text,
        style=style,
    )


def buttons(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup | None:
    """The rows that are not empty. None: there is none."""
    filled = [row for row in rows if row]
    return InlineKeyboardMarkup(filled) if filled else None


def plain(text: str, longest: int) -> str:
    """A text of somebody else's for a button: on one line, cut, without direction marks."""
    line = " ".join(_UNSEEN.sub("", text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def foreign(text: str, longest: int = 300) -> str:
    """A text of somebody else's, cut and escaped for a message."""
    return escape(plain(text, longest), quote=True)


def moment(at: datetime, reader: Reader, *, style: str = "wdt", zone: bool = True) -> str:
    """A time that each phone shows in its own zone and language.

    ``style``: Telegram's letters: w weekday, d date, t time. Older apps show a fallback; ``zone``:
    it names the zone. Bot API: date-time entity.
    """
    there = at.astimezone(reader.timezone)
    shown = [days.day(there, reader.language, weekday="w" in style)] if "d" in style else []
    shown += [days.clock(there)] if "t" in style else []
    shown += [days.zone(there, reader.language)] if "t" in style and zone else []
    fallback = escape(" ".join(shown))
    return f'<tg-time unix="{int(at.timestamp())}" format="{style}">{fallback}</tg-time>'


def length(html: str) -> int:
    """The text's length as Telegram counts it: UTF-16 code units without the tags."""
    return len(unescape(_TAG.sub("", html)).encode("utf-16-le")) // 2


def as_plain_text(html: str) -> str:
    """The text without tags, cut to the length of a message."""
    return unescape(_TAG.sub("", html))[: LONGEST // 2]
