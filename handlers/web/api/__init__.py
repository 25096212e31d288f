"""The REST API, `/api/v1`: one file for each group of routes."""

from aiohttp import web

from handlers.web.api import (
    batches,
    console,
    console_figures,
    console_stories,
    customers,
    dead_letters,
    deliveries,
    events,
    exports,
    feedback,
    links,
    orders,
    privacy_requests,
    shares,
    status_words,
)

ROUTES: list[web.AbstractRouteDef] = [
    *orders.routes,
    *events.routes,
    *batches.routes,
    *links.routes,
    *shares.routes,
    *customers.routes,
    *exports.routes,
    *privacy_requests.routes,
    *deliveries.routes,
    *feedback.routes,
    *dead_letters.routes,
    *console.routes,
    *console_figures.routes,
    *console_stories.routes,
    *status_words.routes,
]
