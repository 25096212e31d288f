"""Ends a test's servers completely, so that nothing of them outlives the test."""

import asyncio
import socket
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import Collection
from typing import Any

FROM_ACCEPTED_TO_SERVED = 4
"""Rounds of the event loop until asyncio serves a connection that it has accepted."""

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
    """From now on, closing a server also closes connections accepted in the round before.

    asyncio forgets them, in every kind of server, also aiohttp's. Much later they would cause a
    warning, which would fail another test.
    """
    BaseSelectorEventLoop._accept_connection2 = _accept_or_close  # type: ignore[attr-defined]


async def end(server: asyncio.Server, serving: Collection[asyncio.Task[None]]) -> None:
    """Stops accepting, and aborts all connections, even those accepted just now.

    Raises the error of a failed task.
    """
    server.close()
    for _ in range(FROM_ACCEPTED_TO_SERVED):
        await asyncio.sleep(0)
    for task in serving:
        task.cancel()
    ended = await asyncio.gather(*serving, return_exceptions=True)
    await asyncio.sleep(0)  # until the aborted connections are closed
    for error in ended:
        if isinstance(error, Exception):
            raise error
