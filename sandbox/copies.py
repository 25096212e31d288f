"""Copies of messages, which do not show that they are copies.

Source of the error texts: TDLib's MessagesManager.cpp and telegram-bot-api's Client.cpp.
"""

from __future__ import annotations

from typing import Any

from sandbox.calls import Params, boolean, chat, integer, method, unsupported
from sandbox.errors import bad_request
from sandbox.formatting import CAPTION_PARAMETERS, formatted_caption
from sandbox.model import Message
from sandbox.sending import SENDING, send
from sandbox.text import FormattedText
from sandbox.updates import JsonObject
from sandbox.world import World


@method(
    "copyMessage",
    **SENDING,
    **CAPTION_PARAMETERS,
    from_chat_id=chat,
    message_id=integer,
    video_start_timestamp=unsupported("videos"),
    show_caption_above_media=boolean,
)
def copy_message(world: World, params: Params) -> JsonObject:
    """A new caption applies only to a message that can have one; without it, the old one stays."""
    origin = params.get("from_chat_id", 0)
    message = world.chat(origin if isinstance(origin, int) else 0).messages.get(
        params.get("message_id", 0)
    )
    if message is None:
        raise bad_request("message to copy not found")
    if message.service or message.protected:
        raise bad_request("message can't be copied")
    formatted, html = FormattedText(message.text, message.entities), message.html
    if message.photo and "caption" in params:
        formatted, html = formatted_caption(params)
    copied = send(world, params, formatted, html=html, **_content(message))
    return {"message_id": copied["message_id"]}


def _content(message: Message) -> dict[str, Any]:
    """The content besides text. A live location is copied as a plain one, where it is now."""
    return {
        "photo": message.photo,
        "location": message.location,
        "contact": message.contact,
        "link_preview_options": message.link_preview_options,
    }
