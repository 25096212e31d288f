"""A message as Telegram reads it, by the sandbox's strict parsers."""

from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton

from bot.texts.message import LONGEST, Message, Reader
from sandbox.html import parse_html
from sandbox.markup import check_markup
from sandbox.text import FormattedText, cut, utf16_length

READER = Reader(language="en", timezone=ZoneInfo("Africa/Kampala"), shop_name="Nile Coffee & Tea")

ISOLATES = "\u2068\u2069"
"""What we put around the values in a text that runs right to left ourselves, always in pairs."""
OURS = ISOLATES + "\u200f"
"""All that we put in: the last of them before a line that is made of such values only."""

HOSTILE = {
    "tags": '<b>bold</b> <a href="https://evil.test">win</a> </i></b> <script> <tg-time unix="1">',
    "half a tag": "a < b <",
    "references": "&amp; &lt;b&gt; &#60; & &; &#x3c;b&#x3e;",
    "quotes": '\'"`\' onclick="x"',
    "direction marks": "\u202egnp.exe \u2066\u2067\u2068\u2069\u202a\u202b\u200e\u200f\u061c\ufeff",
    "lines": "one\ntwo\r\nthree\rfour\u2028five\u2029six\x0bseven\x85eight\tnine",
    "controls": "\x01\x07\x1b[31mred\x7f\x9b",
    "emoji": "🎉" * 5000,
    "families": "👩‍👩‍👧‍👦" * 500,
    "words": "lorem & ipsum " * 72,
    "references to be cut": "&" * 1000,
    "one long word": "x" * 1000,
    "placeholders": "{order} {0} %s %(x)s {",
    "nothing to see": "\u202e\u200e",
}


def read(message: Message) -> FormattedText:
    """What Telegram shows; fails on what it refuses."""
    parsed = parse_html(message.html)
    assert parsed.text.strip()
    assert utf16_length(parsed.text) <= LONGEST
    assert not [
        mark
        for mark in HOSTILE["direction marks"]
        if mark in parsed.text and mark > "\x7f" and mark not in OURS
    ]
    assert len({parsed.text.count(mark) for mark in ISOLATES}) == 1
    if message.keyboard:
        check_markup(message.keyboard.to_dict())
    return parsed


def marked(parsed: FormattedText, kind: str) -> list[str]:
    """The parts of the text that are marked so."""
    units = parsed.text.encode("utf-16-le")
    return [cut(units, entity) for entity in parsed.entities if entity["type"] == kind]


def buttons(message: Message) -> list[InlineKeyboardButton]:
    """Those below the message."""
    rows = message.buttons.inline_keyboard if message.buttons else ()
    return [button for row in rows for button in row]
