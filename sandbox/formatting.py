"""The parameters of a message's text: text, parse_mode, entities, link previews."""

from __future__ import annotations

from html import escape
from typing import Any, cast

from sandbox.calls import Params, json_value, only_fields, text
from sandbox.errors import bad_request
from sandbox.html import HtmlError, parse_html
from sandbox.links import LinkError, check_link
from sandbox.text import MAX_LENGTH, Entity, FormattedText, normalise, utf16_length
from sandbox.updates import JsonObject

_ENTITY_FIELDS = frozenset(Entity.__annotations__)
_PREVIEW_FIELDS = {
    "is_disabled": bool,
    "url": str,
    "prefer_small_media": bool,
    "prefer_large_media": bool,
    "show_above_text": bool,
}
_TYPES = {bool: "Boolean", str: "String"}
_STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_BLOCKS = frozenset({"code", "pre", "blockquote", "expandable_blockquote"})
_NEEDS: dict[str, dict[str, type]] = {
    "text_link": {"url": str},
    "text_mention": {"user": dict},
    "custom_emoji": {"custom_emoji_id": str},
    "date_time": {"unix_time": int},
}

TEXT_PARAMETERS = {
    "text": text,
    "parse_mode": text,
    "entities": json_value("entities", list),
    "link_preview_options": json_value("link preview options", dict),
}
CAPTION_PARAMETERS = {
    "caption": text,
    "parse_mode": text,
    "caption_entities": json_value("caption entities", list),
}
LONGEST_CAPTION = 1024


def formatted_text(params: Params) -> tuple[FormattedText, str]:
    """The text to show, and its HTML: the HTML that was sent, or the escaped plain text.

    Raises ApiError 400. Source: telegram-bot-api, get_input_message_text.
    """
    found = params.get("text", "")
    if not found:
        raise bad_request("message text is empty")
    formatted, html = _formatted(found, params, params.get("entities", []))
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if len(formatted.text) > MAX_LENGTH:
        raise bad_request("message is too long")
    return formatted, html


def formatted_caption(params: Params) -> tuple[FormattedText, str]:
    """The same for a photo's caption, which may be empty."""
    found = params.get("caption", "")
    formatted, html = _formatted(found, params, params.get("caption_entities", []))
    if len(formatted.text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return formatted, html


def _formatted(found: str, params: Params, entities: list[Any]) -> tuple[FormattedText, str]:
    mode = params.get("parse_mode", "").lower()
    if mode in ("markdown", "markdownv2"):
        raise bad_request("the sandbox does not do Markdown; send HTML")
    if mode not in ("", "none", "html"):
        raise bad_request("unsupported parse_mode")
    if mode == "html":
        parsed, html = _parse(found), found
    else:
        parsed, html = _marked(found, entities), escape(found, quote=False)
    return normalise(parsed.text, parsed.entities), html


def link_preview(params: Params) -> JsonObject | None:
    """Bot API: LinkPreviewOptions. Raises ApiError 400.

    Deliberately stricter than the real server in two points: for an invalid address, the real
    server shows no preview, and if both sizes are requested, the small one, without an error.
    """
    found: JsonObject | None = params.get("link_preview_options")
    if not found:
        return None
    only_fields(found, frozenset(_PREVIEW_FIELDS), "link_preview_options")
    for name, kind in _PREVIEW_FIELDS.items():
        if not isinstance(found.get(name, kind()), kind):
            raise bad_request(f'Field "{name}" must be of type {_TYPES[kind]}')
    if "url" in found:
        try:
            check_link(found["url"])
        except LinkError as error:
            raise bad_request(f"the sandbox shows no preview of that address: {error}") from None
    if found.get("prefer_small_media") and found.get("prefer_large_media"):
        raise bad_request("the sandbox shows a preview small or large")
    return found


def _parse(html: str) -> FormattedText:
    try:
        return parse_html(html)
    except HtmlError as error:
        raise bad_request(f"can't parse entities: {error}") from None


def _marked(found: str, entities: list[Any]) -> FormattedText:
    end = utf16_length(found)
    marked = [_entity(entity, end) for entity in entities]
    by_hand = (
        _STYLES | _BLOCKS | _NEEDS.keys()
    )  # Telegram finds mentions, links and so on by itself
    return FormattedText(found, tuple(e for e in marked if e["type"] in by_hand))


def _entity(found: Any, end: int) -> Entity:
    what = "can't parse MessageEntity"
    if not isinstance(found, dict):
        raise bad_request(f"{what}: expected an Object")
    only_fields(found, _ENTITY_FIELDS, "a MessageEntity")
    needed = {"type": str, "offset": int, "length": int} | _NEEDS.get(found.get("type", ""), {})
    for name, kind in needed.items():
        if not isinstance(found.get(name), kind):
            raise bad_request(f'{what}: Can\'t find field "{name}"')
    start, stop = found["offset"], found["offset"] + found["length"]
    if not 0 <= start <= stop:
        raise bad_request(f"receive an entity with incorrect offset {start}")
    if stop > end:
        raise bad_request(
            f"entity beginning at UTF-16 offset {start} ends after the end of the text "
            f"at UTF-16 offset {stop}"
        )
    entity = cast(Entity, dict(found))
    if "url" in found:
        try:
            entity["url"] = check_link(found["url"])
        except LinkError as error:
            raise bad_request(f"entity URL '{found['url']}' is invalid: {error}") from None
    return entity
