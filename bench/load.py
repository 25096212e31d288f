"""A load generator: sends requests that were prepared beforehand, over raw connections.

    python -m bench.load HOST PORT FILE CONNECTIONS SECONDS RATE

It is a separate process that does nothing else, so that its own cost stays small. The file has the
requests' bytes, separated by NUL. Each connection sends the next request when it has its answer or,
if RATE is not 0, when its turn comes. It prints JSON: the seconds, the number of answers by status,
and when each answer came.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Run:
    """What all connections share. ``answers``: by request number, when it was answered."""

    def __init__(self, requests: Iterator[bytes], seconds: float) -> None:
        self._requests = enumerate(requests)
        self._seconds = seconds
        self.began = self.ends_at = 0.0
        self.statuses: Counter[int] = Counter()
        self.answers: dict[int, tuple[float, float]] = {}

    def begin(self) -> None:
        self.began = time.monotonic()
        self.ends_at = self.began + self._seconds

    def take(self) -> tuple[int, bytes] | None:
        """The next request. None: the time is over, or none are left."""
        return None if time.monotonic() >= self.ends_at else next(self._requests, None)

    def answered(self, number: int, status: int, sent_at: float) -> None:
        self.statuses[status] += 1
        self.answers[number] = (sent_at, time.monotonic())


class Connection(asyncio.Protocol):
    """Sends one request after another. ``done`` is set when there are no more.

    ``gap``: seconds from one request to the next; 0: as soon as the answer comes.
    """

    def __init__(self, run: Run, gap: float) -> None:
        self._run = run
        self._gap = gap
        self._due = 0.0
        self._buffer = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport

    def begin(self, delay: float) -> None:
        self._due = self._run.began + delay
        self._wait()

    def _wait(self) -> None:
        if self._gap:
            asyncio.get_running_loop().call_at(self._due, self._send)
            self._due += self._gap
        else:
            self._send()

    def _send(self) -> None:
        taken = self._run.take()
        if taken is None or self.done.done():
            self._transport.close()
            return
        self._number, request = taken
        self._sent_at = time.monotonic()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        length = LENGTH.search(self._buffer, 0, head + 4)
        if length is None:
            raise ValueError(f"no length: {self._buffer[:200]!r}")
        if len(self._buffer) >= head + 4 + int(length[1]):
            self._run.answered(self._number, int(self._buffer[9:12]), self._sent_at)
            self._buffer = b""
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def main(  # noqa: PLR0913, PLR0917 - the command line's arguments
    host: str, port: int, requests: list[bytes], connections: int, seconds: float, rate: float
) -> Run:
    run = Run(iter(requests), seconds)
    loop = asyncio.get_running_loop()
    gap = connections / rate if rate else 0.0
    make = partial(Connection, run, gap)
    opened = [(await loop.create_connection(make, host, port))[1] for _ in range(connections)]
    run.begin()
    for place, connection in enumerate(opened):
        connection.begin(place * gap / connections)
    await asyncio.gather(*(connection.done for connection in opened))
    return run


if __name__ == "__main__":
    host, port, file, connections, seconds, rate = sys.argv[1:]
    requests = Path(file).read_bytes().split(b"\0")
    run = asyncio.run(
        main(host, int(port), requests, int(connections), float(seconds), float(rate))
    )
    ended = max((at for _, at in run.answers.values()), default=run.began)
    result = {
        "seconds": ended - run.began,
        "statuses": run.statuses,
        "answers": [(number, *times) for number, times in sorted(run.answers.items())],
        "cpu": time.process_time(),
    }
    json.dump(result, sys.stdout)
