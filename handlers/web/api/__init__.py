"""The REST API, `/api/v1`: a file per group of routes."""

from aiohttp import web

from handlers.web.api import customers, feedback, links, orders

ROUTES: list[web.AbstractRouteDef] = [
    *orders.routes,
    *links.routes,
    *customers.routes,
    *feedback.routes,
]
