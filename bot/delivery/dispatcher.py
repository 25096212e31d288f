"""The dispatcher: brings news from orders to mailboxes, and from mailboxes to Telegram.

Any number of replicas may run one each. They share the work through leases in the database only.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.delivery import metrics
from bot.delivery.lease import Lease
from bot.delivery.policy import Failure, GiveUp, Lost, Pause, Retry, Unlink, decide_own
from bot.delivery.sender import SEND_TIMEOUT, Sender, Sent
from bot.delivery.traces import (
    Kind,
    attending,
    tell_failed,
    tell_held,
    tell_message,
    tell_paused,
    tell_unwanted,
)
from bot.services.news import notices
from bot.services.news.fresh import Announced, Due, FreshNews, ToRemind, Work
from bot.services.news.notices import Item, Verdict
from bot.services.news.photos import photo_for
from bot.services.orders.timeline import timeline
from bot.services.people.waiting import Waiting
from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.errors import DatabaseError, is_passing
from storage.models import Card, Chat, DeadLetter, Entry, Order, PastEntry
from storage.orders import Orders

LEASE = timedelta(seconds=4 * SEND_TIMEOUT)
"""Longer than three times what a send may take, with a photo that is fetched before it: one for the
slot, one for the photo, one for the text in its place."""
TICK = 1.0
"""Seconds between looks for what other replicas, retries and expired leases left to do."""
CHAT_PACE = timedelta(seconds=1)
"""Telegram takes about one message a second for one chat."""
WORKERS = 128
"""Pieces of work in hand at once: so many chats may be slow before others wait for them."""
BATCH = 200

log = structlog.get_logger()


@dataclass(frozen=True)
class Done:
    """Telegram has what there was for it; ``asked``: there was something; ``kind``: it took it.

    ``card``: the live message as it stands now, in the place of ``former``.
    """

    asked: bool = False
    kind: Kind | None = None
    card: Card | None = None
    former: Card | None = None


@dataclass(kw_only=True)
class Dispatcher:
    """Runs from `run` to `stop`, and takes up what is put into ``fresh``.

    ``waiting``: knows who waits for a shared order. ``shop``: hears what has reached its customers.
    ``serves``: whether mailboxes are served here; if not, news is brought to them and others do.
    """

    orders: Orders
    chats: Chats
    dead_letters: DeadLetters
    fresh: FreshNews
    sender: Sender
    waiting: Waiting
    shop: ShopNews = UNHEARD
    serves: bool = True
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _taken: set[int] = field(default_factory=set)  # read as due, and waiting in the queue
    _wanting: asyncio.Event = field(default_factory=asyncio.Event)  # more of a backlog, or to stop
    _may_be_more: bool = False

    def now(self) -> datetime:
        """By the sender's clock."""
        return self.sender.now()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            workers = [tasks.create_task(self._worker()) for _ in range(WORKERS)]
            while not self._stopping.is_set():
                self._wanting.clear()
                if self.serves:
                    await self._guarded(self._collect_due())
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wanting.wait(), TICK)
            await self.fresh.queue.join()
            for worker in workers:
                worker.cancel()

    def stop(self) -> None:
        """Claims nothing more; `run` returns when what is in hand is done."""
        self._stopping.set()
        self._wanting.set()

    async def _worker(self) -> None:
        while True:
            work = await self.fresh.queue.get()
            try:
                await self._guarded(self._take_up(work))
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

    async def _guarded(self, work: Awaitable[None]) -> None:
        """One failure ends one piece of work. What it left undone is found again by its marks."""
        try:
            await work
        except DatabaseError as error:
            log.warning("database_failed", error=type(error).__name__)
        except Exception:
            log.exception("dispatcher_failed")

    # From the order to the mailboxes

    async def fan_out(self, news: Announced) -> None:
        """Posts an order's news to each linked chat, and sends where the mailbox was idle.

        With the order and its followers in hand, that is one write per chat until the first send
        starts. Harmless when done twice.
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
            raise failures[0]  # the mark stays, and the sweep comes back
        await self.waiting.bring(order)
        await self.orders.fanned_out(order)

    async def _announced(self, news: Announced) -> Order | None:
        """The order, unless it has been written to since: then it was announced once more."""
        latest = self.orders.at_hand(news.order_id)
        if news.order and latest and latest.version != news.order.version:
            return None
        return news.order or await self.orders.get(news.order_id)

    async def _bring(self, chat: Chat, order: Order) -> None:
        zone = self.sender.reader(chat).timezone
        entry = notices.news_for(chat, order, now=self.now(), zone=zone)
        if entry is None:
            tell_unwanted(chat, order.id)
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
                await self._attend(claimed, [Item(entry, order)], lease)
                return
        posted = await self.chats.post(chat, entry, order.whose)
        if posted and posted.paused:
            tell_paused(posted, order.id)
        elif posted and entry.due:
            tell_held(chat, entry)

    def _lease(self) -> Lease:
        return Lease.taken(self.now(), LEASE)

    async def remind(self, order_id: str) -> None:
        """Posts the reminders of an order's delivery to each linked chat. Harmless when repeated:
        each chat remembers of which day it was reminded."""
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
        """Reads no more of a backlog than is soon sent, and more when half of that is left."""
        if len(self._taken) > BATCH // 2:
            return
        due = await self.chats.due(self.now(), BATCH, but=self._taken)
        for chat in due:
            if not self.fresh.queue.full():
                self._taken.add(chat.id)
                self.fresh.queue.put_nowait(Due(chat))
        self._may_be_more = len(due) == BATCH

    async def _serve(self, chat: Chat) -> None:
        """Claims a mailbox and attends to what waits longest."""
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
                await self._settle(decide_own(error, chat.attempts), chat, [entry], lease)
                return
            if order and await self._is_for(chat, entry, order):
                items.append(Item(entry, order))
            else:
                gone.append(entry)
        if gone:
            await self.chats.complete(chat, *gone, lease=lease.token, next_at=self.now())
        else:
            await self._attend(chat, items, lease)

    async def _is_for(self, chat: Chat, entry: Entry, order: Order) -> bool:
        if entry.kind == "arrival":
            return await self.waiting.still_wants(chat, order)
        return chat.follows(order.whose)

    def _let_go(self, chat: Chat) -> None:
        self._taken.discard(chat.id)
        if self._may_be_more and len(self._taken) <= BATCH // 2:
            self._wanting.set()

    async def _attend(self, chat: Chat, items: Sequence[Item], lease: Lease) -> None:
        """Does with each item what its reader wants now; at most one message leaves."""
        with attending(chat, items):
            await self._act_and_mark(chat, items, lease)

    async def _act_and_mark(self, chat: Chat, items: Sequence[Item], lease: Lease) -> None:
        try:
            zone = self.sender.reader(chat).timezone
            verdict = notices.judge(chat, items, now=self.now(), zone=zone)
            done = await self._act(chat, verdict, lease)
        except Exception as error:
            # A bug ends the message that meets it, or both would return with each lease.
            log.exception("tell_failed", chat=chat.id)
            entries = [item.as_sent for item in items]
            await self._settle(decide_own(error, chat.attempts), chat, entries, lease)
            return
        if not isinstance(done, Done):
            await self._settle(done, chat, [item.as_sent for item in verdict.tell], lease)
            return
        for item in verdict.over:
            tell_unwanted(chat, item.order.id)
        if done.kind:
            tell_message(chat, done.kind, verdict.tell or items, self.now())
        if await self._mark(chat, verdict, done, lease) and done.former:
            await self.sender.take_down(chat, done.former)

    async def _act(self, chat: Chat, verdict: Verdict, lease: Lease) -> Done | Failure:
        match verdict.tell:
            case []:
                return await self._refresh_a_card(chat, [*verdict.over, *verdict.hold], lease)
            case [item]:
                return await self._tell(chat, item, lease)
            case items:
                outcome = await self.sender.sum_up(chat, items, until=lease.ends)
                return Done(asked=True, kind="summary") if isinstance(outcome, Sent) else outcome

    async def _tell(self, chat: Chat, item: Item, lease: Lease) -> Done | Failure:
        kind, order, ends = item.entry.kind, item.timeline, lease.ends
        match kind:
            case "reminder":
                outcome = await self.sender.remind(chat, order, until=ends)
            case "arrival":
                outcome = await self.sender.tell_arrival(chat, order, until=ends)
            case "news":
                photo = photo_for(chat, item)
                outcome = await self.sender.tell(chat, order, photo_url=photo, until=ends)
        if not isinstance(outcome, Sent):
            return outcome
        if kind != "news" or not chat.preferences.cards:
            return Done(asked=True, kind=kind)
        if outcome.message_id is None:
            return Done(asked=True, kind="card")
        sent = item.as_sent
        card = Card(order_id=sent.order_id, message_id=outcome.message_id, news=sent.news)
        former = notices.card_of(chat, sent.order_id)
        return Done(asked=True, kind="card", card=card, former=former)

    async def _refresh_a_card(
        self, chat: Chat, items: Sequence[Item], lease: Lease
    ) -> Done | Failure:
        """Of what is not told, a live message shows the state, where it stands."""
        if len(items) != 1:
            return Done()
        sent, as_it_is = items[0].as_sent, items[0].timeline
        card = notices.stale_card(chat, sent)
        if card is None:
            return Done()
        outcome = await self.sender.refresh(chat, card, as_it_is, until=lease.ends)
        refreshed = card.model_copy(update={"news": sent.news})
        if isinstance(outcome, Sent):
            return Done(asked=True, kind="edit", card=refreshed)
        return outcome or Done(asked=True, card=refreshed)

    async def _mark(self, chat: Chat, verdict: Verdict, done: Done, lease: Lease) -> bool:
        """Marks what was done. A database that is away is waited for: unmarked, it comes again.

        A mark whose answer was lost is harmless to repeat: the lease has ended with it.
        False: the lease was lost.
        """
        give_up_at = self.now() + LEASE
        while True:
            try:
                await self._tell_shop(chat, verdict.tell)
                await self._end_waits(chat, [item.entry for item in verdict.tell])
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
        if await self.chats.get(chat.id) is None:
            await self.shop.forget(chat)
            await self.dead_letters.remove_of(chat.id)

    async def _tell_shop(self, chat: Chat, items: Sequence[Item]) -> None:
        """Before the mark, without which it would be told again: but a bug is no reason for that.

        Raises `DatabaseError`.
        """
        try:
            for item in items:
                if item.entry.kind == "news":
                    await self.shop.delivered(chat, item, self.now())
        except DatabaseError:
            raise
        except Exception:
            log.exception("shop_not_told_of_delivery")

    async def _end_waits(self, chat: Chat, entries: Sequence[Entry]) -> None:
        """Before the mark as well: then a mark that fails is no second message."""
        for entry in entries:
            if entry.kind == "arrival":
                await self.waiting.notified(chat, entry.order_id)

    async def _mark_once(self, chat: Chat, verdict: Verdict, done: Done, lease: Lease) -> bool:
        """What was told and is over is remembered; if there is none, the rest is held back.

        Of what is over only the entry is: newer news of its order may be worth telling.
        """
        now = self.now()
        next_at = now + (CHAT_PACE if done.asked else timedelta())
        ended = [_past(item.as_sent, now) for item in verdict.tell]
        over = [item.entry for item in verdict.over]
        if ended or over:
            return await self.chats.complete(
                chat, *ended, *over, lease=lease.token, next_at=next_at, card=done.card
            )
        held = [item.entry for item in verdict.hold]
        return await self.chats.hold(chat, held, lease=lease.token, next_at=next_at, card=done.card)

    async def _settle(
        self, failure: Failure, chat: Chat, entries: Sequence[Entry], lease: Lease
    ) -> None:
        tell_failed(failure, [entry.order_id for entry in entries])
        match failure:
            case Lost():
                log.warning("lease_lost_before_sending", chat=chat.id)
            case Retry(after, counts):
                metrics.RETRIED.inc()
                attempts = chat.attempts + counts
                await self.chats.postpone(
                    chat, lease=lease.token, until=self.now() + after, attempts=attempts
                )
            case Pause(reason):
                metrics.BLOCKED.inc()
                await self.waiting.end_all(chat.id)
                await self.chats.refuse(chat.id, reason, lease=lease.token)
            case Unlink(reason):
                metrics.GONE.inc()
                log.info("unlinked", chat=chat.id, reason=reason)
                await self.shop.unlinked(chat, "gone")
                await self.waiting.end_all(chat.id)
                await self.chats.unlink(chat.id)
            case GiveUp(reason):
                await self._end_waits(chat, entries)
                for entry in entries:
                    await self._give_up(chat, entry, reason)
                if not await self.chats.drop(chat, *entries, lease=lease.token, next_at=self.now()):
                    await self._forget_if_gone(chat)

    async def _give_up(self, chat: Chat, entry: Entry, reason: str) -> None:
        """A reminder or an arrival is not kept: it is worth nothing later."""
        metrics.DEAD.inc()
        if entry.kind == "news":
            await self.dead_letters.keep(_dead_letter(chat, entry, reason))


def _past(entry: Entry, at: datetime) -> PastEntry:
    return PastEntry(order_id=entry.order_id, news=entry.news, kind=entry.kind, at=at)


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
