"""The shop's desk: conversations of its customers with its staff, each about one order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.orders.timeline import Timeline
from bot.services.shop.staff import Door
from storage.conversations import Conversations
from storage.models import Chat, Conversation, Offered, Said, Side
from storage.writers import Writers

PART = 3500
"""Characters of what somebody wrote that fit into one message, with what we say of it."""
CAPTION = 800
"""The same of a caption."""
PAUSE = timedelta(hours=6)
"""After so long a customer may have forgotten where goes what they write, and is told again."""
OFFER_LIFETIME = timedelta(minutes=15)
"""How long after we offered a conversation what the customer writes goes to the shop."""
MISSED_LIFETIME = timedelta(days=1)
"""How long after that they are told that it was too late."""
KEPT = timedelta(days=90)
"""How long after its end a conversation can be gone on with, and its topic stands."""
AT_ONCE = 50


class EndedByCustomer(Exception):
    """What the staff writes is not brought any more."""


class TooMuch(Exception):
    """Too many messages wait already to be brought to the other side."""


@dataclass(frozen=True)
class Heard:
    """A message that somebody wrote. ``text``: or its caption.

    ``is_copied``: it is more than text. ``bare``: and can have no caption.
    """

    message_id: int
    text: str
    is_copied: bool = False
    bare: bool = False


@dataclass(frozen=True, kw_only=True)
class Desk:
    """``silence``: so long nobody writes, and a conversation has ended."""

    door: Door
    conversations: Conversations
    writers: Writers
    silence: timedelta
    clock: Callable[[], datetime]

    # The customer

    async def open(self, chat: Chat, order: Timeline, name: str | None) -> None:
        """From here on what they write goes to the staff. ``name``: if they let the staff see it.

        For the first time, or once more, or in the place of a conversation about another order,
        which stays as it is.
        """
        now = self.clock()
        new = Conversation(
            id=_id(chat.id, order.order_id),
            chat_id=chat.id,
            order_id=order.order_id,
            customer_id=order.customer_id,
            name=name,
            latest_at=now,
            ends_at=now + self.silence,
        )
        await self.conversations.open(new)
        await self.writers.begin(chat.id, order.order_id)
        self.door.knocked.set()

    async def offer(self, chat: Chat, order: Timeline) -> None:
        """They are asked whether the staff may know their name, and may write at once instead."""
        offered = Offered(order_id=order.order_id, until=self.clock() + OFFER_LIFETIME)
        await self.writers.offer(chat.id, offered)

    async def withdraw(self, chat: Chat, order_id: str) -> None:
        """They would rather not write about this order. If they have written at once instead, the
        conversation that began so ends; one about another order goes on."""
        if chat.about_to_write and chat.about_to_write.order_id == order_id:
            await self.forget_offer(chat)
        elif chat.writing == order_id and (conversation := await self.writing(chat)):
            await self.leave(chat, conversation)

    async def forget_offer(self, chat: Chat) -> None:
        await self.writers.withdraw(chat.id)

    def offered(self, chat: Chat) -> str | None:
        """The order about which what they write now begins a conversation, without their name."""
        offered = chat.about_to_write
        return offered.order_id if offered and self.clock() < offered.until else None

    def missed(self, chat: Chat) -> str | None:
        """The order about which they could have written until lately."""
        offered = chat.about_to_write
        if offered is None:
            return None
        is_missed = offered.until <= self.clock() < offered.until + MISSED_LIFETIME
        return offered.order_id if is_missed else None

    async def of(self, chat: Chat, order_id: str) -> Conversation | None:
        """The open conversation about this order."""
        found = await self.conversations.get(_id(chat.id, order_id))
        return found if found and not found.ended else None

    async def writing(self, chat: Chat) -> Conversation | None:
        """To where goes what they write. None: nowhere, any more."""
        return await self.of(chat, chat.writing) if chat.writing else None

    async def take(self, conversation: Conversation, heard: Heard) -> bool:
        """Whether to say where it goes, which is not obvious any more. Raises `TooMuch`."""
        is_first = not any(each.startswith("shop") for each in conversation.taken)
        paused = self.clock() - conversation.latest_at > PAUSE
        await self._say(conversation, heard, to="shop")
        return is_first or paused

    async def stop_writing(self, chat: Chat) -> None:
        """What they write goes nowhere: the conversation has ended meanwhile."""
        await self.writers.end(chat.id)

    async def leave(self, chat: Chat, conversation: Conversation) -> None:
        """They end it."""
        if chat.writing == conversation.order_id:
            await self.stop_writing(chat)
        await self._end(conversation, "customer")

    # The staff

    async def in_topic(self, topic: int) -> Conversation | None:
        """None: it is about something else."""
        return await self.conversations.in_topic(topic)

    async def answer(self, conversation: Conversation, heard: Heard) -> None:
        """Raises `EndedByCustomer`, `TooMuch`."""
        if conversation.ended == "customer":
            raise EndedByCustomer
        await self._say(conversation, heard, to="customer")

    async def close(self, conversation: Conversation, *, is_closed: bool) -> None:
        """``is_closed``: the topic is, by whoever ends the conversation so."""
        await self._end(conversation, "shop", is_closed=is_closed)

    # Both

    async def end_what_is_over(self) -> None:
        """A job: ends the silent ones, and forgets those that have ended, with their topics."""
        for conversation in await self.conversations.over(self.clock(), AT_ONCE):
            if conversation.ended:
                await self.conversations.forget({"_id": conversation.id})
            else:
                await self._end(conversation, None)

    async def _end(
        self, conversation: Conversation, by: Side | None, *, is_closed: bool = False
    ) -> None:
        now = self.clock()
        await self.conversations.end(
            conversation, by, now=now, forget_at=now + KEPT, is_closed=is_closed
        )
        self.door.knocked.set()

    async def _say(self, conversation: Conversation, heard: Heard, *, to: Side) -> None:
        now = self.clock()
        key = f"{to} {heard.message_id}"
        said = await self.conversations.say(
            conversation, parts(heard, to, now), key=key, now=now, ends_at=now + self.silence
        )
        if said is None:
            latest = await self.conversations.get(conversation.id)
            if latest and key not in latest.taken:
                raise TooMuch
        self.door.knocked.set()


def parts(heard: Heard, to: Side, now: datetime) -> Sequence[Said]:
    """As it is brought: what is too long in several pieces, and what can have no caption behind a
    message that says whose it is."""
    if not heard.is_copied:
        return [Said(to=to, kind="words", text=text, at=now) for text in _cut(heard.text)]
    before: list[Said] = []
    caption = heard.text
    if heard.bare or len(caption) > CAPTION:
        before = [Said(to=to, kind="words", text=text, at=now) for text in _cut(caption)]
        caption = ""
    copy = Said(
        to=to, kind="copy", text=caption, message_id=heard.message_id, bare=heard.bare, at=now
    )
    return [*before, copy]


def _cut(text: str) -> list[str]:
    return [text[start : start + PART] for start in range(0, len(text), PART)] or [""]


def _id(chat_id: int, order_id: str) -> str:
    return f"{chat_id}:{order_id}"
