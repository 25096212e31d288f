"""What people mean by what they write in their own words: a file of phrases for each language.

The files are beside the catalogues (docs/languages.md). People write in any language of theirs,
whatever language the bot uses for them: all files count at once.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from itertools import chain, groupby
from pathlib import Path

from bot.services.people.words import words
from bot.texts.languages import FOLDER

BETWEEN = 3
"""The most other words between two words of a phrase."""
SLIPS_FROM = 5
"""Letters of a word from which one typing error is forgiven."""
LONGEST = 60
"""Words of a message that are looked at. A longer message is no question to a bot."""
BESIDES = "besides"
"""In the files: words that mean nothing by themselves."""
ANYTHING = "*"
"""At the end of a word: any ending. By itself: anything else in the message."""


class Meaning(StrEnum):
    """What is meant. If a message has several meanings, the first one here counts."""

    SHOP = "shop"
    STOP = "stop"
    ORDERS = "orders"
    SETTINGS = "settings"
    HELP = "help"
    ANSWER = "answer"
    THANKS = "thanks"
    GREETING = "greeting"


Phrases = Mapping[str, Sequence[str]]
"""As in a file: the phrases by meaning, and the words of `BESIDES`."""


class WrongPhrases(Exception):
    """Says what is wrong in the file."""


class Understanding:
    """Finds the meaning of a message that has no order number, no code and nothing else of ours.

    A phrase of several words may be anywhere in the message, in its order. A phrase of one word
    counts only if the message has nothing but such words, and not as part of a longer phrase:
    "great delivery" does not ask for a delivery. The message is read as it is and with typing
    errors corrected: a correction adds a meaning, and takes none away.
    """

    def __init__(self, files: Iterable[Phrases]) -> None:
        phrases: dict[str, set[tuple[str, ...]]] = {name: set() for name in (*Meaning, BESIDES)}
        for file in files:
            for name, said in file.items():
                phrases[name].update(map(_words_of, said))
        self._anywhere = {m: _pattern(p for p in phrases[m] if len(p) > 1) for m in Meaning}
        self._alone = {m: {p[0] for p in phrases[m] if len(p) == 1} for m in Meaning}
        self._small = set[str]().union(*self._alone.values(), *phrases[BESIDES])
        self._known = {
            word.removesuffix(ANYTHING) for word in set().union(*chain(*phrases.values()))
        }
        long = sorted(word for word in self._known if len(word) >= SLIPS_FROM)
        self._by_letter = {letter: list(of) for letter, of in groupby(long, lambda word: word[0])}

    def meaning(self, text: str) -> Meaning | None:
        """None: the message means nothing that we know."""
        said = words(text)[:LONGEST]
        meant = [self._put_right(word) for word in said]
        found = {self._first(said)} | ({self._first(meant)} if meant != said else set())
        return next((meaning for meaning in Meaning if meaning in found), None)

    def _first(self, said: Sequence[str]) -> Meaning | None:
        line = " ".join(said)
        meant = {meaning for meaning in Meaning if self._anywhere[meaning].search(line)}
        if self._small.issuperset(said):
            for meaning in sorted(meant):
                line = self._anywhere[meaning].sub(" ", line)
            rest = line.split()
            meant |= {m for m in Meaning if not self._alone[m].isdisjoint(rest)}
        return next((meaning for meaning in Meaning if meaning in meant), None)

    def _put_right(self, typed: str) -> str:
        """The word of ours that differs by one typing error, not in the first letter; else the same
        word."""
        if typed in self._known:
            return typed
        near = self._by_letter.get(typed[0], [])
        return next((word for word in near if _is_slip(typed, word)), typed)


def _is_slip(typed: str, meant: str) -> bool:
    """Whether two different words differ by one letter that is wrong, missing or added, or by two
    that are swapped."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    same = 0
    while typed[: same + 1] == meant[: same + 1]:
        same += 1
    a, b = typed[same:], meant[same:]
    swapped = a[:2] == b[:2][::-1] and a[2:] == b[2:]
    return swapped or a[1:] in {b, b[1:]} or a == b[1:]


def _words_of(phrase: str) -> tuple[str, ...]:
    """The words, with their `ANYTHING`."""
    return tuple(_word(token) for token in phrase.split())


def _word(token: str) -> str:
    stem, star = token.removesuffix(ANYTHING), token.endswith(ANYTHING)
    found = words(stem)
    if len(found) > 1 or not (found or star):
        raise WrongPhrases(f"“{token}” is not one word")
    return "".join(found) + ANYTHING * star


def _pattern(phrases: Iterable[tuple[str, ...]]) -> re.Pattern[str]:
    """Matches a line of words with one of the phrases; without phrases, nothing."""
    ways = [
        rf"(?: \S+){{0,{BETWEEN}}} ".join(_letters(word) for word in phrase if word != ANYTHING)
        for phrase in sorted(phrases)
    ]
    return re.compile(rf"(?<!\S)(?:{'|'.join(ways)})(?!\S)" if ways else r"(?!)")


def _letters(word: str) -> str:
    stem = re.escape(word.removesuffix(ANYTHING))
    return rf"{stem}\S*" if word.endswith(ANYTHING) else stem


# The files


def read(file: Path) -> Phrases:
    """Raises `WrongPhrases`; its text begins with the line, if that is known."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise WrongPhrases(f"not in the form of TOML: {error}") from None
    except (OSError, UnicodeDecodeError):
        raise WrongPhrases("cannot be read: it should be a text file in UTF-8") from None
    for name, said in found.items():
        if name not in {*Meaning, BESIDES}:
            raise WrongPhrases(f"“{name}” is none of {', '.join([*Meaning, BESIDES])}")
        if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
            raise WrongPhrases(f"{name} should be a list of phrases in quotes")
        for phrase in said:
            if not phrase.strip():
                raise WrongPhrases(f"{name} has an empty phrase")
            _words_of(phrase)
    return found


@cache
def ours() -> Mapping[str, Phrases]:
    """By language. Some of them have no catalogue yet."""
    return {file.stem: read(file) for file in sorted(FOLDER.glob("*.toml"))}


@cache
def understood() -> Understanding:
    """The meanings by our own files."""
    return Understanding(ours().values())


def with_own(own: Sequence[Phrases]) -> Understanding:
    """The same together with a shop's files."""
    return Understanding(chain(ours().values(), own)) if own else understood()
