"""Live updates of a page: by server-sent events, or by polling where those do not get through.

The id of an event is a hash of its content, the mark. A client that reconnects with the last mark,
even to another replica or after a restart, gets what it has missed at once.
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
"""Seconds between beats on a silent stream. Each beat also checks whether the content has changed
with time."""
SHARE = 4
"""At most one in so many connections may be a stream."""
OF_ADDRESS = 20
"""The most streams from one IP address, which may be that of a whole office."""
COME_BACK = (2000, 5000)
"""Range of milliseconds after which a client reconnects, so that not all do at the same time."""

OPEN = Gauge("trackline_page_streams", "Pages that are kept up to date just now")
REFUSED = Metric(
    "trackline_page_streams_refused_total", "Pages that have to ask instead: too many streams"
)
OPEN.set(0)


@dataclass(frozen=True)
class Shown:
    """The HTML of the part of the page that changes."""

    html: str

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.html.encode()).hexdigest()[:16]


class Over(Exception):
    """The content is gone for good; ``html`` says so."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html


Show = Callable[[], Awaitable[Shown]]
"""Returns the current content. Raises `Over`, or `Problem` and `DatabaseError` if that may pass."""


class Streams:
    """Limits the number of streams, in total and for each IP address."""

    def __init__(self, most: int | None = None, of_address: int = OF_ADDRESS) -> None:
        self._most = most or max(1, most_connections() // SHARE)
        self._of_address = of_address
        self._open: Counter[str | None] = Counter()

    @contextmanager
    def one_more(self, request: web.Request) -> Iterator[None]:
        """Counts a stream while the context is open. Raises `Problem` 503 if there are too many."""
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
    """The viewer's IP address, taken from `X-Forwarded-For` if a local proxy has sent the request.

    None: the proxy has not set that header, and all viewers would look the same.
    """
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        peer = ip_address(request.remote or "")
        return str(ip_address(said) if peer.is_private else peer)
    except ValueError:
        return None


async def polled(request: web.Request, show: Show) -> web.Response:
    """200 with the content; 204 if its mark is ``?seen=``; 410 if it is gone."""
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
    """Sends events until the viewer leaves, the content is gone, or the service stops.

    Events: ``order`` with new content; ``over`` with the last words; ``beat`` if nothing is new.
    Raises `Problem` or `DatabaseError`, but only before anything is sent.
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
    """The content if its mark is not ``seen``, and whether it is the last."""
    try:
        shown = await show()
    except Over as over:
        return Shown(over.html), True
    return (None if shown.mark == seen else shown), False


async def _patient_news(seen: str, show: Show) -> tuple[Shown | None, bool]:
    try:
        return await _news(seen, show)
    except (Problem, DatabaseError):
        return None, False  # the next beat tries again


def _event(shown: Shown | None, *, is_over: bool) -> bytes:
    if shown is None:
        return b"event: beat\ndata:\n\n"
    lines = "".join(f"data: {line}\n" for line in shown.html.splitlines())
    identity = "" if is_over else f"id: {shown.mark}\n"
    return f"event: {'over' if is_over else 'order'}\n{identity}{lines}\n".encode()
