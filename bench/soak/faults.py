"""The faults of a soak test: each kind equally often, in a random order."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bench.soak.replica import Replica
from sandbox import Fault, Person, Sandbox
from tests.support.tcp_proxy import TcpProxy

PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
LONGEST_DELAY = 2.0
"""The longest delay of an answer from Telegram, in seconds."""
BETWEEN = (0.5, 3.5)
"""Seconds from one trouble to the next."""


@dataclass(frozen=True)
class Trouble:
    """A fault that lasted from ``began`` to ``ended``."""

    kind: str
    began: datetime
    ended: datetime


@dataclass(eq=False)
class Troublemaker:
    """Causes faults, several at a time. `log` says which and when."""

    replicas: Sequence[Replica]
    cable: TcpProxy
    sandbox: Sandbox
    people: Sequence[Person]
    chance: random.Random
    log: list[Trouble] = field(default_factory=list)
    _database: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def make(self, seconds: float) -> None:
        """Begins faults for this long, and returns when the last of them is over."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        deck: list[str] = []
        async with asyncio.TaskGroup() as tasks:
            while loop.time() < ends:
                deck = deck or self._shuffled()
                tasks.create_task(self._happen(deck.pop()))
                await asyncio.sleep(self.chance.uniform(*BETWEEN))
        self.sandbox.clear_faults()

    def _shuffled(self) -> list[str]:
        kinds = list(self._kinds())
        self.chance.shuffle(kinds)
        return kinds

    async def _happen(self, kind: str) -> None:
        began = datetime.now(UTC)
        await self._kinds()[kind]()
        self.log.append(Trouble(kind, began, datetime.now(UTC)))

    def _kinds(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {
            "kill": self._kill,
            "pause": self._pause,
            "database cut": self._cut,
            "database stall": self._stall,
            "database slow": self._slow,
            "block": self._block,
            "429": lambda: self._telegram(Fault(retry_after=self.chance.randint(1, 3))),
            "502": lambda: self._telegram(Fault(status=502, body=PAGE)),
            "500 after accepting": lambda: self._telegram(Fault(status=500, accept=True)),
            "dropped": lambda: self._telegram(Fault(drop=True)),
            "dropped after accepting": lambda: self._telegram(Fault(drop=True, accept=True)),
            "garbage after accepting": lambda: self._telegram(Fault(garbage=True, accept=True)),
            "late answers": self._late,
        }

    async def _kill(self) -> None:
        await self._some_replica().die(self.chance.uniform(0, 3))

    async def _pause(self) -> None:
        await self._some_replica().stand_still(self.chance.uniform(2, 8))

    def _some_replica(self) -> Replica:
        idle = [replica for replica in self.replicas if not replica.is_busy]
        return self.chance.choice(idle or self.replicas)

    async def _cut(self) -> None:
        async with self._database:
            self.cable.cut()
            await self._mended_after(self.chance.uniform(0.5, 4))

    async def _stall(self) -> None:
        async with self._database:
            self.cable.stall()
            await self._mended_after(self.chance.uniform(0.5, 4))

    async def _slow(self) -> None:
        """Makes the connection slow: it stalls again and again."""
        async with self._database:
            for _ in range(self.chance.randint(5, 10)):
                self.cable.stall()
                await self._mended_after(self.chance.uniform(0.1, 0.5))
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def cut_off(self, before: float) -> AsyncIterator[None]:
        """Cuts off the database, ``before`` seconds before the block begins."""
        async with self._database:
            self.cable.cut()
            try:
                await asyncio.sleep(before)
                yield
            finally:
                self.cable.mend()

    async def _mended_after(self, seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
        finally:
            self.cable.mend()

    async def _block(self) -> None:
        """Somebody blocks the bot, and later unblocks it."""
        willing = [person for person in self.people if not person.account.blocked]
        person = self.chance.choice(willing)
        person.block()
        await asyncio.sleep(self.chance.uniform(3, 8))
        person.unblock()

    async def _late(self) -> None:
        await self._telegram(Fault(delay=self.chance.uniform(0.5, LONGEST_DELAY)))

    async def _telegram(self, fault: Fault) -> None:
        """The next few sends get this fault."""
        few = self.chance.randint(1, 5)
        self.sandbox.fail(replace(fault, method="sendMessage", times=few))
