"""Everything that comes in over HTTP."""

from typing import Literal

from aiohttp import web

from handlers.web import (
    api,
    console,
    docs,
    health,
    html,
    mini_app,
    orders,
    pictures,
    shops,
    telegram,
    tracking,
)
from handlers.web.backend import BACKEND, Backend
from handlers.web.html.assets import ASSETS, Assets
from handlers.web.html.pages import BRAND
from handlers.web.problems import answer_problems
from handlers.web.quotas import add_quota_headers
from handlers.web.refusals import answer_refusals
from handlers.web.tracking.live import STREAMS, Streams

_CONNECTIONS = {
    "auto_decompress": False,  # otherwise aiohttp answers 400 to an encoding it does not know
    "lingering_time": 1,  # seconds to read and discard the rest of a refused request
}


Audience = Literal["operators", "others"]


def application(backend: Backend, only: Audience | None = None) -> web.Application:
    """The web application. ``only``: the routes for operators, or all others, if the two have
    separate addresses. Both have the API and its description.
    """
    app = web.Application(
        middlewares=[add_quota_headers, answer_problems, answer_refusals],
        handler_args=_CONNECTIONS,
    )
    app[BACKEND] = backend
    app.add_routes(health.routes)
    health.add_checks(app, backend)
    if only != "others":
        app.add_routes(health.metrics)
    if only != "operators":
        _serve_telegram(app, backend)
    if backend.is_web:
        _serve_web(app, backend, only)
    return app


def _serve_telegram(app: web.Application, backend: Backend) -> None:
    if backend.telegram_secret is not None:
        app.add_routes(telegram.routes)


def _serve_web(app: web.Application, backend: Backend, only: Audience | None) -> None:
    app[BRAND], app[ASSETS] = backend.brand, Assets(backend.brand.assets)
    if only != "operators":
        app.add_routes(orders.routes)
        app.add_routes(shops.routes(backend.secrets().shops))
        app.add_routes(pictures.routes)
        _serve_pages(app)
    if only != "others" and backend.has_console:
        app.add_routes(console.routes)
    app.add_routes(api.ROUTES)
    app.add_routes(docs.routes)
    app.add_routes(html.routes)
    app[docs.DESCRIPTION] = docs.Description(app)


def _serve_pages(app: web.Application) -> None:
    app[STREAMS] = Streams()
    app.add_routes(tracking.routes)
    app.on_shutdown.append(_end_streams)
    app.add_routes(mini_app.ROUTES)


async def _end_streams(app: web.Application) -> None:
    """Open streams would delay the shutdown. Their pages reconnect."""
    app[BACKEND].watching.end()
