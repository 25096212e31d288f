"""The common part of programs that send messages on request and report how fast.

Each line of the input is a number of seconds. The answer is a line of JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable

AT_ONCE = 32
TEXT = "<b>Order 1001</b>: out for delivery\nIt is on its way to you. We tell you when it is there."

Send = Callable[[int], Awaitable[object]]
"""Sends `TEXT` to the chat of this id."""


async def obey(send: Send) -> None:
    """Serve requests until the input ends."""
    print("ready nowhere", flush=True)  # noqa: T201
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await measure(send, float(line))), flush=True)  # noqa: T201


async def measure(send: Send, seconds: float) -> dict[str, float]:
    """The messages per second, `AT_ONCE` at a time, and the milliseconds of CPU per message."""
    began, cpu, sent = time.perf_counter(), time.process_time(), 0

    async def worker(chat: int) -> None:
        nonlocal sent
        while time.perf_counter() < began + seconds:
            await send(chat)
            sent += 1

    await asyncio.gather(*(worker(chat + 1) for chat in range(AT_ONCE)))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"rate": sent / took, "cpu_ms": cpu / sent * 1000}
