"""`STATES_FILE`: states of the shop's own, with their place in the progress, and its own emoji."""

import difflib
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
from bot.services.orders.statuses import Hear, OwnState, Status, plain
from bot.texts.own import WrongFile, is_language

ROOM = 40
"""Characters of a name: a phone's buttons show no more."""


def _emoji(value: str) -> str:
    if not value or len(value) > 8 or any(c.isspace() or c.isalpha() or c in "<>&" for c in value):
        raise ValueError("it should be one emoji")
    return value


def _by_language(names: dict[str, str]) -> dict[str, str]:
    if strange := [tag for tag in names if not is_language(tag)]:
        raise ValueError(f"{strange[0]} is no language's two letters, like en")
    return names


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=ROOM)]
Emoji = Annotated[str, AfterValidator(_emoji)]


class _Told(BaseModel):
    """A table of the file, of a state that is one of ours."""

    model_config = ConfigDict(extra="forbid", strict=True)

    emoji: Emoji


class _ToldOwn(BaseModel):
    """Of one that is not."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[dict[str, Name], Field(min_length=1), AfterValidator(_by_language)]
    after: Status
    emoji: Emoji | None = None
    hear: Hear | None = None
    closes: bool | None = None
    words: list[Name] = []


@dataclass(frozen=True)
class States:
    """``words``: what is understood as each of the shop's own, the state's own word as well.
    ``names``: what customers read, by state and language: ``engraving.fr``. ``emoji``: by state,
    ours among them.
    """

    words: Mapping[str, OwnState] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    emoji: Mapping[str, str] = field(default_factory=dict)


def read_states(file: Path | None) -> States:
    """What the file says; nothing without one. Raises `WrongFile`."""
    if file is None:
        return States()
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise WrongFile([f"{file}: not in the form of TOML: {error}"]) from None
    except (OSError, UnicodeDecodeError):
        raise WrongFile([f"{file}: cannot be read: it wants to be a text file in UTF-8"]) from None
    problems, words = list[str](), dict[str, OwnState]()
    names, emoji = dict[str, str](), dict[str, str]()
    for word, table in tables.items():
        try:
            own = _read(word, table)
        except ValidationError as error:
            problems += (f"{file}: {told}" for told in _told(word, error.errors()))
            continue
        emoji |= {word: own.emoji} if own.emoji else {}
        if isinstance(own, _ToldOwn):
            state = OwnState(word, own.after, closes=own.closes, hear=own.hear)
            names |= {f"{word}.{tag}".casefold(): name for tag, name in own.name.items()}
            for each in (word, *own.words):
                if words.setdefault(plain(each), state) is not state:
                    problems.append(f"{file}: [{word}]: {each} is a word of [{words[plain(each)]}]")
    if problems:
        raise WrongFile(problems)
    return States(words, names, emoji)


def _read(word: str, table: Any) -> _Told | _ToldOwn:
    """Raises `ValidationError`."""
    return (_Told if word in list(Status) else _ToldOwn).model_validate(table)


def _told(word: str, errors: list[ErrorDetails]) -> Iterator[str]:
    for error in errors:
        field = ".".join(map(str, error["loc"]))
        place = f"[{word}] {field}".rstrip()
        if error["type"] == "extra_forbidden":
            yield f"{place}: {_no_such(word, field)}"
        else:
            yield f"{place}: {_IN_A_FILE.get(error['type']) or in_plain_words(error)}"


_NAMES = "it should be in a language each, like name.en"
_IN_A_FILE = {
    "enum": f"it should be one of {', '.join(Status)}",
    "dict_type": _NAMES,
    "too_short": _NAMES,
    "bool_parsing": "it should be true or false",
    "model_type": "it should be a table",
}
"""By pydantic's type of error, beside those in plain words anywhere."""


def _no_such(word: str, field: str) -> str:
    if word in list(Status):
        return "of a state of ours, only the emoji can be set here; its name is a text (TEXTS_DIR)"
    near = difflib.get_close_matches(field, _ToldOwn.model_fields, n=1)
    return f"there is no such field: did you mean {near[0]}?" if near else "there is no such field"
