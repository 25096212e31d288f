"""Asking: `/track` from 64 chats at once. Each asks again as soon as it is answered."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bench.figures import Figure, at_least, ratios
from bench.filling import fill
from bench.product import link, product
from bench.programs import Program, module, running
from bench.shop import Shop
from bench.stage import Stage
from bench.telegram import TOKEN, Telegram, telegram

CHATS = 64
ORDERS = [(f"ord_{n}", f"cus_{n}") for n in range(CHATS)]
QUESTIONS = {n + 1: f"/track {order}" for n, (order, _) in enumerate(ORDERS)}
SETTLING = 0.3
"""Seconds from the first questions to the start of the measurement."""


@dataclass(frozen=True)
class Answers:
    """``cpu_ms``: the program's CPU per answer. ``wait_ms``: the median wait for an answer."""

    rate: float
    cpu_ms: float
    wait_ms: float


@dataclass(frozen=True)
class Bot:
    """A program that answers, and its own far end."""

    program: Program
    telegram: Telegram

    async def asked(self, seconds: float) -> Answers:
        await self.telegram.ask(QUESTIONS)
        await asyncio.sleep(SETTLING)
        await self.telegram.forget()
        began, cpu = time.monotonic(), self.program.cpu
        await asyncio.sleep(seconds)
        count, took, cpu = (
            await self.telegram.count(),
            time.monotonic() - began,
            self.program.cpu - cpu,
        )
        waits = sorted(await self.telegram.waits())
        await self.telegram.hush()
        return Answers(count / took, cpu / count * 1000, waits[len(waits) // 2] * 1000)


async def _bots(stage: Stage, opened: AsyncExitStack) -> dict[str, Bot]:
    server, log = stage.server, stage.home / "asking.log"
    opened.push_async_callback(server.remove, "ours", "floor")
    ends = [await opened.enter_async_context(telegram(stage.home)) for _ in range(4)]
    await link(
        server.database("ours"), ((n + 1, customer) for n, (_, customer) in enumerate(ORDERS))
    )
    ours = product(server.address("ours"), ends[0].url, stage.home)
    bots = {"ours": Bot(await opened.enter_async_context(ours), ends[0])}
    await fill(bots["ours"].program, server.database("ours"), Shop(), ORDERS)
    documents = await server.database("ours")["orders"].find().to_list(None)
    await server.database("floor")["orders"].insert_many(documents)
    uri = server.address("floor")
    commands = {
        "bare PTB, our transport": module("bench.floors.asking", ends[1].url, uri),
        "stock PTB": module("bench.floors.asking", ends[2].url, uri, "stock"),
    }
    if python := stage.aiogram:
        commands["aiogram"] = [python, "-m", "bench.peers.asking", ends[3].url, uri, TOKEN]
    for (name, command), end in zip(commands.items(), ends[1:], strict=False):
        bots[name] = Bot(await opened.enter_async_context(running(command, log)), end)
    return bots


async def measure(stage: Stage) -> list[Figure]:
    async with AsyncExitStack() as opened:
        bots = await _bots(stage, opened)
        found = await stage.in_turn({name: bot.asked for name, bot in bots.items()})
    rates = {name: [one.rate for one in answers] for name, answers in found.items()}
    figures = [Figure("asking", name, "answers/s", values) for name, values in rates.items()]
    for other, target in {
        "bare PTB, our transport": at_least(0.6, 0.7),
        "stock PTB": at_least(2.5, 3.0),
        "aiogram": None,
    }.items():
        what = f"ours / {other}"
        if other in rates:
            values = ratios(rates["ours"], rates[other])
            figures.append(Figure("asking", what, "ratio", values, target))
        else:
            why = stage.skipped[other]
            figures.append(Figure("asking", what, "ratio", target=target, skipped=why))
    for name, answers in found.items():
        cpu = [one.cpu_ms for one in answers]
        figures.append(Figure("asking", f"CPU, {name}", "ms/answer", cpu))
    waits = [one.wait_ms for one in found["ours"]]
    figures.append(Figure("asking", "half answered within", "ms", waits))
    return figures
