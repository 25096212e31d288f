"""What the transport sends, and what it makes of Telegram's answers."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import ChatMigrated, RetryAfter, TelegramError
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.telegram.errors import FloodControl, NotSent, NotSentInTime
from bot.telegram.transport import AiohttpRequest
from tests.support.errors import revealed_by
from tests.support.raw_http import Behaviour, Visit, answer, answers, raw_server

TOKEN = "1234567:canary"
SENT = answer(
    b'{"ok":true,"result":{"message_id":1,"date":1700000000,"chat":{"id":7,"type":"private"}}}'
)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest() as request:
        yield request


def records(requests: list[bytes], reply: bytes = SENT) -> Behaviour:
    """Keep each request and give each the same answer."""

    async def behave(visit: Visit) -> None:
        while True:
            requests.append(await visit.request())
            await visit.say(reply)

    return behave


def refusal(status: str, content: dict[str, object], headers: str = "") -> bytes:
    return answer(json.dumps({"ok": False, **content}).encode(), status=status, headers=headers)


async def error_of(transport: BaseRequest, reply: bytes) -> TelegramError:
    async with raw_server(answers(reply)) as server:
        with pytest.raises(TelegramError) as caught:
            await transport.post(f"http://127.0.0.1:{server.port}/bot{TOKEN}/sendMessage")
    return caught.value


# --- what is sent


async def sent_by(request: BaseRequest) -> bytes:
    requests: list[bytes] = []
    async with raw_server(records(requests)) as server, request:
        bot = Bot(TOKEN, base_url=f"http://127.0.0.1:{server.port}/bot", request=request)
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Ähnlich & mehr", url="tg://x")]])
        await bot.send_message(
            7, "<b>Ваш заказ</b> 📦 a+b=c&d", parse_mode="HTML", reply_markup=keyboard
        )
    return requests[0]


async def test_parameters_are_sent_as_the_stock_transport_sends_them() -> None:
    head, _, body = (await sent_by(AiohttpRequest())).decode().partition("\r\n\r\n")
    _, _, stock_body = (await sent_by(HTTPXRequest())).decode().partition("\r\n\r\n")
    assert parse_qsl(body, strict_parsing=True) == parse_qsl(stock_body, strict_parsing=True)
    assert head.startswith(f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\n")
    assert "Content-Type: application/x-www-form-urlencoded\r\n" in head
    assert "python-telegram-bot" in head


@pytest.mark.filterwarnings("error")
async def test_a_file_is_uploaded_in_parts(transport: AiohttpRequest) -> None:
    requests: list[bytes] = []
    label = bytes(2_000_000) + b"%PDF"
    async with raw_server(records(requests)) as server:
        bot = Bot(TOKEN, base_url=f"http://127.0.0.1:{server.port}/bot", request=transport)
        await bot.send_document(7, InputFile(label, filename="label.pdf"), caption="Return label")
    assert b"Content-Type: multipart/form-data; boundary=" in requests[0]
    assert b'name="caption"\r\n\r\nReturn label\r\n' in requests[0]
    assert b'name="document"; filename="label.pdf"\r\n\r\n' + label in requests[0]


async def test_a_file_is_downloaded(transport: AiohttpRequest) -> None:
    requests: list[bytes] = []
    async with raw_server(records(requests, answer(b"\0\xff"))) as server:
        content = await transport.retrieve(f"http://127.0.0.1:{server.port}/file/bot{TOKEN}/a")
    assert content == b"\0\xff"
    assert requests[0].startswith(b"GET /file/")


async def test_cookies_are_not_kept_and_redirects_not_followed(transport: AiohttpRequest) -> None:
    requests: list[bytes] = []
    elsewhere = answer(b"", status="302 Found", headers="Set-Cookie: a=b\r\nLocation: /x\r\n")
    async with raw_server(records(requests, elsewhere)) as server:
        for _ in range(2):
            with pytest.raises(TelegramError, match=r"^Found \(302\)$"):
                await transport.post(f"http://127.0.0.1:{server.port}/bot{TOKEN}/getMe")
    assert len(requests) == 2
    assert b"cookie" not in requests[1].lower()


async def test_the_pool_keeps_to_its_size() -> None:
    requests: list[bytes] = []
    async with (
        AiohttpRequest(connection_pool_size=2, pool_timeout=None) as transport,
        raw_server(records(requests)) as server,
    ):
        url = f"http://127.0.0.1:{server.port}/bot{TOKEN}/sendMessage"
        await asyncio.gather(*(transport.post(url) for _ in range(20)))
        assert len(server.visits) == 2
    assert len(requests) == 20


async def test_it_can_be_started_again_in_another_event_loop() -> None:
    transport = AiohttpRequest(connection_pool_size=1)

    async def two_sends() -> None:
        async with transport, raw_server(answers(SENT)) as server:
            url = f"http://127.0.0.1:{server.port}/bot{TOKEN}/sendMessage"
            await asyncio.gather(transport.post(url), transport.post(url))

    await two_sends()
    await asyncio.to_thread(asyncio.run, two_sends())


async def test_starting_and_stopping_twice_changes_nothing(transport: AiohttpRequest) -> None:
    await transport.initialize()
    async with raw_server(answers(SENT)) as server:
        await transport.post(f"http://127.0.0.1:{server.port}/bot{TOKEN}/sendMessage")
    await transport.shutdown()
    await transport.shutdown()


def test_the_read_timeout_is_told() -> None:
    assert AiohttpRequest(read_timeout=7).read_timeout == 7


# --- through a proxy


async def through_proxy(transport: AiohttpRequest, port: int, scheme: str) -> bytes:
    url = f"{scheme}://shop.invalid:{port}/bot{TOKEN}/sendMessage"
    return await transport.retrieve(url)


async def test_a_proxy_named_in_the_environment_is_used(
    transport: AiohttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[bytes] = []
    async with raw_server(records(requests, answer(b"proxied"))) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://alice:secret@127.0.0.1:{proxy.port}")
        assert await through_proxy(transport, 80, "http") == b"proxied"
    assert requests[0].startswith(b"GET http://shop.invalid/bot")
    assert b"Proxy-Authorization: Basic YWxpY2U6c2VjcmV0" in requests[0]


async def test_no_proxy_is_used_where_the_environment_excludes_it(
    transport: AiohttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with raw_server(answers(SENT)) as server:
        await transport.post(f"http://127.0.0.1:{server.port}/bot{TOKEN}/sendMessage")


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize(
    "reply", [answer(b"", status="407 Proxy Authentication Required"), b"", b"nonsense\r\n\r\n"]
)
async def test_a_tunnel_that_a_proxy_does_not_open_is_not_sent(
    transport: AiohttpRequest, monkeypatch: pytest.MonkeyPatch, name: str, reply: bytes
) -> None:
    requests: list[bytes] = []

    async def refuse(visit: Visit) -> None:
        requests.append(await visit.reader.readuntil(b"\r\n\r\n"))
        await visit.say(reply)

    async with raw_server(refuse) as proxy:
        monkeypatch.setenv(name, f"127.0.0.1:{proxy.port}")
        with pytest.raises(NotSent) as caught:
            await through_proxy(transport, 443, "https")
    assert TOKEN not in revealed_by(caught.value)
    assert requests[0].startswith(b"CONNECT shop.invalid:443")
    assert TOKEN.encode() not in requests[0]


async def test_a_tunnel_that_takes_too_long_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with raw_server(Visit.hang_up_seen) as proxy, AiohttpRequest(connect_timeout=0.05) as it:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(NotSentInTime):
            await through_proxy(it, 443, "https")


async def test_the_password_of_a_proxy_is_in_no_error(
    transport: AiohttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        port = nobody_listens.getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://alice:secret@127.0.0.1:{port}")
        with pytest.raises(NotSent, match="ClientProxyConnectionError") as caught:
            await through_proxy(transport, 443, "https")
    assert "secret" not in revealed_by(caught.value)


async def test_a_socks_proxy_is_refused_in_words(
    transport: AiohttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1080")
    with pytest.raises(NotSent, match="only http:// and https:// proxies"):
        await through_proxy(transport, 443, "https")


# --- answers


@pytest.mark.parametrize(
    "reply",
    [
        refusal("400 Bad Request", {"description": "Bad Request: chat not found"}),
        refusal("400 Bad Request", {}),
        refusal("401 Unauthorized", {"description": "Unauthorized"}),
        refusal("403 Forbidden", {"description": "Forbidden: bot was blocked by the user"}),
        refusal("404 Not Found", {"description": "Not Found"}),
        refusal("409 Conflict", {"description": "Conflict: terminated by other getUpdates"}),
        refusal("413 Request Entity Too Large", {"description": "Too large"}),
        refusal("499 Odd", {}),
        refusal("400 Bad Request", {"parameters": {"migrate_to_chat_id": -1001}}),
    ],
)
async def test_a_refusal_is_the_same_error_as_over_the_stock_transport(
    transport: AiohttpRequest, reply: bytes
) -> None:
    async with HTTPXRequest() as stock:
        expected = await error_of(stock, reply)
    error = await error_of(transport, reply)
    assert (type(error), str(error)) == (type(expected), str(expected))


async def test_a_migrated_group_names_its_new_id(transport: AiohttpRequest) -> None:
    moved = refusal("400 Bad Request", {"parameters": {"migrate_to_chat_id": -1001}})
    error = await error_of(transport, moved)
    assert isinstance(error, ChatMigrated)
    assert error.new_chat_id == -1001


@pytest.mark.parametrize(
    "reply",
    [
        answer(f"<html>/bot{TOKEN}/sendMessage</html>".encode(), status="403 Forbidden"),
        answer(b"[]", status="403 Forbidden"),
        answer(b'{"parameters":[1]}', status="403 Forbidden"),
        answer(b"\xff\xfe", status="403 Forbidden"),
    ],
)
async def test_a_refusal_in_no_known_form_keeps_its_status(
    transport: AiohttpRequest, reply: bytes
) -> None:
    error = await error_of(transport, reply)
    assert repr(error) == "Forbidden('Forbidden (403)')"


@pytest.mark.parametrize(
    ("content", "headers", "seconds"),
    [
        ({"parameters": {"retry_after": 37}}, "", 37),
        ({"parameters": {"retry_after": 37}}, "Retry-After: 2\r\n", 37),
        ({}, "Retry-After: 12\r\n", 12),
        ({"parameters": {}}, "", 5),
        ({"parameters": "none"}, "", 5),
        ({"parameters": {"retry_after": 0}}, "", 5),
        ({"parameters": {"retry_after": True}}, "", 5),
        ({"parameters": {"retry_after": -3}}, "Retry-After: soon\r\n", 5),
        ({"parameters": {"retry_after": 10**18}}, f"Retry-After: {'9' * 5000}\r\n", 5),
    ],
)
async def test_a_429_always_says_how_long_to_wait(
    transport: AiohttpRequest, content: dict[str, object], headers: str, seconds: int
) -> None:
    error = await error_of(transport, refusal("429 Too Many Requests", content, headers))
    assert isinstance(error, RetryAfter)
    assert error.retry_after == timedelta(seconds=seconds)


async def test_a_429_page_says_how_long_to_wait(transport: AiohttpRequest) -> None:
    page = answer(b"<html>slow down</html>", status="429 Too Many", headers="Retry-After: 9\r\n")
    error = await error_of(transport, page)
    assert isinstance(error, FloodControl)
    assert error.retry_after == timedelta(seconds=9)


# --- timeouts of one call


async def test_a_timeout_given_with_the_call_counts_instead_of_the_default() -> None:
    async with (
        AiohttpRequest(read_timeout=0.01, pool_timeout=0.01) as transport,
        raw_server(slow) as server,
    ):
        url = f"http://127.0.0.1:{server.port}/bot{TOKEN}/getUpdates"
        nothing = RequestData([RequestParameter.from_input("timeout", 1)])
        await transport.post(url, nothing, read_timeout=5)
        await transport.post(url, nothing, read_timeout=None)


async def slow(visit: Visit) -> None:
    while True:
        await visit.request()
        await asyncio.sleep(0.05)
        await visit.say(SENT)
