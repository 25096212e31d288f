"""`POST /webhooks/{system}`: the posts of a shop system, in its own form and with its signature."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import structlog
from aiohttp import web
from prometheus_client import Counter
from pydantic import ValidationError
from structlog.contextvars import bound_contextvars

from bot.services.orders.noticed import Unread
from bot.services.orders.recording import NotThisCustomers, Refused, UnknownOrder
from bot.services.orders.traces import trace_event, trace_refused
from bot.services.people.privacy import CustomerErased
from bot.services.people.privacy_requests import PrivacyDemand
from handlers.web.backend import BACKEND
from handlers.web.body import read_body, read_json_body, strict_json
from handlers.web.problems import Problem, Unauthorized, WrongFields, in_time
from handlers.web.quotas import spend
from handlers.web.shops.system import Ignored, NotRead, Post, ShopSystem
from handlers.web.signature import BadSignature, claimed_id, verify

LARGEST = 1024 * 1024
"""The most bytes: enough for an order with hundreds of items."""
GREETING = 1024
"""The most bytes in the form with which a system tries the address."""
RETRIED_FOR = timedelta(hours=1)
"""How long after the first try we refuse an event of an unknown order, so that it is repeated."""

SKIPPED = Counter(
    "trackline_details_skipped_total",
    "Details of shop systems' posts that could not be read and were left out, like a step of the "
    "year 2062",
    ["system"],
)

log = structlog.get_logger()


UNREAD = {
    Unread.UNREADABLE: "It cannot be read.",
    Unread.OLD_FORM: "It has the form of an older API.",
    Unread.TOO_LARGE: f"It is larger than {LARGEST // 1024} KiB.",
    Unread.UNKNOWN_ORDER: "This order was never seen, and nothing says whose it is.",
    Unread.ANOTHER_CUSTOMERS: "This order is another customer's.",
    Unread.FULL: "This order has too many events.",
}


def handler_of(system: ShopSystem) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def take_post(request: web.Request) -> web.Response:
        if await _is_greeting(system, request):
            return _ignored("This is a greeting.")
        webhook_id = claimed_id(request.headers, system.delivery)
        with bound_contextvars(system=system.name, webhook_id=webhook_id):
            return await _take(system, request)

    return take_post


async def _take(system: ShopSystem, request: web.Request) -> web.Response:
    try:
        body = await _body(system, request)
        _verify(system, request, body)
        said = _read(system, request, body)
        if isinstance(said, PrivacyDemand):
            return await _take_up(system, request, said)
        return await _record(system, request, said)
    except Ignored as why:
        trace_event("ignored", why=str(why))
        return _ignored(str(why))
    except NotRead as unread:
        request.app[BACKEND].intake.noticed.post(system.name, unread.why, unread.fields)
        return _ignored(UNREAD[unread.why], unread.fields)


async def _is_greeting(system: ShopSystem, request: web.Request) -> bool:
    """Whether this is a system's first try of the address, which is unsigned and has no effect."""
    is_form = request.content_type == "application/x-www-form-urlencoded"
    if system.greeting is None or not is_form:
        return False
    return bool(system.greeting.fullmatch(await read_body(request, largest=GREETING)))


async def _body(system: ShopSystem, request: web.Request) -> bytes:
    try:
        return await read_json_body(request, largest=LARGEST)
    except Problem as problem:
        if system.gives_up and problem.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise NotRead(Unread.TOO_LARGE) from None
        raise


def _read(system: ShopSystem, request: web.Request, body: bytes) -> Post | PrivacyDemand:
    try:
        return system.read(request.headers, strict_json(body))
    except ValidationError as error:
        problem: Problem = WrongFields.from_pydantic(error)
    except Problem as no_json:
        problem = no_json
    fields = [one["field"] for one in problem.members.get("errors", [])]
    if system.gives_up:
        raise NotRead(Unread.UNREADABLE, fields)
    trace_event("refused", why=problem.in_brief)
    raise problem


def _verify(system: ShopSystem, request: web.Request, body: bytes) -> None:
    """Checks the signature. Raises `Unauthorized`, and `Problem` 429 if the quota is used up."""
    backend = request.app[BACKEND]
    try:
        if system.signature is None:
            by = verify(request.headers, body, backend.secrets().webhooks, time.time()).by
            spend(request, ("webhook secret", by))
        else:
            secrets = backend.secrets().shops.get(system.name, ())
            by = system.signature.by(request.headers, request.query, body, secrets)
            if not system.gives_up:
                spend(request, (system.name, by))
    except BadSignature as why:
        trace_refused(system.name, str(why))
        raise Unauthorized from None


async def _record(system: ShopSystem, request: web.Request, post: Post) -> web.Response:
    """Records a post. Raises `NotRead` if it can never be recorded."""
    backend = request.app[BACKEND]
    if post.skipped:
        SKIPPED.labels(system.name).inc(post.skipped)
        log.warning("details_skipped", count=post.skipped)
    try:
        recording = backend.intake.record_post(post.events, system.dialect, post.called)
        recorded = await in_time(recording)
    except UnknownOrder:
        is_retried = not post.sent_at or datetime.now(UTC) - post.sent_at <= RETRIED_FOR
        if system.gives_up or not is_retried:
            raise NotRead(Unread.UNKNOWN_ORDER) from None
        raise Problem(HTTPStatus.NOT_FOUND, UNREAD[Unread.UNKNOWN_ORDER]) from None
    except CustomerErased:
        return _ignored("This customer was erased.")
    except NotThisCustomers:
        raise NotRead(Unread.ANOTHER_CUSTOMERS) from None
    except Refused:
        raise NotRead(Unread.FULL) from None
    if not recorded:
        return web.json_response({"result": "duplicate"})
    return web.json_response({"result": "recorded"}, status=HTTPStatus.ACCEPTED)


async def _take_up(system: ShopSystem, request: web.Request, asked: PrivacyDemand) -> web.Response:
    """Stores a privacy request. It is carried out later, which may take longer than a system waits
    for the response."""
    is_new = await in_time(request.app[BACKEND].privacy_duties.take(asked, system.name))
    return web.json_response({"result": "taken up" if is_new else "duplicate"})


def _ignored(why: str, fields: Sequence[str] = ()) -> web.Response:
    """``fields``: the wrong fields, for people who read the responses in the system's log."""
    details = {"fields": list(fields)} if fields else {}
    return web.json_response({"result": "ignored", "why": why, **details})
