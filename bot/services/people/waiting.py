"""Waiting: a person who opens a shared link can ask to be told once, when the order arrives."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.orders.timeline import timeline
from bot.services.people.codes import hash_of
from bot.services.people.sharing import Sharing, has_arrived
from storage.chats import Chats
from storage.clock import Clock
from storage.models import Chat, Entry, Order, Wait
from storage.orders import Orders
from storage.waits import Waits

MOST = 20
"""How many waits of a chat are listed."""


@dataclass(frozen=True)
class Awaited:
    """A wait as far as its link shows the order. ``key``: names it on a button."""

    key: str
    status: str
    is_pickup: bool
    since: datetime


@dataclass(frozen=True)
class Waiting:
    waits: Waits
    sharing: Sharing
    orders: Orders
    chats: Chats
    clock: Clock

    # For people who have the link

    async def begin(self, token: str, person: int, language: str | None) -> None:
        """Begins a wait for the order of this link. Does nothing if it has arrived already.

        An event recorded after the order is marked will look for waits. One recorded before is
        seen by the second read here. Raises `ShareEnded`.
        """
        share, order = await self.sharing.opened(token, self.clock())
        if has_arrived(order.status):
            return
        wait = Wait(
            id=_id(share.id, person),
            chat_id=person,
            order_id=share.order_id,
            share=share.id,
            whose=share.whose,
            language=language,
            since=self.clock(),
            expires_at=share.expires_at,
        )
        await self.waits.begin(wait)
        await self.orders.expect(share.order_id)
        latest = await self.orders.get(share.order_id)
        if latest is None or has_arrived(timeline(latest).status):
            await self.waits.end(wait.id)

    async def end(self, token: str, person: int) -> None:
        await self.waits.end(_id(hash_of(token), person))

    async def is_on(self, token: str, person: int) -> bool:
        return await self.waits.is_there(_id(hash_of(token), person))

    async def of(self, person: int) -> Sequence[Awaited]:
        """The chat's waits whose links still work, oldest first."""
        waits = await self.waits.of_chat(person)
        orders = await asyncio.gather(*(self._order(wait) for wait in waits[:MOST]))
        views = [(w, timeline(order)) for w, order in zip(waits, orders, strict=False) if order]
        return [Awaited(key_of(wait), o.status, o.is_pickup, wait.since) for wait, o in views]

    async def end_named(self, person: int, key: str) -> None:
        """Ends the wait that a button means."""
        for wait in await self.waits.of_chat(person):
            if key_of(wait) == key:
                await self.waits.end(wait.id)

    async def end_all(self, person: int) -> None:
        """Ends all waits of the chat."""
        await self.waits.end_of_chat(person)

    # For the dispatcher

    async def bring(self, order: Order) -> None:
        """Posts an entry to each chat that waits, if the order has arrived. Safe to repeat.

        Reads only for orders that are marked as waited for.
        """
        if not order.awaited or not has_arrived(timeline(order).status):
            return
        since = order.unfanned_since or self.clock()
        entry = Entry(order_id=order.id, news=order.news, since=since, kind="arrival")
        chats = [
            Chat(id=wait.chat_id, links=[], language=wait.language)
            for wait in await self.waits.of_order(order.id)
        ]
        await asyncio.gather(*(self.chats.post_to_anybody(chat, entry) for chat in chats))

    async def still_wants(self, chat: Chat, order: Order) -> bool:
        """Whether the chat waits for the order by a link that still works."""
        waits = await self.waits.of(chat.id, order.id)
        return any([await self._stands(wait, order) for wait in waits])

    async def notified(self, chat: Chat, order_id: str) -> None:
        """Ends the chat's waits for the order, after the message was sent."""
        await self.waits.end_of_chat(chat.id, order_id)

    async def _order(self, wait: Wait) -> Order | None:
        order = await self.orders.get(wait.order_id)
        return order if order and await self._stands(wait, order) else None

    async def _stands(self, wait: Wait, order: Order) -> bool:
        return await self.sharing.stands(wait.share, order, self.clock())


def key_of(wait: Wait) -> str:
    return wait.share[:16]


def _id(share: str, chat_id: int) -> str:
    return f"{share}:{chat_id}"
