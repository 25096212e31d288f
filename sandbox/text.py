"""Text with entities, as a message holds it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NotRequired, TypedDict

MAX_LENGTH = 4096
"""Characters are Unicode code points, not UTF-16 units: TDLib compares `utf8_length(text)` with
`message_text_length_max` (td/telegram/MessageContent.cpp), and 4,096 emoji were seen to pass."""

MAX_ENTITIES = 100
"""Further ones are dropped silently (TDLib: MAX_USER_ENTITY_COUNT)."""


class Entity(TypedDict):
    """Bot API: MessageEntity. Offset and length in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: NotRequired[str]
    user: NotRequired[dict[str, object]]
    language: NotRequired[str]
    custom_emoji_id: NotRequired[str]
    unix_time: NotRequired[int]
    date_time_format: NotRequired[str]


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A message's text and its entities."""

    text: str
    entities: tuple[Entity, ...] = ()


_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_INVISIBLE = " \n\u00a0\u1680\u180e\u2000-\u200f\u202f\u205f\u2060\u2800\u3000\ufeff"
_EMPTY = re.compile(f"[{_INVISIBLE}]*")
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")
_URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]']")
_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_NESTING = {"expandable_blockquote": 0, "blockquote": 0, "pre": 10, "code": 20, "date_time": 30}


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units, in which entities count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(units: bytes, entity: Entity) -> str:
    """The part that an entity marks, of a text in UTF-16-LE."""
    start, end = entity["offset"], entity["offset"] + entity["length"]
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")


def sort_entities(entities: Iterable[Entity]) -> list[Entity]:
    """Outer before inner, as the Bot API gives them."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], _NESTING.get(e["type"], 50)))


def normalise(text: str, entities: Iterable[Entity] = ()) -> FormattedText:
    """Process a text as Telegram does: clean it, trim it, find links and commands.

    The text is empty when nothing visible is left.
    Source: TDLib, fix_formatted_text and clean_input_string.
    """
    text, marked = _clean(text, list(entities))
    units = text.encode("utf-16-le", "surrogatepass") if marked else b""
    marked = [e for e in marked if cut(units, e).strip(" \n")]
    marked = _without_impossible(sort_entities(marked))[:MAX_ENTITIES]
    text, marked = _trim(text, marked)
    if _EMPTY.fullmatch(text):
        return FormattedText("")
    found = [e for e in _find(text) if not _hidden_by(e, marked)]
    return FormattedText(text, tuple(sort_entities([*marked, *found]) if found else marked))


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    if _DROPPED.search(text):
        # each dropped character is one UTF-16 unit long
        cuts = [utf16_length(text[: match.start()]) for match in _DROPPED.finditer(text)]
        text = _DROPPED.sub("", text)
        entities = [_shifted(e, lambda at: at - bisect_left(cuts, at)) for e in entities]
    return _CONTROL.sub(" ", text), entities


def _shifted(entity: Entity, move: Callable[[int], int]) -> Entity:
    start, end = move(entity["offset"]), move(entity["offset"] + entity["length"])
    return {**entity, "offset": start, "length": end - start}


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Remove spaces at both ends, but at the start only those before the first entity."""
    kept = text.rstrip(" \n")
    end = utf16_length(kept)
    entities = [_shifted(e, lambda at: min(at, end)) for e in entities if e["offset"] < end]
    front = len(kept) - len(kept.lstrip(" \n"))
    if entities:
        front = min(front, entities[0]["offset"])
    if front:
        entities = [_shifted(e, lambda at: at - front) for e in entities]
    return kept[front:], entities


def _without_impossible(entities: list[Entity]) -> list[Entity]:
    """Remove entities inside code, and nested quotations (Bot API: Formatting options)."""
    kept: list[Entity] = []
    for entity in entities:
        inside = [outer for outer in kept if _overlap(outer, entity)]
        in_code = any(outer["type"] in ("code", "pre") for outer in inside)
        nested = entity["type"] in _QUOTES and any(outer["type"] in _QUOTES for outer in inside)
        if not in_code and not nested:
            kept.append(entity)
    return kept


def _find(text: str) -> Iterable[Entity]:
    for kind, pattern, sign in (("bot_command", _COMMAND, "/"), ("url", _URL, "://")):
        if sign not in text:
            continue
        for match in pattern.finditer(text):
            offset, length = utf16_length(text[: match.start()]), utf16_length(match[0])
            yield {"type": kind, "offset": offset, "length": length}


def _hidden_by(entity: Entity, marked: list[Entity]) -> bool:
    return any(other["type"] in _OPAQUE and _overlap(entity, other) for other in marked)


def _overlap(one: Entity, other: Entity) -> bool:
    return (
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )
