"""The clerk: brings messages between a customer and the shop's staff.

Any number of replicas may have one each. They share the work through leases in the database only.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.delivery import metrics
from bot.delivery.guarding import guarded
from bot.delivery.lease import Lease
from bot.delivery.messenger import Messenger, Parties
from bot.delivery.policy import GiveUp, Lost, Pause, Retry, Unlink, decide, decide_own
from bot.delivery.refusals import NoTopic, Outcome, is_message_s, refused_by_shop
from bot.delivery.sender import SEND_TIMEOUT, Sender
from bot.services.orders.timeline import timeline
from bot.services.shop.staff import Door, Room
from bot.telegram.topics import topics_of
from storage import talk
from storage.chats import Chats
from storage.conversations import Conversations
from storage.errors import DatabaseError
from storage.models import Conversation, Relay
from storage.orders import Orders

LEASE = timedelta(seconds=4 * SEND_TIMEOUT)
"""Long enough to make a topic and to send a message in it."""
TICK = 1.0
"""Seconds between two looks for conversations that are due: retries, and what others left."""
AT_ONCE = 32
"""Conversations that are served at the same time."""

FAILED = "clerk_failed"

log = structlog.get_logger()


@dataclass(kw_only=True)
class Clerk:
    """Works from `run` until `stop`. ``door``: open while the staff's group is set up right."""

    room: Room
    door: Door
    bot: Bot
    sender: Sender
    conversations: Conversations
    chats: Chats
    orders: Orders
    messenger: Messenger
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _in_hand: set[str] = field(default_factory=set)

    @property
    def jobs(self) -> Sequence[tuple[Callable[[], Awaitable[None]], int]]:
        """The jobs, each with the seconds between its runs."""
        return self.look, (self.delete_old_topics, 30)

    @property
    def look(self) -> tuple[Callable[[], Awaitable[None]], int]:
        """The job of replicas that do not serve:

        they have to know whether to offer conversations.
        """
        return self.look_at_the_group, 60

    def stop(self) -> None:
        """Claims no more conversations. `run` returns when the work in hand is done."""
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
            due = await guarded(reading, FAILED) or []
        return due

    async def _attend(self, conversation: Conversation) -> None:
        """Serves one conversation. If that fails, it is due again after its lease."""
        try:
            await guarded(self._serve(conversation), FAILED)
        finally:
            self._in_hand.discard(conversation.id)
            self.door.knocked.set()

    async def _serve(self, read: Conversation) -> None:
        """Claims a conversation and brings the message that has waited longest."""
        lease = Lease.taken(self.sender.now(), LEASE)
        claiming = partial(talk.claimed, read=read, lease=lease.token, until=lease.until)
        conversation = await self.conversations.change(read, claiming)
        if conversation is None:
            return
        parties = await self._parties(conversation)
        if parties is None:
            await self.conversations.forget({"_id": conversation.id}, lease=lease.token)
            return
        said = conversation.waiting[0]
        try:
            outcome: Outcome = await self.messenger.bring(said, conversation, parties, lease)
        except TelegramError as error:
            outcome = self._refused(error, said, conversation)
        except DatabaseError:
            raise
        except Exception as error:
            # Count it as an attempt: otherwise the same bug would come back with each lease.
            log.exception("not_brought", chat=conversation.chat_id)
            outcome = decide_own(error, conversation.attempts)
        await self._mark(outcome, said, conversation, lease)

    async def _parties(self, conversation: Conversation) -> Parties | None:
        """None: the customer does not follow the order any more."""
        chat = await self.chats.get(conversation.chat_id)
        order = await self.orders.get(conversation.order_id)
        if chat is None or order is None or not chat.follows(order.whose):
            return None
        return Parties(chat, order, timeline(order), self.sender.reader(chat))

    async def _mark(
        self,
        outcome: Outcome,
        said: Relay,
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

    def _refused(self, error: TelegramError, said: Relay, conversation: Conversation) -> Outcome:
        if said.to == "customer":
            return decide(error, conversation.attempts)
        outcome = refused_by_shop(error, conversation.attempts, self.sender.now() - said.at)
        if isinstance(outcome, Retry) and outcome.counts:
            log.error("staff_not_reached", why=error.message)
        return outcome

    # Jobs

    async def look_at_the_group(self) -> None:
        """Opens the door if the group has topics that the bot manages, and members who may
        answer."""
        try:
            topics = await topics_of(self.bot, self.room.chat_id)
        except TelegramError as error:
            log.warning("group_not_seen", error=error.message)
            return
        self.door.is_open = topics.are_on and topics.are_ours and bool(self.room.members)

    async def delete_old_topics(self) -> None:
        """Deletes the topics of people who were erased or have left."""
        for topic in await self.conversations.old_topics(AT_ONCE):
            if await self.sender.wait_for_a_slot(self.room.chat_id):
                return
            try:
                await self.bot.delete_forum_topic(self.room.chat_id, topic)
            except TelegramError as error:
                if not is_message_s(error):
                    log.warning("topic_not_deleted", error=error.message)
                    return
            await self.conversations.topic_is_gone(topic)


def _instead(said: Relay, *, is_refused: bool, now: datetime) -> Relay | None:
    """The notice for the person whose message was lost; None: nobody wrote it."""
    if said.kind not in {"words", "copy"}:
        return None
    if said.to == "shop":
        return Relay(to="customer", kind="lost", at=now)
    return Relay(to="shop", kind="unheard" if is_refused else "lost", at=now)


def _count(outcome: str) -> None:
    metrics.TALKED.labels(outcome).inc()
