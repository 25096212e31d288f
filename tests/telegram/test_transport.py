"""What became of a request, told by a socket server that misbehaves in each way there is."""

import asyncio
import gzip
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from telegram import InputFile
from telegram.error import TelegramError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.telegram.errors import NoAnswerInTime, NotSent, NotSentInTime, Unknowable
from bot.telegram.transport import AiohttpRequest
from sandbox.waiting import TIMEOUT
from tests.support.errors import revealed_by
from tests.support.raw_http import Behaviour, Visit, answer, answers, answers_and_closes, raw_server

TOKEN = "1234567:canary-never-to-be-shown-to-anybody"
SOON = 0.05  # seconds
SENT = answer(b'{"ok":true,"result":{"message_id":1}}')
CERTIFICATE = Path(__file__).parents[1] / "support" / "self_signed.pem"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest(
        read_timeout=TIMEOUT, write_timeout=TIMEOUT, connect_timeout=TIMEOUT
    ) as request:
        yield request


def url(port: int, scheme: str = "http", host: str = "127.0.0.1") -> str:
    return f"{scheme}://{host}:{port}/bot{TOKEN}/sendMessage"


def message() -> RequestData:
    return RequestData([RequestParameter.from_input("text", "On its way")])


async def failure(
    transport: AiohttpRequest, address: str, **timeouts: float | None
) -> TelegramError:
    """The error of a send that fails, proven to be silent about the token."""
    with pytest.raises(TelegramError) as caught:
        await transport.post(address, message(), **timeouts)
    assert TOKEN not in revealed_by(caught.value)
    return caught.value


async def failure_at(
    behave: Behaviour, transport: AiohttpRequest, **timeouts: float | None
) -> TelegramError:
    async with raw_server(behave) as server:
        return await failure(transport, url(server.port), **timeouts)


# --- not sent


async def test_a_refused_connection_is_not_sent(transport: AiohttpRequest) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        error = await failure(transport, url(nobody_listens.getsockname()[1]))
    assert type(error) is NotSent
    assert "ClientConnectorError" in str(error)


async def test_an_unresolved_name_is_not_sent(
    transport: AiohttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = await failure(transport, url(80, host="shop.invalid"))
    assert type(error) is NotSent
    assert str(error) == "Not sent: ClientConnectorDNSError (Name or service not known)"


@pytest.mark.parametrize("host", ["a" * 64, "0x7f.1", "[::1"])
async def test_an_impossible_host_is_not_sent(transport: AiohttpRequest, host: str) -> None:
    """To some resolvers one of them is this machine, where something may listen at port 80."""
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        port = nobody_listens.getsockname()[1]
        assert type(await failure(transport, url(port, host=host))) is NotSent


@pytest.mark.parametrize("scheme", ["ftp", "file"])
async def test_an_address_that_is_not_http_is_not_sent(
    transport: AiohttpRequest, scheme: str
) -> None:
    assert type(await failure(transport, url(80, scheme=scheme))) is NotSent


async def test_a_server_without_tls_is_not_sent(transport: AiohttpRequest) -> None:
    async def speak_plainly(visit: Visit) -> None:
        await visit.reader.read(1)
        await visit.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with raw_server(speak_plainly) as server:
        error = await failure(transport, url(server.port, scheme="https"))
    assert type(error) is NotSent
    assert "SSL" in str(error)


async def test_an_untrusted_certificate_is_not_sent(transport: AiohttpRequest) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)
    async with raw_server(answers(SENT), tls) as server:
        error = await failure(transport, url(server.port, scheme="https"))
    assert type(error) is NotSent
    assert "ClientConnectorCertificateError" in str(error)


@contextmanager
def full_backlog() -> Iterator[int]:
    """The port of a listener that accepts nobody, its queue full."""
    with socket.socket() as listener, socket.socket() as first:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        first.connect(listener.getsockname())
        yield listener.getsockname()[1]


async def test_a_connection_that_takes_too_long_is_not_sent(transport: AiohttpRequest) -> None:
    with full_backlog() as port:
        error = await failure(transport, url(port), connect_timeout=SOON)
    assert type(error) is NotSentInTime
    assert isinstance(error, TimedOut)


async def test_a_tls_handshake_that_takes_too_long_is_not_sent(transport: AiohttpRequest) -> None:
    async with raw_server(Visit.hang_up_seen) as server:
        address = url(server.port, scheme="https")
        error = await failure(transport, address, connect_timeout=SOON)
    assert type(error) is NotSentInTime


async def test_a_busy_pool_is_not_sent() -> None:
    async with AiohttpRequest(connection_pool_size=1) as transport:
        async with raw_server(Visit.hang_up_seen) as server:
            first = asyncio.create_task(transport.post(url(server.port), message()))
            await server.visited.wait()
            error = await failure(transport, url(server.port), pool_timeout=SOON)
            assert len(server.visits) == 1
        with pytest.raises(Unknowable):
            await first
    assert type(error) is NotSentInTime
    assert "busy" in str(error)


async def test_before_the_start_and_after_the_end_nothing_is_sent() -> None:
    transport = AiohttpRequest()
    assert type(await failure(transport, url(80))) is NotSent
    await transport.initialize()
    await transport.shutdown()
    assert type(await failure(transport, url(80))) is NotSent


async def test_a_send_that_waits_for_the_pool_at_the_end_is_not_sent() -> None:
    transport = AiohttpRequest(connection_pool_size=1)
    await transport.initialize()
    async with raw_server(Visit.hang_up_seen) as server:
        first = asyncio.create_task(failure(transport, url(server.port)))
        await server.visited.wait()
        second = asyncio.create_task(failure(transport, url(server.port)))
        await asyncio.sleep(0)
        await transport.shutdown()
        assert isinstance(await first, Unknowable)
        assert type(await second) is NotSent


# --- unknowable


async def closes_unread(visit: Visit) -> None:
    await visit.reader.read(1)


async def resets(visit: Visit) -> None:
    await visit.request()
    linger = struct.pack("ii", 1, 0)
    visit.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param(closes_unread, id="closes before reading"),
        pytest.param(answers_and_closes(b""), id="closes after reading"),
        pytest.param(resets, id="resets"),
        pytest.param(answers_and_closes(b"HTTP/1.1 200 OK\r\nContent-"), id="half a head"),
        pytest.param(answers_and_closes(SENT[:-9]), id="half a body"),
        pytest.param(answers_and_closes(b"220 mail.example ESMTP\r\n"), id="another protocol"),
        pytest.param(answers_and_closes(b"\0" * 100), id="zeros"),
        pytest.param(answers(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"), id="bad length"),
        pytest.param(
            answers(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), id="bad chunk"
        ),
        pytest.param(
            answers(answer(b"not gzip", headers="Content-Encoding: gzip\r\n")), id="bad gzip"
        ),
        pytest.param(
            answers(answer(gzip.compress(SENT)[:20], headers="Content-Encoding: gzip\r\n")),
            id="half a gzip",
        ),
        pytest.param(
            answers(answer(b"", headers="X: " + "x" * 9000 + "\r\n")), id="a head too long"
        ),
        pytest.param(answers(answer(b"<html>Welcome</html>")), id="a page"),
        pytest.param(answers(answer(b"")), id="an empty body"),
        pytest.param(answers(answer(b"[" * 100_000)), id="100,000 brackets"),
        pytest.param(answers(answer(b'["result"]')), id="not an object"),
        pytest.param(answers(answer(b'{"ok":true}')), id="no result"),
        pytest.param(answers(answer(b'{"ok":false,"error_code":400}')), id="a refusal as 200"),
        pytest.param(answers(answer(b"{}", status="500 Internal Server Error")), id="500"),
        pytest.param(answers(answer(b'{"ok":false}', status="504 Gateway Timeout")), id="504"),
    ],
)
async def test_it_is_unknowable_when_the_server(
    behave: Behaviour, transport: AiohttpRequest, caplog: pytest.LogCaptureFixture
) -> None:
    error = await failure_at(behave, transport)
    assert type(error) is Unknowable
    assert caplog.records == []


async def test_a_502_with_a_page_is_unknowable_and_keeps_its_status(
    transport: AiohttpRequest,
) -> None:
    page = f"<html>no route to /bot{TOKEN}/sendMessage</html>".encode()
    error = await failure_at(answers(answer(page, status="502 Bad Gateway")), transport)
    assert type(error) is Unknowable
    assert str(error) == "Outcome unknown: Bad Gateway (502)"


async def half_an_answer_then_silence(visit: Visit) -> None:
    await visit.request()
    await visit.say(SENT[:-9])
    await visit.hang_up_seen()


@pytest.mark.parametrize("behave", [Visit.hang_up_seen, half_an_answer_then_silence])
async def test_silence_is_unknowable(behave: Behaviour, transport: AiohttpRequest) -> None:
    async with asyncio.timeout(TIMEOUT):
        error = await failure_at(behave, transport, read_timeout=SOON, write_timeout=None)
    assert type(error) is NoAnswerInTime
    assert isinstance(error, TimedOut)


async def test_an_answer_in_drips_ends_as_unknowable(transport: AiohttpRequest) -> None:
    async def drip(visit: Visit) -> None:
        await visit.say(b"HTTP/1.1 200 OK\r\nX: ")
        while not visit.writer.is_closing():
            await visit.say(b"x")
            await asyncio.sleep(SOON / 10)

    limits = {"connect_timeout": SOON, "write_timeout": SOON, "read_timeout": SOON}
    assert type(await failure_at(drip, transport, **limits)) is NoAnswerInTime


async def test_a_request_that_is_never_taken_in_full_is_unknowable(
    transport: AiohttpRequest,
) -> None:
    limits = {"connect_timeout": SOON, "write_timeout": SOON, "read_timeout": SOON}
    film = InputFile(BytesIO(bytes(20_000_000)), read_file_handle=False)
    upload = RequestData([RequestParameter.from_input("video", film)])
    with socket.create_server(("127.0.0.1", 0)) as takes_connections_and_reads_nothing:
        address = url(takes_connections_and_reads_nothing.getsockname()[1])
        with pytest.raises(NoAnswerInTime):
            await transport.post(address, upload, **limits)


async def test_a_kept_connection_that_the_server_closed_is_unknowable_and_not_tried_again(
    transport: AiohttpRequest,
) -> None:
    async with raw_server(answers(SENT)) as server:
        await transport.post(url(server.port), message())
        # No `await` between this and the send: the client has no chance to notice.
        server.visits[0].writer.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        error = await failure(transport, url(server.port))
        assert len(server.visits) == 1
    assert type(error) is Unknowable


async def test_a_kept_connection_that_is_seen_closed_is_replaced(transport: AiohttpRequest) -> None:
    seen = asyncio.Event()

    async def answers_then_closes(visit: Visit) -> None:
        await visit.request()
        await visit.say(SENT)
        visit.writer.write_eof()
        await visit.hang_up_seen()
        seen.set()

    async with raw_server(answers_then_closes) as server:
        await transport.post(url(server.port), message())
        await seen.wait()
        await transport.post(url(server.port), message())
        assert len(server.visits) == 2


# --- cancelled


async def test_a_cancelled_send_closes_its_connection_and_frees_its_place() -> None:
    closed = asyncio.Event()

    async def first_silent_then_answering(visit: Visit) -> None:
        if closed.is_set():
            await answers(SENT)(visit)
        await visit.hang_up_seen()
        closed.set()

    async with (
        AiohttpRequest(connection_pool_size=1) as transport,
        raw_server(first_silent_then_answering) as server,
    ):
        send = asyncio.create_task(transport.post(url(server.port), message()))
        await server.visited.wait()
        send.cancel()
        with pytest.raises(asyncio.CancelledError):
            await send
        await asyncio.wait_for(closed.wait(), TIMEOUT)
        assert await transport.post(url(server.port), message()) == {"message_id": 1}


async def test_a_send_cancelled_while_it_waits_for_the_pool_takes_no_place() -> None:
    async with AiohttpRequest(connection_pool_size=1, pool_timeout=TIMEOUT) as transport:
        async with raw_server(Visit.hang_up_seen) as server:
            first = asyncio.create_task(transport.post(url(server.port), message()))
            await server.visited.wait()
            waiting = asyncio.create_task(transport.post(url(server.port), message()))
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        with pytest.raises(Unknowable):
            await first
        async with raw_server(answers(SENT)) as server:
            assert await transport.post(url(server.port), message()) == {"message_id": 1}
