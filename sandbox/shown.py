"""Messages and groups as JSON for the page."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sandbox.model import Button, Chat, Message, Photo
from sandbox.previews import preview_json
from sandbox.render import render
from sandbox.updates import JsonObject
from sandbox.world import World


def message_json(message: Message) -> JsonObject:
    keyboard = message.reply_keyboard
    return {
        "id": message.id,
        "from_bot": message.from_bot,
        "html": render(message.text, message.entities),
        "text": message.text,
        "reply_to": message.reply_to,
        "buttons": [[_button_json(button) for button in row] for row in message.buttons],
        "reply_keyboard": keyboard and [[asdict(button) for button in row] for row in keyboard],
        "removes_keyboard": message.markup.removes_keyboard,
        "forces_reply": message.markup.forces_reply,
        "placeholder": message.markup.placeholder,
        "sent_at": message.sent_at.isoformat(),
        "edited_at": _iso(message.edited_at),
        "silent": message.silent,
        "contact": message.contact,
        "photo": message.photo and _photo_json(message.photo),
        "preview": preview_json(message),
        "location": message.place,
        "live_until": _iso(message.live_until),
    }


def _photo_json(photo: Photo) -> JsonObject:
    url = f"/sandbox/photos/{photo.unique_id}"
    return {"url": url, "width": photo.width, "height": photo.height}


def _button_json(button: Button) -> JsonObject:
    looks = {"text": button.text, "style": button.style}
    if button.data is not None:
        return {**looks, "kind": "callback", "data": button.data}
    if button.url is not None:
        return {**looks, "kind": "url", "url": button.url}
    if button.app is not None:
        return {**looks, "kind": "app", "url": button.app}
    return {**looks, "kind": "copy", "copy_text": button.copy_text}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def groups_of(person: int, world: World) -> list[Chat]:
    """The person's groups in which the bot is, too, except the staff's."""
    return [chat for chat in world.chats.values() if person in chat.members and not chat.is_forum]


def groups_json(person: int, world: World) -> list[JsonObject]:
    """`[{id, title, members}]`."""
    return [
        {
            "id": chat.id,
            "title": chat.title,
            "members": [member.name for member in chat.members.values()],
        }
        for chat in groups_of(person, world)
    ]
