"""`POST /webhooks/orders`: order events, signed as Standard Webhooks."""

import hashlib
import time
from http import HTTPStatus

import structlog
from aiohttp import web
from structlog.contextvars import bound_contextvars

from bot.services.orders.adding import Said
from bot.services.orders.events import OrderEvent
from bot.services.orders.traces import tell_event
from handlers.web.backend import BACKEND
from handlers.web.body import parse, read_json_body
from handlers.web.problems import Problem, Unauthorized, in_time
from handlers.web.quotas import spend
from handlers.web.signature import BadSignature, claimed_id, verify

routes = web.RouteTableDef()
log = structlog.get_logger()


@routes.post("/webhooks/orders")
async def take_order_event(request: web.Request) -> web.Response:
    with bound_contextvars(webhook_id=claimed_id(request.headers)):
        return await _take(request)


async def _take(request: web.Request) -> web.Response:
    backend = request.app[BACKEND]
    body = await read_json_body(request)
    try:
        signed = verify(request.headers, body, backend.webhook_secrets, time.time())
    except BadSignature as why:
        log.warning("webhook_refused", why=str(why))
        raise Unauthorized from None
    spend(request, ("webhook secret", signed.by))
    event = _parse(signed.message_id, body)
    said = Said(signed.message_id, event, hashlib.sha256(body).digest())
    recorded = await in_time(backend.intake.record(said))
    if not recorded:
        return web.json_response({"result": "duplicate"})
    return web.json_response({"result": "recorded"}, status=HTTPStatus.ACCEPTED)


def _parse(event_id: str, body: bytes) -> OrderEvent:
    try:
        return parse(OrderEvent, body)
    except Problem as problem:
        tell_event("refused", [event_id], why=problem.in_brief)
        raise
