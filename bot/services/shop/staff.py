"""The shop's staff, in a group of their own: who may ask there, and what they may do."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from bot.services.orders import references
from bot.services.orders.statuses import Status
from storage.chats import Chats
from storage.models import Order
from storage.orders import Orders

NAMESAKES = 6
MOST_WORDS = 50
"""States that nobody knows, of which so many are told at a time."""


class NothingToTell(Exception):
    """No event of the order has a state."""


class NotAsItWas(Exception):
    """There has been other news since the button was made; or the order is gone."""


@dataclass(frozen=True)
class Room:
    """Where the staff meets. ``topic``: what is told goes there. ``members``: who may ask."""

    chat_id: int
    topic: int | None = None
    members: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Found:
    """An order, and how many chats hear of it, of those that are linked to its customer."""

    order: Order
    linked: int
    hearing: int


class Staff:
    """``room``: None while there is none, and then nobody is admitted."""

    def __init__(self, room: Room | None, orders: Orders, chats: Chats) -> None:
        self._room = room
        self._orders = orders
        self._chats = chats

    def admits(self, chat_id: int, person_id: int) -> bool:
        room = self._room
        return room is not None and chat_id == room.chat_id and person_id in room.members

    async def find(self, reference: str) -> list[Found]:
        """The order of this id, or those that go by this number, whoseever they are."""
        order = await self._orders.get(reference.strip())
        if order:
            return [await self._found(order)]
        key = references.key(reference)
        orders = await self._orders.known_as(key, NAMESAKES) if key else []
        return [await self._found(order) for order in orders]

    async def _found(self, order: Order) -> Found:
        chats = await self._chats.of_customer(order.customer_id)
        hearing = [chat for chat in chats if not chat.paused and order.id not in chat.muted]
        return Found(order, len(chats), len(hearing))

    async def tell_again(self, key: str, news: int, now: datetime) -> Order:
        """Makes news of the order's state as it is, as long as it has had no other than ``news``.

        Whoever is linked is told as they like to be. Raises `NotAsItWas`, `NothingToTell`.
        """
        orders = await self._orders.known_as(key, 1)
        if not orders or orders[0].news != news:
            raise NotAsItWas
        (order,) = orders
        telling = [event for event in order.events if event.status or event.implies]
        if not telling:
            raise NothingToTell
        if not await self._orders.tell_again(order, telling[-1].id, now):
            raise NotAsItWas
        return order


@dataclass
class Noticed:
    """What this process has recorded since somebody looked. ``words``: states unknown to us."""

    states: Counter[str] = field(default_factory=Counter)
    words: set[str] = field(default_factory=set)

    def state(self, status: str) -> None:
        known = status in list(Status)
        self.states[status if known else "other"] += 1
        if not known and len(self.words) < MOST_WORDS:
            self.words.add(status)

    def take_states(self) -> Counter[str]:
        taken, self.states = self.states, Counter()
        return taken

    def take_words(self) -> set[str]:
        taken, self.words = self.words, set()
        return taken
