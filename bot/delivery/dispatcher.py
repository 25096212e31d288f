"""The dispatcher: brings news from orders to mailboxes, and from mailboxes to Telegram.

Any number of replicas may run one each. They share the work through leases in the database only.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.delivery import metrics
from bot.delivery.pace import Pacer
from bot.delivery.policy import Decision, GiveUp, Pause, Retry, Unlink, decide_own
from bot.delivery.sender import SEND_TIMEOUT, Sender, Sent
from bot.services.news import notices
from bot.services.news.notices import Item, Verdict
from bot.services.orders.timeline import timeline
from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.errors import DatabaseError, is_passing
from storage.models import Card, Chat, DeadLetter, Entry, Order, Told
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


@dataclass(frozen=True)
class Done:
    """Telegram has what there was for it; ``asked``: there was something.

    ``card``: the live message as it stands now, in the place of ``former``.
    """

    asked: bool = False
    card: Card | None = None
    former: Card | None = None


class Dispatcher:
    """Runs from `run` to `stop`. `announce` wakes it for an order with fresh news.

    ``now``: its clock, the sender's.
    """

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
        self.now = sender.now
        self._pacer = pacer
        self._shop = UNHEARD
        self._work: asyncio.Queue[Work] = asyncio.Queue(maxsize=10_000)
        self._stopping = asyncio.Event()
        self._taken: set[int] = set()  # chats that are read as due and wait in the queue

    def share(self, shop: ShopNews) -> None:
        """From here on the shop hears what has reached its customers."""
        self._shop = shop

    def announce(self, order_id: str) -> None:
        """News was recorded. If the queue is full, the mark on the order waits for the sweep."""
        self._take_up(partial(self.fan_out, order_id), order_id)

    def announce_delivery(self, order_id: str) -> None:
        """The order's delivery is to be reminded of; a mark waits in the same way."""
        self._take_up(partial(self.remind, order_id), order_id)

    def _take_up(self, work: Work, order_id: str) -> None:
        try:
            self._work.put_nowait(work)
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
        chats = await self._chats.of_customer(order.customer_id)
        brought = await asyncio.gather(
            *(self._bring(chat, order) for chat in chats), return_exceptions=True
        )
        if failures := [result for result in brought if isinstance(result, Exception)]:
            raise failures[0]  # the mark stays, and the sweep comes back
        await self._orders.fanned_out(order.id, order.news)

    async def _bring(self, chat: Chat, order: Order) -> None:
        zone = self._sender.reader(chat).timezone
        entry = notices.news_for(chat, order, now=self.now(), zone=zone)
        if entry is None:
            return
        lease = secrets.token_hex(8)
        is_idle = not chat.entries and not self._stopping.is_set()
        at_once = is_idle and not entry.due and not self._pacer.halted_for()
        until = self.now() + LEASE
        if at_once and await self._chats.hand_over(chat, entry, lease=lease, until=until):
            await self._attend(chat, [Item(entry, order)], lease)
        elif await self._chats.post(chat, entry) and entry.due:
            metrics.HELD.inc()

    async def remind(self, order_id: str) -> None:
        """Posts the reminders of an order's delivery to each linked chat. Harmless when repeated:
        each chat remembers of which day it was reminded."""
        order = await self._orders.get(order_id)
        if order is None or order.remind_at is None:
            return
        as_it_is = timeline(order)
        for chat in await self._chats.of_customer(order.customer_id):
            zone = self._sender.reader(chat).timezone
            entry = notices.reminder_for(chat, as_it_is, now=self.now(), zone=zone)
            if entry is not None:
                await self._chats.post(chat, entry)
        await self._orders.reminded(order)

    # From the mailbox to Telegram

    async def _collect_due(self) -> None:
        """Reads no more of a backlog than is soon sent."""
        if len(self._taken) > BATCH // 2:
            return
        for chat in await self._chats.due(self.now(), BATCH):
            if chat.id not in self._taken and not self._work.full():
                self._taken.add(chat.id)
                self._work.put_nowait(partial(self._serve, chat))

    async def _serve(self, chat: Chat) -> None:
        """Claims a mailbox and attends to what waits longest."""
        self._taken.discard(chat.id)
        lease = secrets.token_hex(8)
        if self._stopping.is_set() or self._pacer.halted_for() or not chat.entries:
            return
        if not await self._chats.claim(chat, lease=lease, until=self.now() + LEASE):
            return
        items, gone = list[Item](), list[Entry]()
        for entry in notices.together(chat.entries, self.now()):
            try:
                order = await self._orders.get(entry.order_id)
            except DatabaseError:
                raise
            except Exception as error:
                log.exception("order_unreadable", chat=chat.id)
                await self._settle(decide_own(error, chat.attempts), chat, [entry], lease)
                return
            if order is None:
                gone.append(entry)
            else:
                items.append(Item(entry, order))
        if gone:
            await self._chats.complete(chat, *gone, lease=lease, next_at=self.now())
        else:
            await self._attend(chat, items, lease)

    async def _attend(self, chat: Chat, items: Sequence[Item], lease: str) -> None:
        """Does with each item what its reader wants now; at most one message leaves."""
        try:
            zone = self._sender.reader(chat).timezone
            verdict = notices.judge(chat, items, now=self.now(), zone=zone)
            done = await self._act(chat, verdict)
        except Exception as error:
            # A bug ends the message that meets it, or both would return with each lease.
            log.exception("tell_failed", chat=chat.id)
            entries = [item.told for item in items]
            await self._settle(decide_own(error, chat.attempts), chat, entries, lease)
            return
        if not isinstance(done, Done):
            await self._settle(done, chat, [item.told for item in verdict.tell], lease)
        elif await self._mark(chat, verdict, done, lease) and done.former:
            await self._sender.take_down(chat, done.former)

    async def _act(self, chat: Chat, verdict: Verdict) -> Done | Decision:
        match verdict.tell:
            case []:
                return await self._refresh_a_card(chat, [*verdict.over, *verdict.hold])
            case [item]:
                return await self._tell(chat, item)
            case items:
                orders = [item.timeline for item in items]
                outcome = await self._sender.sum_up(chat, orders)
                return Done(asked=True) if isinstance(outcome, Sent) else outcome

    async def _tell(self, chat: Chat, item: Item) -> Done | Decision:
        if item.entry.kind == "reminder":
            outcome = await self._sender.remind(chat, item.timeline)
        else:
            outcome = await self._sender.tell(chat, item.timeline)
        if not isinstance(outcome, Sent):
            return outcome
        if item.entry.kind == "reminder" or not chat.preferences.cards:
            return Done(asked=True)
        told = item.told
        card = Card(order_id=told.order_id, message_id=outcome.message_id, news=told.news)
        return Done(asked=True, card=card, former=notices.card_of(chat, told.order_id))

    async def _refresh_a_card(self, chat: Chat, items: Sequence[Item]) -> Done | Decision:
        """Of what is not told, a live message shows the state, where it stands."""
        if len(items) != 1:
            return Done()
        told, as_it_is = items[0].told, items[0].timeline
        card = notices.stale_card(chat, told)
        if card is None:
            return Done()
        decision = await self._sender.refresh(chat, card, as_it_is)
        return decision or Done(asked=True, card=card.model_copy(update={"news": told.news}))

    async def _mark(self, chat: Chat, verdict: Verdict, done: Done, lease: str) -> bool:
        """Marks what was done. A database that is away is waited for: unmarked, it comes again.

        A mark whose answer was lost is harmless to repeat: the lease has ended with it.
        False: the lease was lost.
        """
        give_up_at = self.now() + LEASE
        while True:
            try:
                await self._tell_shop(chat, verdict.tell)
                held = await self._mark_once(chat, verdict, done, lease)
            except DatabaseError as error:
                if not is_passing(error) or self.now() >= give_up_at:
                    raise
                log.warning("told_and_not_marked", chat=chat.id, error=type(error).__name__)
                await asyncio.sleep(TICK)
            else:
                break
        if not held:
            log.warning("lease_lost", chat=chat.id)
            await self._forget_if_gone(chat)
        return held

    async def _forget_if_gone(self, chat: Chat) -> None:
        """Somebody deleted their data between the send and the mark. What is kept before the mark,
        an event for the shop or a dead letter, may have come behind the removal."""
        if await self._chats.get(chat.id) is None:
            await self._shop.forget(chat)
            await self._dead_letters.remove_of(chat.id)

    async def _tell_shop(self, chat: Chat, items: Sequence[Item]) -> None:
        """Before the mark, without which it would be told again: but a bug is no reason for that.

        Raises `DatabaseError`.
        """
        try:
            for item in items:
                if item.entry.kind == "news":
                    await self._shop.delivered(chat, item, self.now())
        except DatabaseError:
            raise
        except Exception:
            log.exception("shop_not_told_of_delivery")

    async def _mark_once(self, chat: Chat, verdict: Verdict, done: Done, lease: str) -> bool:
        """What was told and is over is remembered; if there is none, the rest is held back.

        Of what is over only the entry is: newer news of its order may be worth telling.
        """
        now = self.now()
        next_at = now + (CHAT_PACE if done.asked else timedelta())
        ended = [_told(item.told, now) for item in verdict.tell]
        over = [item.entry for item in verdict.over]
        if ended or over:
            return await self._chats.complete(
                chat, *ended, *over, lease=lease, next_at=next_at, card=done.card
            )
        held = [item.entry for item in verdict.hold]
        return await self._chats.hold(chat, held, lease=lease, next_at=next_at, card=done.card)

    async def _settle(
        self, decision: Decision, chat: Chat, entries: Sequence[Entry], lease: str
    ) -> None:
        match decision:
            case Retry(after, counts):
                metrics.RETRIED.inc()
                attempts = chat.attempts + counts
                await self._chats.postpone(
                    chat, lease=lease, until=self.now() + after, attempts=attempts
                )
            case Pause(reason):
                await self._chats.pause(chat.id, reason)
            case Unlink(reason):
                log.info("unlinked", chat=chat.id, reason=reason)
                await self._shop.unlinked(chat, "gone")
                await self._chats.unlink(chat.id)
            case GiveUp(reason):
                for entry in entries:
                    await self._give_up(chat, entry, reason)
                if not await self._chats.drop(chat, *entries, lease=lease, next_at=self.now()):
                    await self._forget_if_gone(chat)

    async def _give_up(self, chat: Chat, entry: Entry, reason: str) -> None:
        """A reminder is not kept: it is worth nothing later."""
        metrics.DEAD.inc()
        if entry.kind == "news":
            await self._dead_letters.keep(_dead_letter(chat, entry, reason))


def _told(entry: Entry, at: datetime) -> Told:
    return Told(order_id=entry.order_id, news=entry.news, kind=entry.kind, at=at)


def _dead_letter(chat: Chat, entry: Entry, reason: str) -> DeadLetter:
    return DeadLetter(
        id=f"{chat.id}:{entry.news}:{entry.order_id}",
        chat_id=chat.id,
        order_id=entry.order_id,
        news=entry.news,
        since=entry.since,
        reason=reason,
        is_fresh=True,
    )
