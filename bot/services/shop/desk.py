"""The desk: conversations between customers and staff, each about one order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.orders.timeline import Timeline
from bot.services.shop.staff import Door
from storage.conversations import Conversations
from storage.models import Chat, Conversation, Offered, Relay, Side
from storage.writers import Writers

PART = 3500
"""Characters of a person's text that fit into one message, with our own words around them."""
CAPTION = 800
"""The same for a caption."""
PAUSE = timedelta(hours=6)
"""After this pause the customer is reminded where their messages go."""
OFFER_LIFETIME = timedelta(minutes=15)
"""How long an offer lasts. Until then the customer's next message opens the conversation."""
MISSED_LIFETIME = timedelta(days=1)
"""How long after that a customer who writes is told that it is too late."""
KEPT = timedelta(days=90)
"""How long an ended conversation can be continued, and its topic exists."""
AT_ONCE = 50


class EndedByCustomer(Exception):
    """The customer has ended the conversation, and gets no messages of the staff any more."""


class TooMuch(Exception):
    """Too many messages are waiting for delivery to the other side."""


@dataclass(frozen=True)
class Heard:
    """A message from a person. ``text``: its text or caption.

    ``is_copied``: it is not only text, and is copied as it is. ``bare``: it cannot have a caption.
    """

    message_id: int
    text: str
    is_copied: bool = False
    bare: bool = False


@dataclass(frozen=True, kw_only=True)
class Desk:
    """``silence``: a conversation ends after this time without a message."""

    door: Door
    conversations: Conversations
    writers: Writers
    silence: timedelta
    clock: Callable[[], datetime]

    # The customer

    async def open(self, chat: Chat, order: Timeline, name: str | None) -> None:
        """Opens a conversation, or continues one. The customer's messages now go to the staff.

        It replaces a conversation about another order, which stays open. ``name``: the customer's
        name, if the staff may see it.
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
        """Notes that the customer is asked about their name. They may also just write."""
        offered = Offered(order_id=order.order_id, until=self.clock() + OFFER_LIFETIME)
        await self.writers.offer(chat.id, offered)

    async def withdraw(self, chat: Chat, order_id: str) -> None:
        """The customer declines. If they have written about this order already, that conversation
        ends; one about another order continues."""
        if chat.about_to_write and chat.about_to_write.order_id == order_id:
            await self.forget_offer(chat)
        elif chat.writing == order_id and (conversation := await self.writing(chat)):
            await self.leave(chat, conversation)

    async def forget_offer(self, chat: Chat) -> None:
        await self.writers.withdraw(chat.id)

    def offered(self, chat: Chat) -> str | None:
        """The order about which the customer's next message begins a conversation, without name."""
        offered = chat.about_to_write
        return offered.order_id if offered and self.clock() < offered.until else None

    def missed(self, chat: Chat) -> str | None:
        """The order of an offer that has expired recently."""
        offered = chat.about_to_write
        if offered is None:
            return None
        is_missed = offered.until <= self.clock() < offered.until + MISSED_LIFETIME
        return offered.order_id if is_missed else None

    async def of(self, chat: Chat, order_id: str) -> Conversation | None:
        """The chat's open conversation about this order."""
        found = await self.conversations.get(_id(chat.id, order_id))
        return found if found and not found.ended else None

    async def writing(self, chat: Chat) -> Conversation | None:
        """The conversation to which the chat's messages go. None: there is none."""
        return await self.of(chat, chat.writing) if chat.writing else None

    async def take(self, conversation: Conversation, heard: Heard) -> bool:
        """Takes a customer's message. True: tell the customer where it goes. Raises `TooMuch`."""
        is_first = not any(each.startswith("shop") for each in conversation.taken)
        paused = self.clock() - conversation.latest_at > PAUSE
        await self._say(conversation, heard, to="shop")
        return is_first or paused

    async def stop_writing(self, chat: Chat) -> None:
        """Stops sending the chat's messages to the staff, as the conversation has ended."""
        await self.writers.end(chat.id)

    async def leave(self, chat: Chat, conversation: Conversation) -> None:
        """Ends the conversation for the customer."""
        if chat.writing == conversation.order_id:
            await self.stop_writing(chat)
        await self._end(conversation, "customer")

    # The staff

    async def in_topic(self, topic: int) -> Conversation | None:
        """The conversation of a topic. None: the topic is for something else."""
        return await self.conversations.in_topic(topic)

    async def answer(self, conversation: Conversation, heard: Heard) -> None:
        """Takes a message of the staff. Raises `EndedByCustomer`, `TooMuch`."""
        if conversation.ended == "customer":
            raise EndedByCustomer
        await self._say(conversation, heard, to="customer")

    async def close(self, conversation: Conversation, *, is_closed: bool) -> None:
        """Ends the conversation for the staff. ``is_closed``: they have closed its topic, too."""
        await self._end(conversation, "shop", is_closed=is_closed)

    # Both

    async def end_what_is_over(self) -> None:
        """A job: ends silent conversations, and deletes old ones with their topics."""
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


def parts(heard: Heard, to: Side, now: datetime) -> Sequence[Relay]:
    """The messages to deliver. A long text is split. A copy that cannot have a caption follows a
    message with the text."""
    if not heard.is_copied:
        return [Relay(to=to, kind="words", text=text, at=now) for text in _cut(heard.text)]
    before: list[Relay] = []
    caption = heard.text
    if heard.bare or len(caption) > CAPTION:
        before = [Relay(to=to, kind="words", text=text, at=now) for text in _cut(caption)]
        caption = ""
    copy = Relay(
        to=to, kind="copy", text=caption, message_id=heard.message_id, bare=heard.bare, at=now
    )
    return [*before, copy]


def _cut(text: str) -> list[str]:
    return [text[start : start + PART] for start in range(0, len(text), PART)] or [""]


def _id(chat_id: int, order_id: str) -> str:
    return f"{chat_id}:{order_id}"
