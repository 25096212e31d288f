"""Memory at rest and after a hundred thousand events, and how long a start takes."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial

from bench.figures import Figure
from bench.filling import fill
from bench.firing import fire
from bench.product import BATCH, product
from bench.programs import Program, module, running
from bench.shop import STATES, Shop
from bench.stage import Stage
from bench.telegram import telegram

EVENTS = 100_000
ORDERS = [(f"ord_{n}", f"cus_{n}") for n in range(10_000)]
AT_ONCE = 4
MOST_SECONDS = 75.0
"""Seconds after which no more events are sent. The figure says how many were sent."""
REST = 1.5
"""Seconds from the start after which the program counts as being at rest."""

Start = Callable[[], AbstractAsyncContextManager[Program]]


async def _starts(start: Start, _seconds: float) -> tuple[float, float]:
    """The seconds until it is ready, and its MiB at rest."""
    async with start() as program:
        await asyncio.sleep(REST)
        return program.started_in, program.resident


async def _after_events(program: Program, shop: Shop) -> tuple[int, float]:
    """The number of events sent, and the MiB after them."""
    names = [order for order, _ in ORDERS]
    states = itertools.cycle(STATES)
    batches = [
        shop.batch([shop.changed(order, state) for order in names[first : first + BATCH]])
        for state in itertools.islice(states, EVENTS // len(names))
        for first in range(0, len(names), BATCH)
    ]
    load = await fire(program, batches, seconds=MOST_SECONDS, connections=AT_ONCE)
    await asyncio.sleep(REST)
    return load.count * BATCH, program.resident


async def measure(stage: Stage) -> list[Figure]:
    server, shop = stage.server, Shop()
    async with AsyncExitStack() as opened:
        opened.push_async_callback(server.remove, "ours", "floor")
        far_end = await opened.enter_async_context(telegram(stage.home))
        log, uri = stage.home / "floor.log", server.address("floor")

        @asynccontextmanager
        async def ours() -> AsyncIterator[Program]:
            async with product(server.address("ours"), far_end.url, stage.home) as program:
                yield program

        starts: dict[str, Start] = {
            "ours": ours,
            "bare handler": lambda: running(module("bench.floors.ingest", uri), log),
            "bare PTB": lambda: running(module("bench.floors.asking", far_end.url, uri), log),
        }
        found = await stage.in_turn(
            {name: partial(_starts, start) for name, start in starts.items()}
        )
        program = await opened.enter_async_context(ours())
        await fill(program, server.database("ours"), shop, ORDERS)
        rest = program.resident
        count, after = await _after_events(program, shop)
    figures = [
        Figure("resting", f"start, {name}", "s", [seconds for seconds, _ in values])
        for name, values in found.items()
    ]
    figures += [
        Figure("resting", f"memory at rest, {name}", "MiB", [memory for _, memory in values])
        for name, values in found.items()
    ]
    grew = f"memory after {count:,} events more"
    figures += [
        Figure("resting", "memory before the events", "MiB", [rest]),
        Figure("resting", grew, "MiB", [after]),
    ]
    return figures
