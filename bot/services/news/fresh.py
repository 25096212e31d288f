"""Fresh news: a queue in memory, from recording an order to the dispatcher."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from storage.models import Chat, Order

log = structlog.get_logger()


@dataclass(frozen=True)
class Announced:
    """An order with fresh news. ``order``, ``followers``: if known, so that nobody reads them."""

    order_id: str
    order: Order | None = None
    followers: Sequence[Chat] | None = None


@dataclass(frozen=True)
class ToRemind:
    """An order that is due for a reminder."""

    order_id: str


@dataclass(frozen=True)
class Due:
    """A mailbox that is due, as it was read."""

    chat: Chat


Work = Announced | ToRemind | Due


class FreshNews:
    """The queue between recording and the dispatcher.

    If it is full, nothing is lost: the next sweep finds the marks on the orders.
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
