"""A cable between a client and a server, for tests to cut."""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from tests.support import listening


class TcpProxy:
    """``with TcpProxy(host, port) as cable``: what connects to ``cable.port`` reaches the server.

    ``server``: the (host, port); it may be set later. The proxy runs in a thread of its own, so
    it passes bytes on even while a test's event loop waits.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.server = (host, port)
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._passes: set[asyncio.Task[None]] = set()
        self.port = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._begin_anew()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cable")
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Connections break; new ones break as soon as they are made."""
        self._is_cut = True
        self._run(self._break())

    def drop(self) -> None:
        """Connections break; new ones can be made."""
        self._run(self._break())

    def stall(self) -> None:
        """Connections stay, and can be made, but nothing arrives any more."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def stall_answers(self) -> None:
        """The server receives everything, and nothing comes back."""
        self._loop.call_soon_threadsafe(self._answers_flow.clear)

    def abandon(self) -> None:
        """Connections stay, and nothing arrives on them any more; new ones work."""
        self.stall()
        self._loop.call_soon_threadsafe(self._begin_anew)

    def mend(self) -> None:
        """Everything works again; what was held up arrives."""
        self._is_cut = False
        self._loop.call_soon_threadsafe(self._flows.set)
        self._loop.call_soon_threadsafe(self._answers_flow.set)

    def _begin_anew(self) -> None:
        """Later calls do not affect the connections that exist now."""
        self._flows, self._answers_flow = asyncio.Event(), asyncio.Event()
        self._flows.set()
        self._answers_flow.set()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=5)

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passes.add(task)
        task.add_done_callback(self._passes.discard)
        self._writers.add(writer)
        with suppress(OSError, asyncio.CancelledError):
            if not self._is_cut:
                far_reader, far_writer = await asyncio.open_connection(*self.server)
                self._writers.add(far_writer)
                await asyncio.gather(
                    self._pass_on(reader, far_writer, self._flows),
                    self._pass_on(far_reader, writer, self._flows, self._answers_flow),
                )
        writer.transport.abort()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *flows: asyncio.Event
    ) -> None:
        while data := await reader.read(65536):
            for flow in flows:
                await flow.wait()
            writer.write(data)
            await writer.drain()
        writer.close()

    async def _break(self) -> None:
        while self._writers:
            self._writers.pop().transport.abort()

    async def _close(self) -> None:
        await self._break()
        await listening.end(self._listener, self._passes)
