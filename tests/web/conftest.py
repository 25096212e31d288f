"""The web side's own fixtures: one driver, unless the database matters."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from pymongo.uri_parser import parse_uri

from bot.app import Trackline
from bot.delivery.maps import Maps
from bot.settings import Settings
from handlers.web import body, connections
from sandbox import Fault, Sandbox
from sandbox.waiting import TIMEOUT
from storage.mongo import Driver
from tests.support.drivers import BOTH, one
from tests.support.quiet import look_for_nothing
from tests.support.shop import SECRET, ShopBackend
from tests.support.tcp_proxy import TcpProxy

BEFORE_AIOHTTP = 9.0
"""Seconds in which we end a connection, on any machine; aiohttp itself takes ten or more."""

on_both_drivers = pytest.mark.parametrize("driver", BOTH)


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def cable(server_uri: str) -> Iterator[TcpProxy]:
    """What lies between the database and a service with settings `over` it."""
    host, port = parse_uri(server_uri)["nodelist"][0]
    with TcpProxy(host, port) as cable:
        yield cable


@pytest.fixture
async def out_of_touch(
    settings: Settings, at_once: None, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ShopBackend]:
    """The shop of a service that does not reach Telegram until the sandbox's faults are cleared.

    Nothing is at work in it but what comes in over HTTP.
    """
    monkeypatch.setattr(Maps, "_look_for_due", look_for_nothing)
    sandbox.fail(Fault(method="getMe", status=502, times=None))
    in_a_hurry = settings.model_copy(update={"shutdown_seconds": 0.1})
    async with Trackline(in_a_hurry) as service, aiohttp.ClientSession() as session:
        yield ShopBackend(service.url, session)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines that are longer than a test waits: what ends before them ends of itself.

    Must stand before what starts the service.
    """
    monkeypatch.setattr(connections, "HEAD_TIMEOUT", 2 * TIMEOUT)
    monkeypatch.setattr(body, "BODY_TIMEOUT", 2 * TIMEOUT)


def over(cable: TcpProxy, uri: str) -> str:
    """The same database, reached over the cable."""
    parts = urlsplit(uri)
    user, at, _ = parts.netloc.rpartition("@")
    query = "&".join(filter(None, [parts.query, "directConnection=true"]))
    return parts._replace(netloc=f"{user}{at}127.0.0.1:{cable.port}", query=query).geturl()


def event(order_id: str = "ord_1", kind: str = "order.created", **data: Any) -> bytes:
    """An event's body, as a shop's backend writes it."""
    now = datetime.now(UTC).isoformat()
    return json.dumps(
        {"type": kind, "timestamp": now, "data": {"order_id": order_id} | data}
    ).encode()


def signed(
    body: bytes,
    *,
    secret: str = SECRET,
    event_id: str = "msg_1",
    timestamp: str | None = None,
) -> dict[str, str]:
    """The headers for these bytes, by the specification's words and nobody's code.

    ``timestamp``: as it stands in the header; default now.
    """
    timestamp = timestamp or str(int(datetime.now(UTC).timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{event_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }
