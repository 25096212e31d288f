"""`/healthz`, `/readyz` and `/metrics`, for operators."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Generic, TypeVar

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from handlers.web.backend import Backend
from handlers.web.problems import TryLater, in_time

CACHED = 1
"""Seconds for which a result is kept, as anybody may ask as often as they like."""

T = TypeVar("T")

routes = web.RouteTableDef()
metrics = web.RouteTableDef()


class SharedCheck(Generic[T]):
    """A check that is shared by all who ask while it runs, and for a while after."""

    def __init__(self, check: Callable[[], Awaitable[T]], *, late: T, times: int = 1) -> None:
        """``late``: the result if the database does not answer in time. ``times``: the result is
        kept this many times `CACHED`.
        """
        self._check = check
        self._late = late
        self._times = times
        self._seen: asyncio.Task[T] | None = None
        self._until = 0.0

    async def __call__(self) -> T:
        now = asyncio.get_running_loop().time()
        if self._seen is None or (self._seen.done() and now >= self._until):
            self._seen = asyncio.create_task(self._see())
        return await asyncio.shield(self._seen)

    async def _see(self) -> T:
        try:
            return await in_time(self._check())
        except TryLater:
            return self._late
        finally:
            self._until = asyncio.get_running_loop().time() + CACHED * self._times


READINESS = web.AppKey("readiness", SharedCheck[list[str]])
"""The reasons why we are not ready, a sentence each."""
MEASURED = web.AppKey("measured", SharedCheck[None])
"""Sets the gauges."""


def add_checks(app: web.Application, backend: Backend) -> None:
    late = ["the database does not answer in time"]
    app[READINESS] = SharedCheck(backend.not_ready, late=late)
    app[MEASURED] = SharedCheck(backend.measure, late=None, times=5)


@routes.get("/healthz")
async def is_alive(_: web.Request) -> web.Response:
    """200 if the process and its event loop are running, whatever the database does."""
    return web.json_response({"status": "alive"})


@routes.get("/readyz")
async def is_ready(request: web.Request) -> web.Response:
    """200 if requests can be served, else 503 with the reasons."""
    if reasons := await request.app[READINESS]():
        return web.json_response(
            {"status": "not ready", "reasons": reasons}, status=HTTPStatus.SERVICE_UNAVAILABLE
        )
    return web.json_response({"status": "ready"})


@metrics.get("/metrics")
async def show_metrics(request: web.Request) -> web.Response:
    await request.app[MEASURED]()
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
