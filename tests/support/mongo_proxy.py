"""A cable to the database that reads the commands: a test can hold up any of them.

It parses just enough of MongoDB's wire protocol to distinguish commands
(https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/).
"""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import bson

from sandbox.waiting import TIMEOUT
from storage.mongo import Document
from tests.support import listening

Wanted = Callable[[Document], bool]

_HEADER = struct.Struct("<iiii")  # length, request id, response to, kind of message
_OP_MSG = 2013
_HAS_CHECKSUM = 1


@dataclass(eq=False)
class Held:
    """The first command that is `wanted`, held up before the database sees it or, ``answered``,
    after it was carried out and before its sender knows."""

    wanted: Wanted
    answered: bool
    _is_here: asyncio.Event = field(default_factory=asyncio.Event)
    _may_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def reached(self, within: float = TIMEOUT) -> None:
        """Waits for the command. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self._is_here.wait()

    def let_go(self) -> None:
        self._may_go.set()

    async def pass_through(self) -> None:
        self._is_here.set()
        await self._may_go.wait()


class MongoProxy:
    """``async with MongoProxy(uri) as cable``: what connects to ``cable.uri`` reaches the server.

    A command that is held and never released is lost when the cable ends.
    """

    def __init__(self, uri: str) -> None:
        parts = urlsplit(uri)
        login, at, hosts = parts.netloc.rpartition("@")
        self._server = hosts.split(",")[0]
        self._login = login + at
        self._uri = parts._replace(query=f"{parts.query}&directConnection=true".lstrip("&"))
        self._holds: list[Held] = []
        self._passes: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await listening.end(self._listener, self._passes)

    @property
    def uri(self) -> str:
        port = self._listener.sockets[0].getsockname()[1]
        return self._uri._replace(netloc=f"{self._login}127.0.0.1:{port}").geturl()

    def hold(self, wanted: Wanted, *, answered: bool = False) -> Held:
        """Holds up the next command that is `wanted`."""
        held = Held(wanted, answered)
        self._holds.append(held)
        return held

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passes.add(task)
        task.add_done_callback(self._passes.discard)
        host, _, port = self._server.partition(":")
        try:
            far_reader, far_writer = await asyncio.open_connection(host, int(port or 27017))
        except BaseException:
            writer.transport.abort()
            raise
        passing = _Passing()

        async def ask(message: bytes) -> None:
            await self._look_at(message, passing)

        both_ways = [
            asyncio.create_task(_pass_on(reader, far_writer, ask)),
            asyncio.create_task(_pass_on(far_reader, writer, passing.come_back)),
        ]
        with suppress(asyncio.CancelledError):
            await asyncio.wait(both_ways, return_when=asyncio.FIRST_COMPLETED)
        for way in both_ways:
            way.cancel()
        for end in (writer, far_writer):
            end.transport.abort()

    async def _look_at(self, message: bytes, passing: "_Passing") -> None:
        command = command_of(message)
        held = next((held for held in self._holds if held.wanted(command)), None)
        if held is None:
            return
        self._holds.remove(held)
        if held.answered:
            passing.answers[_HEADER.unpack_from(message)[1]] = held
        else:
            await held.pass_through()


@dataclass
class _Passing:
    """One connection, with the commands by request id whose answers are to be held up."""

    answers: dict[int, Held] = field(default_factory=dict)

    async def come_back(self, message: bytes) -> None:
        held = self.answers.pop(_HEADER.unpack_from(message)[2], None)
        if held:
            await held.pass_through()


async def _pass_on(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    look: Callable[[bytes], Awaitable[None]],
) -> None:
    """Passes data on until one end is closed, or it is cancelled."""
    with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
        while True:
            head = await reader.readexactly(_HEADER.size)
            message = head + await reader.readexactly(_HEADER.unpack(head)[0] - _HEADER.size)
            await look(message)
            writer.write(message)
            await writer.drain()


def command_of(message: bytes) -> Document:
    """The command in an OP_MSG, with its sequences of documents; empty for any other message."""
    length, _, _, kind = _HEADER.unpack_from(message)
    if kind != _OP_MSG:
        return {}
    (flags,) = struct.unpack_from("<I", message, _HEADER.size)
    at, end = _HEADER.size + 4, length - 4 * (flags & _HAS_CHECKSUM)
    command: Document = {}
    while at < end:
        (size,) = struct.unpack_from("<i", message, at + 1)
        section = message[at + 1 : at + 1 + size]
        if message[at] == 0:
            command |= bson.decode(section)
        else:
            name, _, documents = section[4:].partition(b"\0")
            command[name.decode()] = bson.decode_all(documents)
        at += 1 + size
    return command
