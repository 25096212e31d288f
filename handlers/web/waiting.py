"""The web application while we wait for the database at start."""

from http import HTTPStatus
from typing import NoReturn

from aiohttp import web

from handlers.web.health import is_alive
from handlers.web.problems import TryLater, answer_problems


def waiting_room() -> web.Application:
    """Reports that we are alive and not ready; answers 503 to everything else."""
    app = web.Application(middlewares=[answer_problems])
    app.router.add_get("/healthz", is_alive)
    app.router.add_get("/readyz", _is_not_ready)
    app.router.add_route("*", "/{everything:.*}", _come_again)
    return app


async def _is_not_ready(_: web.Request) -> web.Response:
    reasons = ["the database has not answered yet"]
    return web.json_response(
        {"status": "not ready", "reasons": reasons}, status=HTTPStatus.SERVICE_UNAVAILABLE
    )


async def _come_again(_: web.Request) -> NoReturn:
    raise TryLater
