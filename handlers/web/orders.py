"""`POST /webhooks/orders`: order events, signed as Standard Webhooks."""

import hashlib
import time
from http import HTTPStatus
from typing import Literal

from aiohttp import web
from structlog.contextvars import bound_contextvars

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.events import OrderEvent
from bot.services.orders.moves import CourierMoved, PostedEvent
from bot.services.orders.traces import WEBHOOK, trace_refused
from handlers.web.backend import BACKEND, Backend
from handlers.web.body import parse, read_json_body
from handlers.web.problems import Unauthorized, in_time
from handlers.web.quotas import spend
from handlers.web.signature import BadSignature, claimed_id, verify
from handlers.web.unread import unread_traced

Result = Literal["recorded", "duplicate", "ignored"]
"""How an event was taken. ``ignored``: a courier's place that is of no use now."""

routes = web.RouteTableDef()


@routes.post("/webhooks/orders")
async def post_order_event(request: web.Request) -> web.Response:
    with bound_contextvars(webhook_id=claimed_id(request.headers)):
        return await _take(request)


async def _take(request: web.Request) -> web.Response:
    backend = request.app[BACKEND]
    body = await read_json_body(request)
    try:
        signed = verify(request.headers, body, backend.secrets().webhooks, time.time())
    except BadSignature as why:
        trace_refused(WEBHOOK, str(why))
        raise Unauthorized from None
    spend(request, ("webhook secret", signed.by))
    event = _parse(signed.message_id, body)
    if isinstance(event, CourierMoved):
        result = await in_time(take_move(backend, event))
    else:
        said = IncomingEvent(signed.message_id, event, hashlib.sha256(body).digest())
        is_new = await in_time(backend.intake.record(said))
        result = "recorded" if is_new else "duplicate"
    status = HTTPStatus.ACCEPTED if result == "recorded" else HTTPStatus.OK
    return web.json_response({"result": result}, status=status)


async def take_move(backend: Backend, event: CourierMoved) -> Result:
    """Raises `UnknownOrder`."""
    return "recorded" if await backend.courier.moved(event) else "ignored"


def _parse(event_id: str, body: bytes) -> OrderEvent | CourierMoved:
    with unread_traced(body, event_id=event_id):
        return parse(PostedEvent, body).root
