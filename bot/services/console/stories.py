"""The whole story of an order, for the operator: its events, and the messages that were sent.

It contains nothing personal: no notes, names, addresses or tracking numbers. Chats appear under
their alias.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.services.orders.timeline import Timeline, timeline
from bot.services.people.aliases import alias
from bot.services.shop.staff import Staff
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.models import Chat, DeadLetter, Event, Kind, Order
from storage.sealing import Seal

Became = Literal["told", "over", "waiting", "held", "paused", "dead"]
"""``over``: dropped, as the reader does not want it. ``paused``: the chat accepts no messages.
``dead``: given up, a dead letter."""


@dataclass(frozen=True)
class Step:
    """An event. ``parcel``: its parcel's number in the order, from 1. ``source``: None: the shop.

    ``is_news``: it is among the latest news of the order.
    """

    event: str
    happened_at: datetime
    recorded_at: datetime
    state: str | None
    parcel: int | None
    source: str | None
    is_news: bool


@dataclass(frozen=True)
class Message:
    """``chat``: its alias. ``at``: when the message was sent, or since when it has been waiting."""

    chat: str
    kind: Kind
    became: Became
    at: datetime | None
    until: datetime | None = None
    why: str | None = None


@dataclass(frozen=True)
class Story:
    """``steps``: in the order of recording. ``messages``: in the order of sending.

    ``linked``: how many chats follow the order. ``hearing``: how many of them are sent its news.
    """

    order: Timeline
    steps: Sequence[Step]
    messages: Sequence[Message]
    linked: int
    hearing: int


@dataclass(frozen=True)
class Stories:
    staff: Staff
    chats: Chats
    letters: DeadLetters
    seal: Seal

    async def find(self, reference: str) -> Sequence[Story]:
        """The stories of the order with this id, or of all orders with this number."""
        return [
            await self._story(found.order, found.linked, found.hearing)
            for found in await self.staff.find(reference)
        ]

    async def _story(self, order: Order, linked: int, hearing: int) -> Story:
        chats = await self.chats.following(*order.whose)
        letters = await self.letters.of_orders([order.id])
        sent = [message for chat in chats for message in self._of_chat(chat, order)]
        dead = [self._dead(letter) for letter in letters]
        return Story(timeline(order), _steps(order), _by_time([*sent, *dead]), linked, hearing)

    def _of_chat(self, chat: Chat, order: Order) -> Sequence[Message]:
        name = self._alias(chat.id)
        sent = [
            Message(name, each.kind, "told" if each.at else "over", each.at)
            for each in chat.told
            if each.order_id == order.id
        ]
        waiting = [
            Message(name, each.kind, "waiting", each.since)
            if each.due is None and not chat.paused
            else Message(
                name,
                each.kind,
                "paused" if chat.paused else "held",
                each.since,
                until=each.due,
                why=chat.paused,
            )
            for each in chat.entries
            if each.order_id == order.id
        ]
        return [*sent, *waiting]

    def _dead(self, letter: DeadLetter) -> Message:
        name = self._alias(letter.chat_id)
        return Message(name, "news", "dead", letter.since, why=letter.reason)

    def _alias(self, chat_id: int) -> str:
        return alias(self.seal, "chat", chat_id)


def _steps(order: Order) -> Sequence[Step]:
    news = {change.event for change in order.changes}
    named = [event.parcel for event in order.events if event.parcel]
    parcels = {parcel: n for n, parcel in enumerate(dict.fromkeys(named), 1)}
    events = sorted(order.events, key=lambda event: event.recorded_at)
    return [_step(event, parcels.get(event.parcel or ""), event.id in news) for event in events]


def _step(event: Event, parcel: int | None, is_news: bool) -> Step:
    return Step(
        event.id,
        event.occurred_at,
        event.recorded_at,
        event.status or event.implies,
        parcel,
        event.source,
        is_news,
    )


def _by_time(messages: Sequence[Message]) -> Sequence[Message]:
    """Sorted by time. Dropped messages have no time; they come last, in their order."""
    return sorted(
        messages, key=lambda each: (each.at is None, each.at.timestamp() if each.at else 0)
    )
