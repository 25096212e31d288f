"""The texts that the code wants translated: `make texts` brings them into the catalogues.

    python -m tests.texts.extraction > messages.pot

Babel's own extraction reads tokens, and before Python 3.12 an f-string is a single one: what is
said inside of it would be forgotten.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

import bot.texts
from tests.texts.places import comments

WORDS = {"N_": 1, "say": 1, "count": 2}
"""Calls that take a text to translate, and how many of their arguments it is."""


@dataclass(frozen=True)
class Text:
    """``msgid``: the English; ``plural``: of several, if the text counts something."""

    msgid: str
    plural: str | None = None


@cache
def extracted() -> dict[str, Text]:
    """By their msgid, in the order of the code."""
    files = sorted(Path(bot.texts.__file__).parent.rglob("*.py"))
    found = (text for file in files for text in texts(file.read_text(encoding="utf-8")))
    return {text.msgid: text for text in found}


def texts(source: str) -> Iterator[Text]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        wanted = WORDS.get(_name(call.func), 0)  # `str.count` has one argument, `Reader.count` two
        words = [each.value for each in call.args[:wanted] if isinstance(each, ast.Constant)]
        if words and len(words) == wanted and all(isinstance(word, str) for word in words):
            yield Text(*map(str, words))


def hidden(source: str) -> list[str]:
    """Texts that are chosen or put together inside of the call, where they cannot be found."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    said = [call.args[0] for call in calls if _name(call.func) in WORDS and call.args]
    return [ast.unparse(text) for text in said if isinstance(text, ast.IfExp | ast.JoinedStr)]


def _name(called: ast.expr) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def template() -> Catalog:
    made = Catalog(project="Trackline")
    for text in extracted().values():
        msgid = (text.msgid, text.plural) if text.plural else text.msgid
        made.add(msgid, auto_comments=comments(text.msgid))
    return made


if __name__ == "__main__":
    write_po(sys.stdout.buffer, template(), width=0)
