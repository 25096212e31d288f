"""`/healthz`, `/readyz` and `/metrics`, for operators."""

from http import HTTPStatus

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from handlers.web.backend import BACKEND
from handlers.web.problems import TryLater, in_time

routes = web.RouteTableDef()


@routes.get("/healthz")
async def is_alive(_: web.Request) -> web.Response:
    """The process runs and its event loop turns, whatever the database does."""
    return web.json_response({"status": "alive"})


@routes.get("/readyz")
async def is_ready(request: web.Request) -> web.Response:
    """200 when work can be taken; 503 with the reasons when not."""
    try:
        reasons = await in_time(request.app[BACKEND].not_ready())
    except TryLater:
        reasons = ["the database does not answer in time"]
    if reasons:
        return web.json_response(
            {"status": "not ready", "reasons": reasons}, status=HTTPStatus.SERVICE_UNAVAILABLE
        )
    return web.json_response({"status": "ready"})


@routes.get("/metrics")
async def count(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
