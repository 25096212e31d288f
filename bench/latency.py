"""Latency: the time from the 202 to the call of Telegram, without the network.

Idle: one event at a time, each for another chat. Busy: half of the highest rate that the product
reaches when all orders are followed.
"""

import bisect
import itertools
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import NamedTuple

from bench.figures import Figure, Target, at_most
from bench.filling import fill
from bench.firing import fire
from bench.product import link, product
from bench.programs import Program
from bench.shop import Shop
from bench.stage import Stage
from bench.telegram import Telegram, telegram
from bench.telling import NotSent

CHATS = 2000
ORDERS = [(f"ord_{n}", f"cus_{n}") for n in range(CHATS)]
ONE_BY_ONE = 200
IDLE = 25.0
"""Events per second of the idle measurement."""
GIVEN_UP = 0.02
"""The part of the events that may have no call of their own, because they share another one's."""


class Waits(NamedTuple):
    """Percentiles of the milliseconds from the answer to the call."""

    p50: float
    p95: float
    p99: float
    accepted: float
    """The median milliseconds to the answer."""


class Watch:
    def __init__(self, program: Program, far_end: Telegram) -> None:
        self._program = program
        self._far_end = far_end
        self._shop = Shop()
        self._next = itertools.cycle(range(CHATS))
        self.half = 0.0

    async def find_half(self, seconds: float) -> None:
        names = [order for order, _ in ORDERS]
        requests = self._shop.changes(names, int(3000 * seconds))
        self.half = (await fire(self._program, requests, seconds=seconds)).rate / 2
        await self._far_end.quiet(1.5)

    async def idle(self, seconds: float) -> Waits:
        count = ONE_BY_ONE if seconds >= 1 else ONE_BY_ONE // 4
        return await self._waits(count, IDLE, connections=1)

    async def busy(self, seconds: float) -> Waits:
        return await self._waits(int(self.half * max(seconds, 1)), self.half, connections=32)

    async def _waits(self, count: int, rate: float, connections: int) -> Waits:
        """The events go to the chats in turn, so that the last message in each is long past."""
        chats = list(itertools.islice(self._next, min(count, CHATS)))
        requests = self._shop.changes([ORDERS[n][0] for n in chats], len(chats))
        await self._far_end.forget()
        load = await fire(self._program, requests, rate=rate, connections=connections)
        await self._far_end.quiet(1.5)
        calls = defaultdict(list)
        for at, chat in await self._far_end.calls():
            calls[chat - 1].append(at)
        waits = []
        for n, (sent, answered) in zip(chats, load.answers, strict=True):
            later = bisect.bisect(calls[n], sent)
            if later < len(calls[n]):
                waits.append((calls[n][later] - answered) * 1000)
        if len(waits) < len(chats) * (1 - GIVEN_UP):
            raise NotSent(f"{len(waits)} calls after {len(chats)} events")
        accepted = [(answered - sent) * 1000 for sent, answered in load.answers]
        p50, p95, p99 = (_within(waits, part) for part in (0.5, 0.95, 0.99))
        return Waits(p50, p95, p99, _within(accepted, 0.5))


def _within(waits: Sequence[float], part: float) -> float:
    """The value below which this part of the waits is."""
    return sorted(waits)[min(len(waits) - 1, int(len(waits) * part))]


async def measure(stage: Stage) -> list[Figure]:
    server = stage.server
    async with AsyncExitStack() as opened:
        opened.push_async_callback(server.remove, "ours")
        far_end = await opened.enter_async_context(telegram(stage.home))
        await link(server.database("ours"), ((n + 1, ORDERS[n][1]) for n in range(CHATS)))
        ours = product(server.address("ours"), far_end.url, stage.home)
        program = await opened.enter_async_context(ours)
        await fill(program, server.database("ours"), Shop(), ORDERS)
        watch = Watch(program, far_end)
        await watch.find_half(stage.seconds)
        found = await stage.in_turn({"idle": watch.idle, "half of the greatest rate": watch.busy})
    figures = [
        Figure("latency", "half of the greatest rate, all followed, is", "events/s", [watch.half])
    ]
    targets: dict[tuple[str, str], Target] = {
        ("idle", "p50"): at_most(5),
        ("idle", "p99"): at_most(50),
    }
    for name, waits in found.items():
        for field in ("p50", "p95", "p99"):
            values = [getattr(one, field) for one in waits]
            target = targets.get((name, field))
            figures.append(Figure("latency", f"{name}, {field}", "ms", values, target))
        accepted = [one.accepted for one in waits]
        figures.append(Figure("latency", f"{name}, half answered with a 202 in", "ms", accepted))
    return figures
