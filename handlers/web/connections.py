"""The listening socket, with limits on the number of connections and on how long each may stall.

Bodies have their own deadline, in `handlers.web.body`.
"""

import asyncio
import logging
import resource
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from ipaddress import ip_address, ip_network
from typing import cast

from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.log import server_logger
from prometheus_client import Counter as Metric

from handlers.web.problems import RETRY_AFTER

HEAD_TIMEOUT = 8
"""Seconds from connecting, or from the last response, to a complete request head. A client that
does not read a response is also cut off after this time."""
MOST = 1000
PEERS = 2
"""One peer may have at most one in so many of all connections."""

REFUSED = Metric(
    "trackline_connections_refused_total",
    "Connections turned away, or closed before a whole head had come: too many",
)


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, *, shutdown_seconds: float
) -> AsyncIterator[str]:
    """Serves the application while the context is open; yields its URL.

    ``port``: 0 for any free one. Raises OSError if it cannot listen on the address.
    """
    server_logger.addFilter(_is_not_the_senders_fault)
    # aiohttp runs this timer between requests, and received bytes do not reset it. So it limits
    # a silent client and a slowly sent head as well as an idle connection.
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=HEAD_TIMEOUT, shutdown_timeout=shutdown_seconds
    )
    async with AsyncExitStack() as opened:
        opened.push_async_callback(runner.cleanup)
        await runner.setup()
        limit = ConnectionLimit(cast(web.Server, runner.server), most_connections())
        listener = await asyncio.get_running_loop().create_server(limit, host, port)
        opened.callback(listener.close)
        host, port = listener.sockets[0].getsockname()[:2]
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"


def most_connections() -> int:
    """At most half of the file descriptors that this process may open.

    The database and Telegram need some, too.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if files == resource.RLIM_INFINITY else min(MOST, files // 2)


@contextmanager
def on_leaving(request: web.Request, call: Callable[[], None]) -> Iterator[None]:
    """Calls back if the peer closes the connection; aiohttp only notices at the next write."""
    connection = request.transport and request.transport.get_protocol()
    if not isinstance(connection, _Connection):
        call()
        yield
        return
    connection.on_leaving = call
    try:
        yield
    finally:
        connection.on_leaving = None


class ConnectionLimit:
    """Creates a protocol for each new connection, and knows which ones wait for their peer.

    When all connections are taken, a new one replaces the one that has waited longest for a
    complete request head; if none waits, it is refused. A peer that has its full share can only
    replace its own.
    """

    def __init__(self, server: web.Server, most: int) -> None:
        self.protocol = server
        self._answer, server.request_handler = server.request_handler, self._handle
        self._most, self._share = most, max(1, most // PEERS)
        self._of_peer: Counter[str] = Counter()
        self._inside: dict[object, _Connection] = {}  # by aiohttp's protocol
        self._waiting: dict[object, _Connection] = {}  # the longest waiting first

    def __call__(self) -> asyncio.Protocol:
        return _Connection(self)

    def admit(self, connection: "_Connection") -> bool:
        has_its_share = self._of_peer[connection.peer] >= self._share
        if has_its_share or len(self._inside) >= self._most:
            REFUSED.inc()
            if not self._make_room(connection.peer if has_its_share else None):
                return False
        self._of_peer[connection.peer] += 1
        self._inside[connection.http] = self._waiting[connection.http] = connection
        return True

    def _make_room(self, peer: str | None) -> bool:
        """Closes a waiting connection, of this peer or, if None, of any. False: none waits."""
        for waiting in self._waiting.values():
            if peer in {None, waiting.peer}:
                self.release(waiting)
                waiting.abort()
                return True
        return False

    def release(self, connection: "_Connection") -> None:
        if self._inside.pop(connection.http, None):
            self._waiting.pop(connection.http, None)
            self._of_peer -= Counter([connection.peer])

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Handles a request. Its connection is not waiting for a head until the response."""
        self._waiting.pop(request.protocol, None)
        try:
            return await self._answer(request)
        finally:
            if connection := self._inside.get(request.protocol):
                self._waiting[request.protocol] = connection


class _Connection(asyncio.Protocol):
    """Wraps aiohttp's protocol, and aborts a connection that does not read its responses.

    Otherwise even closing it would wait for ever for the unsent data.
    """

    def __init__(self, limit: ConnectionLimit) -> None:
        self._limit = limit
        self.http: asyncio.Protocol = limit.protocol()
        self.peer = ""
        self.on_leaving: Callable[[], None] | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.peer = _network(transport.get_extra_info("peername"))
        if not self._limit.admit(self):
            _refuse(self._transport)
            return
        self._transport.set_write_buffer_limits(high=0)  # pause as soon as anything is buffered
        self.http.connection_made(transport)

    def abort(self) -> None:
        self._transport.abort()

    def pause_writing(self) -> None:
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(HEAD_TIMEOUT, self._transport.abort)
        self.http.pause_writing()

    def resume_writing(self) -> None:
        self._cancel_deadline()
        self.http.resume_writing()

    def data_received(self, data: bytes) -> None:
        self.http.data_received(data)

    def eof_received(self) -> bool | None:
        return self.http.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_deadline()
        self._limit.release(self)
        if self.on_leaving:
            self.on_leaving()
        self.http.connection_lost(exc)

    def _cancel_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()


def _refuse(transport: asyncio.Transport) -> None:
    """Sends a 503 without waiting for a request, and closes."""
    transport.set_protocol(asyncio.Protocol())
    transport.write(
        b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"
        b"Content-Length: 0\r\nRetry-After: %d\r\n\r\n" % RETRY_AFTER
    )
    transport.close()


def _network(peer: tuple[str, int]) -> str:
    """What identifies one peer: an IPv4 address, or the /64 network of an IPv6 address."""
    address = ip_address(peer[0].partition("%")[0])
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _is_not_the_senders_fault(record: logging.LogRecord) -> bool:
    """Filters malformed HTTP, which aiohttp logs as an error with the bytes and the address."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)
