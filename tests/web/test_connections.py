"""Clients that keep a connection waiting, and bytes that are no HTTP."""

import asyncio
import logging
import re
import resource
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from prometheus_client import REGISTRY

from bot.app import Trackline
from handlers.web import body, connections
from sandbox.waiting import TIMEOUT
from tests.support.raw_request import answer, connection
from tests.support.shop import ShopBackend
from tests.support.waiting import until
from tests.web.conftest import BEFORE_AIOHTTP

DEADLINE = 0.4

HOST = b"Host: 127.0.0.1\r\n"
ALIVE = b"GET /healthz HTTP/1.1\r\n" + HOST
EVENT = b"POST /webhooks/orders HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
NOWHERE = b"POST /nowhere HTTP/1.1\r\n" + HOST
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = b"Content-Length: 1000\r\n\r\n"
UPGRADE = b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadlines of 8 s, shortened. Must stand before what starts the service."""
    monkeypatch.setattr(connections, "HEAD_TIMEOUT", DEADLINE)
    monkeypatch.setattr(body, "BODY_TIMEOUT", DEADLINE)


async def all_that_comes(url: str, first: bytes, then: bytes = b"", *, within: float) -> bytes:
    """Sends ``first`` and keeps sending ``then`` until the server closes; what it said until then.

    Raises TimeoutError: it did not close in time.
    """
    said = b""
    async with asyncio.timeout(within), connection(url) as (reader, writer):
        dripping = asyncio.create_task(drip(writer, first, then))
        try:
            while piece := await reader.read(2**16):
                said += piece
        except ConnectionResetError:
            pass  # closed as well, with bytes of ours that nobody read
        finally:
            dripping.cancel()
    return said


async def drip(writer: asyncio.StreamWriter, first: bytes, then: bytes) -> None:
    writer.write(first)
    while then:
        await asyncio.sleep(0.02)
        writer.write(then)


def statuses(said: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/\d\.\d (\d{3}) ", said)]


# What is sent at once, what then comes bit by bit, and the answers.
SLOW: dict[str, tuple[bytes, bytes, list[int]]] = {
    "silence": (b"", b"", []),
    "blank lines": (b"\r\n", b"\r\n", []),
    "a request line that drips": (b"GET /", b"x", []),
    "headers that drip": (b"GET / HTTP/1.1\r\n", b"A: b\r\n", []),
    "one header that drips": (b"GET / HTTP/1.1\r\nA: ", b"b", []),
    "idleness after an answer": (ALIVE + b"\r\n", b"", [200]),
    "blank lines after an answer": (ALIVE + b"\r\n", b"\r\n", [200]),
    "a second request that drips": (ALIVE + b"\r\n" + ALIVE, b"A: b\r\n", [200]),
    "idleness after an upgrade that is refused": (ALIVE + UPGRADE, b"", [200]),
    "a body that never comes": (EVENT + LENGTH, b"", [408]),
    "a body that drips": (EVENT + LENGTH, b"x", [408]),
    "chunks that never come": (EVENT + CHUNKED, b"", [408]),
    "chunks that drip": (EVENT + CHUNKED, b"1\r\nx\r\n", [408]),
    "a chunk's size that drips": (EVENT + CHUNKED + b"1;", b"x", [408]),
    "an unread body that never comes": (NOWHERE + LENGTH, b"", [404]),
    "an unread body that drips": (NOWHERE + LENGTH, b"x", [404]),
    "unread chunks that drip": (NOWHERE + CHUNKED, b"1\r\nx\r\n", [404]),
    "a refused body that drips": (
        NOWHERE.replace(b"nowhere", b"webhooks/orders") + LENGTH,
        b"x",
        [415],
    ),
}


async def test_who_keeps_a_connection_waiting_is_cut_off(hurried: None, service: Trackline) -> None:
    async def said(first: bytes, then: bytes) -> list[int] | None:
        try:
            return statuses(await all_that_comes(service.url, first, then, within=BEFORE_AIOHTTP))
        except TimeoutError:
            return None

    heard = await asyncio.gather(*(said(first, then) for first, then, _ in SLOW.values()))
    expected = {name: answers for name, (_, _, answers) in SLOW.items()}
    assert dict(zip(SLOW, heard, strict=True)) == expected


def test_nobody_waits_longer_than_ten_seconds() -> None:
    """One more second goes to swallowing what a refused request still sends."""
    assert max(connections.HEAD_TIMEOUT, body.BODY_TIMEOUT) + 1 <= 10


async def test_two_hundred_silent_connections_are_nobodys_trouble(
    unhurried: None, shop: ShopBackend
) -> None:
    async with AsyncExitStack() as opened:
        silent = [await opened.enter_async_context(connection(shop.url)) for _ in range(200)]
        for _, writer in silent[::2]:
            writer.write(EVENT)
        async with asyncio.timeout(TIMEOUT):
            assert (await shop.create("ord_1", "customer-1")).status == 202
        assert not any(reader.at_eof() for reader, _ in silent)


NO_HTTP = {
    "every byte there is": bytes(range(256)) * 4,
    "NULs": b"\0" * 1000,
    "a TLS greeting": bytes.fromhex("16030100a5010000a10303") + b"\x01" * 160,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /webhooks/orders\r\n\r\n",
    "HTTP/0.9, one line": b"GET /webhooks/orders\r\n",
    "HTTP/3.7": b"GET /nowhere HTTP/3.7\r\n\r\n",
    "a header of 1 MB": NOWHERE + b"A: " + b"a" * 2**20 + b"\r\n\r\n",
    "a header's name of 1 MB": NOWHERE + b"a" * 2**20 + b": b\r\n\r\n",
    "10,000 headers": NOWHERE + b"A: b\r\n" * 10_000 + b"\r\n",
    "10,000 blank lines": b"\r\n" * 10_000,
    "a request line of 100 KB": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method of 100 KB": b"A" * 100_000,
    "no host": b"GET /nowhere HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /nowhere HTTP/1.1\r\n" + HOST * 2 + b"\r\n",
    "a host that is none": b"GET /nowhere HTTP/1.1\r\nHost: [::1\xff\r\n\r\n",
    "a NUL in the path": b"GET /heal\0thz HTTP/1.1\r\n" + HOST + b"\r\n",
    "an escaped NUL in the path": b"GET /healthz%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path that is not ASCII": b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path with broken escapes": b"GET /%zz%f HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address that is none": b"GET http://[::1/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "a port that is none": b"GET http://x:99999/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT 127.0.0.1:99999 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a NUL in a header": NOWHERE + b"A: \0\r\n\r\n",
    "a header folded": NOWHERE + b"A: b\r\n c\r\n\r\n",
    "bare line feeds": b"GET /nowhere HTTP/1.1\nHost: x\n\n",
    "an expectation": EVENT + b"Expect: miracles\r\nContent-Length: 2\r\n\r\n{}",
    "a length and chunks": EVENT + b"Content-Length: 4\r\n" + CHUNKED + b"0\r\n\r\n",
    "two lengths": EVENT + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}}",
    "a negative length": EVENT + b"Content-Length: -1\r\n\r\n",
    "a length beyond 64 bits": EVENT + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n",
    "an unknown coding": EVENT + b"Transfer-Encoding: gzip\r\n\r\n{}",
    "a chunk beyond 64 bits": EVENT + CHUNKED + b"f" * 40 + b"\r\n",
    "a negative chunk": EVENT + CHUNKED + b"-1\r\n",
    "10,000 trailers": EVENT + CHUNKED + b"0\r\n" + b"A: b\r\n" * 10_000 + b"\r\n",
    "garbage after an upgrade": NOWHERE + UPGRADE + b"\0\xff\r\n\r\n",
    "a charset that is none": EVENT.replace(b"json", b'json; charset="\xff') + b"\r\n",
}


async def test_bytes_that_are_no_http_are_refused_quietly(
    hurried: None,
    service: Trackline,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """aiohttp's own refusals are plain text; the connection closes in any case."""
    caplog.set_level(logging.DEBUG, "aiohttp")
    heard = await asyncio.gather(
        *(all_that_comes(service.url, sent, within=BEFORE_AIOHTTP) for sent in NO_HTTP.values())
    )
    for name, said in zip(NO_HTTP, heard, strict=True):
        assert all(400 <= status < 500 for status in statuses(said)), (name, said)
    assert not [record for record in caplog.records if record.name.startswith("aiohttp")]
    output = "".join(capfd.readouterr())
    assert "Traceback" not in output
    assert "request_failed" not in output


@pytest.mark.parametrize(
    ("first", "answers"),
    [
        (b"no HTTP\r\n\r\n", [400]),
        (EVENT + b"Content-Length: 1\r\n" + CHUNKED, [400]),
        (NOWHERE + b"Content-Length: 2\r\n\r\n{}", [404, 200]),
        (NOWHERE.replace(b"nowhere", b"webhooks/orders") + LENGTH, [415]),
    ],
    ids=["no HTTP", "of doubtful length", "of known length", "within a refused body"],
)
async def test_a_second_request_counts_only_where_the_first_has_a_sure_end(
    hurried: None, service: Trackline, first: bytes, answers: list[int]
) -> None:
    said = await all_that_comes(service.url, first + ALIVE + b"\r\n", within=BEFORE_AIOHTTP)
    assert statuses(said) == answers


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/healthz", handler)
    async with connections.listening(app, "127.0.0.1", 0, shutdown_seconds=1) as url:
        yield url


async def much(request: web.Request) -> web.Response:
    """More than the socket takes at once."""
    if request.transport:
        sock = request.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**16)
    return web.Response(body=bytes(2**18), content_type="application/octet-stream")


async def test_a_connection_in_use_outlives_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = 4 * DEADLINE  # between two requests, which a busy machine may keep apart
    monkeypatch.setattr(connections, "HEAD_TIMEOUT", deadline)
    async with serving(much) as url, connection(url) as (reader, writer):
        end = time.monotonic() + 1.5 * deadline
        while time.monotonic() < end:
            writer.write(ALIVE + b"\r\n")
            assert (await answer(reader)).status == 200
            await asyncio.sleep(DEADLINE / 10)


async def test_an_answer_that_takes_us_long_is_given_all_the_same(hurried: None) -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(1.5 * DEADLINE)
        return web.json_response({})

    async with serving(slow) as url, connection(url) as (reader, writer):
        writer.write(ALIVE + b"\r\n")
        assert (await answer(reader)).status == 200


async def little_and_closes_once_it_is_not_taken(request: web.Request) -> web.Response:
    response = web.Response(body=bytes(2**14), content_type="application/octet-stream")
    if request.transport is None or request.transport.get_write_buffer_size():
        response.force_close()
    return response


@pytest.mark.parametrize("handler", [much, little_and_closes_once_it_is_not_taken])
async def test_who_does_not_take_the_answers_is_cut_off(hurried: None, handler: Handler) -> None:
    async def is_cut_off() -> bool:
        writer.write(b"\r\n")  # only who writes is told
        return writer.is_closing()

    async with serving(handler) as url, connection(url) as (_, writer):
        writer.write((ALIVE + b"\r\n") * 2000)
        assert await until(is_cut_off)


async def test_who_hangs_up_is_noticed() -> None:
    started, noticed = asyncio.Event(), asyncio.Event()

    async def reading(request: web.Request) -> web.Response:
        started.set()
        with pytest.raises(ConnectionError):
            await request.read()
        noticed.set()
        return web.Response()

    async with serving(reading) as url, connection(url) as (_, writer):
        writer.write(ALIVE + LENGTH)
        await started.wait()
        writer.transport.abort()
        async with asyncio.timeout(TIMEOUT):
            await noticed.wait()


async def test_stopping_finishes_what_is_in_hand() -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def working(_: web.Request) -> web.Response:
        started.set()
        await go_on.wait()
        return web.json_response({})

    async with AsyncExitStack() as opened:
        url = await opened.enter_async_context(serving(working))
        async with connection(url) as (reader, writer), connection(url) as (idle, _):
            writer.write(ALIVE + b"\r\n")
            await started.wait()
            stopping = asyncio.create_task(opened.aclose())
            async with asyncio.timeout(TIMEOUT):
                assert await idle.read() == b""
            go_on.set()
            assert (await answer(reader)).status == 200
            await stopping
            assert await reader.read() == b""


# Many connections


@dataclass
class Busy:
    """Answers once it may ``go_on``."""

    has_begun: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        if "wait" in request.query:
            self.has_begun.release()
            await self.go_on.wait()
        return web.json_response({})


@pytest.fixture
async def busy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Busy, str]]:
    """A service with room for four connections, two of a peer, and its address."""
    monkeypatch.setattr(connections, "MOST", 4)
    at_work = Busy()
    async with serving(at_work.handle) as url:
        yield at_work, url
        at_work.go_on.set()


WORK = b"GET /healthz?wait HTTP/1.1\r\n" + HOST + b"\r\n"
ALICE, BOB, CHARLIE = "127.0.0.2", "127.0.0.3", "127.0.0.4"


def refused() -> float:
    return REGISTRY.get_sample_value("trackline_connections_refused_total") or 0


async def at_work(busy: Busy, url: str, opened: AsyncExitStack, *peers: str) -> None:
    """Each has asked for something that takes us a while."""
    for peer in peers:
        _, writer = await opened.enter_async_context(connection(url, peer))
        writer.write(WORK)
        await busy.has_begun.acquire()


async def test_one_connection_too_many_is_told_to_come_later(busy: tuple[Busy, str]) -> None:
    handler, url = busy
    before = refused()
    async with AsyncExitStack() as opened:
        await at_work(handler, url, opened, ALICE, ALICE, BOB, BOB)
        async with asyncio.timeout(TIMEOUT), connection(url, CHARLIE) as (reader, _):
            refusal = await reader.read()
        assert refusal.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nRetry-After: 5\r\n" in refusal
        assert refused() == before + 1
        handler.go_on.set()
        assert await until(lambda: is_let_in(url, CHARLIE))


async def test_who_has_their_share_takes_nobody_elses(busy: tuple[Busy, str]) -> None:
    handler, url = busy
    async with AsyncExitStack() as opened:
        await at_work(handler, url, opened, CHARLIE, CHARLIE)
        assert not await is_let_in(url, CHARLIE)
        assert await is_let_in(url, ALICE)


async def test_slow_heads_of_one_peer_keep_nobody_else_out(busy: tuple[Busy, str]) -> None:
    _, url = busy
    before = refused()
    async with AsyncExitStack() as opened:
        for _ in range(40):
            _, writer = await opened.enter_async_context(connection(url, CHARLIE))
            writer.write(b"GET /")

        async def all_have_come() -> bool:
            return refused() == before + 38

        assert await until(all_have_come)
        assert all([await is_let_in(url, peer) for peer in (ALICE, BOB) * 5])


async def test_the_head_that_is_waited_for_longest_gives_way(busy: tuple[Busy, str]) -> None:
    handler, url = busy
    async with AsyncExitStack() as opened:
        eldest, _ = await opened.enter_async_context(connection(url, ALICE))
        assert await until(lambda: is_let_in(url, BOB))
        await at_work(handler, url, opened, BOB, BOB)
        second, writer = await opened.enter_async_context(connection(url, ALICE))
        assert await is_let_in(url, CHARLIE)
        assert await eldest.read() == b""
        writer.write(ALIVE + b"\r\n")
        assert (await answer(second)).status == 200


async def is_let_in(url: str, peer: str) -> bool:
    async with connection(url, peer) as (reader, writer):
        writer.write(ALIVE + b"Connection: close\r\n\r\n")
        try:
            return b" 200 " in await reader.read()
        except ConnectionResetError:
            return False


@pytest.mark.parametrize(
    ("files", "most"), [(256, 128), (1024, 512), (2**20, 1000), (resource.RLIM_INFINITY, 1000)]
)
def test_connections_leave_half_of_the_files_to_the_rest(
    monkeypatch: pytest.MonkeyPatch, files: int, most: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, resource.RLIM_INFINITY))
    assert connections.most_connections() == most
