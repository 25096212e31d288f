"""What can be wrong with a catalogue, beside the code's own texts. Each check yields sentences."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from bot.texts.forms import is_of_one_number, placeholders
from sandbox.html import HtmlError, parse_html
from tests.texts.extraction import Text

Reference = Mapping[str, Text]

_TAG = re.compile(r"</?[a-z][^>]*>")
_VERBATIM = re.compile(r"(?<![\w/<])/[a-z]+\b|[A-Z]{4}-[A-Z]{4}|#?\d{3,}")
"""What a person may type as it stands: commands, a sample of a code, of an order's number."""
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKABLE = re.compile(" [:;?!»]|« ")
_CLOCK_WORD = {
    "es": re.compile(r"\b(la|las) \{(time|hours|first|last)\}"),
    "lg": re.compile(r"\bssaawa \{(time|hours|first|last)\}", re.IGNORECASE),
    "sw": re.compile(r"\bsaa \{(time|hours|first|last)\}", re.IGNORECASE),
}
"""What says another hour before a 24-hour time (noon is six in Kiswahili and Luganda), or is wrong
before one o'clock."""
_GOVERNED_TIME = re.compile(r"(?<!: )\{(when|until)\}")
_WORD = re.compile(r"[^\W\d_]{2,}")


def wrong_msgids(catalogue: Catalog, reference: Reference) -> Iterator[str]:
    found = {english(message): message for message in _messages(catalogue)}
    yield from (f"missing: {msgid}" for msgid in reference if msgid not in found)
    yield from (f"left over: {msgid}" for msgid in found if msgid not in reference)
    yield from (f"left over: {msgid}" for msgid in catalogue.obsolete)
    for msgid, message in found.items():
        plural = message.id[1] if message.pluralizable else None
        if msgid in reference and plural != reference[msgid].plural:
            yield f"another plural in English: {msgid}"


def not_translated(catalogue: Catalog) -> Iterator[str]:
    for message in _messages(catalogue):
        if message.fuzzy:
            yield f"fuzzy: {english(message)}"
        elif not all(form.strip() for form in _forms(message)):
            yield f"no translation: {english(message)}"
        elif _is_a_phrase(english(message)) and english(message) in _forms(message):
            yield f"still English: {english(message)}"


def wrong_plurals(catalogue: Catalog) -> Iterator[str]:
    """Babel knows which forms the language has; the file must say the same."""
    ours = get_plural(catalogue.locale)
    if (catalogue.num_plurals, catalogue.plural_expr) != (ours.num_plurals, ours.plural_expr):
        yield f"Plural-Forms should be {ours}"
    for message in _messages(catalogue):
        if message.pluralizable and len(_forms(message)) != ours.num_plurals:
            yield f"{len(_forms(message))} forms, not {ours.num_plurals}: {english(message)}"


def wrong_placeholders(catalogue: Catalog) -> Iterator[str]:
    """A form that stands for one number only may say that number in words."""
    for message, number, form in _translated(catalogue):
        wanted = set().union(*(placeholders(source) or set() for source in _sources(message)))
        found = placeholders(form)
        if found is None:
            yield f"cannot be filled in: {form}"
        elif found != wanted and not (
            found == wanted - {"count"} and is_of_one_number(catalogue.plural_expr, number)
        ):
            yield f"{sorted(found ^ wanted)}: {form}"


def wrong_markup(catalogue: Catalog) -> Iterator[str]:
    for message, _, form in _translated(catalogue):
        wanted = [Counter(_TAG.findall(source)) for source in _sources(message)]
        if Counter(_TAG.findall(form)) not in wanted:
            yield f"other tags: {form}"
            continue
        try:
            parse_html(f"{form}.")
        except HtmlError as error:
            yield f"{error}: {form}"


def wrong_words(catalogue: Catalog) -> Iterator[str]:
    """Commands and samples, which stay as they are."""
    for message, _, form in _translated(catalogue):
        wanted = [sorted(_VERBATIM.findall(source)) for source in _sources(message)]
        if sorted(_VERBATIM.findall(form)) not in wanted:
            yield f"not {wanted[0]}: {form}"


def wrong_spaces(catalogue: Catalog) -> Iterator[str]:
    for message, _, form in _translated(catalogue):
        source = english(message)
        if (form[:1].isspace(), form[-1:].isspace()) != (
            source[:1].isspace(),
            source[-1:].isspace(),
        ):
            yield f"space at an end: {form!r}"
        if "  " in form or form.count("\n") != source.count("\n"):
            yield f"spaces or lines: {form!r}"
        if str(catalogue.locale) == "fr" and _BREAKABLE.search(form):
            yield f"a space that a line may break at, not U+202F: {form!r}"
        if _DIRECTION_MARKS.search(form):
            yield f"a direction mark, which is put in by itself: {form!r}"


def wrong_times(catalogue: Catalog) -> Iterator[str]:
    """A phone puts its own form of a moment there, which no preposition can govern."""
    clock_word = _CLOCK_WORD.get(str(catalogue.locale))
    for _, _, form in _translated(catalogue):
        if clock_word and clock_word.search(form):
            yield f"a clock word before a 24-hour time: {form}"
        if _GOVERNED_TIME.search(form):
            yield f"no colon before a time that the phone fills in: {form}"


def _messages(catalogue: Catalog) -> Iterator[Message]:
    """All but the header."""
    return (message for message in catalogue if message.id)


def _translated(catalogue: Catalog) -> Iterator[tuple[Message, int, str]]:
    """Every form that has a text, with its number."""
    for message in _messages(catalogue):
        for number, form in enumerate(_forms(message)):
            if form:
                yield message, number, form


def english(message: Message) -> str:
    return str(_sources(message)[0])


def _sources(message: Message) -> tuple[str, ...]:
    return _several(message.id)


def _forms(message: Message) -> tuple[str, ...]:
    return _several(message.string or "")


def _several(text: str | Iterable[str]) -> tuple[str, ...]:
    """A text that counts something stands there as several, any other as itself."""
    return (text,) if isinstance(text, str) else tuple(text)


def _is_a_phrase(text: str) -> bool:
    """More than two words, beside what stays the same in every language: hardly the same in two."""
    bare = re.sub(r"\{\w+\}", " ", _VERBATIM.sub(" ", _TAG.sub(" ", text)))
    return len(_WORD.findall(bare)) > 2
