"""The clerk: brings what a customer and the shop's staff say to each other to the other side.

Any number of replicas may have one each. They share the work through leases in the database only.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from telegram import Bot, ChatMemberAdministrator, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.delivery import metrics
from bot.delivery.lease import Lease
from bot.delivery.policy import (
    Decision,
    GiveUp,
    Lost,
    Pause,
    Retry,
    Unlink,
    backoff,
    decide,
    decide_own,
)
from bot.delivery.sender import SEND_TIMEOUT, Sender
from bot.services.orders.timeline import Timeline, timeline
from bot.services.shop.staff import Door, Room, Staff
from bot.telegram.reading import understood
from bot.telegram.sending import carried_out
from bot.texts import conversations as texts
from bot.texts.message import Message, Reader
from storage import talk
from storage.chats import Chats
from storage.conversations import Conversations
from storage.errors import DatabaseError
from storage.models import Chat, Conversation, Order, Said
from storage.orders import Orders

LEASE = timedelta(seconds=4 * SEND_TIMEOUT)
"""Longer than a topic and a message in it may take."""
TICK = 1.0
"""Seconds between looks for what other replicas, retries and expired leases left to do."""
AT_ONCE = 32
KEPT = timedelta(days=3)
"""How old something is when one more refusal of the staff's group is its last."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

log = structlog.get_logger()


@dataclass(frozen=True)
class NoTopic:
    """It was deleted."""


Outcome = Decision | NoTopic | None
"""What became of something. None: it was brought."""
_NO_TOPIC = ("thread not found", "topic_deleted", "topic_id_invalid")


@dataclass(frozen=True)
class Parties:
    """Whom a conversation is between, and what it is about."""

    chat: Chat
    order: Order
    timeline: Timeline
    reader: Reader


@dataclass(kw_only=True)
class Clerk:
    """Runs from `run` to `stop`. ``door``: open as long as the group is as it has to be."""

    room: Room
    door: Door
    bot: Bot
    sender: Sender
    conversations: Conversations
    chats: Chats
    orders: Orders
    staff: Staff
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _in_hand: set[str] = field(default_factory=set)

    @property
    def jobs(self) -> Sequence[tuple[Callable[[], Awaitable[None]], int]]:
        """What is to run, and every so many seconds."""
        return (self.look_at_the_group, 60), (self.delete_old_topics, 30)

    def stop(self) -> None:
        """Claims nothing more; `run` returns when what is in hand is done."""
        self._stopping.set()
        self.door.knocked.set()

    async def run(self) -> None:
        await self.look_at_the_group()
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping.is_set():
                self.door.knocked.clear()
                for conversation in await self._due():
                    self._in_hand.add(conversation.id)
                    tasks.create_task(self._attend(conversation))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.door.knocked.wait(), TICK)

    async def _due(self) -> list[Conversation]:
        room, due = AT_ONCE - len(self._in_hand), list[Conversation]()
        if room > 0 and not self.sender.pacer.halted_for():
            reading = self.conversations.due(self.sender.now(), room, but=self._in_hand)
            due = await _guarded(reading) or []
        return due

    async def _attend(self, conversation: Conversation) -> None:
        """One failure ends one piece of work. What it left undone is due after its lease."""
        try:
            await _guarded(self._serve(conversation))
        finally:
            self._in_hand.discard(conversation.id)
            self.door.knocked.set()

    async def _serve(self, read: Conversation) -> None:
        """Claims a conversation and brings what waits longest in it."""
        lease = Lease.taken(self.sender.now(), LEASE)
        claiming = partial(talk.claimed, read=read, lease=lease.token, until=lease.until)
        conversation = await self.conversations.change(read, claiming)
        if conversation is None:
            return
        parties = await self._parties(conversation)
        if parties is None:
            await self.conversations.forget({"_id": conversation.id})
            return
        said = conversation.waiting[0]
        try:
            outcome: Outcome = await self._bring(said, conversation, parties, lease)
        except TelegramError as error:
            outcome = self._refused(error, said, conversation)
        except DatabaseError:
            raise
        except Exception as error:
            # A bug ends the message that meets it, or it would return with each lease.
            log.exception("not_brought", chat=conversation.chat_id)
            outcome = decide_own(error, conversation.attempts)
        await self._mark(outcome, said, conversation, lease)

    async def _parties(self, conversation: Conversation) -> Parties | None:
        """None: the customer follows the order no more."""
        chat = await self.chats.get(conversation.chat_id)
        order = await self.orders.get(conversation.order_id)
        if chat is None or order is None or not chat.follows(order.whose):
            return None
        return Parties(chat, order, timeline(order), self.sender.reader(chat))

    async def _mark(
        self,
        outcome: Outcome,
        said: Said,
        conversation: Conversation,
        lease: Lease,
    ) -> None:
        now = self.sender.now()
        match outcome:
            case None:
                _count(said.to)
                becomes = partial(talk.brought, now=now, lease=lease.token)
            case NoTopic():
                log.info("topic_deleted", chat=conversation.chat_id)
                becomes = partial(talk.without_topic, now=now, lease=lease.token)
            case Retry(after, counts):
                attempts = conversation.attempts + counts
                becomes = partial(
                    talk.postponed, until=now + after, attempts=attempts, lease=lease.token
                )
            case Lost():
                return
            case Pause(reason) | Unlink(reason) | GiveUp(reason):
                log.warning("conversation_message_lost", to=said.to, why=reason)
                instead = _instead(said, is_refused=not isinstance(outcome, GiveUp), now=now)
                if instead:
                    _count("lost")
                becomes = partial(talk.brought, now=now, lease=lease.token, instead=instead)
        await self.conversations.change(conversation, becomes)

    def _refused(self, error: TelegramError, said: Said, conversation: Conversation) -> Outcome:
        if said.to == "customer":
            return decide(error, conversation.attempts)
        text = error.message.lower()
        if any(each in text for each in _NO_TOPIC):
            return NoTopic()
        if "topic_not_modified" in text:
            return None  # it is so already
        decision = _decided(error, conversation.attempts)
        if decision is not None:
            return decision
        log.error("staff_not_reached", why=error.message)
        is_old = self.sender.now() - said.at > KEPT
        return GiveUp(error.message) if is_old else Retry(backoff(conversation.attempts))

    # Bot API

    async def _bring(
        self, said: Said, conversation: Conversation, parties: Parties, lease: Lease
    ) -> Decision | None:
        to = self.room.chat_id if said.to == "shop" else conversation.chat_id
        if later := await self.sender.wait_for_a_slot(to, lease.ends):
            return later
        if said.kind in {"words", "copy"} and said.text is None:
            return GiveUp("the key that it was sealed with is missing")
        if said.to == "customer":
            await self._tell_customer(said, parties)
        elif said.kind in {"close", "reopen"}:
            await self._turn_topic(said, conversation)
        else:
            await self._tell_shop(said, conversation, parties, lease)
        return None

    async def _tell_customer(self, said: Said, parties: Parties) -> None:
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
        if said.kind == "copy":
            await self._copy(said, message, chat.id, self.room.chat_id)
        else:
            await self._send(message, chat.id, silent=chat.preferences.silent)

    async def _tell_shop(
        self, said: Said, conversation: Conversation, parties: Parties, lease: Lease
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
        if said.kind == "copy":
            await self._copy(said, message, self.room.chat_id, conversation.chat_id, topic=topic)
        else:
            await self._send(message, self.room.chat_id, topic=topic)

    async def _new_topic(self, conversation: Conversation, parties: Parties, lease: Lease) -> int:
        """Remembered at once: a crash in between leaves an empty topic, and nothing worse."""
        title = texts.title(parties.timeline, conversation)
        topic = (await self.bot.create_forum_topic(self.room.chat_id, title)).message_thread_id
        putting = partial(talk.put_into, topic=topic, lease=lease.token)
        if not await self.conversations.change(conversation, putting):
            await self.conversations.leave_topic(topic)  # it was erased
        return topic

    async def _turn_topic(self, said: Said, conversation: Conversation) -> None:
        if conversation.topic is None:
            return
        turn = self.bot.close_forum_topic if said.kind == "close" else self.bot.reopen_forum_topic
        await turn(self.room.chat_id, conversation.topic)

    async def _send(
        self, message: Message, to: int, *, topic: int | None = None, silent: bool = False
    ) -> None:
        send = partial(
            self.bot.send_message,
            to,
            message.html,
            message_thread_id=topic,
            parse_mode=ParseMode.HTML,
            disable_notification=silent,
            link_preview_options=NO_PREVIEW,
        )
        await carried_out(lambda keyboard: send(reply_markup=keyboard), message.keyboard)

    async def _copy(
        self, said: Said, message: Message, to: int, origin: int, *, topic: int | None = None
    ) -> None:
        """As it is, by Telegram itself: what is in a photo never comes here."""
        assert said.message_id is not None  # noqa: S101 - for mypy
        caption = None if said.bare else message.html
        buttons = message.keyboard if isinstance(message.keyboard, InlineKeyboardMarkup) else None
        await self.bot.copy_message(
            to,
            origin,
            said.message_id,
            caption=caption,
            parse_mode=ParseMode.HTML,
            message_thread_id=topic,
            reply_markup=buttons,
        )

    # Jobs

    async def look_at_the_group(self) -> None:
        """Whether it has topics, and we may open and close them, and hear what is said there."""
        try:
            with understood():
                chat = await self.bot.get_chat(self.room.chat_id)
                we = await self.bot.get_chat_member(self.room.chat_id, self.bot.id)
        except TelegramError as error:
            log.warning("group_not_seen", error=error.message)
            return
        may = isinstance(we, ChatMemberAdministrator) and bool(we.can_manage_topics)
        self.door.is_open = bool(chat.is_forum) and may

    async def delete_old_topics(self) -> None:
        """Those of who was erased, or has left."""
        for topic in await self.conversations.old_topics(AT_ONCE):
            if await self.sender.wait_for_a_slot(self.room.chat_id):
                return
            try:
                await self.bot.delete_forum_topic(self.room.chat_id, topic)
            except TelegramError as error:
                if not isinstance(error, BadRequest) or _is_setup(error.message.lower()):
                    log.warning("topic_not_deleted", error=error.message)
                    return
            await self.conversations.topic_is_gone(topic)


def _instead(said: Said, *, is_refused: bool, now: datetime) -> Said | None:
    """What whoever wrote it is told."""
    if said.kind not in {"words", "copy"}:
        return None
    if said.to == "shop":
        return Said(to="customer", kind="lost", at=now)
    return Said(to="shop", kind="unheard" if is_refused else "lost", at=now)


def _decided(error: TelegramError, attempts: int) -> Decision | None:
    """Of what the group does not take. None: the group is not as it should be, or is not reached;
    that is no fault of the message, and may be mended."""
    is_message_s = isinstance(error, BadRequest) and not isinstance(error, ChatMigrated)
    if is_message_s and not _is_setup(error.message.lower()):
        return GiveUp(error.message)
    decision = decide(error, attempts)
    return decision if isinstance(decision, Retry) and not decision.counts else None


def _count(outcome: str) -> None:
    metrics.TALKED.labels(outcome).inc()


def _is_setup(text: str) -> bool:
    """Whether Telegram says what whoever set the group up can mend."""
    return any(each in text for each in ("not enough rights", "chat not found", "not a forum"))


T = TypeVar("T")


async def _guarded(work: Awaitable[T]) -> T | None:
    try:
        return await work
    except DatabaseError as error:
        log.warning("database_failed", error=type(error).__name__)
    except Exception:
        log.exception("clerk_failed")
    return None
