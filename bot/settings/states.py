"""`STATES_FILE`: the shop's own states, with their place in the progress, and its own emoji."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails

from bot.services.orders.plain_words import in_plain_words
from bot.services.orders.statuses import Hear, OwnState, Status, word_key
from bot.texts.forms import check_markup, placeholders
from bot.texts.own import WrongFile, is_language
from bot.texts.own_states import StateWords

ROOM = 40
"""Most characters of a name: buttons on a phone show no more."""
LONGEST = 200
"""Most characters of a sentence."""


def _emoji(value: str) -> str:
    if not value or len(value) > 8 or any(c.isspace() or c.isalpha() or c in "<>&" for c in value):
        raise ValueError("it should be one emoji")
    return value


def _sentence(text: str) -> str:
    """Raises `ValueError`, also for wrong markup."""
    places = placeholders(text)
    if places is None or not {"order"} <= places <= {"order", "shop"}:
        raise ValueError("it should hold {order}, may hold {shop}, and has no other brace")
    check_markup(text, is_plain=False)
    return text


def _by_language(names: dict[str, str]) -> dict[str, str]:
    if strange := [tag for tag in names if not is_language(tag)]:
        raise ValueError(f"{strange[0]} is no language's two letters, like en")
    return names


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=ROOM)]
Sentence = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST), AfterValidator(_sentence)
]
Emoji = Annotated[str, AfterValidator(_emoji)]


class _StateTable(BaseModel):
    """A table of the file for one of our states."""

    model_config = ConfigDict(extra="forbid", strict=True)

    emoji: Emoji


class _OwnStateTable(BaseModel):
    """A table of the file for one of the shop's own states."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[dict[str, Name], Field(min_length=1), AfterValidator(_by_language)]
    news: Annotated[dict[str, Sentence], AfterValidator(_by_language)] = {}
    after: Status
    emoji: Emoji | None = None
    hear: Hear | None = None
    closes: bool | None = None
    words: list[Name] = []


@dataclass(frozen=True)
class States:
    """``words``: the words that mean each of the shop's own states, with the state itself.
    ``called``: what customers read."""

    words: Mapping[str, OwnState] = field(default_factory=dict)
    called: StateWords = field(default_factory=StateWords)


def read_states(file: Path | None) -> States:
    """The states of the file. None: no states. Raises `WrongFile`."""
    if file is None:
        return States()
    tables, mistakes, text = _Tables(), list[str](), _text(file)
    for word, table in _tables(text, file).items():
        try:
            tables.take(word, table)
        except ValidationError as error:
            for field, why in _explained(word, error.errors()):
                place = f"[{word}] {field}".rstrip()
                mistakes.append(f"{file}:{_line(text, word, field)}: {place}: {why}")
        except ValueError as taken:
            mistakes.append(f"{file}:{_line(text, word)}: [{word}]: {taken}")
    if mistakes:
        raise WrongFile(mistakes)
    return States(tables.words, StateWords(tables.names, tables.news, tables.emoji))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise WrongFile([f"{file}: cannot be read: it should be a text file in UTF-8"]) from None


def _tables(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongFile([f"{file}: not in the form of TOML: {error}"]) from None


def _line(text: str, word: str, field: str = "") -> int:
    """The line of the field in the word's table, or else of the table's head.

    Searched in the text, as tomllib does not give places.
    """
    lines = text.splitlines()
    heads = rf"\s*(\[\s*[\"']?{re.escape(word)}[\"']?\s*\]|[\"']?{re.escape(word)}[\"']?\s*[=.])"
    head = next((n for n, line in enumerate(lines) if re.match(heads, line)), 0)
    for name in (field, field.partition(".")[0]):
        for number in range(head + 1, len(lines)):
            if re.match(r"\s*\[", lines[number]):
                break
            if name and re.match(rf"\s*{re.escape(name)}\s*[=.]", lines[number]):
                return number + 1
    return head + 1


class _Tables:
    """The contents of all tables."""

    def __init__(self) -> None:
        self.words: dict[str, OwnState] = {}
        self.names: dict[str, str] = {}
        self.news: dict[str, str] = {}
        self.emoji: dict[str, str] = {}

    def take(self, word: str, table: Any) -> None:
        """Adds a table. Raises `ValidationError`, and `ValueError` for a word of another state."""
        if word in list(Status):
            self.emoji[word] = _StateTable.model_validate(table).emoji
            return
        own = _OwnStateTable.model_validate(table)
        state = OwnState(word, own.after, closes=own.closes, hear=own.hear)
        self.emoji |= {word: own.emoji} if own.emoji else {}
        self.names |= {f"{word}.{tag}".casefold(): name for tag, name in own.name.items()}
        self.news |= {f"{word}.{tag}".casefold(): news for tag, news in own.news.items()}
        for each in (word, *own.words):
            known = self.words.setdefault(word_key(each), state)
            if known is not state:
                raise ValueError(f"{each} is a word of [{known}]")


def _explained(word: str, errors: list[ErrorDetails]) -> Iterator[tuple[str, str]]:
    """Each wrong field, and why."""
    for error in errors:
        field = ".".join(map(str, error["loc"]))
        if error["type"] == "extra_forbidden":
            yield field, _no_such(word, field)
        else:
            yield field, _IN_A_FILE.get(error["type"]) or in_plain_words(error)


_NAMES = "it should be in a language each, like name.en"
_IN_A_FILE = {
    "enum": f"it should be one of {', '.join(Status)}",
    "dict_type": _NAMES,
    "too_short": _NAMES,
    "bool_parsing": "it should be true or false",
    "model_type": "it should be a table",
}
"""Words for pydantic's types of error, in addition to `in_plain_words`."""


def _no_such(word: str, field: str) -> str:
    if word in list(Status):
        return "of a state of ours, only the emoji can be set here; its name is a text (TEXTS_DIR)"
    near = difflib.get_close_matches(field, _OwnStateTable.model_fields, n=1)
    return f"there is no such field: did you mean {near[0]}?" if near else "there is no such field"
