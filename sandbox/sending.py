"""The common part of all methods that send or edit a message."""

from __future__ import annotations

from typing import Any

from sandbox.calls import (
    Params,
    Parser,
    boolean,
    chat,
    integer,
    json_value,
    only_fields,
    text,
    unsupported,
)
from sandbox.errors import bad_request
from sandbox.markup import check_markup, reply_markup
from sandbox.model import Chat, Markup, Message
from sandbox.text import FormattedText
from sandbox.updates import JsonObject
from sandbox.world import World

BUSINESS = unsupported("business connections")
SENDING: dict[str, Parser] = {
    "business_connection_id": BUSINESS,
    "chat_id": chat,
    "message_thread_id": integer,
    "direct_messages_topic_id": unsupported("direct messages topics"),
    "reply_markup": reply_markup,
    "disable_notification": boolean,
    "protect_content": boolean,
    "allow_paid_broadcast": boolean,
    "message_effect_id": text,
    "suggested_post_parameters": unsupported("suggested posts"),
    "reply_parameters": json_value("reply parameters", dict),
}
"""Parameters of every method that sends."""
EDITING: dict[str, Parser] = {
    "business_connection_id": BUSINESS,
    "chat_id": chat,
    "message_id": integer,
    "inline_message_id": unsupported("inline messages"),
    "reply_markup": reply_markup,
}
"""Parameters of every method that edits."""

_REPLY_FIELDS = frozenset(
    [
        "message_id",
        "chat_id",
        "allow_sending_without_reply",
        "quote",
        "quote_parse_mode",
        "quote_entities",
        "quote_position",
        "checklist_task_id",
    ]
)


def send(world: World, params: Params, formatted: FormattedText, **details: Any) -> JsonObject:
    """Send a message and return it. `details`: its fields besides the text. Raises ApiError."""
    markup = check_markup(params.get("reply_markup"), local_apps=world.local_apps)
    where = world.writable(chat_id_of(params))
    _refuse_apps(markup, where)
    topic = params.get("message_thread_id")
    if topic and topic not in where.topics:
        raise bad_request("message thread not found")
    if topic and where.topics[topic].closed and not where.manages_topics:
        raise bad_request("TOPIC_CLOSED")
    message = world.add_message(
        where,
        world.bot_id,
        formatted,
        markup=markup,
        silent=params.get("disable_notification", False),
        protected=params.get("protect_content", False),
        reply_to=_reply_to(params, where),
        topic=topic,
        **details,
    )
    return world.message_json(message)


def edit(world: World, params: Params, **changes: Any) -> JsonObject:
    """An edit without reply_markup removes the buttons, as on the real server."""
    if "chat_id" not in params and "message_id" not in params:
        raise bad_request("message identifier is not specified")
    markup = check_markup(params.get("reply_markup"), inline_only=True, local_apps=world.local_apps)
    where, message = to_edit(world, params)
    _refuse_apps(markup, where)
    if "text" in changes and (message.photo or message.location):
        raise bad_request("there is no text in the message to edit")
    shown = {name: value for name, value in changes.items() if name != "html"}
    same = all(getattr(message, name) == value for name, value in shown.items())
    if same and message.markup.source == markup.source:
        raise bad_request(
            "message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message"
        )
    return world.message_json(world.edit_message(where, message, **changes, markup=markup))


def _refuse_apps(markup: Markup, where: Chat) -> None:
    """Mini Apps open only from private chats. Source: Bot API, InlineKeyboardButton."""
    if markup.opens_apps and not where.person:
        raise bad_request("BUTTON_TYPE_INVALID")


def to_edit(world: World, params: Params) -> tuple[Chat, Message]:
    """The message to edit, and its chat. Raises ApiError."""
    where = world.chat(chat_id_of(params))
    if where.person and where.person.deactivated:
        world.writable(where.id)
    message = message_of(where, params, "message to edit")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return where, message


def chat_id_of(params: Params) -> int:
    if "chat_id" not in params:
        raise bad_request("chat_id is empty")
    found = params["chat_id"]
    return found if isinstance(found, int) else 0


def message_of(where: Chat, params: Params, what: str) -> Message:
    message = where.messages.get(params.get("message_id", 0))
    if message is None:
        raise bad_request(f"{what} not found")
    return message


def _reply_to(params: Params, where: Chat) -> int | None:
    found: JsonObject | None = params.get("reply_parameters")
    if not found:
        return None
    only_fields(found, _REPLY_FIELDS, "reply_parameters")
    message_id = integer(found.get("message_id", 0))
    if message_id in where.messages:
        return message_id
    if not found.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return None
