"""How fast messages leave: so many a second from all replicas together, and none in a halt.

Each replica has a share of the rate, so a message costs no database operation. The replicas agree
on the shares in one document (`storage.pace`), without a leader:

- A replica writes its claim with each *beat*, and counts as long as its beats come.
- It never uses more than it has written. It uses a smaller share before it writes it, and writes a
  larger share before it uses it.
- It raises its share only by what the claims of the others leave.

So the shares in use never add up to more than the rate, whenever a replica starts, stops or dies.

Each replica pays with one small write and four small reads a second. The share of a replica that
has nothing to send is not used by the others.
"""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from math import inf

import structlog

from bot.delivery.floods import Floods
from storage.clock import Clock
from storage.errors import DatabaseError
from storage.pace import Pace, PaceState

BEAT = 1.0
"""Seconds between two beats."""
LOOK = 0.25
"""Seconds between two reads of the document."""
LEASE = 3.0
"""Seconds for which a share is valid after a beat."""
FORGOTTEN = timedelta(seconds=4)
"""How long a replica must be silent before the others divide its share.

One second longer than its lease, so that its last sends are not in the same second as theirs.
"""
BURIED = timedelta(minutes=1)
"""How long a replica must be silent before it is removed from the document."""
SETTLING = 1 + round(1 / LOOK)
"""A larger share is used after it was read so many times in a row, which takes one second. Until
then, sends of the others under their old shares may be in the same second."""
SPARE_LOOK = 0.01
"""Seconds between two looks for a slot that no message needs."""
SPREAD = 0.8
"""The slots of a second are spread over this part of it. The rest makes up for late ones."""

log = structlog.get_logger()


class Pacer:
    """Hands out slots, one for each message, from `run` until `stop`.

    ``rate``: messages a second from all replicas. No more than that leave in any second. If the
    rate is less than one for each replica, only the average is kept.
    """

    def __init__(self, pace: Pace, *, rate: float, clock: Clock | None = None) -> None:
        """``clock``: is set by the database's time with each beat."""
        self._pace = pace
        self._clock = clock or Clock()
        self._rate = rate
        self._name = secrets.token_hex(8)
        self._slots = Slots(rate)
        self._floods = Floods()
        self._turn = asyncio.Lock()
        self._spare_turn = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._claim: float | None = None  # to be written with the next beat
        self._written: float | None = None
        self._recent: deque[float] = deque(maxlen=SETTLING)  # the shares that were agreed on last
        self._buried: list[str] = []
        # On the monotonic clock:
        self._beaten_at = 0.0
        self._lease_ends = 0.0
        self._halted_here = 0.0
        self._halt_shared = 0.0
        self._halted_everywhere = 0.0
        self._epoch = inf  # the database clock's zero, at the latest

    # For who sends

    @property
    def share(self) -> float:
        """Messages a second that may leave from this replica. 0: none, for now."""
        if not self._recent or time.monotonic() >= self._lease_ends:
            return 0.0
        return min(self._recent)

    def try_take(self) -> bool:
        """Takes a slot if there is one now."""
        now = time.monotonic()
        if now < self._next_at():
            return False
        self._slots.take(now)
        return True

    async def take(self) -> bool:
        """Waits for a slot, first come, first served. False: there is a halt."""
        async with self._turn:
            while not self.try_take():
                if self.halted_for():
                    return False
                wait = self._next_at() - time.monotonic()
                await asyncio.sleep(min(max(wait, 0), LOOK))
        return True

    async def take_spare(self, within: float) -> bool:
        """Waits for a slot that nobody else waits for. False: there was none ``within`` seconds, or
        there is a halt."""
        late_at = time.monotonic() + within
        async with self._spare_turn:
            while self._turn.locked() or not self.try_take():
                wait = max(self._next_at() - time.monotonic(), SPARE_LOOK)
                if self.halted_for() or time.monotonic() + wait > late_at:
                    return False
                await asyncio.sleep(min(wait, LOOK))
        return True

    def halted_for(self, chat_id: int | None = None) -> timedelta:
        """How long nothing may be sent, or nothing to this chat. Zero: there is no halt."""
        until = max(self._halted_here, self._halted_everywhere)
        if chat_id is not None:
            until = max(until, self._floods.rests_until(chat_id))
        return timedelta(seconds=max(until - time.monotonic(), 0))

    async def flooded(self, chat_id: int, wait: timedelta, *, alone: bool = False) -> None:
        """Telegram answered 429 to a call for this chat. ``alone``: it says nothing about other
        chats."""
        now, seconds = time.monotonic(), wait.total_seconds()
        if self._floods.met(chat_id, seconds, now, alone=alone):
            log.warning("everybody_waits", seconds=wait.total_seconds())
            await self.halt(wait)

    async def halt(self, wait: timedelta) -> None:
        """Nothing is sent for so long: here at once, and everywhere within `LOOK` seconds.

        While the database is away it holds here only. The others learn of it afterwards.
        """
        self._halted_here = max(self._halted_here, time.monotonic() + wait.total_seconds())
        await self._guarded(self._share_halt)

    def _next_at(self) -> float:
        halted_until = max(self._halted_here, self._halted_everywhere)
        return max(halted_until, self._slots.next_at(self.share))

    # Among replicas

    async def set_clock(self) -> None:
        """Sets the clock by the database's.

        To call before anything else. Raises `DatabaseError`.
        """
        now, state = await self._pace.now(), await self._pace.look()
        self._clock.learned(state.time if state.time and now < state.time else now)

    async def run(self) -> None:
        while not self._stopping.is_set():
            await self._guarded(self._meet)
            try:
                await asyncio.wait_for(self._stopping.wait(), LOOK)
            except TimeoutError:
                continue
        self._recent.clear()
        await self._guarded(self._leave)

    def stop(self) -> None:
        self._stopping.set()

    async def _guarded(self, talk: Callable[[], Awaitable[None]]) -> None:
        """While the database is away, the share is kept until the lease ends."""
        try:
            await talk()
        except DatabaseError as error:
            log.warning("pace_not_shared", error=type(error).__name__)

    async def _meet(self) -> None:
        if self._halted_here > self._halt_shared:
            await self._share_halt()
        claim = await self._first_claim() if self._claim is None else self._claim
        if claim == self._written and time.monotonic() - self._beaten_at < BEAT:
            state = await self._pace.look()
            if self._name in state.replicas:
                self._learn(state, self._lease_ends)
                return
        await self._beat(claim)

    async def _first_claim(self) -> float:
        """The claim of a new replica. If it is alone, it may send after the first beat."""
        others = len((await self._pace.look()).replicas)
        if others:
            self._recent.append(0.0)
        return fair_share(self._rate, others + 1, place=others)

    async def _beat(self, claim: float) -> None:
        began = time.monotonic()
        state = await self._pace.beat(self._name, claim, self._clock(), forget=self._buried)
        if self._name not in state.replicas:
            return  # the collection was emptied just now; the next beat repairs it
        self._written = claim
        self._beaten_at = began
        now = state.replicas[self._name].seen_at
        self._clock.learned(now)
        self._epoch = min(self._epoch, time.monotonic() - now.timestamp())
        self._learn(state, began + LEASE)

    def _learn(self, state: PaceState, lease_ends: float) -> None:
        held = self.share  # 0 after the end of the lease: others may use it
        terms = agree(state, self._name, rate=self._rate, held=held)
        self._claim = terms.claim
        self._buried = terms.buried
        self._recent.append(terms.share)
        self._lease_ends = lease_ends
        if state.halted_until:
            self._halted_everywhere = state.halted_until.timestamp() + self._epoch
        if self.share != held:
            log.info("pace", share=self.share)

    async def _share_halt(self) -> None:
        until = self._halted_here
        await self._pace.halt(self._clock() + timedelta(seconds=until - time.monotonic()))
        self._halt_shared = until

    async def _leave(self) -> None:
        await self._pace.leave(self._name)


@dataclass(frozen=True)
class Terms:
    """``claim``:

    to write with the next beat. ``share``: to use now. ``buried``: replicas to remove.
    """

    claim: float
    share: float
    buried: list[str]


def agree(state: PaceState, name: str, *, rate: float, held: float) -> Terms:
    """The terms for the replica ``name``, which is in ``state`` and whose share was ``held``."""
    me = state.replicas[name]
    silence = {other: me.seen_at - replica.seen_at for other, replica in state.replicas.items()}
    live = sorted(other for other in silence if silence[other] <= FORGOTTEN)
    claim = fair_share(rate, len(live), place=live.index(name))
    room = rate - sum(state.replicas[other].share for other in live if other != name)
    return Terms(
        claim=claim,
        share=max(0.0, min(claim, me.share, max(held, room))),
        buried=[other for other in silence if silence[other] > BURIED],
    )


def fair_share(rate: float, replicas: int, *, place: int) -> float:
    """The share of the replica in this place, counted from 0: whole messages a second.

    With a share of 9⅓, a replica would send ten messages in some seconds, and three replicas could
    do so in the same second.
    """
    whole, left = divmod(int(rate), replicas)
    return whole + (place < left) if whole else rate / replicas


class Slots:
    """The slots of one replica: evenly spread, and no more than its share in any second.

    A second may begin at any time. After a late wake-up the missed slots can still be taken, which
    would not be so if each slot came a fixed time after the last.
    Times are in seconds on the monotonic clock.
    """

    def __init__(self, most: float) -> None:
        self._taken: deque[float] = deque(maxlen=max(1, int(most)))

    def next_at(self, share: float) -> float:
        """The time of the next slot, with ``share`` messages a second."""
        if share <= 0:
            return inf
        if not self._taken:
            return -inf
        spread = self._taken[-1] + SPREAD / share
        count = max(1, int(share))
        if len(self._taken) < count:
            return spread
        return max(spread, self._taken[-count] + count / share)

    def take(self, now: float) -> None:
        self._taken.append(now)
