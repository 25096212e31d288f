"""The host of a shop's photos: a real server, which can misbehave."""

import asyncio
from collections.abc import Awaitable, Callable
from ssl import SSLContext
from typing import Self

from aiohttp import web

from tests.support.pictures import jpeg

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def photo(request: web.Request) -> web.StreamResponse:
    return picture(jpeg())


def picture(content: bytes, content_type: str = "image/jpeg") -> web.Response:
    return web.Response(body=content, content_type=content_type)


def answers(status: int, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers=headers)

    return answer


async def in_drips(request: web.Request) -> web.StreamResponse:
    """Sends a byte now and then, and never the last one."""
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    await response.prepare(request)
    while True:
        await response.write(b"\xff")
        await asyncio.sleep(0.02)


async def without_end(request: web.Request) -> web.StreamResponse:
    """Sends much, without a content length."""
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    await response.prepare(request)
    await response.write(jpeg())
    for _ in range(30):
        await response.write(bytes(1_000_000))
    return response


class PhotoHost:
    """``answer``: its answer to every request. ``asked``: the number of requests."""

    def __init__(self, answer: Answer = photo, secure: SSLContext | None = None) -> None:
        self.answer = answer
        self._secure = secure
        self.asked: list[web.Request] = []

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._secure).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        port: int = self._runner.addresses[0][1]
        return port

    @property
    def place(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    @property
    def url(self) -> str:
        scheme = "https" if self._secure else "http"
        return f"{scheme}://127.0.0.1:{self.port}/photos/1.jpg?key=secret"

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return await self.answer(request)
