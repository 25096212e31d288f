"""reply_markup: inline keyboards, reply keyboards, their removal, forced replies.

Deliberately stricter than the real server in three points: it refuses a button without text (the
real server drops it), a button of two kinds (there the first wins), and an unknown field.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from sandbox.calls import json_value, only_fields
from sandbox.errors import bad_request
from sandbox.links import LinkError, check_link
from sandbox.mini_apps import check_app
from sandbox.model import NO_MARKUP, Button, Markup, ReplyButton

MAX_INLINE_BUTTONS = 100
MAX_REPLY_BUTTONS = 300

_Built = TypeVar("_Built", Button, ReplyButton)
_KEYBOARD_FIELDS = frozenset(
    [
        "is_persistent",
        "resize_keyboard",
        "one_time_keyboard",
        "input_field_placeholder",
        "selective",
    ]
)
_FIELDS = _KEYBOARD_FIELDS | {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"}
_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})
_STYLES = frozenset({"", "default", "primary", "danger", "success"})
_INLINE_KINDS = frozenset({"callback_data", "url", "copy_text", "web_app"})
_OTHER_INLINE_KINDS = frozenset(
    [
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "callback_game",
        "pay",
    ]
)
_REPLY_KINDS = frozenset({"request_contact", "request_location"})
_OTHER_REPLY_KINDS = frozenset(
    ["request_users", "request_chat", "request_poll", "request_managed_bot", "web_app"]
)
_object = json_value("reply markup", dict)


def reply_markup(raw: Any) -> dict[str, Any]:
    """The parameter `reply_markup`, not yet checked."""
    found: dict[str, Any] = _object(raw)
    return found


def check_markup(
    found: dict[str, Any] | None, *, inline_only: bool = False, local_apps: bool = False
) -> Markup:
    """The markup as the message will show it. ``local_apps``: allow Mini Apps on
    this machine.

    Source: Bot API, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove, ForceReply.
    Raises ApiError 400.
    """
    if not found:
        return NO_MARKUP
    only_fields(found, _FIELDS, "the reply markup")
    if inline_only and "inline_keyboard" not in found:
        raise bad_request("inline keyboard expected")
    if rows := found.get("inline_keyboard"):
        build = partial(_inline_button, local_apps=local_apps)
        buttons = _rows(rows, "inline keyboard", build, MAX_INLINE_BUTTONS)
        return Markup(buttons=buttons, source={"inline_keyboard": rows})
    placeholder = found.get("input_field_placeholder")
    if placeholder is not None and not 1 <= len(str(placeholder)) <= 64:
        raise bad_request("input field placeholder must have 1 to 64 characters")
    if rows := found.get("keyboard"):
        keyboard = _rows(rows, "keyboard", _reply_button, MAX_REPLY_BUTTONS)
        return Markup(reply_keyboard=keyboard, placeholder=placeholder)
    return Markup(
        removes_keyboard=bool(found.get("remove_keyboard")),
        forces_reply=bool(found.get("force_reply")),
        placeholder=placeholder,
    )


def _rows(rows: Any, what: str, build: Callable[[Any], _Built], most: int) -> list[list[_Built]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{what.replace(" ", "_")}" must be an Array of Arrays')
    if sum(map(len, rows)) > most:
        raise bad_request("reply markup is too long")
    return [[build(button) for button in row] for row in rows]


def _inline_button(found: Any, *, local_apps: bool) -> Button:
    label = "inline keyboard button"
    if not isinstance(found, dict):
        raise bad_request(f"can't parse {label}: InlineKeyboardButton must be an Object")
    only_fields(found, _LOOKS | _INLINE_KINDS | _OTHER_INLINE_KINDS, f"an {label}")
    text = _label(found, label)
    style = _style(found.get("style", ""), label)
    if other := found.keys() & _OTHER_INLINE_KINDS:
        raise bad_request(f"the sandbox does not do {label}s with {min(other)}")
    kinds = found.keys() & _INLINE_KINDS
    if not kinds:
        raise bad_request(f"can't parse {label}: Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise bad_request(f'the {label} "{text}" must be of one kind, not {sorted(kinds)}')
    if "callback_data" in kinds:
        return Button(text, data=_callback_data(found["callback_data"]), style=style)
    if "url" in kinds:
        return Button(text, url=_url(found["url"]), style=style)
    if "web_app" in kinds:
        return Button(text, app=_app(found["web_app"], local=local_apps), style=style)
    return Button(text, copy_text=_copy_text(found["copy_text"]), style=style)


def _style(found: Any, what: str) -> str | None:
    if not isinstance(found, str):
        raise bad_request(f'can\'t parse {what}: Field "style" must be of type String')
    style = found.lower()
    if style not in _STYLES:
        raise bad_request(f"can't parse {what}: invalid button style specified")
    return None if style in {"", "default"} else style


def _label(found: dict[str, Any], what: str) -> str:
    if "text" not in found:
        raise bad_request(f"can't parse {what}: Can't find field \"text\"")
    text = found["text"]
    if not isinstance(text, str):
        raise bad_request(f'can\'t parse {what}: Field "text" must be of type String')
    if not text.strip():
        raise bad_request(f'can\'t parse {what}: Field "text" must be non-empty')
    return text


def _callback_data(data: Any) -> str:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _url(url: Any) -> str:
    try:
        return check_link(str(url))
    except LinkError as error:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {error}") from None


def app_url(found: Any, what: str) -> str:
    """The URL of a WebAppInfo (Bot API). Errors call the button ``what``. Raises ApiError 400."""
    if not isinstance(found, dict):
        raise bad_request(f'can\'t parse {what}: Field "web_app" must be of type Object')
    only_fields(found, frozenset({"url"}), "a WebAppInfo")
    if "url" not in found:
        raise bad_request(f"can't parse {what}: Can't find field \"url\"")
    if not isinstance(found["url"], str):
        raise bad_request(f'can\'t parse {what}: Field "url" must be of type String')
    return found["url"]


def _app(found: Any, *, local: bool) -> str:
    url = app_url(found, "inline keyboard button")
    try:
        return check_app(url, local=local)
    except LinkError as error:
        raise bad_request(
            f"inline keyboard button Web App URL '{url}' is invalid: {error}"
        ) from None


def _copy_text(found: Any) -> str:
    text = found.get("text") if isinstance(found, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return text


def _reply_button(found: Any) -> ReplyButton:
    if isinstance(found, str):
        found = {"text": found}
    if not isinstance(found, dict):
        raise bad_request(
            "can't parse keyboard button: KeyboardButton must be a String or an Object"
        )
    only_fields(found, _LOOKS | _REPLY_KINDS | _OTHER_REPLY_KINDS, "a keyboard button")
    text = _label(found, "keyboard button")
    if other := found.keys() & _OTHER_REPLY_KINDS:
        raise bad_request(f"the sandbox does not do keyboard buttons with {min(other)}")
    if found.get("request_contact"):
        return ReplyButton(text, "contact")
    return ReplyButton(text, "location" if found.get("request_location") else None)
