"""The shop's staff, in a Telegram group of their own: who may ask, and what they may do."""

import asyncio
from dataclasses import dataclass, field

from bot.services.orders import history
from bot.services.orders.finding import Finding
from bot.services.orders.recording import Recording, Refused
from storage.models import Order

NAMESAKES = 6


class NothingToTell(Refused):
    """No event of the order has a state."""


class NotAsItWas(Refused):
    """The order has had other news since the button was sent, or is gone."""


@dataclass(frozen=True)
class Room:
    """The staff's group. ``topic``: where our messages go. ``members``: ids of who may ask."""

    chat_id: int
    topic: int | None = None
    members: frozenset[int] = frozenset()


@dataclass
class Door:
    """``is_open``: customers can write to the staff, as the bot may open topics in their group.

    ``knocked``: set when messages of a conversation wait for delivery.
    """

    is_open: bool = False
    knocked: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Found:
    """An order. ``linked``: how many chats follow it. ``hearing``: how many of these get news."""

    order: Order
    linked: int
    hearing: int


class Staff:
    """``room``: None if there is no group; then nobody is admitted."""

    def __init__(self, room: Room | None, recording: Recording) -> None:
        self._room = room
        self._orders = recording.orders
        self._finding = Finding(recording.orders)
        self._chats = recording.chats
        self._recording = recording

    def admits(self, chat_id: int, person_id: int) -> bool:
        room = self._room
        return room is not None and chat_id == room.chat_id and person_id in room.members

    def meets_in(self, chat_id: int) -> bool:
        return self._room is not None and chat_id == self._room.chat_id

    async def find(self, reference: str) -> list[Found]:
        """The order with this id, or all orders with this number."""
        order = await self._orders.get(reference.strip())
        if order:
            return [await self.of(order)]
        orders = await self._finding.anybodys(reference, NAMESAKES)
        return [await self.of(order) for order in orders]

    async def of(self, order: Order) -> Found:
        chats = await self._chats.following(*order.whose)
        hearing = [chat for chat in chats if not chat.paused and order.id not in chat.muted]
        return Found(order, len(chats), len(hearing))

    async def announce_again(self, key: str, news: int) -> None:
        """Sends the order's present state to its followers again, by their preferences.

        ``key``: of the order. ``news``: the count that the button was made for. Raises
        `NotAsItWas` if it has changed, `NothingToTell`.
        """

        def announcing(order: Order | None) -> Order:
            if order is None or order.news != news:
                raise NotAsItWas
            states = [event for event in order.events if event.status or event.implies]
            if not states:
                raise NothingToTell
            return history.announced_again(order, states[-1].id)

        orders = await self._orders.known_as([key], 1)
        if not orders:
            raise NotAsItWas
        await self._recording.write(orders[0].id, announcing)
