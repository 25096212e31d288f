"""How a test's servers end, so that nothing of them outlives the test."""

import asyncio
import socket
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import Collection
from typing import Any

FROM_ACCEPTED_TO_SERVED = 4
"""Rounds of the loop in which asyncio makes a task of a connection that it has accepted."""

_accept: Any = BaseSelectorEventLoop._accept_connection2  # type: ignore[attr-defined]


async def _accept_or_close(
    loop: BaseSelectorEventLoop,
    factory: object,
    connection: socket.socket,
    extra: object,
    tls: object = None,
    server: asyncio.Server | None = None,
    *more: object,
) -> None:
    if server is not None and not server.sockets:
        connection.close()
    else:
        await _accept(loop, factory, connection, extra, tls, server, *more)


def close_what_came_too_late() -> None:
    """From now on, a server that is closed closes what it has accepted in the round before.

    asyncio forgets it, in every kind of server, aiohttp's included; where it is found, much later,
    is a warning, and so an error of another test.
    """
    BaseSelectorEventLoop._accept_connection2 = _accept_or_close  # type: ignore[attr-defined]


async def end(server: asyncio.Server, serving: Collection[asyncio.Task[None]]) -> None:
    """Accepts no more, and cuts off what is being served, be it accepted just now.

    Raises what a task failed with.
    """
    server.close()
    for _ in range(FROM_ACCEPTED_TO_SERVED):
        await asyncio.sleep(0)
    for task in serving:
        task.cancel()
    ended = await asyncio.gather(*serving, return_exceptions=True)
    await asyncio.sleep(0)  # for what was aborted to be closed
    for error in ended:
        if isinstance(error, Exception):
            raise error
