"""The Bot API's methods on messages, chats and buttons."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from sandbox.calls import (
    Params,
    boolean,
    chat,
    integer,
    json_value,
    method,
    only_fields,
    text,
    unsupported,
)
from sandbox.errors import bad_request
from sandbox.formatting import TEXT_PARAMETERS, formatted_text, link_preview
from sandbox.markup import check_markup, reply_markup
from sandbox.model import CallbackAnswer, Chat, Message
from sandbox.updates import JsonObject
from sandbox.world import World

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
        "cancel",
    ]
)
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
_BUSINESS = unsupported("business connections")


@method("getMe")
def get_me(world: World, params: Params) -> JsonObject:
    return world.bot_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method(
    "sendMessage",
    business_connection_id=_BUSINESS,
    chat_id=chat,
    message_thread_id=integer,
    direct_messages_topic_id=unsupported("direct messages topics"),
    **TEXT_PARAMETERS,
    reply_markup=reply_markup,
    disable_notification=boolean,
    protect_content=boolean,
    allow_paid_broadcast=boolean,
    message_effect_id=text,
    suggested_post_parameters=unsupported("suggested posts"),
    reply_parameters=json_value("reply parameters", dict),
)
def send_message(world: World, params: Params) -> JsonObject:
    formatted, html = formatted_text(params)
    markup = check_markup(params.get("reply_markup"))
    where = world.writable(_chat_id(params))
    topic = params.get("message_thread_id")
    if topic and topic not in where.topics:
        raise bad_request("message thread not found")
    message = world.add_message(
        where,
        world.bot_id,
        formatted,
        html=html,
        markup=markup,
        silent=params.get("disable_notification", False),
        protected=params.get("protect_content", False),
        reply_to=_reply_to(params, where),
        topic=topic,
        link_preview_options=link_preview(params),
    )
    return world.message_json(message)


@method(
    "editMessageText",
    business_connection_id=_BUSINESS,
    chat_id=chat,
    message_id=integer,
    inline_message_id=unsupported("inline messages"),
    **TEXT_PARAMETERS,
    reply_markup=reply_markup,
)
def edit_message_text(world: World, params: Params) -> JsonObject:
    formatted, html = formatted_text(params)
    return _edit(
        world,
        params,
        text=formatted.text,
        entities=formatted.entities,
        link_preview_options=link_preview(params),
        html=html,
    )


@method(
    "editMessageReplyMarkup",
    business_connection_id=_BUSINESS,
    chat_id=chat,
    message_id=integer,
    inline_message_id=unsupported("inline messages"),
    reply_markup=reply_markup,
)
def edit_message_reply_markup(world: World, params: Params) -> JsonObject:
    return _edit(world, params)


@method("deleteMessage", chat_id=chat, message_id=integer)
def delete_message(world: World, params: Params) -> bool:
    where = world.writable(_chat_id(params))
    message = _message(where, params, "message to delete")
    if not message.from_bot and not where.person:
        raise bad_request("message can't be deleted")
    world.delete_message(where, message.id)
    return True


@method(
    "answerCallbackQuery",
    callback_query_id=text,
    text=text,
    show_alert=boolean,
    url=text,
    cache_time=integer,
)
def answer_callback_query(world: World, params: Params) -> bool:
    callback = world.callbacks.get(params.get("callback_query_id", ""))
    if callback is None or callback.expires < asyncio.get_running_loop().time():
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(params.get("text", "")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if url := params.get("url"):
        own = rf"(https://t\.me/|tg://resolve\?domain=){world.profile.username}[?&]start=[\w-]{{0,64}}"
        if not re.fullmatch(own, url, re.IGNORECASE):
            raise bad_request("URL_INVALID")
    del world.callbacks[callback.id]
    callback.answer.set_result(
        CallbackAnswer(params.get("text"), params.get("show_alert", False), url)
    )
    return True


@method(
    "sendChatAction",
    business_connection_id=_BUSINESS,
    chat_id=chat,
    message_thread_id=integer,
    action=text,
)
def send_chat_action(world: World, params: Params) -> bool:
    if params.get("action", "").lower() not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.writable(_chat_id(params))
    return True


@method("getChat", chat_id=chat)
def get_chat(world: World, params: Params) -> JsonObject:
    """Bot API: ChatFullInfo."""
    where = world.chat(_chat_id(params))
    pinned = where.messages.get(where.pinned[-1]) if where.pinned else None
    found = where.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            [
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ],
            False,
        ),
    }
    return found | ({"pinned_message": world.message_json(pinned)} if pinned else {})


@method(
    "pinChatMessage",
    business_connection_id=_BUSINESS,
    chat_id=chat,
    message_id=integer,
    disable_notification=boolean,
)
def pin_chat_message(world: World, params: Params) -> bool:
    where = world.writable(_chat_id(params))
    message = _message(where, params, "message to pin")
    where.pinned = [i for i in where.pinned if i != message.id] + [message.id]
    return True


@method("unpinChatMessage", business_connection_id=_BUSINESS, chat_id=chat, message_id=integer)
def unpin_chat_message(world: World, params: Params) -> bool:
    where = world.writable(_chat_id(params))
    newest = where.pinned[-1] if where.pinned else 0
    message_id = params.get("message_id", newest)
    if message_id not in where.pinned:
        raise bad_request("message to unpin not found")
    where.pinned.remove(message_id)
    return True


def _chat_id(params: Params) -> int:
    if "chat_id" not in params:
        raise bad_request("chat_id is empty")
    found = params["chat_id"]
    return found if isinstance(found, int) else 0


def _message(where: Chat, params: Params, what: str) -> Message:
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


def _edit(world: World, params: Params, **changes: Any) -> JsonObject:
    """Without reply_markup an edit takes the buttons away, as with the real server."""
    if "chat_id" not in params and "message_id" not in params:
        raise bad_request("message identifier is not specified")
    markup = check_markup(params.get("reply_markup"), inline_only=True)
    where = world.chat(_chat_id(params))
    if where.person and where.person.deactivated:
        world.writable(where.id)
    message = _message(where, params, "message to edit")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    shown = {name: value for name, value in changes.items() if name != "html"}
    same = all(getattr(message, name) == value for name, value in shown.items())
    if same and message.markup.source == markup.source:
        raise bad_request(
            "message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message"
        )
    return world.message_json(world.edit_message(where, message, **changes, markup=markup))
