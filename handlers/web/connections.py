"""Listening: how many connections there may be, and how long each may keep us waiting.

A body has its own deadline, in `handlers.web.body`.
"""

import asyncio
import logging
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.log import server_logger
from prometheus_client import Counter

from handlers.web.problems import RETRY_AFTER

PATIENCE = 8
"""Seconds: from connecting, or from the last answer, to a whole head; and to take what we send."""
MOST = 1000

REFUSED = Counter("trackline_connections_refused_total", "Connections turned away: too many")


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, *, shutdown_seconds: float
) -> AsyncIterator[str]:
    """Serves the application meanwhile; yields its URL.

    ``port``: 0 takes a free one. Raises OSError: the address cannot be listened on.
    """
    server_logger.addFilter(_is_not_the_senders_fault)
    # aiohttp looks at this timer only between requests, and bytes do not set it back: it bounds
    # silence and a dripping head as well as idleness.
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=PATIENCE, shutdown_timeout=shutdown_seconds
    )
    async with AsyncExitStack() as opened:
        opened.push_async_callback(runner.cleanup)
        await runner.setup()
        door = Door(cast(web.Server, runner.server), most_connections())
        listener = await asyncio.get_running_loop().create_server(door, host, port)
        opened.callback(listener.close)
        host, port = listener.sockets[0].getsockname()[:2]
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"


def most_connections() -> int:
    """At most half of the files that this process may open.

    With none left, nothing could reach the database and Telegram either.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if files == resource.RLIM_INFINITY else min(MOST, files // 2)


class Door:
    """Makes a protocol for each connection that comes; one too many is told to come later."""

    def __init__(self, server: web.Server, most: int) -> None:
        self._server = server
        self._most = most
        self._inside: set[asyncio.Protocol] = set()

    def __call__(self) -> asyncio.Protocol:
        if len(self._inside) >= self._most:
            REFUSED.inc()
            return _Refusal()
        connection = _Connection(self._server(), self._inside)
        self._inside.add(connection)
        return connection


class _Connection(asyncio.Protocol):
    """aiohttp's protocol, and an end to a connection that does not take its answers.

    Without it even closing would wait for ever: what is still to be sent is sent first.
    """

    def __init__(self, http: asyncio.Protocol, inside: set[asyncio.Protocol]) -> None:
        self._http = http
        self._inside = inside
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=0)  # pause as soon as anything has to wait
        self._http.connection_made(transport)

    def pause_writing(self) -> None:
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(PATIENCE, self._transport.abort)
        self._http.pause_writing()

    def resume_writing(self) -> None:
        self._cancel_deadline()
        self._http.resume_writing()

    def data_received(self, data: bytes) -> None:
        self._http.data_received(data)

    def eof_received(self) -> bool | None:
        return self._http.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_deadline()
        self._inside.discard(self)
        self._http.connection_lost(exc)

    def _cancel_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()


class _Refusal(asyncio.Protocol):
    """Answers before anything is asked, and closes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast(asyncio.Transport, transport)
        stream.write(
            b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"
            b"Content-Length: 0\r\nRetry-After: %d\r\n\r\n" % RETRY_AFTER
        )
        stream.close()


def _is_not_the_senders_fault(record: logging.LogRecord) -> bool:
    """aiohttp logs bytes that are no HTTP as an error of ours, with the bytes and the address."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)
