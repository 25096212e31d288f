"""Brings a conversation's messages to the staff, in topics of their group, and to customers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import Bot
from telegram.constants import ParseMode

from bot.delivery.lease import Lease
from bot.delivery.policy import Failure, GiveUp
from bot.delivery.sender import Sender
from bot.services.orders.timeline import Timeline
from bot.services.shop.staff import Room, Staff
from bot.telegram.sending import carried_out
from bot.texts import conversations as texts
from bot.texts.message import Message, Reader
from storage import talk
from storage.conversations import Conversations
from storage.models import Chat, Conversation, Order, Relay


@dataclass(frozen=True)
class Parties:
    """The customer of a conversation, and the order that it is about."""

    chat: Chat
    order: Order
    timeline: Timeline
    reader: Reader


@dataclass(frozen=True, kw_only=True)
class Messenger:
    """Brings one message at a time. Raises `TelegramError`, `DatabaseError`."""

    room: Room
    bot: Bot
    sender: Sender
    conversations: Conversations
    staff: Staff

    async def bring(
        self, said: Relay, conversation: Conversation, parties: Parties, lease: Lease
    ) -> Failure | None:
        """Brings it. None: it has arrived."""
        to = self.room.chat_id if said.to == "shop" else conversation.chat_id
        if later := await self.sender.wait_for_a_slot(to, lease.ends):
            return later
        if said.kind in {"words", "copy"} and said.text is None:
            return GiveUp("the key that it was sealed with is missing")
        if said.to == "customer":
            await self._bring_to_customer(said, parties)
        elif said.kind in {"close", "reopen"}:
            await self._turn_topic(said, conversation)
        else:
            await self._bring_to_shop(said, conversation, parties, lease)
        return None

    async def _bring_to_customer(self, said: Relay, parties: Parties) -> None:
        chat, order, reader = parties.chat, parties.timeline, parties.reader
        match said.kind:
            case "ended" | "silent":
                message = texts.ended(order, reader, by_silence=said.kind == "silent")
            case "lost":
                message = texts.lost(order, reader)
            case _:
                is_writing = chat.writing == order.order_id
                text = said.text or ""
                message = texts.from_shop(text, order, reader, is_writing=is_writing)
        silent = chat.preferences.silent
        await self._put(said, message, chat.id, self.room.chat_id, disable_notification=silent)

    async def _bring_to_shop(
        self, said: Relay, conversation: Conversation, parties: Parties, lease: Lease
    ) -> None:
        topic = conversation.topic or await self._new_topic(conversation, parties, lease)
        match said.kind:
            case "sheet":
                found = await self.staff.of(parties.order)
                message = texts.sheet(found, conversation, parties.reader)
            case "ended":
                message = texts.ENDED
            case "silent":
                message = texts.SILENT
            case "unheard":
                message = texts.UNHEARD
            case "lost":
                message = texts.LOST
            case _:
                message = texts.from_customer(said.text or "", conversation)
        await self._put(
            said, message, self.room.chat_id, conversation.chat_id, message_thread_id=topic
        )

    async def _new_topic(self, conversation: Conversation, parties: Parties, lease: Lease) -> int:
        """Makes a topic, and remembers it at once.

        A crash in between leaves an empty topic only.
        """
        title = texts.title(parties.timeline, conversation)
        topic = (await self.bot.create_forum_topic(self.room.chat_id, title)).message_thread_id
        putting = partial(talk.put_into, topic=topic, lease=lease.token)
        if not await self.conversations.change(conversation, putting):
            await self.conversations.leave_topic(topic)  # it was erased
        return topic

    async def _turn_topic(self, said: Relay, conversation: Conversation) -> None:
        if conversation.topic is None:
            return
        turn = self.bot.close_forum_topic if said.kind == "close" else self.bot.reopen_forum_topic
        await turn(self.room.chat_id, conversation.topic)

    async def _put(self, said: Relay, message: Message, to: int, origin: int, **where: Any) -> None:
        """Sends text. Anything else Telegram copies, so that photos and files never come to us.

        ``origin``: id of the chat that it was written in.
        """
        do: Callable[..., Awaitable[object]]
        if said.kind == "copy" and said.message_id:
            caption = None if said.bare else message.html
            do = partial(self.bot.copy_message, to, origin, said.message_id, caption=caption)
        else:
            preview = message.preview
            do = partial(self.bot.send_message, to, message.html, link_preview_options=preview)
        do = partial(do, parse_mode=ParseMode.HTML, **where)
        await carried_out(lambda keyboard: do(reply_markup=keyboard), message.buttons)
