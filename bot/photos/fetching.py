"""Fetches a shop's photo. It is passed on to Telegram and not kept.

The address comes from outside, and we are inside the operator's network. So it must be on the
public internet, or of a host that the operator has named (docs/decisions/0035-photos.md).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Literal

import aiohttp
from yarl import URL

from bot.photos.addresses import Lookup, NotPublic, PublicOnly, addresses_of, is_name, is_public

DEADLINE = 5.0
"""Seconds for all of it: to wait for a place, resolve the name, connect, and read to the end."""
LARGEST = 10_000_000
"""Bytes; Telegram takes 10 MB."""
AT_ONCE = 16
"""Photos that are in memory at the same time."""
MOST_HOPS = 3
"""Redirects that are followed. Each address is checked like the first."""
TYPES = frozenset({"image/jpeg", "image/jpg", "image/png", "image/webp"})

Reason = Literal["address", "unreachable", "slow", "busy", "answer", "gone", "large", "type"]
"""The address is not allowed; cannot be reached; took too long; too many photos at once; an answer
without a photo; no such photo; over 10 MB; not a JPEG, PNG or WebP."""
_PASSING: frozenset[Reason] = frozenset({"unreachable", "slow", "busy", "answer"})


class NoPhoto(Exception):
    """``permanent``: another try would fail as well. The error does not hold the address."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = reason not in _PASSING


class Photos:
    """``async with Photos(hosts) as photos``: photos can be fetched inside the block.

    ``hosts``: the operator's own hosts, each with a port. They may be anywhere, and use http.
    """

    def __init__(
        self,
        hosts: Collection[tuple[str, int]] = (),
        *,
        lookup: Lookup = addresses_of,
        public: Callable[[str], bool] = is_public,
    ) -> None:
        self._hosts = frozenset(hosts)
        self._lookup, self._public = lookup, public
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> "Photos":
        # No proxy, no cookies, no reused connection: the address that was checked is the one asked.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PublicOnly(self._hosts, self._lookup, self._public),
                use_dns_cache=False,
                force_close=True,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # a small answer stays small
            headers={"Accept": "image/jpeg, image/png, image/webp", "Accept-Encoding": "identity"},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    @asynccontextmanager
    async def fetched(self, url: str) -> AsyncIterator[bytes]:
        """The photo, in memory inside the block. Raises `NoPhoto` when it is entered."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + DEADLINE
        try:
            async with asyncio.timeout_at(deadline):
                await self._places.acquire()
        except TimeoutError:
            raise NoPhoto("busy") from None
        try:
            yield await self._fetch(url, deadline)
        finally:
            self._places.release()

    async def _fetch(self, url: str, deadline: float) -> bytes:
        """Raises `NoPhoto`, which does not hold the address, as aiohttp's errors do."""
        reason: Reason
        try:
            async with asyncio.timeout_at(deadline):
                return await self._follow(url)
        except TimeoutError:
            reason = "slow"
        except aiohttp.ClientConnectorDNSError as error:
            reason = "address" if isinstance(error.os_error, NotPublic) else "unreachable"
        except (aiohttp.ClientError, OSError, ValueError):  # a name that cannot be one
            reason = "unreachable"
        raise NoPhoto(reason)

    async def _follow(self, url: str) -> bytes:
        target = URL(url)
        for _ in range(1 + MOST_HOPS):
            self._check(target)
            async with self._session.get(target, allow_redirects=False) as answer:
                if answer.status not in {301, 302, 303, 307, 308}:
                    return await _photo_in(answer)
                target = target.join(URL(answer.headers.get("Location", "")))
        raise NoPhoto("answer")

    def _check(self, url: URL) -> None:
        host, port = url.host or "", url.port or 0
        is_own = (host, port) in self._hosts and url.scheme in {"http", "https"}
        is_anybody_s = url.scheme == "https" and port == 443 and is_name(host)
        if url.user is not None or not (is_own or is_anybody_s):
            raise NoPhoto("address")


async def _photo_in(answer: aiohttp.ClientResponse) -> bytes:
    """Raises `NoPhoto`. The stated length may be wrong: it can only end the reading early."""
    if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise NoPhoto("gone")
    if answer.status != HTTPStatus.OK:
        raise NoPhoto("answer")
    if answer.content_type not in TYPES:
        raise NoPhoto("type")
    if (answer.content_length or 0) > LARGEST:
        raise NoPhoto("large")
    read = bytearray()
    async for part in answer.content.iter_any():
        read += part
        if len(read) > LARGEST:
            raise NoPhoto("large")
    if not is_image(read):
        raise NoPhoto("type")
    return bytes(read)


def is_image(content: bytes | bytearray) -> bool:
    """By its first bytes: the content type may be wrong."""
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return is_webp or content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
