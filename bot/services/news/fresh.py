"""What was recorded just now and is on its way to the mailboxes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from storage.models import Chat, Order

log = structlog.get_logger()


@dataclass(frozen=True)
class Announced:
    """An order with fresh news. ``order``, ``followers``: as they are in hand, if they are."""

    order_id: str
    order: Order | None = None
    followers: Sequence[Chat] | None = None


@dataclass(frozen=True)
class ToRemind:
    """An order whose delivery is to be reminded of."""

    order_id: str


@dataclass(frozen=True)
class Due:
    """A mailbox that wants to be served, as it was read."""

    chat: Chat


Work = Announced | ToRemind | Due


class FreshNews:
    """A queue between those who record and the dispatcher.

    If it is full, the marks on the orders wait for the next sweep.
    """

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Work] = asyncio.Queue(maxsize=10_000)

    def announce(
        self, order_id: str, order: Order | None = None, followers: Sequence[Chat] | None = None
    ) -> None:
        self._put(Announced(order_id, order, followers))

    def remind(self, order_id: str) -> None:
        self._put(ToRemind(order_id))

    def _put(self, work: Announced | ToRemind) -> None:
        try:
            self.queue.put_nowait(work)
        except asyncio.QueueFull:
            log.warning("dispatcher_is_behind", order=work.order_id)
