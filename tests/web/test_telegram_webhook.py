"""`POST /telegram`: updates by webhook, from the sandbox that really delivers them."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from bot.app import Trackline
from bot.settings import Settings
from sandbox import Fault, Person, Sandbox
from tests.support.odd_updates import CANARY, odd_ones, said
from tests.support.raw_request import post
from tests.support.shop import ShopBackend
from tests.support.tcp_proxy import TcpProxy

HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def front() -> Iterator[TcpProxy]:
    """The public address: known before the service is."""
    with TcpProxy() as front:
        yield front


@pytest.fixture
def settings(settings: Settings, front: TcpProxy) -> Settings:
    return settings.model_copy(update={"public_url": f"http://127.0.0.1:{front.port}"})


@pytest.fixture
async def service(settings: Settings, at_once: None, front: TcpProxy) -> AsyncIterator[Trackline]:
    async with Trackline(settings) as service:
        front.server = ("127.0.0.1", urlsplit(service.url).port or 0)
        yield service


@pytest.fixture
def secret(sandbox: Sandbox, service: Trackline) -> str:
    """What the service asked Telegram to send along."""
    [call] = sandbox.calls_of("setWebhook")
    told: str = call.params["secret_token"]
    return told


def update(person: Person, text: str, update_id: int = 1_000_000, **more: Any) -> dict[str, Any]:
    sender = {"id": person.id, "is_bot": False, "first_name": person.name}
    message = {
        "message_id": 1,
        "date": 1_800_000_000,
        "chat": {"id": person.id, "type": "private", "first_name": person.name},
        "from": sender,
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
    }
    return {"update_id": update_id, "message": message | more}


async def test_the_webhook_is_asked_for_with_a_secret(
    sandbox: Sandbox, settings: Settings, secret: str
) -> None:
    [call] = sandbox.calls_of("setWebhook")
    assert call.params["url"] == f"{settings.public_url}/telegram"
    assert re.fullmatch(r"[A-Za-z0-9_-]{32,256}", secret)
    assert sandbox.token not in secret
    assert sandbox.calls_of("getUpdates") == []


async def test_what_telegram_delivers_is_answered(service: Trackline, alice: Person) -> None:
    await alice.send("/help")
    await alice.receives(containing="/track")


async def test_an_update_without_the_secret_is_refused_unread(
    shop: ShopBackend, secret: str
) -> None:
    length = (b"Content-Length", b"1000")
    for forged in (None, b"", b"wrong", b"\xff\xfe", "ключ".encode(), secret.encode() * 2):
        given = [] if forged is None else [(HEADER.encode(), forged)]
        answer = await post(shop.url, "/telegram", [length, *given])
        assert (forged, answer.status) == (forged, 401)
        assert answer.body["detail"] == "The signature or the key is missing, wrong or too old."


async def test_nearly_the_secret_is_refused(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, secret: str
) -> None:
    for forged in (secret[:-1], secret + "a", secret.swapcase()):
        answer = await shop.request(
            "POST", "/telegram", json=update(alice, "/help"), headers={HEADER: forged}
        )
        assert answer.status == 401
    assert sandbox.calls_of("sendMessage") == []


async def test_an_update_is_handled_before_it_is_confirmed(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, secret: str
) -> None:
    await alice.send("/help")
    await alice.receives()
    sandbox.fail(Fault(method="sendMessage", delay=0.3))
    answer = await shop.request(
        "POST", "/telegram", json=update(alice, "/privacy"), headers={HEADER: secret}
    )
    assert answer.status == 200
    assert [call.status for call in sandbox.calls_of("sendMessage")] == [200, 200]


async def test_an_update_may_be_larger_than_an_event(
    shop: ShopBackend, alice: Person, secret: str
) -> None:
    await alice.send("/help")
    await alice.receives()
    for size, status in ((900_000, 200), (1_100_000, 413)):
        large = json.dumps(update(alice, "/help", author_signature="x" * size)).encode()
        headers = {HEADER: secret, "Content-Type": "application/json"}
        answer = await shop.request("POST", "/telegram", data=BytesIO(large), headers=headers)
        assert (size, answer.status) == (size, status)


async def test_what_is_no_json_is_refused(shop: ShopBackend, secret: str) -> None:
    headers = {HEADER: secret, "Content-Type": "application/json"}
    for body in (b"", b"{", b'{"update_id": NaN}', b"[" * 100_000):
        answer = await shop.request("POST", "/telegram", data=body, headers=headers)
        assert (body[:20], answer.status) == (body[:20], 400)


async def test_an_odd_update_is_put_aside_and_the_one_behind_it_is_handled(
    shop: ShopBackend, alice: Person, secret: str
) -> None:
    await alice.send("/orders")
    await alice.receives()
    headers = {HEADER: secret}
    with capture_logs() as logs:
        for name, odd in odd_ones(alice, 2_000_000).items():
            answer = await shop.request("POST", "/telegram", json=odd, headers=headers)
            assert (name, answer.status) == (name, 200)
    told = [line for line in logs if line["event"] == "update_unreadable"]
    assert len(told) == len(odd_ones(alice, 0))
    assert CANARY not in repr(logs)
    await shop.request("POST", "/telegram", json=said(alice, 2_000_100), headers=headers)
    await alice.receives(containing="how your orders")


@pytest.mark.parametrize(
    "body", [b"[]", b"5", b"null", b"{}", b'{"update_id": 1, "message": 5}'], ids=bytes.decode
)
async def test_what_is_no_update_is_put_aside_for_it_would_come_again(
    shop: ShopBackend, secret: str, body: bytes
) -> None:
    headers = {HEADER: secret, "Content-Type": "application/json"}
    with capture_logs() as logs:
        answer = await shop.request("POST", "/telegram", data=body, headers=headers)
    assert answer.status == 200
    assert "update_unreadable" in [line["event"] for line in logs]
