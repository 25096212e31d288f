"""Whatever comes in over HTTP: never an error of ours, and every refusal is a problem document."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus

import pytest
from hypothesis import given, settings
from structlog.testing import capture_logs
from structlog.typing import EventDict

from tests.properties.requests import (
    Request,
    damaged,
    exchange,
    wild,
    with_key,
    with_signature,
)
from tests.properties.strategies import fewer
from tests.support.shop import ShopBackend
from tests.support.waiting import until


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    with capture_logs() as logs:
        yield logs


@pytest.fixture
async def url(
    shop: ShopBackend, logged: list[EventDict], caplog: pytest.LogCaptureFixture
) -> AsyncIterator[str]:
    """The running service's; afterwards nothing of ours may stand in its log as an error."""

    async def is_ready() -> bool:
        return (await shop.request("GET", "/readyz")).status == 200

    await until(is_ready)
    yield shop.url
    assert [line for line in logged if line["log_level"] in {"error", "critical"}] == []
    assert [line for line in caplog.records if line.levelname in {"ERROR", "CRITICAL"}] == []


async def check(url: str, request: Request) -> None:
    response = await exchange(url, request.to_bytes())
    assert response is not None
    assert response.status < 500
    if response.status >= 400 and request.method != "HEAD":
        assert response.is_problem, response
    if response.status == HTTPStatus.METHOD_NOT_ALLOWED:
        assert response.headers["allow"]


@settings(max_examples=2 * fewer(1))
@given(wild)
async def test_any_request_is_answered_or_refused_as_documented(url: str, sent: Request) -> None:
    await check(url, sent)


@given(with_key)
async def test_any_request_with_a_key_is_answered_or_refused(url: str, sent: Request) -> None:
    await check(url, sent)


@given(with_signature)
async def test_any_signed_body_is_recorded_or_refused(url: str, sent: Request) -> None:
    await check(url, sent)


@given(damaged())
async def test_bytes_that_are_no_request_are_no_error_of_ours(url: str, sent: bytes) -> None:
    try:
        response = await exchange(url, sent)
    except (ConnectionError, asyncio.IncompleteReadError):
        return  # hung up on, which is an answer too
    assert response is None or response.status < 500
