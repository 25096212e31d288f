"""What a transport costs: sends to a bare local server, as ratios to a bare aiohttp POST.

    python -m bench.transport

The server stands in for Telegram: a process of its own that answers every request at once with a
sent message. Each contender sends `SENDS` messages, `AT_ONCE` at a time, in several rounds taken in
turn, so that a busy machine slows all alike; the best round of each counts.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple

import aiohttp
from aiohttp import web
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.telegram.transport import AiohttpRequest

AT_ONCE = 32
SENDS = 320
ROUNDS = 3
TOKEN = "1234567:bench"  # noqa: S105 - the stand-in takes any
SENT = b'{"ok":true,"result":{"message_id":1,"date":1700000000,"chat":{"id":7,"type":"private"}}}'

Send = Callable[[], Awaitable[object]]


class Figures(NamedTuple):
    """Sends per second, and milliseconds of this process's CPU for each."""

    rate: float
    cpu_ms: float


async def serve() -> None:
    """Answer every request with `SENT` until stdin closes; the port goes to stdout."""

    async def answer(_request: web.BaseRequest) -> web.Response:
        return web.Response(body=SENT, content_type="application/json")

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


@asynccontextmanager
async def server() -> AsyncIterator[str]:
    """The base URL of a stand-in for Telegram, in a process of its own."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "bench.transport", "serve"]
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        raise RuntimeError("The stand-in has no pipes")
    try:
        yield (await stdout.readline()).decode().strip()
    finally:
        stdin.close()
        await process.wait()


@asynccontextmanager
async def through(request: BaseRequest, base: str) -> AsyncIterator[Send]:
    """A send by python-telegram-bot over `request`."""
    bot = Bot(TOKEN, base_url=f"{base}/bot", request=request)
    async with request:

        async def send() -> None:
            await bot.send_message(chat_id=7, text="Your order is on its way.")

        yield send


@asynccontextmanager
async def bare(base: str) -> AsyncIterator[Send]:
    """The floor: the same bytes posted by aiohttp alone, the answer read and not parsed."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
        url, form = (
            f"{base}/bot{TOKEN}/sendMessage",
            {"chat_id": "7", "text": "Your order is on its way."},
        )

        async def send() -> None:
            async with session.post(url, data=form) as response:
                await response.read()

        yield send


async def measure(send: Send, sends: int) -> Figures:
    """Do `sends` sends, `AT_ONCE` at a time."""
    waiting = iter(range(sends))

    async def worker() -> None:
        for _ in waiting:
            await send()

    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    return Figures(sends / seconds, cpu / sends * 1000)


async def main() -> None:
    """Measure all contenders and print them beside the floor."""
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(server())
        contenders = {
            "bare aiohttp": await stack.enter_async_context(bare(base)),
            "AiohttpRequest": await stack.enter_async_context(through(AiohttpRequest(), base)),
            "HTTPXRequest": await stack.enter_async_context(through(HTTPXRequest(), base)),
        }
        rounds: dict[str, list[Figures]] = {name: [] for name in contenders}
        for name, send in contenders.items():
            await measure(send, AT_ONCE)  # opens the connections
            rounds[name].clear()
        for _ in range(ROUNDS):
            for name, send in contenders.items():
                rounds[name].append(await measure(send, SENDS))
    report({name: max(figures) for name, figures in rounds.items()})


def report(figures: dict[str, Figures]) -> None:
    """One line for each contender; the first is the floor."""
    floor = next(iter(figures.values()))
    for name, (rate, cpu_ms) in figures.items():
        sys.stdout.write(
            f"{name:<15} {rate:7,.0f}/s ({rate / floor.rate:4.2f} of bare)"
            f"  {cpu_ms:5.2f} ms CPU a send ({cpu_ms / floor.cpu_ms:5.2f} times bare)\n"
        )


if __name__ == "__main__":
    asyncio.run(serve() if sys.argv[1:] == ["serve"] else main())
