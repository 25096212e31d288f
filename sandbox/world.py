"""The sandbox's state, and the operations that change it. Nothing here uses HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Any

from sandbox.errors import bad_request, forbidden
from sandbox.inline_mode import InlineMode
from sandbox.model import (
    Account,
    Callback,
    CallbackAnswer,
    Chat,
    Message,
    Photo,
    Topic,
    as_admin,
)
from sandbox.profile import BotProfile
from sandbox.text import FormattedText, normalise
from sandbox.updates import JsonObject, UpdateQueue

TOPIC_COLOUR = 7322096
_SUPERGROUPS = 1_000_000_000_000
"""The ids of supergroups begin with -100."""


class World:
    """The whole state. Methods that change it call the listeners (`on_change`, `on_profile`)."""

    def __init__(self, *, bot_id: int, profile: BotProfile, callback_life: float) -> None:
        self.bot_id = bot_id
        self.profile = profile
        self.callback_life = callback_life
        self.updates = UpdateQueue()
        self.accounts: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.callbacks: dict[str, Callback] = {}
        self.inline = InlineMode()
        self.between_people: dict[frozenset[int], Chat] = {}
        self.photos: dict[str, Photo] = {}
        self.token = ""
        self.local_apps = False
        self.on_change: Callable[[Chat], None] = lambda chat: None
        self.on_profile: Callable[[], None] = lambda: None
        self._last_message_id = 0
        self._last_group_id = 0
        self._last_person_id = 1000
        self._last_callback_id = 4_000_000_000

    def bot_json(self) -> JsonObject:
        """Bot API: User, for the bot."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.profile.names[""],
            "username": self.profile.username,
        }

    def add_person(
        self, name: str, language: str, person_id: int | None = None, phone: str | None = None
    ) -> Account:
        if person_id is None:
            person_id = self._last_person_id = self._last_person_id + 1
        if person_id in self.chats:
            raise ValueError(f"there is already somebody with the id {person_id}")
        number = (phone or f"+25670{person_id % 10_000_000:07d}").removeprefix("+")
        account = self.accounts[person_id] = Account(person_id, name, language, number)
        self.chats[person_id] = Chat(person_id, name, person=account)
        return account

    def add_group(self, title: str, members: list[Account], *, is_forum: bool = False) -> Chat:
        self._last_group_id -= 1
        group_id = self._last_group_id - (_SUPERGROUPS if is_forum else 0)
        chat = Chat(group_id, title, members={m.id: m for m in members}, is_forum=is_forum)
        self.chats[chat.id] = chat
        if members:
            self.member_update(chat, members[0], "left", "member")
        return chat

    def promote(self, chat: Chat, by: Account, *, manages_topics: bool) -> None:
        """The bot becomes an admin."""
        chat.manages_topics = manages_topics
        self.member_update(chat, by, "member", as_admin(manages_topics=manages_topics))

    def add_topic(
        self, chat: Chat, name: str, colour: int = TOPIC_COLOUR, by: Account | None = None
    ) -> Topic:
        """Opened by the bot, or ``by`` a person."""
        created = {"forum_topic_created": {"name": name, "icon_color": colour}}
        topic = Topic(self._last_message_id + 1, name)
        chat.topics[topic.id] = topic
        self._happens(chat, topic, created, by)
        return topic

    def turn_topic(
        self, chat: Chat, topic: Topic, *, closed: bool, by: Account | None = None
    ) -> None:
        topic.closed = closed
        self._happens(chat, topic, {f"forum_topic_{'closed' if closed else 'reopened'}": {}}, by)

    def delete_topic(self, chat: Chat, topic: Topic) -> None:
        """Delete the topic and its messages. Telegram sends no update about that."""
        del chat.topics[topic.id]
        for message in [each for each in chat.messages.values() if each.topic == topic.id]:
            del chat.messages[message.id]
        self._touch(chat)

    def _happens(self, chat: Chat, topic: Topic, what: JsonObject, by: Account | None) -> None:
        """Add a service message. The bot gets no update about its own actions."""
        sender = by.id if by else self.bot_id
        message = self.add_message(
            chat, sender, FormattedText("", ()), topic=topic.id, service=what
        )
        if by:
            self.updates.put("message", self.message_json(message), chat.id)

    def chat_between(self, one: Account, other: Account) -> Chat:
        """The private chat of two people, about which no bot gets updates."""
        both = frozenset({one.id, other.id})
        if both not in self.between_people:
            self._last_group_id -= 1
            title, members = f"{one.name} and {other.name}", {one.id: one, other.id: other}
            self.between_people[both] = Chat(self._last_group_id, title, members=members)
        return self.between_people[both]

    def chat_of_anybody(self, chat_id: int) -> Chat | None:
        """Any chat, including one between two people, which the bot does not know."""
        others = (chat for chat in self.between_people.values() if chat.id == chat_id)
        return self.chats.get(chat_id) or next(others, None)

    def chat(self, chat_id: int) -> Chat:
        """Raises ApiError 400 for a chat that the bot does not know."""
        try:
            return self.chats[chat_id]
        except KeyError:
            raise bad_request("chat not found") from None

    def writable(self, chat_id: int) -> Chat:
        """The chat, if the bot may write there. Raises ApiError 400 or 403."""
        chat = self.chat(chat_id)
        if person := chat.person:
            if person.deactivated:
                raise forbidden("user is deactivated")
            if person.blocked:
                raise forbidden("bot was blocked by the user")
            if not person.started:
                raise forbidden("bot can't initiate conversation with a user")
        return chat

    def add_message(
        self, chat: Chat, sender_id: int, formatted: FormattedText, **details: Any
    ) -> Message:
        """`details` are further fields of Message."""
        self._last_message_id += 1
        details.setdefault("html", escape(formatted.text, quote=False))
        message = Message(
            id=self._last_message_id,
            chat_id=chat.id,
            sender_id=sender_id,
            from_bot=sender_id == self.bot_id,
            text=formatted.text,
            entities=formatted.entities,
            sent_at=datetime.now(UTC),
            **details,
        )
        self._store(chat, message)
        return message

    def edit_message(self, chat: Chat, message: Message, **changes: Any) -> Message:
        edited = replace(message, edited_at=datetime.now(UTC), **changes)
        self._store(chat, edited)
        return edited

    def delete_message(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
        self._touch(chat)

    def hear(self, chat: Chat, sender: Account, text: str = "", **details: Any) -> Message:
        """A person writes in a chat. The bot gets the update if it may see the message."""
        message = self.add_message(chat, sender.id, normalise(text), **details)
        if chat.person or self._is_for_bot(message):
            self.updates.put("message", self.message_json(message), chat.id)
        return message

    def press(
        self, chat: Chat, presser: Account, message_id: int, data: str
    ) -> asyncio.Future[CallbackAnswer]:
        """Bot API: CallbackQuery. The future is the bot's answer."""
        self._last_callback_id += 1
        loop = asyncio.get_running_loop()
        callback = Callback(
            str(self._last_callback_id), loop.time() + self.callback_life, loop.create_future()
        )
        self.callbacks[callback.id] = callback
        message = chat.messages.get(message_id)
        inaccessible = {"chat": chat.as_json(), "message_id": message_id, "date": 0}
        query = {
            "id": callback.id,
            "from": presser.as_json(),
            "message": self.message_json(message) if message else inaccessible,
            "chat_instance": str(chat.id * 7_919),
            "data": data,
        }
        self.updates.put("callback_query", query, chat.id)
        return callback.answer

    def set_blocked(self, person: Account, blocked: bool) -> None:
        if person.blocked != blocked:
            person.blocked = blocked
            statuses = ("member", "kicked") if blocked else ("kicked", "member")
            chat = self.chats[person.id]
            self.member_update(chat, person, *statuses)
            self._touch(chat)

    def member_update(self, chat: Chat, by: Account, old: str, new: str | JsonObject) -> None:
        """Bot API: ChatMemberUpdated, about the bot itself."""
        payload = {
            "chat": chat.as_json(),
            "from": by.as_json(),
            "date": int(datetime.now(UTC).timestamp()),
            "old_chat_member": self._member(old),
            "new_chat_member": self._member(new),
        }
        self.updates.put("my_chat_member", payload, chat.id)

    def message_json(self, message: Message, *, with_reply: bool = True) -> JsonObject:
        """Bot API: Message."""
        chat = self.chats[message.chat_id]
        sender = self.bot_json() if message.from_bot else self.accounts[message.sender_id].as_json()
        found: JsonObject = {
            "message_id": message.id,
            "from": sender,
            "chat": chat.as_json(),
            "date": int(message.sent_at.timestamp()),
        }
        if message.edited_at:
            found["edit_date"] = int(message.edited_at.timestamp())
        replied = chat.messages.get(message.reply_to) if message.reply_to else None
        if replied and with_reply:
            found["reply_to_message"] = self.message_json(replied, with_reply=False)
        said = {"text": message.text, "entities": message.entities}
        if message.photo:
            said = {
                "photo": [message.photo.as_json()],
                "caption": message.text,
                "caption_entities": message.entities,
            }
        optional = said | {
            "reply_markup": message.markup.source,
            "contact": message.contact,
            "location": message.place,
            "forward_origin": message.forward_origin,
            "message_thread_id": message.topic,
            "is_topic_message": bool(message.topic),
            "link_preview_options": message.link_preview_options,
            "has_protected_content": message.protected,
            "via_bot": self.bot_json() if message.via_bot else None,
        }
        found.update((name, value) for name, value in optional.items() if value)
        return found | (message.service or {})

    def _store(self, chat: Chat, message: Message) -> None:
        chat.messages[message.id] = message
        if message.from_bot:
            chat.unseen.append(message)
        self._touch(chat)

    def _touch(self, chat: Chat) -> None:
        chat.changed.fire()
        self.on_change(chat)

    def _member(self, status: str | JsonObject) -> JsonObject:
        """``status``: with the other fields that it needs."""
        if not isinstance(status, str):
            return {"user": self.bot_json(), **status}
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self.bot_json(), "status": status, **until}

    def _is_for_bot(self, message: Message) -> bool:
        """Whether the bot gets a group's message in privacy mode: replies, and its own commands.

        Source: Bot API, "Privacy mode".
        """
        if self.chats[message.chat_id].manages_topics is not None:
            return True  # privacy mode does not apply to an admin
        command = next((e for e in message.entities if e["type"] == "bot_command"), None)
        if command and command["offset"] == 0:
            _, _, addressee = message.text[: command["length"]].partition("@")
            return addressee.lower() in ("", self.profile.username.lower())
        replied = self.chats[message.chat_id].messages.get(message.reply_to or 0)
        return replied is not None and replied.from_bot
