"""The web side's own fixtures: one driver, unless the database matters."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, get_args
from urllib.parse import urlsplit

import pytest
from pymongo.uri_parser import parse_uri

from storage.mongo import Driver
from tests.support.tcp_proxy import TcpProxy

on_both_drivers = pytest.mark.parametrize("driver", get_args(Driver))


@pytest.fixture
def driver() -> Driver:
    return "motor"


@pytest.fixture
def cable(server_uri: str) -> Iterator[TcpProxy]:
    """What lies between a service with the settings `over` it and the database."""
    host, port = parse_uri(server_uri)["nodelist"][0]
    with TcpProxy(host, port) as cable:
        yield cable


def over(cable: TcpProxy, uri: str) -> str:
    """The same database, reached over the cable."""
    parts = urlsplit(uri)
    user, at, _ = parts.netloc.rpartition("@")
    query = "&".join(filter(None, [parts.query, "directConnection=true"]))
    return parts._replace(netloc=f"{user}{at}127.0.0.1:{cable.port}", query=query).geturl()


def event(order_id: str = "ord_1", kind: str = "order.created", **data: Any) -> bytes:
    """An event's body, as a shop's backend writes it."""
    now = datetime.now(UTC).isoformat()
    return json.dumps({"type": kind, "timestamp": now, "data": {"order_id": order_id} | data}).encode()
