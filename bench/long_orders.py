"""Orders with many events: one more event for one, and 500 events of one order at once."""

import itertools
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial

import aiohttp

from bench.database import Database
from bench.figures import Figure, ratios
from bench.filling import fill
from bench.firing import fire
from bench.product import BATCH, product, send_batch
from bench.programs import Program, module, running
from bench.shop import Shop
from bench.stage import Stage
from bench.telegram import telegram

LENGTHS = (10, 100, 900)
"""Events per order. An order can have a thousand at most."""
ORDERS = 100
"""Orders of each length."""
AT_ONCE = 4
SECONDS = 1.0
BATCHES = 40
"""Orders that are prepared for batches."""


class Batches:
    """Sends 500 events of one order in one request, each time for another order with few events."""

    def __init__(self, program: Program, shop: Shop) -> None:
        self._program = program
        self._shop = shop
        self._orders = itertools.cycle(f"batch_{n}" for n in range(BATCHES))

    async def send(self, _seconds: float) -> float:
        """Milliseconds for each event."""
        request = self._shop.batch(self._shop.steps(next(self._orders), BATCH))
        async with aiohttp.ClientSession() as session:
            began = time.perf_counter()
            await send_batch(session, self._program, request)
            return (time.perf_counter() - began) / BATCH * 1000


async def one_more(program: Program, shop: Shop, length: int, seconds: float) -> float:
    """Milliseconds per event. A few are sent at a time, each for another order."""
    orders = [f"long_{length}_{n}" for n in range(ORDERS)]
    requests = shop.changes(orders, int(3000 * seconds))
    load = await fire(program, requests, seconds=seconds, connections=AT_ONCE)
    return 1000 / load.rate


async def _fill(program: Program, database: Database, shop: Shop) -> None:
    for length in LENGTHS:
        orders = [(f"long_{length}_{n}", f"cus_{length}_{n}") for n in range(ORDERS)]
        await fill(program, database, shop, orders, events=length)
    batches = [(f"batch_{n}", f"cus_batch_{n}") for n in range(BATCHES)]
    await fill(program, database, shop, batches)


async def measure(stage: Stage) -> list[Figure]:
    server, shop = stage.server, Shop()
    short = replace(stage, seconds=min(stage.seconds, SECONDS))
    async with AsyncExitStack() as opened:
        opened.push_async_callback(server.remove, "ours", "floor")
        far_end = await opened.enter_async_context(telegram(stage.home))
        ours = product(server.address("ours"), far_end.url, stage.home)
        program = await opened.enter_async_context(ours)
        await _fill(program, server.database("ours"), shop)
        command = module("bench.floors.ingest", server.address("floor"))
        floor = await opened.enter_async_context(running(command, stage.home / "floor.log"))
        known = [{"_id": f"batch_{n}", "customer_id": f"cus_{n}"} for n in range(BATCHES)]
        await server.database("floor")["orders"].insert_many(known)
        found = await short.in_turn(
            {f"an event more after {n:,}": partial(one_more, program, shop, n) for n in LENGTHS}
            | {"batch": Batches(program, shop).send, "batch, floor": Batches(floor, shop).send}
        )
    figures = [Figure("long", name, "ms/event", values) for name, values in found.items()]
    few, _, many = (found[f"an event more after {n:,}"] for n in LENGTHS)
    figures += [
        Figure("long", "an event more after 900 / after 10", "ratio", ratios(many, few)),
        Figure(
            "long", "batch, time / floor's", "ratio", ratios(found["batch"], found["batch, floor"])
        ),
    ]
    return figures
