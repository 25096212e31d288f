"""Serves a mailbox under its lease: sends at most one message, and marks what became of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.delivery import metrics
from bot.delivery.lease import Lease
from bot.delivery.policy import Failure, GiveUp, Lost, Pause, Retry, Unlink, decide_own
from bot.delivery.sender import SEND_TIMEOUT, Sender, Sent
from bot.delivery.traces import Kind, attending, trace_failed, trace_message, trace_unwanted
from bot.services.news import notices
from bot.services.news.notices import Item, Verdict
from bot.services.news.photos import photo_for
from bot.services.people.waiting import Waiting
from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.errors import DatabaseError, is_passing
from storage.models import Card, Chat, DeadLetter, Entry, PastEntry

LEASE = timedelta(seconds=4 * SEND_TIMEOUT)
"""How long a replica may serve a mailbox. A message may take ``SEND_TIMEOUT`` three times, for the
slot, the photo, and the text if the photo is refused; and the photo is fetched before that."""
CHAT_PACE = timedelta(seconds=1)
"""Telegram takes about one message a second for one chat."""
RETRY_WAIT = 1.0
"""Seconds between two tries to mark what was done."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Done:
    """The mailbox was served without a failure.

    ``asked``: a request was sent to Telegram. ``kind``: the message that Telegram accepted; None:
    there was none. ``card``: the live message as it is now. ``former``: the one that it replaces.
    """

    asked: bool = False
    kind: Kind | None = None
    card: Card | None = None
    former: Card | None = None


@dataclass(frozen=True, kw_only=True)
class Serving:
    """``waiting``: the chats that wait for a shared order. ``shop``: gets an event back for each
    message that reached a customer."""

    chats: Chats
    dead_letters: DeadLetters
    sender: Sender
    waiting: Waiting
    shop: ShopNews = UNHEARD

    def now(self) -> datetime:
        """By the sender's clock."""
        return self.sender.now()

    async def attend(self, chat: Chat, items: Sequence[Item], lease: Lease) -> None:
        """Does with each item what its reader wants now. Sends at most one message."""
        with attending(chat, items):
            await self._act_and_mark(chat, items, lease)

    async def _act_and_mark(self, chat: Chat, items: Sequence[Item], lease: Lease) -> None:
        try:
            zone = self.sender.reader(chat).timezone
            verdict = notices.judge(chat, items, now=self.now(), zone=zone)
            done = await self._act(chat, verdict, lease)
        except Exception as error:
            # Count it as an attempt: otherwise the same bug would come back with each lease.
            log.exception("tell_failed", chat=chat.id)
            entries = [item.as_sent for item in items]
            await self.settle(decide_own(error, chat.attempts), chat, entries, lease)
            return
        if not isinstance(done, Done):
            await self.settle(done, chat, [item.as_sent for item in verdict.send], lease)
            return
        for item in verdict.over:
            trace_unwanted(chat, item.order.id)
        if done.kind:
            trace_message(chat, done.kind, verdict.send or items, self.now())
        if await self._mark(chat, verdict, done, lease) and done.former:
            await self.sender.take_down(chat, done.former)

    async def _act(self, chat: Chat, verdict: Verdict, lease: Lease) -> Done | Failure:
        match verdict.send:
            case []:
                return await self._refresh_a_card(chat, [*verdict.over, *verdict.hold], lease)
            case [item]:
                return await self._send(chat, item, lease)
            case items:
                outcome = await self.sender.sum_up(chat, items, until=lease.ends)
                return Done(asked=True, kind="summary") if isinstance(outcome, Sent) else outcome

    async def _send(self, chat: Chat, item: Item, lease: Lease) -> Done | Failure:
        kind, order, ends = item.entry.kind, item.timeline, lease.ends
        match kind:
            case "reminder":
                outcome = await self.sender.remind(chat, order, until=ends)
            case "arrival":
                outcome = await self.sender.send_arrival(chat, order, until=ends)
            case "news":
                photo = photo_for(chat, item)
                outcome = await self.sender.send(chat, order, photo_url=photo, until=ends)
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
        """Edits the live message to show a change that is not worth a message of its own."""
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
        """Marks what was done. False: the lease was lost.

        Tries again while the database is away, as the message would be sent again without the
        mark. To mark twice is harmless: the first mark ends the lease.
        """
        give_up_at = self.now() + LEASE
        while True:
            try:
                await self._queue_event_back(chat, verdict.send)
                await self._end_waits(chat, [item.entry for item in verdict.send])
                held = await self._mark_once(chat, verdict, done, lease)
            except DatabaseError as error:
                if not is_passing(error) or self.now() >= give_up_at:
                    raise
                log.warning("told_and_not_marked", chat=chat.id, error=type(error).__name__)
                await asyncio.sleep(RETRY_WAIT)
            else:
                break
        if not held:
            log.warning("lease_lost", chat=chat.id)
            await self._forget_if_gone(chat)
        return held

    async def _forget_if_gone(self, chat: Chat) -> None:
        """Removes what was written before the mark, if the person deleted their data meanwhile: an
        event for the shop, or a dead letter."""
        if await self.chats.get(chat.id) is None:
            await self.shop.forget(chat)
            await self.dead_letters.remove_of(chat.id)

    async def _queue_event_back(self, chat: Chat, items: Sequence[Item]) -> None:
        """Queues the event back to the shop. Before the mark, so that none is lost.

        Raises `DatabaseError`. Another error is only logged: the customer has the message, and
        must not get it again.
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
        """Also before the mark: if the mark fails, nobody gets a second message."""
        for entry in entries:
            if entry.kind == "arrival":
                await self.waiting.notified(chat, entry.order_id)

    async def _mark_once(self, chat: Chat, verdict: Verdict, done: Done, lease: Lease) -> bool:
        """Ends the entries that were sent or are not wanted; if there are none, holds the rest.

        Of what is not wanted only this entry ends: newer news of its order may be worth sending.
        """
        now = self.now()
        next_at = now + (CHAT_PACE if done.asked else timedelta())
        ended = [_past(item.as_sent, now) for item in verdict.send]
        over = [item.entry for item in verdict.over]
        if ended or over:
            return await self.chats.complete(
                chat, *ended, *over, lease=lease.token, next_at=next_at, card=done.card
            )
        held = [item.entry for item in verdict.hold]
        return await self.chats.hold(chat, held, lease=lease.token, next_at=next_at, card=done.card)

    async def settle(
        self, failure: Failure, chat: Chat, entries: Sequence[Entry], lease: Lease
    ) -> None:
        trace_failed(failure, [entry.order_id for entry in entries])
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
        """Keeps news as a dead letter. A reminder or an arrival has no value later."""
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
