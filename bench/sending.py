"""The sending path alone: messages per second for each way to Telegram, and the CPU."""

import json
from contextlib import AsyncExitStack
from functools import partial
from typing import NamedTuple

from bench.figures import Figure, ratios
from bench.programs import Program, module, running
from bench.stage import Stage
from bench.telegram import TOKEN, telegram

FLOOR, OURS = "bare POST", "PTB, our transport"


class Sends(NamedTuple):
    rate: float
    cpu_ms: float


async def sent(program: Program, seconds: float) -> Sends:
    pipe, said = program.process.stdin, program.process.stdout
    assert pipe is not None and said is not None  # noqa: S101, PT018 - both are pipes
    pipe.write(f"{seconds}\n".encode())
    await pipe.drain()
    return Sends(**json.loads(await said.readline()))


async def measure(stage: Stage) -> list[Figure]:
    async with AsyncExitStack() as opened:
        far_end = await opened.enter_async_context(telegram(stage.home))
        ways = {FLOOR: "bare", OURS: "ours", "stock PTB": "stock"}
        commands = {
            name: module("bench.floors.sending", far_end.url, way) for name, way in ways.items()
        }
        if python := stage.aiogram:
            commands["aiogram"] = [python, "-m", "bench.peers.sending", far_end.url, TOKEN]
        programs = {
            name: await opened.enter_async_context(running(command, stage.home / "sending.log"))
            for name, command in commands.items()
        }
        found = await stage.in_turn(
            {name: partial(sent, program) for name, program in programs.items()}
        )
    return _figures(stage, found)


def _figures(stage: Stage, found: dict[str, list[Sends]]) -> list[Figure]:
    rates = {name: [one.rate for one in sends] for name, sends in found.items()}
    figures = [Figure("sending", name, "sends/s", values) for name, values in rates.items()]
    for name, values in rates.items():
        if name != FLOOR:
            beside = ratios(values, rates[FLOOR])
            figures.append(Figure("sending", f"{name} / {FLOOR}", "ratio", beside))
    for name, sends in found.items():
        figures.append(Figure("sending", f"CPU, {name}", "ms/send", [one.cpu_ms for one in sends]))
    for name, why in stage.skipped.items():
        figures.append(Figure("sending", name, "sends/s", skipped=why))
    return figures
