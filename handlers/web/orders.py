"""`POST /webhooks/orders`: order events, signed as Standard Webhooks."""

import hashlib
import time
from http import HTTPStatus

import structlog
from aiohttp import web

from bot.services.orders.events import OrderEvent
from bot.services.tracking import IdTaken, NotThisCustomers, TooManyEvents, UnknownOrder
from handlers.web.backend import BACKEND
from handlers.web.body import parse, read_json_body
from handlers.web.problems import Problem, Unauthorized, WrongFields, in_time
from handlers.web.quotas import spend
from handlers.web.signature import BadSignature, verify

routes = web.RouteTableDef()
log = structlog.get_logger()


@routes.post("/webhooks/orders")
async def take_order_event(request: web.Request) -> web.Response:
    backend = request.app[BACKEND]
    body = await read_json_body(request)
    try:
        signed = verify(request.headers, body, backend.webhook_secrets, time.time())
    except BadSignature as why:
        log.warning("webhook_refused", why=str(why))
        raise Unauthorized from None
    spend(request, ("webhook secret", signed.by))
    event = parse(OrderEvent, body)
    recording = backend.tracking.record(
        event, event_id=signed.message_id, digest=hashlib.sha256(body).digest()
    )
    try:
        recorded = await in_time(recording)
    except UnknownOrder:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "This order was never seen. Its first event needs data.customer_id.",
        ) from None
    except IdTaken:
        raise Problem(
            HTTPStatus.CONFLICT, "Another event came with this webhook-id before."
        ) from None
    except NotThisCustomers:
        raise WrongFields([("data.customer_id", "This order is another customer's.")]) from None
    except TooManyEvents:
        raise WrongFields([("data.order_id", "This order holds no more events.")]) from None
    backend.announce(event.data.order_id)
    if not recorded:
        return web.json_response({"result": "duplicate"})
    return web.json_response({"result": "recorded"}, status=HTTPStatus.ACCEPTED)
