"""The dispatcher: brings news from orders to mailboxes, and from mailboxes to Telegram.

Any number of replicas may run one each. They share the work through leases in the database only.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from bot.delivery import metrics
from bot.delivery.pace import Pacer
from bot.delivery.policy import Decision, GiveUp, Pause, Retry, Unlink, decide_own
from bot.delivery.sender import SEND_TIMEOUT, Sender
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.errors import DatabaseError, is_passing
from storage.models import Chat, DeadLetter, Entry, Order
from storage.orders import Orders

LEASE = timedelta(seconds=4 * SEND_TIMEOUT)
"""Longer than three times what a send may take."""
TICK = 1.0
"""Seconds between looks for what other replicas, retries and expired leases left to do."""
CHAT_PACE = timedelta(seconds=1)
"""Telegram takes about one message a second for one chat."""
WORKERS = 128
"""Pieces of work in hand at once: so many chats may be slow before others wait for them."""
BATCH = 200

log = structlog.get_logger()
Work = Callable[[], Awaitable[None]]


class Dispatcher:
    """Runs from `run` to `stop`. `announce` wakes it for an order with fresh news."""

    def __init__(
        self,
        orders: Orders,
        chats: Chats,
        dead_letters: DeadLetters,
        *,
        sender: Sender,
        pacer: Pacer,
    ) -> None:
        self._orders = orders
        self._chats = chats
        self._dead_letters = dead_letters
        self._sender = sender
        self._pacer = pacer
        self._work: asyncio.Queue[Work] = asyncio.Queue(maxsize=10_000)
        self._stopping = asyncio.Event()
        self._taken: set[int] = set()  # chats that are read as due and wait in the queue

    def announce(self, order_id: str) -> None:
        """News was recorded. If the queue is full, the mark on the order waits for the sweep."""
        try:
            self._work.put_nowait(partial(self.fan_out, order_id))
        except asyncio.QueueFull:
            log.warning("dispatcher_is_behind", order=order_id)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            workers = [tasks.create_task(self._worker()) for _ in range(WORKERS)]
            while not self._stopping.is_set():
                await self._guarded(self._collect_due)
                try:
                    await asyncio.wait_for(self._stopping.wait(), TICK)
                except TimeoutError:
                    continue
            await self._work.join()
            for worker in workers:
                worker.cancel()

    def stop(self) -> None:
        """Claims nothing more; `run` returns when what is in hand is done."""
        self._stopping.set()

    async def _worker(self) -> None:
        while True:
            work = await self._work.get()
            try:
                await self._guarded(work)
            finally:
                self._work.task_done()

    async def _guarded(self, work: Work) -> None:
        """One failure ends one piece of work. What it left undone is found again by its marks."""
        try:
            await work()
        except DatabaseError as error:
            log.warning("database_failed", error=type(error).__name__)
        except Exception:
            log.exception("dispatcher_failed")

    # From the order to the mailboxes

    async def fan_out(self, order_id: str) -> None:
        """Posts an order's news to each linked chat, and sends where the mailbox was idle.

        Three small database operations until the first send starts: the order, its customer's
        chats, and one write per chat. Harmless when done twice.
        """
        order = await self._orders.get(order_id)
        if order is None or order.unfanned_since is None:
            return
        entry = Entry(order_id=order.id, news=order.news, since=order.unfanned_since)
        chats = await self._chats.of_customer(order.customer_id)
        brought = await asyncio.gather(
            *(self._bring(chat, entry, order) for chat in chats), return_exceptions=True
        )
        if failures := [result for result in brought if isinstance(result, Exception)]:
            raise failures[0]  # the mark stays, and the sweep comes back
        await self._orders.fanned_out(order.id, order.news)

    async def _bring(self, chat: Chat, entry: Entry, order: Order) -> None:
        lease = secrets.token_hex(8)
        idle = not chat.entries and not self._stopping.is_set() and not self._pacer.halted_for()
        if idle and await self._chats.hand_over(chat, entry, lease=lease, until=_now() + LEASE):
            await self._deliver(chat, entry, order, lease)
        else:
            await self._chats.post(chat, entry)

    # From the mailbox to Telegram

    async def _collect_due(self) -> None:
        """Reads no more of a backlog than is soon sent."""
        if len(self._taken) > BATCH // 2:
            return
        for chat in await self._chats.due(_now(), BATCH):
            if chat.id not in self._taken and not self._work.full():
                self._taken.add(chat.id)
                self._work.put_nowait(partial(self._serve, chat))

    async def _serve(self, chat: Chat) -> None:
        """Claims a mailbox and tells the news that waits longest."""
        self._taken.discard(chat.id)
        lease = secrets.token_hex(8)
        if self._stopping.is_set() or self._pacer.halted_for() or not chat.entries:
            return
        if not await self._chats.claim(chat, lease=lease, until=_now() + LEASE):
            return
        entry = chat.entries[0]
        order = await self._orders.get(entry.order_id)
        if order is None:
            await self._chats.complete(chat, entry, lease=lease, next_at=_now())
            return
        as_it_is = entry.model_copy(update={"news": max(entry.news, order.news)})
        await self._deliver(chat, as_it_is, order, lease)

    async def _deliver(self, chat: Chat, entry: Entry, order: Order, lease: str) -> None:
        decision = await self._tell(chat, order)
        if decision is None:
            await self._complete(chat, entry, lease)
        else:
            await self._settle(decision, chat, entry, lease)

    async def _tell(self, chat: Chat, order: Order) -> Decision | None:
        """A bug ends the message that meets it, or both would return with each lease."""
        try:
            return await self._sender.tell(chat, order)
        except Exception as error:
            log.exception("tell_failed", chat=chat.id)
            return decide_own(error, chat.attempts)

    async def _complete(self, chat: Chat, entry: Entry, lease: str) -> None:
        """Marks the news as told. A database that is away is waited for: unmarked, it comes again.

        A mark whose answer was lost is harmless to repeat: the lease has ended with it.
        """
        give_up_at = _now() + LEASE
        while True:
            try:
                held = await self._chats.complete(
                    chat, entry, lease=lease, next_at=_now() + CHAT_PACE
                )
            except DatabaseError as error:
                if not is_passing(error) or _now() >= give_up_at:
                    raise
                log.warning("told_and_not_marked", chat=chat.id, error=type(error).__name__)
                await asyncio.sleep(TICK)
            else:
                break
        if not held:
            log.warning("lease_lost", chat=chat.id)

    async def _settle(self, decision: Decision, chat: Chat, entry: Entry, lease: str) -> None:
        match decision:
            case Retry(after, counts):
                metrics.RETRIED.inc()
                attempts = chat.attempts + counts
                await self._chats.postpone(
                    chat, lease=lease, until=_now() + after, attempts=attempts
                )
            case Pause(reason):
                await self._chats.pause(chat.id, reason)
            case Unlink(reason):
                log.info("unlinked", chat=chat.id, reason=reason)
                await self._chats.unlink(chat.id)
            case GiveUp(reason):
                metrics.DEAD.inc()
                await self._dead_letters.keep(_dead_letter(chat, entry, reason))
                await self._chats.drop(chat, entry, lease=lease, next_at=_now())


def _dead_letter(chat: Chat, entry: Entry, reason: str) -> DeadLetter:
    return DeadLetter(
        id=f"{chat.id}:{entry.news}:{entry.order_id}",
        chat_id=chat.id,
        order_id=entry.order_id,
        news=entry.news,
        since=entry.since,
        reason=reason,
    )


def _now() -> datetime:
    return datetime.now(UTC)
