"""Telegram's HTML, as strict as the real parser.

Written from TDLib's `parse_html` (td/telegram/MessageEntity.cpp) and the Bot API's "HTML style":
the same tags, the same tolerance (for a missing `;` after `&lt`, for an empty end tag `</>`), and
the same error texts with byte offsets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.links import LinkError, check_link
from sandbox.text import Entity, FormattedText, sort_entities, utf16_length


class HtmlError(ValueError):
    """The text cannot be parsed. The error has the real server's text."""


_SIMPLE = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "span": "spoiler", "tg-spoiler": "spoiler",
}  # fmt: skip
_TAGS = {*_SIMPLE, "a", "code", "pre", "blockquote", "tg-emoji", "tg-time"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*));?")
_SPACES = re.compile(r"[ \t\r\n\v]*")
_NAME = re.compile(r"[^ \t\r\n\v>]*")
_ATTRIBUTE = re.compile(r"[^ \t\r\n\v=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_USER_LINK = re.compile(r"tg:(?://)?user\?id=(\d+)", re.IGNORECASE)
_DATE_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_html(source: str) -> FormattedText:
    """Return the plain text and its entities, neither trimmed nor cleaned.

    Source: Bot API, "HTML style". Raises HtmlError.
    """
    if "<" not in source and "&" not in source:
        return FormattedText(source)
    return _Parser(source).parse()


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    unix_time: int
    offset: int
    pieces: int


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._pieces: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> FormattedText:
        if "\0" in self._source:
            raise HtmlError("Text must not contain null bytes")
        at = 0
        while (tag := self._source.find("<", at)) >= 0:
            self._add_text(self._source[at:tag])
            is_end = self._source.startswith("/", tag + 1)
            at = self._end_tag(tag) if is_end else self._start_tag(tag)
        self._add_text(self._source[at:])
        if self._open:
            raise HtmlError(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"'
            )
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return FormattedText(self._text(), tuple(sort_entities(self._entities)))

    def _text(self) -> str:
        text = "".join(self._pieces)
        if _SURROGATE.search(text):
            raise HtmlError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return text

    def _add_text(self, piece: str) -> None:
        if piece:
            decoded = _decode(piece)
            self._pieces.append(decoded)
            self._length += utf16_length(decoded)

    def _start_tag(self, begin: int) -> int:
        name = _match(_NAME, self._source, begin + 1)
        at = begin + 1 + len(name)
        if at == len(self._source):
            raise HtmlError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        tag = name.lower()
        if tag not in _TAGS:
            raise HtmlError(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        opened = _Open(tag, "", 0, self._length, len(self._pieces))
        at = self._attributes(begin, at, opened)
        if tag == "span" and opened.argument != "spoiler":
            raise HtmlError(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
            )
        self._open.append(opened)
        return at

    def _attributes(self, begin: int, at: int, opened: _Open) -> int:
        """Read the attributes of the tag that begins at `begin`, up to and including its `>`."""
        source = self._source
        while True:
            at += len(_match(_SPACES, source, at))
            if source.startswith(">", at):
                return at + 1
            name = _match(_ATTRIBUTE, source, at)
            if not name:
                raise HtmlError(
                    f'Empty attribute name in the tag "{opened.tag}" '
                    f"at byte offset {self._byte(begin)}"
                )
            at += len(name)
            at += len(_match(_SPACES, source, at))
            value = ""
            if source.startswith("=", at):
                value, at = self._attribute_value(begin, at + 1, opened.tag)
            elif at == len(source):
                raise self._unclosed(begin, opened.tag)
            _set_argument(opened, name, value)

    def _attribute_value(self, begin: int, at: int, tag: str) -> tuple[str, int]:
        source = self._source
        at += len(_match(_SPACES, source, at))
        if at == len(source):
            raise self._unclosed(begin, tag)
        quote = source[at]
        if quote not in "\"'":
            token = _match(_TOKEN, source, at)
            end = at + len(token)
            if end < len(source) and source[end] not in " \t\r\n\v>":
                raise HtmlError(f"Unexpected end of name token at byte offset {self._byte(at)}")
            value = token.lower()
        else:
            closing = source.find(quote, at + 1)
            end = len(source) if closing < 0 else closing + 1
            value = _decode(source[at + 1 : closing])
        if end == len(source):
            raise HtmlError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        return value, end

    def _end_tag(self, begin: int) -> int:
        if not self._open:
            raise HtmlError(f"Unexpected end tag at byte offset {self._byte(begin)}")
        name = _match(_NAME, self._source, begin + 2)
        at = begin + 2 + len(name)
        at += len(_match(_SPACES, self._source, at))
        if not self._source.startswith(">", at):
            raise HtmlError(f"Unclosed end tag at byte offset {self._byte(begin)}")
        opened = self._open[-1]
        found = name.lower()
        if found and found != opened.tag:
            raise HtmlError(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.tag}>", found "</{found}>"'
            )
        self._open.pop()
        if self._length > opened.offset:
            self._close(opened)
        return at + 1

    def _close(self, opened: _Open) -> None:
        tag = opened.tag
        entity: Entity = {
            "type": _SIMPLE.get(tag, tag),
            "offset": opened.offset,
            "length": self._length - opened.offset,
        }
        match tag:
            case "a":
                if not self._link(opened, entity):
                    return
            case "code" | "pre":
                if self._merges_with_last(opened, entity):
                    return
            case "blockquote" if opened.argument:
                entity["type"] = "expandable_blockquote"
            case "tg-emoji":
                _emoji(opened, entity)
            case "tg-time":
                if not _time(opened, entity):
                    return
        self._entities.append(entity)

    def _link(self, opened: _Open, entity: Entity) -> bool:
        """A link that Telegram refuses silently becomes plain text."""
        url = opened.argument or "".join(self._pieces[opened.pieces :])
        if user := _USER_LINK.match(url):
            entity["type"] = "text_mention"
            entity["user"] = {"id": int(user[1]), "is_bot": False, "first_name": ""}
            return True
        try:
            entity["url"] = check_link(url)
        except LinkError:
            return False
        entity["type"] = "text_link"
        return True

    def _merges_with_last(self, opened: _Open, entity: Entity) -> bool:
        """`<pre><code class="language-x">` is one entity, a `pre` with a language."""
        last = self._entities[-1] if self._entities else None
        if last is None or (last["offset"], last["length"]) != (entity["offset"], entity["length"]):
            same = False
        else:
            same = {last["type"], entity["type"]} == {"code", "pre"}
        if same and last is not None:
            language = opened.argument if opened.tag == "code" else last.get("language", "")
            if language:
                last["type"], last["language"] = "pre", language
                return True
        if opened.tag == "code" and opened.argument:
            entity["language"] = opened.argument
        return False

    def _unclosed(self, begin: int, tag: str) -> HtmlError:
        return HtmlError(f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}')

    def _byte(self, index: int) -> int:
        return len(self._source[:index].encode("utf-8", "surrogatepass"))


def _match(pattern: re.Pattern[str], source: str, at: int) -> str:
    found = pattern.match(source, at)
    return found[0] if found else ""


def _decode(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    """The character, or the reference itself if Telegram does not know it."""
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name, match[0])
    digits = hexadecimal if hexadecimal is not None else decimal
    code = int(digits or "0", 16 if hexadecimal is not None else 10)
    too_long = len(match[0].rstrip(";")) >= 10
    return match[0] if not 0 < code < 0x10FFFF or too_long else chr(code)


def _set_argument(opened: _Open, name: str, value: str) -> None:
    match opened.tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "format"):
            opened.argument = value
        case ("code", "class") if value.startswith("language-"):
            opened.argument = value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            opened.argument = value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            opened.argument = "1"
        case ("tg-time", "unix"):
            opened.unix_time = int(value) if re.fullmatch(r"-?\d{1,10}", value) else 0


def _emoji(opened: _Open, entity: Entity) -> None:
    if not re.fullmatch(r"-?\d{1,19}", opened.argument) or int(opened.argument) == 0:
        raise HtmlError("Invalid custom emoji identifier specified")
    entity["type"] = "custom_emoji"
    entity["custom_emoji_id"] = opened.argument


def _time(opened: _Open, entity: Entity) -> bool:
    """Without a valid time, the text stays plain; a wrong format is refused.

    The format follows the documented grammar; TDLib itself also accepts `tt` or `Wd`.
    """
    if not _DATE_FORMAT.fullmatch(opened.argument):
        raise HtmlError("Invalid date format used")
    entity["type"] = "date_time"
    entity["unix_time"] = opened.unix_time
    if opened.argument:
        entity["date_time_format"] = opened.argument
    return opened.unix_time > 0
