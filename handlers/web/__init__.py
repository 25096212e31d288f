"""What comes in over HTTP."""

from aiohttp import web

from handlers.web import api, docs, health, html, orders, pictures, shops, telegram
from handlers.web.backend import BACKEND, Backend
from handlers.web.html.assets import ASSETS, Assets
from handlers.web.problems import problems
from handlers.web.quotas import tell_quota
from handlers.web.refusals import refuse

_CONNECTIONS = {
    "auto_decompress": False,  # or aiohttp itself answers 400 to an encoding that it lacks
    "lingering_time": 1,  # seconds to swallow what a refused request still sends
}


def application(backend: Backend) -> web.Application:
    app = web.Application(
        middlewares=[tell_quota, problems, refuse],
        handler_args=_CONNECTIONS,
    )
    app[BACKEND], app[ASSETS] = backend, Assets()
    app.add_routes(health.routes)
    health.look_after(app, backend)
    if backend.telegram_secret is not None:
        app.add_routes(telegram.routes)
    if backend.is_web:
        _serve_shops_and_browsers(app, backend)
    return app


def _serve_shops_and_browsers(app: web.Application, backend: Backend) -> None:
    app.add_routes(orders.routes)
    app.add_routes(shops.routes(backend.secrets.shops))
    app.add_routes(api.ROUTES)
    app.add_routes(docs.routes)
    app.add_routes(html.routes)
    app.add_routes(pictures.routes)
    app[docs.DESCRIPTION] = docs.Description(app)
