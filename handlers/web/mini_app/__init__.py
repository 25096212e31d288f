"""The Mini App: a person's own orders, as a page inside Telegram."""

from aiohttp import web

from handlers.web.mini_app import own_orders, signing_in

ROUTES: list[web.AbstractRouteDef] = [*signing_in.routes, *own_orders.routes]
