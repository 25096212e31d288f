"""The dispatcher: brings news from orders to mailboxes, and from mailboxes to Telegram.

Any number of replicas may run one each. They share the work through leases in the database only.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.delivery.guarding import guarded
from bot.delivery.lease import Lease
from bot.delivery.policy import decide_own
from bot.delivery.sender import Sender
from bot.delivery.serving import LEASE, Serving
from bot.delivery.traces import (
    trace_held,
    trace_paused,
    trace_unwanted,
)
from bot.services.news import notices
from bot.services.news.fresh import Announced, Due, FreshNews, ToRemind, Work
from bot.services.news.notices import Item
from bot.services.orders.timeline import timeline
from bot.services.people.waiting import Waiting
from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.errors import DatabaseError
from storage.models import Chat, Entry, Order
from storage.orders import Orders

TICK = 1.0
"""Seconds between two looks for mailboxes that are due: retries, expired leases, and what other
replicas left."""
WORKERS = 128
"""Pieces of work in hand at once. So many chats can be slow before others have to wait."""
BATCH = 200
"""Due mailboxes that are read at a time."""

FAILED = "dispatcher_failed"

log = structlog.get_logger()


@dataclass(kw_only=True)
class Dispatcher:
    """Works from `run` until `stop` on the queue ``fresh``, and on the mailboxes that are due.

    ``waiting`` and ``shop``: see `Serving`. ``serves``: whether this replica serves mailboxes. If
    not, it only fans out, and other replicas serve them.
    """

    orders: Orders
    chats: Chats
    dead_letters: DeadLetters
    fresh: FreshNews
    sender: Sender
    waiting: Waiting
    shop: ShopNews = UNHEARD
    serves: bool = True
    _serving: Serving = field(init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _taken: set[int] = field(default_factory=set)  # read as due, and waiting in the queue
    _wanting: asyncio.Event = field(default_factory=asyncio.Event)  # more of a backlog, or to stop
    _may_be_more: bool = False

    def __post_init__(self) -> None:
        self._serving = Serving(
            chats=self.chats,
            dead_letters=self.dead_letters,
            sender=self.sender,
            waiting=self.waiting,
            shop=self.shop,
        )

    def now(self) -> datetime:
        """By the sender's clock."""
        return self.sender.now()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            workers = [tasks.create_task(self._worker()) for _ in range(WORKERS)]
            while not self._stopping.is_set():
                self._wanting.clear()
                if self.serves:
                    await guarded(self._collect_due(), FAILED)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wanting.wait(), TICK)
            await self.fresh.queue.join()
            for worker in workers:
                worker.cancel()

    def stop(self) -> None:
        """Claims no more mailboxes. `run` returns when the work in hand is done."""
        self._stopping.set()
        self._wanting.set()

    async def _worker(self) -> None:
        while True:
            work = await self.fresh.queue.get()
            try:
                await guarded(self._take_up(work), FAILED)
            finally:
                self.fresh.queue.task_done()

    async def _take_up(self, work: Work) -> None:
        match work:
            case Announced():
                await self.fan_out(work)
            case ToRemind(order_id):
                await self.remind(order_id)
            case Due(chat):
                await self._serve(chat)

    # From the order to the mailboxes

    async def fan_out(self, news: Announced) -> None:
        """Posts an order's news to each follower's mailbox, and serves the idle ones at once.

        If the order and its followers are in memory, it takes one write per chat until the first
        send starts. It may be done twice.
        """
        order = await self._announced(news)
        if order is None or order.unfanned_since is None:
            return
        chats = news.followers
        if chats is None:
            chats = await self.chats.following(*order.whose)
        brought = await asyncio.gather(
            *(self._bring(chat, order) for chat in chats), return_exceptions=True
        )
        if failures := [result for result in brought if isinstance(result, Exception)]:
            raise failures[0]  # the mark stays, and a job fans out again
        await self.waiting.bring(order)
        await self.orders.fanned_out(order)

    async def _announced(self, news: Announced) -> Order | None:
        """The order. None: it was written to since then, and so has been announced again."""
        latest = self.orders.cached(news.order_id)
        if news.order and latest and latest.version != news.order.version:
            return None
        return news.order or await self.orders.get(news.order_id)

    async def _bring(self, chat: Chat, order: Order) -> None:
        zone = self.sender.reader(chat).timezone
        entry = notices.news_for(chat, order, now=self.now(), zone=zone)
        if entry is None:
            trace_unwanted(chat, order.id)
            return
        may_send = self.serves and not self._stopping.is_set()
        if (
            may_send
            and not chat.entries
            and not entry.due
            and not self.sender.pacer.halted_for(chat.id)
        ):
            lease = self._lease()
            claimed = await self.chats.hand_over(
                chat, entry, order.whose, lease=lease.token, until=lease.until
            )
            if claimed:
                await self._serving.attend(claimed, [Item(entry, order)], lease)
                return
        posted = await self.chats.post(chat, entry, order.whose)
        if posted and posted.paused:
            trace_paused(posted, order.id)
        elif posted and entry.due:
            trace_held(chat, entry)

    def _lease(self) -> Lease:
        return Lease.taken(self.now(), LEASE)

    async def remind(self, order_id: str) -> None:
        """Posts the reminder of an order's delivery to each follower's mailbox.

        It may be done twice: each chat remembers for which day it was reminded.
        """
        order = await self.orders.get(order_id)
        if order is None or order.remind_at is None:
            return
        as_it_is = timeline(order)
        for chat in await self.chats.following(*order.whose):
            zone = self.sender.reader(chat).timezone
            entry = notices.reminder_for(chat, as_it_is, now=self.now(), zone=zone)
            if entry is not None:
                await self.chats.post(chat, entry, order.whose)
        await self.orders.reminded(order)

    # From the mailbox to Telegram

    async def _collect_due(self) -> None:
        """Queues due mailboxes: at most a batch, and the next one when half of it is left."""
        if len(self._taken) > BATCH // 2:
            return
        due = await self.chats.due(self.now(), BATCH, but=self._taken)
        for chat in due:
            if not self.fresh.queue.full():
                self._taken.add(chat.id)
                self.fresh.queue.put_nowait(Due(chat))
        self._may_be_more = len(due) == BATCH

    async def _serve(self, chat: Chat) -> None:
        """Claims a mailbox and serves the entries that have waited longest."""
        lease = self._lease()
        try:
            if self._stopping.is_set() or self.sender.pacer.halted_for() or not chat.entries:
                return
            claimed = await self.chats.claim(chat, lease=lease.token, until=lease.until)
        finally:
            self._let_go(chat)
        if claimed is None:
            return
        chat, items, gone = claimed, list[Item](), list[Entry]()
        for entry in notices.together(chat.entries, self.now()):
            try:
                order = await self.orders.get(entry.order_id)
            except DatabaseError:
                raise
            except Exception as error:
                log.exception("order_unreadable", chat=chat.id)
                await self._serving.settle(decide_own(error, chat.attempts), chat, [entry], lease)
                return
            if order and await self._is_for(chat, entry, order):
                items.append(Item(entry, order))
            else:
                gone.append(entry)
        if gone:
            await self.chats.complete(chat, *gone, lease=lease.token, next_at=self.now())
        else:
            await self._serving.attend(chat, items, lease)

    async def _is_for(self, chat: Chat, entry: Entry, order: Order) -> bool:
        if entry.kind == "arrival":
            return await self.waiting.still_wants(chat, order)
        return chat.follows(order.whose)

    def _let_go(self, chat: Chat) -> None:
        self._taken.discard(chat.id)
        if self._may_be_more and len(self._taken) <= BATCH // 2:
            self._wanting.set()
