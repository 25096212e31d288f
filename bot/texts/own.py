"""The shop's own words: its files of texts, read and checked (docs/own-words.md).

A file is in gettext's format, like ours in `catalogues`, with some texts or all. Mistakes are
reported by file and line.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po

from bot.texts.forms import (
    MarkupError,
    beside,
    check_markup,
    is_of_one_number,
    pattern_of,
    placeholders,
)
from bot.texts.languages import LANGUAGES, REFERENCE, Texts, catalogue
from bot.texts.phrases import Phrases, Understanding, WrongPhrases, read, with_own

TIMES, AT_LEAST = 2, 100
"""How long a text in a message may be: so many times the length of ours, or so many characters. A
message holds 4096, often for several texts."""
MAY_BE_LEFT_OUT = {"shop"}
"""The shop may say "us" in the place of its name."""
ROOM = "room for {} characters: a button, or a place that shows no markup"
"""The comment above a text in the catalogues that has little room."""
_QUOTE = re.compile(r'(?:msg\w+(?:\[\d+\])?\s*)?"')
_QUOTED = re.compile(rf'{_QUOTE.pattern}(?:[^"\\]|\\.)*"')
_ROOM = re.compile(ROOM.format(r"(\d+)"))


class WrongFile(Exception):
    """``mistakes``: a line for each mistake in the operator's own files."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Known:
    """A text of ours. ``plural``: its plural, if it counts something. ``room``: how many characters
    it may have, without its placeholders. ``is_plain``: it is shown without markup."""

    msgid: str
    plural: str | None
    room: int
    is_plain: bool


@cache
def known() -> Mapping[str, Known]:
    """All our texts by msgid. Every catalogue has all of them."""
    found = (each for each in catalogue(LANGUAGES[-1]) if each.id)
    return {text.msgid: text for text in map(_known, found)}


def _known(message: Message) -> Known:
    one, *several = _several(message.id)
    room = next(filter(None, map(_ROOM.fullmatch, message.auto_comments)), None)
    longest = max(AT_LEAST, *(TIMES * len(beside(source)) for source in (one, *several)))
    plural = several[0] if several else None
    return Known(one, plural, int(room[1]) if room else longest, is_plain=room is not None)


def own_texts(folder: Path | None) -> Texts:
    """Our texts, with those of the folder's files in their place. Raises `WrongFile`.

    A text that replaces none of ours, perhaps since an upgrade, does no harm: it is `unused`.
    """
    files = sorted(folder.glob("*.po")) if folder else []
    catalogues, unused, mistakes = {}, list[str](), list[str]()
    for file in files:
        try:
            own = _read(file)
        except WrongFile as wrong:
            mistakes += wrong.mistakes
            continue
        unused += _unused(own, file)
        mistakes += _wrong(own, file)
        catalogues[file.stem] = own
    if folder and not files and not _files_of_phrases(folder):
        mistakes.append(f"{folder}: there is no file like en.po or en.toml in it")
    if mistakes:
        raise WrongFile(mistakes)
    filled = {language: _filled(own) for language, own in catalogues.items()}
    return Texts(filled, unused=unused)


def own_understanding(folder: Path | None) -> Understanding:
    """The meanings of phrases, ours and those of the folder's files. Raises `WrongFile`."""
    own, mistakes = list[Phrases](), list[str]()
    for file in _files_of_phrases(folder):
        try:
            own.append(read(file))
        except WrongPhrases as wrong:
            mistakes.append(f"{file}: {wrong}")
    if mistakes:
        raise WrongFile(mistakes)
    return with_own(own)


def _files_of_phrases(folder: Path | None) -> list[Path]:
    return sorted(folder.glob("*.toml")) if folder else []


def _read(file: Path) -> Catalog:
    if not is_language(file.stem):
        raise WrongFile([f"{file}: the name should be a language's two letters, like de.po"])
    try:
        text = file.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            # Babel takes the last character for a quote, whatever it is.
            if _QUOTE.match(line) and not _QUOTED.fullmatch(line.strip()):
                raise WrongFile([f"{file}:{number}: the quote is not closed"])
        return read_po(StringIO(text), locale=file.stem, abort_invalid=True)
    except PoFileError as error:
        raise WrongFile([f"{file}:{error.lineno + 1}: not in the form of a PO file"]) from None
    except (OSError, UnicodeDecodeError):
        raise WrongFile([f"{file}: cannot be read: it should be a text file in UTF-8"]) from None


def is_language(tag: str) -> bool:
    """Whether it is a language that Telegram and Babel know by this name."""
    try:
        return bool(re.fullmatch("[a-z]{2}", tag) and Locale.parse(tag))
    except UnknownLocaleError:
        return False


def _filled(own: Catalog) -> Catalog:
    """Without the texts that are empty, and those that replace none of ours."""
    kept = Catalog(own.locale)
    for message in own:
        if message.id and _is_filled(message) and _is_known(message):
            kept.add(message.id, message.string)
    return kept


# What is wrong


def _unused(own: Catalog, file: Path) -> Iterator[str]:
    for message in own:
        if message.id and _is_filled(message) and not _is_known(message):
            yield f"{file}:{message.lineno}: {_unknown(_several(message.id)[0], message.context)}"


def _is_known(message: Message) -> bool:
    return _several(message.id)[0] in known() and not message.context


def _wrong(own: Catalog, file: Path) -> Iterator[str]:
    ours = get_plural(own.locale)
    if pattern_of(own.plural_expr) != pattern_of(ours.plural_expr):
        yield f"{file}:1: Plural-Forms should be {ours}"
        return
    for message in own:
        if message.id and _is_filled(message) and _is_known(message):
            for problem in _wrong_text(message, own):
                yield f"{file}:{message.lineno}: {problem}"


def _wrong_text(message: Message, own: Catalog) -> Iterator[str]:
    text, forms = known()[_several(message.id)[0]], _several(message.string or ())
    if message.fuzzy:
        yield "marked as fuzzy: check the text, and take the mark away"
    elif (text.plural is not None) != message.pluralizable:
        yield f"it should have msgid_plural “{text.plural}”" if text.plural else "it counts nothing"
    elif len(forms) != (own.num_plurals if text.plural else 1) or not all(map(str.strip, forms)):
        yield f"it should have {own.num_plurals} forms, msgstr[0] to msgstr[{own.num_plurals - 1}]"
    else:
        for number, form in enumerate(forms):
            yield from _wrong_form(form, text, is_one=is_of_one_number(own.plural_expr, number))


def _unknown(msgid: str, context: str | None) -> str:
    if context:
        return f"no text of ours has a msgctxt: “{msgid}”"
    near = difflib.get_close_matches(msgid, known(), n=1, cutoff=0.5)
    return f"no text of ours: “{msgid}”" + (f"; did you mean “{near[0]}”?" if near else "")


def _wrong_form(form: str, text: Known, *, is_one: bool) -> Iterator[str]:
    wanted, found = placeholders(text.plural or text.msgid), placeholders(form)
    if found is None or wanted is None:
        yield f"a brace is wrong: {{ and }} stand around a name only: “{form}”"
        return
    if strange := found - wanted:
        yield f"there is no {_named(strange)} here: “{form}”"
    optional = MAY_BE_LEFT_OUT | ({"count"} if is_one and text.plural else set())
    if missing := wanted - found - optional:
        yield f"{_named(missing)} is missing: “{form}”"
    try:
        check_markup(form, is_plain=text.is_plain)
    except MarkupError as error:
        yield f"{error}: “{form}”"
    if len(beside(form)) > text.room:
        yield f"{len(beside(form))} characters, where there is room for {text.room}: “{form}”"


def _named(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


# A file to begin with


_HOW = """\
# Your own words: write them below what they replace, between the quotes of msgstr.
# What you leave empty, or leave out, stays as Trackline says it."""


def starter(language: str) -> Catalog:
    """All our texts, without translations; comments show what we say."""
    made = Catalog(Locale.parse(language), project="Trackline", fuzzy=False, header_comment=_HOW)
    texts = catalogue(language) if language in LANGUAGES and language != REFERENCE else None
    for text in known().values():
        msgid = (text.msgid, text.plural) if text.plural else text.msgid
        ours = texts[text.msgid].string if texts else None
        made.add(
            msgid,
            auto_comments=[ROOM.format(text.room)] if text.is_plain else [],
            user_comments=[f"ours: {form}" for form in _several(ours or ())],
        )
    return made


def _is_filled(message: Message) -> bool:
    return any(form.strip() for form in _several(message.string or ()))


def _several(text: str | Sequence[str]) -> tuple[str, ...]:
    """All forms of a text that counts something; any other text by itself."""
    return (text,) if isinstance(text, str) else tuple(text)
