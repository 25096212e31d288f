"""The shop's staff, in a group of their own: who may ask there, and what they may do."""

import asyncio
from dataclasses import dataclass, field

from bot.services.orders import history
from bot.services.orders.finding import Finding
from bot.services.orders.recording import Recording, Refused
from storage.chats import Chats
from storage.models import Order
from storage.orders import Orders

NAMESAKES = 6


class NothingToTell(Refused):
    """No event of the order has a state."""


class NotAsItWas(Refused):
    """There has been other news since the button was made; or the order is gone."""


@dataclass(frozen=True)
class Room:
    """Where the staff meets. ``topic``: what is told goes there. ``members``: who may ask."""

    chat_id: int
    topic: int | None = None
    members: frozenset[int] = frozenset()


@dataclass
class Door:
    """``is_open``: customers can write to the staff, whose group has topics that we may open.

    ``knocked``: something was said that is to be brought to the other side.
    """

    is_open: bool = False
    knocked: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Found:
    """An order, and how many chats hear of it, of those that are linked to its customer."""

    order: Order
    linked: int
    hearing: int


class Staff:
    """``room``: None while there is none, and then nobody is admitted."""

    def __init__(
        self, room: Room | None, orders: Orders, chats: Chats, recording: Recording
    ) -> None:
        self._room = room
        self._orders = orders
        self._finding = Finding(orders)
        self._chats = chats
        self._recording = recording

    def admits(self, chat_id: int, person_id: int) -> bool:
        room = self._room
        return room is not None and chat_id == room.chat_id and person_id in room.members

    def meets_in(self, chat_id: int) -> bool:
        return self._room is not None and chat_id == self._room.chat_id

    async def of(self, order: Order) -> Found:
        return await self._found(order)

    async def find(self, reference: str) -> list[Found]:
        """The order of this id, or those that go by this number, whoseever they are."""
        order = await self._orders.get(reference.strip())
        if order:
            return [await self._found(order)]
        orders = await self._finding.anybodys(reference, NAMESAKES)
        return [await self._found(order) for order in orders]

    async def _found(self, order: Order) -> Found:
        chats = await self._chats.following(*order.whose)
        hearing = [chat for chat in chats if not chat.paused and order.id not in chat.muted]
        return Found(order, len(chats), len(hearing))

    async def tell_again(self, key: str, news: int) -> None:
        """Makes news of the order's state as it is, as long as it has had no other than ``news``.

        Whoever is linked is told as they like to be. Raises `NotAsItWas`, `NothingToTell`.
        """

        def telling(order: Order | None) -> Order:
            if order is None or order.news != news:
                raise NotAsItWas
            states = [event for event in order.events if event.status or event.implies]
            if not states:
                raise NothingToTell
            return history.told_again(order, states[-1].id)

        orders = await self._orders.known_as([key], 1)
        if not orders:
            raise NotAsItWas
        await self._recording.write(orders[0].id, telling)
