"""Telling: messages per second out of a full outbox.

Telegram answers 429 while news for a thousand chats gathers in their mailboxes. Then it accepts
messages again, and the time from the first to the last one is measured.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bench.figures import Figure, at_least, at_most
from bench.filling import fill
from bench.firing import fire
from bench.product import link, product
from bench.programs import Failed, Program
from bench.shop import Shop
from bench.stage import Stage
from bench.telegram import Telegram, telegram

CHATS = 1000
ORDERS = [(f"ord_{n}", f"cus_{n}") for n in range(CHATS)]
HALT = 1
"""The `retry_after` of Telegram's 429s, in seconds."""
LATE = 60.0
"""Seconds after which an unsent message counts as lost."""


class NotSent(Failed):
    """Messages are missing long after they could have been sent."""


@dataclass(frozen=True)
class Throughput:
    """``rate``: from the first message to the last; ``most``: without the last twentieth.

    ``cpu_ms``: the product's CPU per message.
    """

    rate: float
    most: float
    cpu_ms: float


async def throughput(
    program: Program, far_end: Telegram, shop: Shop, orders: Sequence[str]
) -> Throughput:
    """Gathers one event for each order, each with one follower, and then measures the sending."""
    await far_end.refuse(HALT)
    load = await fire(program, shop.changes(orders, len(orders)))
    await asyncio.sleep(HALT)  # some of the mailboxes had just been tried
    await far_end.forget()
    cpu = program.cpu
    await far_end.refuse(0)
    await _until(far_end, load.count)
    cpu = program.cpu - cpu
    await far_end.quiet(0.3)
    times = sorted(at for at, _ in await far_end.calls())
    most = len(times) * 95 // 100
    return Throughput(
        rate=(len(times) - 1) / (times[-1] - times[0]),
        most=(most - 1) / (times[most - 1] - times[0]),
        cpu_ms=cpu / len(times) * 1000,
    )


async def _until(far_end: Telegram, count: int) -> None:
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + LATE
    while (now := await far_end.count()) < count:
        if loop.time() > give_up_at:
            raise NotSent(f"{now} of {count} were told within {LATE:g} s")
        await asyncio.sleep(0.05)


async def measure(stage: Stage) -> list[Figure]:
    server, shop = stage.server, Shop()
    async with AsyncExitStack() as opened:
        opened.push_async_callback(server.remove, "ours")
        far_end = await opened.enter_async_context(telegram(stage.home))
        await link(server.database("ours"), ((n + 1, ORDERS[n][1]) for n in range(CHATS)))
        ours = product(server.address("ours"), far_end.url, stage.home)
        program = await opened.enter_async_context(ours)
        await fill(program, server.database("ours"), shop, ORDERS)

        async def turn(seconds: float) -> Throughput:
            """A turn. A short one has fewer orders."""
            names = [order for order, _ in ORDERS]
            return await throughput(
                program, far_end, shop, names[: CHATS if seconds >= 1 else CHATS // 5]
            )

        found = (await stage.in_turn({"ours": turn}))["ours"]
    rates = [one.rate for one in found]
    return [
        Figure("telling", "out of a full outbox", "messages/s", rates, at_least(300, 1000)),
        Figure("telling", "… without its last 5 %", "messages/s", [one.most for one in found]),
        Figure("telling", "CPU", "ms/message", [one.cpu_ms for one in found], at_most(1.5)),
    ]
