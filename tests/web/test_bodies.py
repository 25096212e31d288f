"""Bodies that are not what they should be, each correctly signed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from handlers.web.body import strict_json
from handlers.web.problems import Problem
from storage.mongo import Mongo
from tests.support.raw_request import answer, connection, head, post
from tests.support.shop import ShopBackend
from tests.web.conftest import BEFORE_AIOHTTP, event, signed

LARGEST = 64 * 1024
PATH = "/webhooks/orders"


def raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def of_size(size: int) -> bytes:
    """A good event, blown up with blanks."""
    body = event(customer_id="customer-1")
    return body + b" " * (size - len(body))


NOT_JSON = {
    "nothing": b"",
    "words": b"hello",
    "truncated": event()[:-2],
    "more after the end": event() + b"{}",
    "brackets without end": b"[" * 60_000,
    "braces without end": b'{"a":' * 10_000,
    "NaN": b'{"items": NaN}',
    "Infinity": b'{"items": -Infinity}',
    "a key twice": b'{"type": "order.created", "type": "order.updated"}',
    "a key twice, deep inside": b'{"data": {"order_id": "a", "order_id": "b"}}',
    "a number of 5,000 digits": b'{"items": ' + b"9" * 5000 + b"}",
    "UTF-16": event().decode().encode("utf-16"),
    "UTF-16 without its mark": event().decode().encode("utf-16-be"),
    "a byte order mark": b"\xef\xbb\xbf" + event(),
    "invalid UTF-8": b'{"type": "\xff"}',
    "overlong UTF-8": b'{"type": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"type": "\xed\xa0\x80"}',
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_is_not_plain_json_is_refused(body: bytes) -> None:
    with pytest.raises(Problem) as refusal:
        strict_json(body)
    assert refusal.value.status == 400
    assert refusal.value.detail.startswith("The body is not JSON: ")
    assert "sys." not in refusal.value.detail


async def test_what_is_not_plain_json_is_answered_400_though_signed(
    shop: ShopBackend, mongo: Mongo
) -> None:
    for name, body in NOT_JSON.items():
        answer = await shop.request("POST", PATH, data=body, headers=signed(body))
        assert (name, answer.status, answer.body["title"]) == (name, 400, "Bad Request")
        assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert await mongo.database["orders"].count_documents({}) == 0


def test_a_hundred_thousand_brackets_are_refused() -> None:
    """Over HTTP they are already too many bytes."""
    with pytest.raises(Problem) as refusal:
        strict_json(b"[" * 100_000)
    assert refusal.value.status == 400


async def test_json_that_is_no_object_is_refused(shop: ShopBackend) -> None:
    for body in (b"[]", b"null", b"1e400", b'"order.created"', b"true"):
        answer = await shop.request("POST", PATH, data=body, headers=signed(body))
        assert (body, answer.status) == (body, 422)
        assert [error["field"] for error in answer.body["errors"]] == ["body"]


HOSTILE: dict[str, dict[str, Any]] = {
    "an operator": {"order_id": {"$ne": None}},
    "an operator's name": {"order_id": "$where"},
    "blanks": {"order_id": "ord 1"},
    "NUL": {"order_id": "ord\x00"},
    "a lone surrogate": {"order_id": "\ud800"},
    "10,000 characters": {"order_id": "a" * 10_000},
    "another customer's operator": {"customer_id": {"$gt": ""}},
    "a number": {"order_id": 17},
    "a huge number": {"items": 2**63},
    "NUL in words": {"note": "a\x00b"},
    "a lone surrogate in words": {"note": "\udfff"},
}


async def test_hostile_values_get_no_further_than_the_door(shop: ShopBackend, mongo: Mongo) -> None:
    good: dict[str, Any] = {"order_id": "ord_1", "customer_id": "customer-1"}
    for name, data in HOSTILE.items():
        answer = await shop.post(event(**good | data))
        assert (name, answer.status) == (name, 422)
        assert [error["field"] for error in answer.body["errors"]] == [f"data.{next(iter(data))}"]
    assert await mongo.database["orders"].count_documents({}) == 0


async def test_64_kib_are_taken_and_one_byte_more_is_not(shop: ShopBackend) -> None:
    assert (await shop.post(of_size(LARGEST + 1))).status == 413
    assert (await shop.post(of_size(LARGEST))).status == 202


async def test_64_kib_and_a_byte_in_chunks_are_refused(shop: ShopBackend, mongo: Mongo) -> None:
    async def chunks(body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    for size, status in ((LARGEST + 1, 413), (LARGEST, 202)):
        body = of_size(size)
        answer = await shop.request("POST", PATH, data=chunks(body), headers=signed(body))
        assert answer.status == status
    assert await mongo.database["orders"].count_documents({}) == 1


OTHER_TYPES = [
    "",
    "text/plain",
    "text/json",
    "application/problem+json",
    "application/x-www-form-urlencoded",
    "application/json-patch+json",
    "json",
]


async def test_another_content_type_is_refused(shop: ShopBackend) -> None:
    body = event(customer_id="customer-1")
    good = signed(body) | {"Content-Length": str(len(body))}
    untyped = {name: value for name, value in good.items() if name != "Content-Type"}
    for headers in (untyped, *(good | {"Content-Type": other} for other in OTHER_TYPES)):
        answer = await post(shop.url, PATH, raw(headers), [body])
        assert (headers, answer.status) == (headers, 415)


async def test_json_may_be_spelled_otherwise(shop: ShopBackend) -> None:
    for content_type in ("application/json; charset=utf-8", "Application/JSON"):
        body = event(customer_id="customer-1")
        answer = await shop.post(body, headers={"content-type": content_type})
        assert (content_type, answer.status) == (content_type, 202)


async def test_an_encoded_body_is_refused_unread(shop: ShopBackend) -> None:
    """It is answered though not one byte of the body was sent."""
    for encoding in ("gzip", "deflate", "br", "zstd", "identity", "x"):
        headers = signed(b"") | {"Content-Encoding": encoding, "Content-Length": "1000000000"}
        answer = await post(shop.url, PATH, raw(headers))
        assert (encoding, answer.status) == (encoding, 415)
        assert answer.headers["Content-Type"].startswith("application/problem+json")


async def test_a_body_that_breaks_off_is_the_senders_trouble(
    shop: ShopBackend, capfd: pytest.CaptureFixture[str]
) -> None:
    for sent in ({"Content-Length": "500"}, {"Transfer-Encoding": "chunked"}):
        async with connection(shop.url) as (reader, writer):
            writer.write(head(PATH, raw(signed(b"") | sent)) + b'5\r\n{"a"')
            writer.write_eof()
            assert await reader.read() == b""
    assert (await shop.post(event(customer_id="customer-1"))).status == 202
    assert "request_failed" not in capfd.readouterr().out


async def test_malformed_chunks_are_refused(shop: ShopBackend) -> None:
    headers = raw(signed(b"") | {"Transfer-Encoding": "chunked"})
    answer = await post(shop.url, PATH, headers, [b"5\r\n{...}\r\n", b"five\r\n"])
    assert answer.status == 400


async def test_a_refused_body_that_never_comes_does_not_hold_the_connection(
    unhurried: None, shop: ShopBackend
) -> None:
    headers = raw(signed(b"") | {"Content-Type": "text/plain", "Content-Length": "1000"})
    async with connection(shop.url) as (reader, writer):
        writer.write(head(PATH, headers))
        assert (await answer(reader)).status == 415
        async with asyncio.timeout(BEFORE_AIOHTTP):
            assert await reader.read() == b""


async def test_a_header_that_is_not_ascii_is_a_wrong_signature(shop: ShopBackend) -> None:
    body = event(customer_id="customer-1")
    good = dict(raw(signed(body))) | {b"Content-Length": b"%d" % len(body)}
    for header in (b"webhook-id", b"webhook-timestamp", b"webhook-signature"):
        for value in (b"\xff\xfe", "é".encode(), b"v1,\x80"):
            answer = await post(shop.url, PATH, (good | {header: value}).items(), [body])
            assert (header, value, answer.status) == (header, value, 401)
