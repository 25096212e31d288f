"""A server on bare sockets, for answers that no web server would send."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.support import listening

Behaviour = Callable[["Visit"], Awaitable[None]]


@dataclass
class Visit:
    """One accepted connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def request(self) -> bytes:
        """Read one whole request: its head and body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return head + await self.reader.readexactly(length)

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hang_up_seen(self) -> None:
        """Wait until the client has closed its side."""
        with suppress(ConnectionError):
            await self.reader.read()


@dataclass
class RawServer:
    """The server's address, and the connections that it got."""

    port: int
    visits: list[Visit] = field(default_factory=list)
    visited: asyncio.Event = field(default_factory=asyncio.Event)


def answer(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    """The bytes of a well-formed HTTP answer; `headers` are lines that end in CRLF."""
    head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def answers(data: bytes) -> Behaviour:
    """Read each request whole and answer it with these bytes, keeping the connection."""

    async def behave(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.say(data)

    return behave


def answers_and_closes(data: bytes) -> Behaviour:
    """Read one request whole, send these bytes and close."""

    async def behave(visit: Visit) -> None:
        await visit.request()
        await visit.say(data)

    return behave


@asynccontextmanager
async def raw_server(
    behave: Behaviour, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """Listen on a free loopback port; `behave` handles every connection, which is then closed."""
    visitors: set[asyncio.Task[None]] = set()

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        visitors.add(task)
        visit = Visit(reader, writer)
        state.visits.append(visit)
        state.visited.set()
        with suppress(asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
            await behave(visit)
        writer.close()
        with suppress(asyncio.CancelledError, ConnectionError, ssl.SSLError):
            await writer.wait_closed()
        writer.transport.abort()  # if it was cut off before everything was written

    server = await asyncio.start_server(visited, "127.0.0.1", 0, ssl=tls)
    state = RawServer(port=server.sockets[0].getsockname()[1])
    try:
        yield state
    finally:
        await listening.end(server, visitors)
