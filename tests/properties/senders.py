"""Several senders at one mailbox, a step at a time, and what the customer's phone shows of it.

The mailbox is the real one. A sender does what `bot.delivery.dispatcher` does; a step is what it
does between two awaits, so that steps interleave as those of replicas do.
"""

from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.services.news.notices import together
from storage.chats import Chats
from storage.mailbox import REMEMBERED
from storage.models import Chat, Entry, Preferences
from tests.support.mailboxes import got
from tests.support.news import NOON, WHOSE

LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Sender:
    """``read``: the mailbox as it was read, until it is claimed or left.

    ``fanning``: the order's news that is about to be brought. ``entries``: what is being told in
    one message under ``lease``, which ends at ``until``; none, if it found nothing due.
    """

    name: str
    read: Chat | None = None
    fanning: Entry | None = None
    entries: tuple[Entry, ...] = ()
    lease: str = ""
    until: datetime = NOON
    has_told: bool = False
    is_refused: bool = False


@dataclass
class Mailbox:
    """One chat's mailbox, its senders, and a clock that only `wait` moves."""

    chats: Chats
    chat_id: int
    senders: dict[str, Sender]
    now: datetime = NOON
    news: Counter[str] = field(default_factory=Counter)  # of each order, so far
    brought: Counter[str] = field(default_factory=Counter)  # the latest of it that was posted
    phone: list[tuple[str, int]] = field(default_factory=list)
    leases: int = 0
    paused: bool = False
    unmarked: set[tuple[str, int]] = field(default_factory=set)  # told, and may be told again

    # What happens outside

    async def happen(self, order: str) -> None:
        self.news[order] += 1

    async def wait(self, span: timedelta) -> None:
        self.now += span

    async def pause(self) -> None:
        """The customer blocks the bot: what was sent can still be marked, the rest fails."""
        await self.chats.pause(self.chat_id, "blocked")
        self.paused = True

    async def resume(self) -> None:
        await self.chats.resume(self.chat_id, self.now)
        self.paused = False

    async def release_expired(self) -> None:
        await self.chats.release_expired(self.now)

    async def prefer(self) -> None:
        """What is held back is looked at again."""
        await self.chats.prefer(self.chat_id, Preferences())

    # From the order to the mailbox

    async def read_order(self, sender: str, order: str, held: timedelta | None = None) -> None:
        """``held``: for how long its news is to be held back."""
        due = self.now + held if held else None
        entry = Entry(order_id=order, news=self.news[order], since=self.now, due=due)
        self._is(sender, fanning=entry, read=await got(self.chats, self.chat_id))

    async def bring(self, sender: str) -> None:
        """Hands the news over to itself if the mailbox is idle, else posts it."""
        mine = self.senders[sender]
        assert mine.read is not None
        assert mine.fanning is not None
        lease, until = self._new_lease()
        entry, chat = mine.fanning, mine.read
        idle = not chat.entries and not entry.due
        if idle and await self.chats.hand_over(chat, entry, WHOSE, lease=lease, until=until):
            self._check_that_nobody_else_serves(sender)
            self._is(sender, entries=[entry], lease=lease, until=until)
        else:
            await self.chats.post(chat, entry, WHOSE)
            self._is(sender)
        self.brought[entry.order_id] = max(self.brought[entry.order_id], entry.news)

    # From the mailbox to the phone

    async def look(self, sender: str) -> None:
        due = await self.chats.due(self.now, 100)
        self._is(sender, read=next((chat for chat in due if chat.id == self.chat_id), None))

    async def claim(self, sender: str) -> None:
        """Takes the mailbox as it was read, then reads the order as it is now."""
        chat = self.senders[sender].read
        assert chat is not None
        lease, until = self._new_lease()
        if not await self.chats.claim(chat, lease=lease, until=until):
            self._is(sender)
            return
        self._check_that_nobody_else_serves(sender)
        entries = [
            entry.model_copy(update={"news": max(entry.news, self.news[entry.order_id])})
            for entry in together(chat.entries, self.now)
        ]
        self._is(sender, read=chat, entries=entries, lease=lease, until=until)

    async def send(self, sender: str) -> None:
        mine = self.senders[sender]
        self.phone += [(entry.order_id, entry.news) for entry in mine.entries]
        self.senders[sender] = replace(mine, has_told=True)

    async def complete(self, sender: str) -> None:
        """A lease that was lost completes nothing."""
        mine, soon = self.senders[sender], self.now + timedelta(seconds=1)
        assert mine.read is not None
        await self._end(
            sender,
            self.chats.complete(mine.read, *mine.entries, lease=mine.lease, next_at=soon),
        )

    async def hold(self, sender: str, span: timedelta) -> None:
        """It is not the time for what is due, for some reason."""
        mine, later = self.senders[sender], {"due": self.now + span}
        assert mine.read is not None
        entries = [entry.model_copy(update=later) for entry in mine.entries]
        await self._end(
            sender, self.chats.hold(mine.read, entries, lease=mine.lease, next_at=self.now)
        )

    async def be_refused(self, sender: str) -> None:
        """Telegram refuses the message, as the customer has blocked the bot; we do not know yet."""
        self.senders[sender] = replace(self.senders[sender], is_refused=True)

    async def fail(self, sender: str) -> None:
        """The customer may be back meanwhile, and is not made deaf again."""
        lease = self.senders[sender].lease
        await self.chats.refuse(self.chat_id, "Forbidden: bot was blocked by the user", lease=lease)
        self._is(sender)

    async def postpone(self, sender: str, span: timedelta) -> None:
        mine, until = self.senders[sender], self.now + span
        assert mine.read is not None
        self._leave_unmarked(mine)
        await self._end(
            sender,
            self.chats.postpone(mine.read, lease=mine.lease, until=until, attempts=1),
        )

    async def _end(self, sender: str, ending: Awaitable[bool]) -> None:
        before = await got(self.chats, self.chat_id)
        held = await ending
        assert held == (before.lease == self.senders[sender].lease)
        assert held or self.now >= self.senders[sender].until
        if not held:
            self._leave_unmarked(self.senders[sender])
        await self._check_that_it_is_unchanged_unless(held, before)
        self._is(sender)

    async def crash(self, sender: str) -> None:
        """The process dies; its lease stays in the database until it runs out."""
        self._leave_unmarked(self.senders[sender])
        self._is(sender)

    def _leave_unmarked(self, sender: Sender) -> None:
        if sender.has_told:
            self.unmarked |= {(entry.order_id, entry.news) for entry in sender.entries}

    def can_send(self, sender: str) -> bool:
        """A send ends before its lease does: `SEND_TIMEOUT` is a fourth of it."""
        mine = self.senders[sender]
        is_to_send = bool(mine.entries) and not mine.has_told and self.now < mine.until
        return is_to_send and not self.paused

    def _is(
        self,
        sender: str,
        *,
        read: Chat | None = None,
        fanning: Entry | None = None,
        entries: Sequence[Entry] = (),
        lease: str = "",
        until: datetime = NOON,
    ) -> None:
        if lease and read is None:
            read = self.senders[sender].read
        self.senders[sender] = Sender(sender, read, fanning, tuple(entries), lease, until)

    def _new_lease(self) -> tuple[str, datetime]:
        self.leases += 1
        return f"lease {self.leases}", self.now + LEASE

    # What must hold

    def _check_that_nobody_else_serves(self, sender: str) -> None:
        others = [other for other in self.senders.values() if other.name != sender and other.lease]
        assert all(other.until <= self.now for other in others)

    async def _check_that_it_is_unchanged_unless(self, held: bool, before: Chat) -> None:
        assert held or await got(self.chats, self.chat_id) == before

    async def check(self) -> None:
        """After any step: nothing is lost, nothing goes backwards, nothing grows for ever."""
        chat = await got(self.chats, self.chat_id)
        waiting = {entry.order_id: entry.news for entry in chat.entries}
        assert len(waiting) == len(chat.entries)
        for order in self.brought:
            told = [news for told_of, news in self.phone if told_of == order]
            assert told == sorted(told)
            assert {(order, news) for news in told if told.count(news) > 1} <= self.unmarked
            assert max([*told, waiting.get(order, 0)]) >= self.brought[order]
        assert all(told.news < waiting.get(told.order_id, told.news + 1) for told in chat.told)
        assert chat.lease or (chat.due_at is None) == (self.paused or not waiting)
        if chat.due_at and not chat.lease:
            first = min(entry.due or entry.since for entry in chat.entries)
            assert chat.due_at == max(chat.rests_until or first, first)
        assert len(chat.told) <= REMEMBERED
