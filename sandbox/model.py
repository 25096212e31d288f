"""The sandbox's data: people, chats, messages, buttons."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.text import Entity
from sandbox.updates import JsonObject
from sandbox.waiting import Signal


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button. Exactly one field is set besides `text` and `style`.

    `app`: the address of a Mini App. `style`: "danger", "success", "primary", or None.
    """

    text: str
    data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    app: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyButton:
    """A button of the reply keyboard; `request` is "contact", "location" or None."""

    text: str
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Markup:
    """A checked reply_markup: as the bot sent it, and the buttons under the message."""

    buttons: list[list[Button]] = field(default_factory=list)
    reply_keyboard: list[list[ReplyButton]] | None = None
    source: JsonObject | None = None
    """The InlineKeyboardMarkup. Other markups are not part of the message."""
    removes_keyboard: bool = False
    forces_reply: bool = False
    placeholder: str | None = None

    @property
    def opens_apps(self) -> bool:
        return any(button.app for row in self.buttons for button in row)


NO_MARKUP = Markup()


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it was uploaded to Telegram."""

    file_id: str
    content: bytes = field(repr=False)
    content_type: str
    width: int
    height: int

    @property
    def unique_id(self) -> str:
        return self.file_id[-16:]

    def as_json(self) -> JsonObject:
        """Bot API: PhotoSize."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "width": self.width,
            "height": self.height,
            "file_size": len(self.content),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message at one moment. An edit makes a new one with the same `id`.

    `text` with its `entities` is a photo's caption.
    """

    id: int
    chat_id: int
    sender_id: int
    from_bot: bool
    text: str
    entities: tuple[Entity, ...] = ()
    topic: int | None = None
    html: str = ""
    """The HTML source that the bot sent, or the escaped plain text."""
    markup: Markup = NO_MARKUP
    sent_at: datetime
    edited_at: datetime | None = None
    silent: bool = False
    protected: bool = False
    reply_to: int | None = None
    contact: JsonObject | None = None
    photo: Photo | None = None
    location: JsonObject | None = None
    live_until: datetime | None = None
    """Until then the location may be moved. None: it is not live."""
    forward_origin: JsonObject | None = None
    link_preview_options: JsonObject | None = None
    service: JsonObject | None = None
    """What happened, in a service message, such as `{"forum_topic_closed": {}}`."""
    via_bot: bool = False
    """The sender chose it from the bot's inline results."""

    @property
    def is_live(self) -> bool:
        """Whether its location may be moved now."""
        return self.live_until is not None and datetime.now(UTC) < self.live_until

    @property
    def place(self) -> JsonObject | None:
        """Bot API: Location. A live location that has ended becomes a plain one."""
        if self.location is None or self.is_live:
            return self.location
        gone = ("live_period", "heading")
        return {name: value for name, value in self.location.items() if name not in gone}

    @property
    def buttons(self) -> list[list[Button]]:
        return self.markup.buttons

    @property
    def reply_keyboard(self) -> list[list[ReplyButton]] | None:
        return self.markup.reply_keyboard


@dataclass(slots=True)
class Account:
    """A person as Telegram knows them."""

    id: int
    name: str
    language: str
    phone: str
    """With the country code, without a plus, as Telegram gives it."""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    username: str | None = None
    """Without the @. It may change hands."""

    def as_json(self) -> JsonObject:
        """Bot API: User."""
        user: JsonObject = {"id": self.id, "is_bot": False, "first_name": self.name}
        user |= {"language_code": self.language} if self.language else {}
        return user | ({"username": self.username} if self.username else {})


@dataclass(slots=True)
class Topic:
    """A thread of a forum. `id` is the id of its first message."""

    id: int
    name: str
    closed: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat with the bot (`person` set) or a group."""

    id: int
    title: str
    person: Account | None = None
    members: dict[int, Account] = field(default_factory=dict)
    is_forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    manages_topics: bool | None = None
    """Whether the bot, as an admin, may manage topics. None: it is not an admin, so privacy mode
    applies."""
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    changed: Signal = field(default_factory=Signal)
    unseen: deque[Message] = field(default_factory=lambda: deque(maxlen=10_000))
    """Messages that the bot sent or edited, and that `Person.receives` has not returned yet."""

    def as_json(self) -> JsonObject:
        """Bot API: Chat."""
        if self.person:
            chat: JsonObject = {"id": self.id, "type": "private", "first_name": self.title}
            return chat | ({"username": self.person.username} if self.person.username else {})
        if self.is_forum:
            return {"id": self.id, "type": "supergroup", "title": self.title, "is_forum": True}
        return {"id": self.id, "type": "group", "title": self.title}


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """The bot's answer to a pressed button."""

    text: str | None = None
    show_alert: bool = False
    url: str | None = None


@dataclass(slots=True)
class Callback:
    """A pressed button that waits for its answer until `expires` (the loop's clock)."""

    id: str
    expires: float
    answer: asyncio.Future[CallbackAnswer]


_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
)


def as_admin(*, manages_topics: bool) -> JsonObject:
    """Bot API: ChatMemberAdministrator for the bot, without its `user`."""
    rights = dict.fromkeys(_RIGHTS, False) | {"can_manage_topics": manages_topics}
    return {"status": "administrator", "can_be_edited": False, "is_anonymous": False, **rights}
