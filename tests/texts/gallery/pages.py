"""The gallery as Markdown, to be read on the pages of a forge: a file a language."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.texts.languages import OURS, Texts, is_right_to_left, own_name
from bot.texts.message import Message, Reader
from tests.texts.gallery.samples import READER, SAMPLES, Say

ROOT = Path(__file__).parents[3]
ENGLISH = ROOT / "docs" / "messages" / "en.md"
"""The one page that is kept in git; the others are built from the catalogues when wanted."""
FOLDER = ROOT / "build" / "messages"
COMMAND = "make gallery"

_NOTE = f"Written by `{COMMAND}`: change the texts, not this file."
_LEGEND = (
    "`[…]` is a button, ↗ opens a link, ⧉ copies. ⌨ stands for the keyboard below the chat, and "
    "⌨ ∅ takes it away. Where a page speaks English, its catalogue lacks a translation."
)
_ONLY_TELEGRAM_S = re.compile(r"</?tg-[^>]*>")
_EXPANDABLE = re.compile(r"<blockquote [^>]*>")


def files(texts: Texts = OURS) -> dict[str, str]:
    """All pages, by the name of the file. ``texts``: the shop's, too."""
    pages = {
        f"{each}.md": page(replace(READER, language=each, texts=texts)) for each in texts.languages
    }
    return {"README.md": _index(texts), **pages}


def page(reader: Reader) -> str:
    """Every sample as they read it."""
    language = reader.language
    parts = [f"# {own_name(language)}", _NOTE, _LEGEND]
    for section, samples in SAMPLES.items():
        parts.append(f"## {section}")
        for name, say in samples.items():
            parts += [f"### `{name}`", *_sample(say, reader)]
    return "\n\n".join(parts) + "\n"


def _index(texts: Texts) -> str:
    lines = [f"- [{own_name(each)}]({each}.md)" for each in texts.languages]
    parts = ["# Every message of the bot, in every language", _NOTE, "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _sample(say: Say, reader: Reader) -> Iterator[str]:
    """HTML that Markdown leaves alone: for that, there must be no blank line in it."""
    said = say(reader)
    message = Message(escape(said)) if isinstance(said, str) else said
    direction = ' dir="rtl"' if is_right_to_left(reader.language) else ""
    text = _EXPANDABLE.sub("<blockquote>", _ONLY_TELEGRAM_S.sub("", message.html))
    yield f"<blockquote{direction}>\n{text.replace(chr(10), '<br>' + chr(10))}\n</blockquote>"
    if rows := list(_rows(message)):
        yield f"<p{direction}>\n" + "<br>\n".join(rows) + "\n</p>"


def _rows(message: Message) -> Iterator[str]:
    match message.keyboard:
        case InlineKeyboardMarkup() as below:
            for row in below.inline_keyboard:
                yield " ".join(f"[{escape(button.text)}{_mark(button)}]" for button in row)
        case ReplyKeyboardMarkup() as keyboard:
            for keys in keyboard.keyboard:
                yield "⌨ " + " ".join(f"[{escape(key.text)}]" for key in keys)
        case ReplyKeyboardRemove():
            yield "⌨ ∅"


def _mark(button: InlineKeyboardButton) -> str:
    if button.url:
        return " ↗"
    return " ⧉" if button.copy_text else ""
