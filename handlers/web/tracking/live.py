"""A page that keeps itself up to date: by server-sent events, and by asking where they do not come.

An event's id is the mark of what it shows, so whoever comes back with the one they saw last, be it
to another replica or after a restart, hears at once whether they have missed anything, and what.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address

from aiohttp import web
from prometheus_client import Counter as Metric
from prometheus_client import Gauge

from bot.services.orders.watching import Watcher
from handlers.web.connections import most_connections, on_leaving
from handlers.web.problems import Problem
from storage.errors import DatabaseError

BEAT = 20
"""Seconds after which a silent stream says that it is there, and looks whether time has changed
what is shown."""
SHARE = 4
"""One in so many connections may be a stream."""
OF_ADDRESS = 20
"""Streams of one address; behind it may be an office."""
COME_BACK = (2000, 5000)
"""Milliseconds after which one is to come again that was cut off; not all at once."""

OPEN = Gauge("trackline_page_streams", "Pages that are kept up to date just now")
REFUSED = Metric(
    "trackline_page_streams_refused_total", "Pages that have to ask instead: too many streams"
)
OPEN.set(0)


@dataclass(frozen=True)
class Shown:
    """HTML for the page's inside."""

    html: str

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.html.encode()).hexdigest()[:16]


class Over(Exception):
    """There is nothing to see any more; ``html`` says so."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html


Show = Callable[[], Awaitable[Shown]]
"""What is to be seen now. Raises `Over`; `Problem` and `DatabaseError` for a while."""


class Streams:
    """How many there are, in all and of each address."""

    def __init__(self, most: int | None = None, of_address: int = OF_ADDRESS) -> None:
        self._most = most or max(1, most_connections() // SHARE)
        self._of_address = of_address
        self._open: Counter[str | None] = Counter()

    @contextmanager
    def one_more(self, request: web.Request) -> Iterator[None]:
        """Raises `Problem` 503, if there are too many."""
        address = _address(request)
        if self._open.total() >= self._most or self._has_its_share(address):
            REFUSED.inc()
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE, "Too many pages are open.", retry_after=60
            )
        self._open[address] += 1
        OPEN.inc()
        try:
            yield
        finally:
            OPEN.dec()
            self._open -= Counter([address])

    def _has_its_share(self, address: str | None) -> bool:
        return address is not None and self._open[address] >= self._of_address


STREAMS = web.AppKey("streams", Streams)


def _address(request: web.Request) -> str | None:
    """The viewer's. Behind a proxy on this machine or network it is what that says of its own peer;
    None: it says nothing, and everybody would look the same."""
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        peer = ip_address(request.remote or "")
        return str(ip_address(said) if peer.is_private else peer)
    except ValueError:
        return None


async def polled(request: web.Request, show: Show) -> web.Response:
    """What is to be seen; 204, if that is what was `seen` last; 410 once it is over."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    try:
        shown = await show()
    except Over as over:
        return web.Response(
            text=over.html, content_type="text/html", status=HTTPStatus.GONE, headers=headers
        )
    if shown.mark == request.query.get("seen"):
        return web.Response(status=HTTPStatus.NO_CONTENT, headers=headers)
    headers["X-Mark"] = shown.mark
    return web.Response(text=shown.html, content_type="text/html", headers=headers)


async def streamed(request: web.Request, watcher: Watcher, show: Show) -> web.StreamResponse:
    """Events until the viewer leaves, it is over, or the service stops.

    ``order``: what is to be seen now, if it is not what they saw last; ``over``: for good;
    ``beat``: nothing new. Raises `Problem` and `DatabaseError` before anything is sent.
    """
    seen = request.headers.get("Last-Event-ID") or request.query.get("seen", "")
    shown, is_over = await _news(seen, show)
    answer = web.StreamResponse(
        headers={
            "Cache-Control": "no-store",
            "Content-Type": "text/event-stream; charset=utf-8",
            "X-Accel-Buffering": "no",
            "X-Content-Type-Options": "nosniff",
        }
    )
    await answer.prepare(request)
    with on_leaving(request, watcher.end), suppress(ConnectionError):
        await answer.write(b"retry: %d\n" % random.randint(*COME_BACK))  # noqa: S311 - no secret
        await answer.write(_event(shown, is_over=is_over))
        while not (is_over or watcher.is_over):
            seen = shown.mark if shown else seen
            await watcher.stirred(BEAT)
            if not watcher.is_over:
                shown, is_over = await _patient_news(seen, show)
                await answer.write(_event(shown, is_over=is_over))
        await answer.write_eof()
    return answer


async def _news(seen: str, show: Show) -> tuple[Shown | None, bool]:
    """What is new to whoever has ``seen`` that, and whether it is the last."""
    try:
        shown = await show()
    except Over as over:
        return Shown(over.html), True
    return (None if shown.mark == seen else shown), False


async def _patient_news(seen: str, show: Show) -> tuple[Shown | None, bool]:
    try:
        return await _news(seen, show)
    except (Problem, DatabaseError):
        return None, False  # the next beat looks again


def _event(shown: Shown | None, *, is_over: bool) -> bytes:
    if shown is None:
        return b"event: beat\ndata:\n\n"
    lines = "".join(f"data: {line}\n" for line in shown.html.splitlines())
    identity = "" if is_over else f"id: {shown.mark}\n"
    return f"event: {'over' if is_over else 'order'}\n{identity}{lines}\n".encode()
