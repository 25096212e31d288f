"""The Bot API's methods for messages, chats and buttons."""

from __future__ import annotations

import asyncio
import re

from sandbox.calls import Params, boolean, chat, integer, method, text
from sandbox.errors import bad_request
from sandbox.formatting import TEXT_PARAMETERS, formatted_text, link_preview
from sandbox.model import CallbackAnswer
from sandbox.sending import BUSINESS, EDITING, SENDING, chat_id_of, edit, message_of, send
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


@method("getMe")
def get_me(world: World, params: Params) -> JsonObject:
    return world.bot_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": world.inline.is_on,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("sendMessage", **SENDING, **TEXT_PARAMETERS)
def send_message(world: World, params: Params) -> JsonObject:
    formatted, html = formatted_text(params)
    return send(world, params, formatted, html=html, link_preview_options=link_preview(params))


@method("editMessageText", **EDITING, **TEXT_PARAMETERS)
def edit_message_text(world: World, params: Params) -> JsonObject:
    formatted, html = formatted_text(params)
    return edit(
        world,
        params,
        text=formatted.text,
        entities=formatted.entities,
        link_preview_options=link_preview(params),
        html=html,
    )


@method("editMessageReplyMarkup", **EDITING)
def edit_message_reply_markup(world: World, params: Params) -> JsonObject:
    return edit(world, params)


@method("deleteMessage", chat_id=chat, message_id=integer)
def delete_message(world: World, params: Params) -> bool:
    where = world.writable(chat_id_of(params))
    message = message_of(where, params, "message to delete")
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
    business_connection_id=BUSINESS,
    chat_id=chat,
    message_thread_id=integer,
    action=text,
)
def send_chat_action(world: World, params: Params) -> bool:
    if params.get("action", "").lower() not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.writable(chat_id_of(params))
    return True


@method("getChat", chat_id=chat)
def get_chat(world: World, params: Params) -> JsonObject:
    """Bot API: ChatFullInfo."""
    where = world.chat(chat_id_of(params))
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
    business_connection_id=BUSINESS,
    chat_id=chat,
    message_id=integer,
    disable_notification=boolean,
)
def pin_chat_message(world: World, params: Params) -> bool:
    where = world.writable(chat_id_of(params))
    message = message_of(where, params, "message to pin")
    where.pinned = [i for i in where.pinned if i != message.id] + [message.id]
    return True


@method("unpinChatMessage", business_connection_id=BUSINESS, chat_id=chat, message_id=integer)
def unpin_chat_message(world: World, params: Params) -> bool:
    where = world.writable(chat_id_of(params))
    newest = where.pinned[-1] if where.pinned else 0
    message_id = params.get("message_id", newest)
    if message_id not in where.pinned:
        raise bad_request("message to unpin not found")
    where.pinned.remove(message_id)
    return True
