"""The servers that tests are made of, and the service's own."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from aiohttp import web

from handlers.web.connections import listening
from sandbox import Sandbox
from tests.support.raw_http import Visit, raw_server


@asynccontextmanager
async def raw() -> AsyncIterator[int]:
    async def says_nothing(visit: Visit) -> None:
        await visit.hang_up_seen()

    async with raw_server(says_nothing) as server:
        yield server.port


@asynccontextmanager
async def aiohttps() -> AsyncIterator[int]:
    runner = web.AppRunner(web.Application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@asynccontextmanager
async def telegram() -> AsyncIterator[int]:
    async with Sandbox() as sandbox:
        yield int(sandbox.url.rpartition(":")[2])


@asynccontextmanager
async def service() -> AsyncIterator[int]:
    async with listening(web.Application(), "127.0.0.1", 0, shutdown_seconds=0.1) as url:
        yield int(url.rpartition(":")[2])


@pytest.mark.parametrize("rounds", range(6))
@pytest.mark.parametrize("serve", [raw, aiohttps, telegram, service])
def test_nothing_stays_open_of_who_connects_as_a_server_ends(
    serve: Callable[[], AbstractAsyncContextManager[int]], rounds: int
) -> None:
    """What did would be blamed on a later test, as a warning is an error."""

    async def connect_late() -> None:
        async with serve() as port:
            client.connect(("127.0.0.1", port))
            for _ in range(rounds):
                await asyncio.sleep(0)

    with socket.socket() as client:
        asyncio.run(connect_late())
    gc.collect()
