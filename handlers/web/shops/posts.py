"""`POST /webhooks/{system}`: what a shop system posts by itself, signed as it signs."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import structlog
from aiohttp import web
from prometheus_client import Counter
from pydantic import ValidationError

from bot.services.orders.recording import Refused, UnknownOrder
from bot.services.people.privacy import CustomerErased
from handlers.web.backend import BACKEND
from handlers.web.body import read_body, read_json_body, strict_json
from handlers.web.problems import Problem, Unauthorized, WrongFields, in_time
from handlers.web.quotas import spend
from handlers.web.shops.system import Ignored, Post, ShopSystem
from handlers.web.signature import BadSignature, verify, verify_digest

LARGEST = 1024 * 1024
"""Bytes: an order with hundreds of items, as shop systems write them."""
GREETING = 1024
"""Bytes of the form that tries the address."""
COMES_AGAIN = timedelta(hours=1)
"""So long after it was sent first, an event of an unknown order is asked for again."""

SKIPPED = Counter(
    "trackline_details_skipped_total",
    "Details of shop systems' posts that could not be read and were left out, like a step of the "
    "year 2062",
    ["system"],
)

log = structlog.get_logger()


def taking(system: ShopSystem) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def take_post(request: web.Request) -> web.Response:
        if await _is_greeting(system, request):
            return _ignored("This is a greeting.")
        body = await read_json_body(request, largest=LARGEST)
        _verify(system, request, body)
        try:
            post = system.read(request.headers, strict_json(body))
        except Ignored as why:
            return _ignored(str(why))
        except ValidationError as error:
            wrong = WrongFields.from_pydantic(error)
            fields = [one["field"] for one in wrong.members["errors"]]
            log.warning("post_refused", system=system.name, fields=fields)
            raise wrong from None
        return await _record(system, request, post)

    return take_post


async def _is_greeting(system: ShopSystem, request: web.Request) -> bool:
    """It is not signed, and whoever posts it gets nothing for it."""
    is_form = request.content_type == "application/x-www-form-urlencoded"
    if system.greeting is None or not is_form:
        return False
    return bool(system.greeting.fullmatch(await read_body(request, largest=GREETING)))


def _verify(system: ShopSystem, request: web.Request, body: bytes) -> None:
    """Raises `Unauthorized`, and `Problem` 429 when the secret's quota is used up."""
    backend = request.app[BACKEND]
    try:
        if system.signature is None:
            by = verify(request.headers, body, backend.webhook_secrets, time.time()).by
            spend(request, ("webhook secret", by))
        else:
            given = request.headers.get(system.signature, "")
            by = verify_digest(given, body, backend.shop_secrets[system.name])
            spend(request, (system.name, by))
    except BadSignature as why:
        log.warning("webhook_refused", system=system.name, why=str(why))
        raise Unauthorized from None


async def _record(system: ShopSystem, request: web.Request, post: Post) -> web.Response:
    """What never can be recorded is no error: systems end a subscription after a few of them."""
    backend = request.app[BACKEND]
    if post.skipped:
        SKIPPED.labels(system.name).inc(post.skipped)
        log.warning("details_skipped", system=system.name, count=post.skipped)
    try:
        recording = backend.intake.record_post(post.told, system.dialect, post.called)
        recorded = await in_time(recording)
    except UnknownOrder:
        if post.sent_at and datetime.now(UTC) - post.sent_at > COMES_AGAIN:
            return _ignored("This order was never seen.")
        raise Problem(
            HTTPStatus.NOT_FOUND, "This order was never seen, and nothing says whose it is."
        ) from None
    except CustomerErased:
        return _ignored("This customer was erased.")
    except Refused as why:
        log.warning("post_ignored", system=system.name, why=type(why).__name__)
        return _ignored("This order is another customer's, or holds no more events.")
    if not recorded:
        return web.json_response({"result": "duplicate"})
    return web.json_response({"result": "recorded"}, status=HTTPStatus.ACCEPTED)


def _ignored(why: str) -> web.Response:
    return web.json_response({"result": "ignored", "why": why})
