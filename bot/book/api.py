"""Asks a shop system's REST API for its orders, and tries again as long as that may help."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import count
from typing import Any, Protocol

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from bot.book.files import CannotRead
from bot.book.politeness import rest_after, wait_before

TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=15, sock_read=90)
LARGEST = 64 * 1024 * 1024
"""Most bytes of an answer."""
SMALLEST_PAGE = 10
PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
Query = Mapping[str, str | int]


@dataclass(frozen=True)
class Answer:
    """``content``:

    the parsed JSON; None: it is not JSON. ``is_page``: it is a page, or other text.
    """

    status: int
    headers: Mapping[str, str]
    content: Any = None
    is_page: bool = False


@dataclass
class Broken(Exception):
    """No complete answer came, or the ``answer`` is an error that may pass."""

    why: str
    answer: Answer | None = None

    @property
    def is_too_much(self) -> bool:
        """Whether a smaller page may help: the system failed, and does not say for how long."""
        if self.answer is None:
            return True
        is_down = self.answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return is_down and "Retry-After" not in self.answer.headers


class Access(Protocol):
    """How we authenticate at a system, and what its refusals mean."""

    async def headers(self, api: "Api") -> Mapping[str, str]:
        """The headers that authenticate us."""

    def renew(self) -> bool:
        """After a 401: whether to try again with new credentials."""

    def explain(self, answer: Answer) -> str:
        """A line for the operator, about a refusal that will not pass."""


@dataclass
class Api:
    """``name``: the system's name for people. ``setting``: the setting with its address.

    ``page_size``: orders in a page. It is halved when that was too much.
    """

    session: aiohttp.ClientSession
    url: URL
    name: str
    setting: str
    access: Access
    page_size: int
    _has_answered: bool = field(default=False, init=False)

    async def get(self, path: str, query: Query, *, sized_by: str | None = None) -> Answer:
        """``sized_by``: the parameter for the page's size; None: no size. Raises `CannotRead`."""
        for attempt in count(1):
            size = {sized_by: self.page_size} if sized_by else {}
            try:
                answer = await self._ask(path, {**query, **size})
            except Broken as broken:
                trouble = broken
            else:
                if answer.status == HTTPStatus.OK and answer.content is not None:
                    await self._rest(answer)
                    return answer
                trouble = self._trouble(answer)
            await self._bear(trouble, attempt)
        raise AssertionError  # count() has no end

    def _trouble(self, answer: Answer) -> Broken:
        """The error to wait after. Raises `CannotRead` if waiting does not help."""
        if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR and answer.status not in PASSING:
            raise CannotRead(self._why(answer))
        return Broken(f"it answers {answer.status}", answer)

    async def _bear(self, trouble: Broken, attempt: int) -> None:
        headers = trouble.answer.headers if trouble.answer else {}
        if trouble.is_too_much:
            self.page_size = max(self.page_size // 2, SMALLEST_PAGE)
        wait = wait_before(attempt, headers, datetime.now(UTC))
        if wait is None:
            raise CannotRead(
                f"{self.name} does not let us read on ({trouble.why}): "
                "run it again later, it goes on where it stopped"
            )
        await asyncio.sleep(wait.total_seconds())

    async def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Posts a form without credentials. Raises `CannotRead`, `Broken`."""
        return await self._request("POST", path, data=form)

    async def _ask(self, path: str, query: Query) -> Answer:
        answer = await self._shown(path, query)
        if answer.status == HTTPStatus.UNAUTHORIZED and self.access.renew():
            answer = await self._shown(path, query)
        return answer

    async def _shown(self, path: str, query: Query) -> Answer:
        headers = await self.access.headers(self)
        return await self._request("GET", path, params=query, headers=headers)

    async def _request(self, method: str, path: str, **request: Any) -> Answer:
        try:
            async with self.session.request(
                method, self.url.joinpath(path), allow_redirects=False, timeout=TIMEOUT, **request
            ) as response:
                body = await _body(response)
                answer = await _read(response.status, CIMultiDict(response.headers), body)
        except (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError) as error:
            raise CannotRead(
                f"the certificate of {self.setting} is not to be trusted "
                f"({type(error).__name__}): is the address right?"
            ) from None
        except aiohttp.InvalidURL:
            raise CannotRead(f"{self.setting} is no address") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if not self._has_answered and isinstance(error, aiohttp.ClientConnectorError):
                raise CannotRead(
                    f"nothing answers at {self.setting} ({type(error).__name__}): "
                    "is the address right?"
                ) from None
            raise Broken(type(error).__name__) from None
        self._has_answered = True
        return answer

    async def _rest(self, answer: Answer) -> None:
        rest = rest_after(answer.headers.get("X-Shopify-Shop-Api-Call-Limit", ""))
        if rest:
            await asyncio.sleep(rest.total_seconds())

    def _why(self, answer: Answer) -> str:
        if 300 <= answer.status < 400:
            to = _host(answer.headers.get("Location", ""))
            return f"{self.setting} redirects to {to}: give the address that orders are read at"
        if answer.is_page or answer.status == HTTPStatus.OK:
            return (
                f"{self.name} answers with a page in place of orders ({answer.status}): is "
                f"{self.setting} right, or is there a login, a firewall or maintenance in the way?"
            )
        return self.access.explain(answer)


def _host(address: str) -> str:
    """The host only: there may be a key in the rest of the address."""
    with suppress(ValueError):
        return URL(address).host or "another page"
    return "another page"


async def _body(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_chunked(256 * 1024):
        size += len(part)
        if size > LARGEST:
            raise Broken("its answer is too large")
        parts.append(part)
    return b"".join(parts)


async def _read(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    is_page = text[:1] not in {b"", b"{", b"["}
    try:
        content = None if is_page else await asyncio.to_thread(json.loads, text)
    except (ValueError, RecursionError):
        if status == HTTPStatus.OK:
            raise Broken("its answer is cut off") from None
        content = None
    return Answer(status, headers, content, is_page)
