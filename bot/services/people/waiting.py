"""Waiting: whoever opens a shared link may want to be told, once, when the order arrives."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.orders.timeline import timeline
from bot.services.people.sharing import Sharing, has_arrived, hash_of
from storage.chats import Chats
from storage.clock import Clock
from storage.models import Chat, Entry, Order, Wait
from storage.orders import Orders
from storage.waits import Waits

MOST = 20
"""How many waits of a chat are listed."""


@dataclass(frozen=True)
class Awaited:
    """What a chat waits for, as far as its link tells. ``key``: what a button calls it."""

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

    # For whoever has the link

    async def begin(self, token: str, person: int, language: str | None) -> None:
        """This chat is told when the order of that link arrives; nothing happens if it has.

        The mark on the order makes an event that comes meanwhile look for who waits: what was
        recorded before the mark, we see here. Raises `ShareEnded`.
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
        """What this chat waits for by links that still work, the oldest first."""
        waits = await self.waits.of_chat(person)
        orders = await asyncio.gather(*(self._order(wait) for wait in waits[:MOST]))
        views = [(w, timeline(order)) for w, order in zip(waits, orders, strict=False) if order]
        return [Awaited(key_of(wait), o.status, o.is_pickup, wait.since) for wait, o in views]

    async def end_named(self, person: int, key: str) -> None:
        """What a button means."""
        for wait in await self.waits.of_chat(person):
            if key_of(wait) == key:
                await self.waits.end(wait.id)

    async def end_all(self, person: int) -> None:
        """They do not want to hear from us."""
        await self.waits.end_of_chat(person)

    # For the dispatcher

    async def bring(self, order: Order) -> None:
        """Posts to each chat that waits, if the order has arrived. Harmless when done twice.

        A read for those orders alone that somebody waits for.
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
        """Whether it waits by a link that still works."""
        waits = await self.waits.of(chat.id, order.id)
        return any([await self._stands(wait, order) for wait in waits])

    async def told(self, chat: Chat, order_id: str) -> None:
        """That was the one message."""
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
