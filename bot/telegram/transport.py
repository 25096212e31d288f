"""python-telegram-bot's way to the Bot API over aiohttp.

No error raised here holds the request's URL, which contains the bot's token.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from prometheus_client import Gauge
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.telegram.errors import (
    Answer,
    NotSent,
    NotSentInTime,
    Unknowable,
    json_object,
    not_sent,
    refusal,
    unknowable,
)

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


IN_TOUCH = Gauge(
    "trackline_telegram_in_touch",
    "1: Telegram answered our latest call, be it with a refusal; 0: it did not, or not sensibly",
)


def is_unanswered() -> bool:
    """Whether Telegram did not answer our latest call."""
    [metric] = IN_TOUCH.collect()
    return not metric.samples[0].value


class AiohttpRequest(BaseRequest):
    """A `telegram.request.BaseRequest` on one `aiohttp.ClientSession`.

    Timeouts are in seconds, `None` for no limit; their defaults are `HTTPXRequest`'s:

    * `pool_timeout` - waiting for one of `connection_pool_size` connections
    * `connect_timeout` - name lookup, connecting, the proxy and TLS together
    * `read_timeout` - silence while waiting for the answer
    * `write_timeout` - aiohttp has no timeout for writing alone, so this lengthens the limit on
      a call as a whole, which is the sum of connecting, writing and reading

    `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` count as they do with httpx, but for
    SOCKS proxies, which aiohttp does not speak. Cookies, redirects and `.netrc` are not used.
    """

    def __init__(
        self,
        *,
        connection_pool_size: int = 256,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
    ) -> None:
        self._pool_size = connection_pool_size
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds of silence after which an answer is given up."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; does nothing when it is open."""
        if self._session is not None:
            return
        self._slots = asyncio.Semaphore(self._pool_size)
        self._proxies: dict[tuple[str, str | None], str | None] = {}
        self._session = aiohttp.ClientSession(
            # The slots above are the pool's limit, so that waiting for one and connecting can
            # have a timeout each; aiohttp's own `connect` timeout covers both.
            connector=_Connector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
        )

    async def shutdown(self) -> None:
        """Close the session and its connections; does nothing when it is closed."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0913, PLR0917 - the signature is python-telegram-bot's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
        write_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
        connect_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
        pool_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request and return the status and body of a 2xx answer.

        Raises `NotSent`, `Unknowable`, or the `TelegramError` for Telegram's refusal:
        `FloodControl` for every 429, `ChatMigrated`, `BadRequest`, `Forbidden`, `InvalidToken`,
        `Conflict`, else `NetworkError` (Bot API: Making requests, ResponseParameters).
        """
        target = _target(url)
        limits = _limits(
            connect=_given(connect_timeout, self._connect_timeout),
            write=_given(write_timeout, self._write_timeout),
            read=_given(read_timeout, self._read_timeout),
            whole=method == "POST",  # a GET downloads a file, which may take long
        )
        async with self._slot(_given(pool_timeout, self._pool_timeout)) as session:
            try:
                answer = await self._exchange(session, method, target, request_data, limits)
            except NetworkError:
                IN_TOUCH.set(0)
                raise
        IN_TOUCH.set(answer.status < HTTPStatus.INTERNAL_SERVER_ERROR)
        if answer.status in range(200, 300):
            return answer.status, answer.body
        raise refusal(answer)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Decode a 2xx answer; raises `Unknowable` when it is not a Bot API result."""
        answer = json_object(payload)
        if "result" not in answer:
            raise Unknowable("Outcome unknown: the answer is not a Bot API result")
        return answer

    @asynccontextmanager
    async def _slot(self, pool_timeout: float | None) -> AsyncIterator[aiohttp.ClientSession]:
        """Hold one of the pool's places, waiting `pool_timeout` seconds for it."""
        self._open_session()
        slots = self._slots
        try:
            async with asyncio.timeout(pool_timeout):
                await slots.acquire()
        except TimeoutError:
            raise NotSentInTime("Not sent: every connection is busy") from None
        try:
            yield self._open_session()
        finally:
            slots.release()

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise NotSent("Not sent: the transport is not running")
        return self._session

    async def _exchange(
        self,
        session: aiohttp.ClientSession,
        method: str,
        url: URL,
        data: RequestData | None,
        limits: aiohttp.ClientTimeout,
    ) -> Answer:
        body, headers = _encoded(data)
        try:
            async with session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=limits,
                proxy=self._proxy_for(url),
                allow_redirects=False,
            ) as response:
                retry_after = response.headers.get("Retry-After")
                return Answer(response.status, retry_after, await response.read())
        except (aiohttp.ClientError, OSError) as error:
            failure = unknowable(error)
        # Raised out here, `failure` has no context: aiohttp's errors name the URL, token included.
        raise failure

    def _proxy_for(self, url: URL) -> str | None:
        # aiohttp's `trust_env` would look this up in two threads for each request.
        origin = (url.scheme, url.host)
        if origin not in self._proxies:
            self._proxies[origin] = _environment_proxy(url)
        return self._proxies[origin]


class _Connector(aiohttp.TCPConnector):
    """Marks where a request begins to leave: whatever fails in here, nothing was sent."""

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the signature is aiohttp's
    ) -> Connection:
        try:
            return await super().connect(req, traces, timeout)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # ValueError: a bad host name
            failure = not_sent(error)
        raise failure


def _target(url: str) -> URL:
    with suppress(ValueError):
        target = URL(url)
        if target.host and target.scheme in {"http", "https"}:
            return target
    raise NotSent("Not sent: the Bot API's address is not an http:// or https:// URL")


def _given(value: "ODVInput[float]", default: float | None) -> float | None:
    return value if value is None or isinstance(value, int | float) else default


def _limits(
    *, connect: float | None, write: float | None, read: float | None, whole: bool
) -> aiohttp.ClientTimeout:
    """`whole` limits the call in all too, so that an answer in drips ends."""
    total = None
    if whole and connect is not None and write is not None and read is not None:
        total = connect + write + read
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_read=read)


def _encoded(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """Body and headers: a form, in several parts when there are files to upload."""
    if data is None:
        return None, {}
    if not data.contains_files:
        return data.url_encoded_parameters().encode(), _FORM
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime_type) in data.multipart_data.items():
        # aiohttp warns of bytes beyond a megabyte, but not of a stream of them
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mime_type)
    return form, {}


def _environment_proxy(url: URL) -> str | None:
    if url.host is None or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if proxy is None or proxy.startswith(("http://", "https://")):
        return proxy
    if "://" in proxy:
        raise NotSent("Not sent: only http:// and https:// proxies can be used")
    return f"http://{proxy}"
