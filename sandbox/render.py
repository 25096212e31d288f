"""A message's text as HTML for the page, made only from the text and its entities."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sandbox.text import Entity, cut

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "blockquote": "blockquote",
}
_BLOCKS = ("blockquote", "pre")
_NEW_LINE = "\n".encode("utf-16-le")
_LINKS = ("http://", "https://", "tg://")


def render(text: str, entities: Sequence[Entity]) -> str:
    """Safe HTML: the text is always escaped, and links are only http, https and tg.

    Tags: b i u s code pre a blockquote[.expandable] span.spoiler time[data-unix][data-format].
    """
    units = text.encode("utf-16-le", "surrogatepass")
    pieces: list[str] = []
    open_now: list[tuple[int, str]] = []
    at = 0

    def write_until(end: int) -> None:
        nonlocal at
        plain = units[2 * at : 2 * end].decode("utf-16-le", "replace")
        pieces.append(escape(plain))
        at = max(at, end)

    def close_until(offset: int) -> None:
        nonlocal at
        while open_now and open_now[-1][0] <= offset:
            end, tag = open_now.pop()
            write_until(end)
            pieces.append(f"</{tag}>")
            if tag in _BLOCKS and units[2 * at : 2 * at + 2] == _NEW_LINE:
                at += 1  # a block ends its line, as in Telegram

    for entity in entities:
        tag, opening = _tag(entity, cut(units, entity))
        if not tag:
            continue
        start, end = entity["offset"], entity["offset"] + entity["length"]
        close_until(start)
        if open_now:  # an overlapping entity ends with the outer one; our parser makes none
            end = min(end, open_now[-1][0])
        write_until(start)
        pieces.append(opening)
        open_now.append((end, tag))
    close_until(len(units))
    write_until(len(units) // 2)
    return "".join(pieces)


def _tag(entity: Entity, part: str) -> tuple[str, str]:
    """The tag's name and its start tag, or two empty strings if the page does not show it."""
    kind = entity["type"]
    if tag := _TAGS.get(kind):
        return tag, f"<{tag}>"
    tag, attributes = "", ""
    match kind:
        case "pre":
            tag = "pre"
        case "expandable_blockquote":
            tag, attributes = "blockquote", ' class="expandable"'
        case "spoiler":
            tag, attributes = "span", ' class="spoiler"'
        case "date_time":
            unix, how = entity["unix_time"], escape(entity.get("date_time_format", ""))
            tag, attributes = "time", f' data-unix="{unix}" data-format="{how}"'
        case "text_link" | "url":
            url = entity.get("url", part)
            if url.lower().startswith(_LINKS):
                tag = "a"
                attributes = f' href="{escape(url)}" target="_blank" rel="noopener noreferrer"'
    return tag, f"<{tag}{attributes}>"
