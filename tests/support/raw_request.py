"""Requests that no HTTP client would send, byte by byte."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from email.parser import BytesHeaderParser
from urllib.parse import urlsplit

from tests.support.shop import Answer

Headers = Iterable[tuple[bytes, bytes]]


@asynccontextmanager
async def connection(
    url: str, peer: str | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A bare socket to the server of this URL. ``peer``: the local address to connect from."""
    parts, own = urlsplit(url), (peer, 0) if peer else None
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, local_addr=own)
    try:
        yield reader, writer
    finally:
        writer.close()
        writer.transport.abort()  # drops what the server has not read
        await asyncio.sleep(0)  # until the aborted connection is closed


def head(path: str, headers: Headers) -> bytes:
    """The head of a POST, with these headers unchanged."""
    lines = [b"POST %s HTTP/1.1" % path.encode(), b"Host: 127.0.0.1"]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def answer(reader: asyncio.StreamReader) -> Answer:
    """The next answer in the stream."""
    status, _, fields = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
    headers = dict(BytesHeaderParser().parsebytes(fields).items())
    body = await reader.readexactly(int(headers["Content-Length"]))
    is_json = "json" in headers["Content-Type"]
    return Answer(int(status.split()[1]), headers, json.loads(body) if is_json else body)


async def post(url: str, path: str, headers: Headers, body: Sequence[bytes] = ()) -> Answer:
    """Sends the head, then each piece of the body as it is, and reads the answer."""
    async with connection(url) as (reader, writer):
        for piece in (head(path, headers), *body):
            writer.write(piece)
            await writer.drain()
        return await answer(reader)
