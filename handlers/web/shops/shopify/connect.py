"""`GET /shops/shopify/connect`: from the shop's pages to Telegram, through Shopify's app proxy.

A visitor who is logged in at the shop gets a link to their account. A visitor with the token of an
order gets a link to that order. A link is only made for an actual visit, and not when a browser or
a mail program prefetches the page.
"""

import time
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlencode

import structlog
from aiohttp import web
from telegram.helpers import create_deep_linked_url

from bot.services.orders.buyers import OrderUnknown
from bot.services.people.privacy import CustomerErased
from bot.services.people.throttle import TooManyTries
from bot.texts import connecting
from bot.texts.message import Reader
from handlers.web.api.links import username
from handlers.web.backend import BACKEND, Backend
from handlers.web.html.pages import wanted_languages
from handlers.web.problems import Problem, in_time
from handlers.web.quotas import spend
from handlers.web.shops.shopify.pages import page
from handlers.web.shops.shopify.proxy import Visit, visit
from handlers.web.signature import BadSignature
from storage.errors import DatabaseError, is_passing
from storage.whose import account, single

LOG_IN = "/customer_authentication/login"
"""The shop's login page, for both kinds of customer accounts. It redirects to `return_to`."""

routes = web.RouteTableDef()
log = structlog.get_logger()


@routes.get("/shops/shopify/connect")
async def connect(request: web.Request) -> web.Response:
    """A browser's visit, forwarded by Shopify. Every response is a page, or a redirect."""
    reader = request.app[BACKEND].reader.speaking(*wanted_languages(request))
    try:
        visitor = _visitor(request)
        if _is_prefetch(request):
            status = HTTPStatus.OK if request.method == "HEAD" else HTTPStatus.SERVICE_UNAVAILABLE
            return page(connecting.opening(reader), reader, status=status)
        return await in_time(_lead_on(request, visitor, reader))
    except (BadSignature, CustomerErased) as why:
        log.warning("visit_refused", system="shopify", why=str(why) or "the customer was erased")
        return page(connecting.refused(reader), reader, status=HTTPStatus.FORBIDDEN)
    except TooManyTries as tries:
        words = connecting.too_many_tries(tries.wait, reader)
        return page(words, reader, status=HTTPStatus.TOO_MANY_REQUESTS)
    except Problem as problem:
        return page(connecting.busy(reader), reader, status=problem.status)
    except DatabaseError as error:
        if not is_passing(error):
            raise
        log.warning("database_away", error=type(error).__name__)
        return page(connecting.busy(reader), reader, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _visitor(request: web.Request) -> Visit:
    """The verified visit. Raises `BadSignature`, and `Problem` 429."""
    secrets = request.app[BACKEND].secrets().shops.get("shopify", ())
    visitor = visit(list(request.query.items()), secrets, time.time())
    spend(request, ("shopify's visitors", visitor.by))
    return visitor


def _is_prefetch(request: web.Request) -> bool:
    """Whether this is a HEAD request or a prefetch. A prefetch must not get a success, so that the
    browser asks again for the actual visit."""
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "HEAD" or purpose.startswith("prefetch")


async def _lead_on(request: web.Request, visitor: Visit, reader: Reader) -> web.Response:
    """The response to an actual visit. Raises `CustomerErased`, `TooManyTries`."""
    backend = request.app[BACKEND]
    log_in = f"{LOG_IN}?{urlencode({'return_to': visitor.path})}"
    try:
        whose = await _whose(backend, visitor, _address(request))
    except OrderUnknown:
        words = connecting.unknown_order(reader)
        return page(words, reader, link=log_in, status=HTTPStatus.NOT_FOUND)
    if whose is None:
        return page(connecting.log_in(reader), reader, link=log_in)
    name = username(backend.bot)
    issued = await backend.linking.issue(whose, once=True)
    link = create_deep_linked_url(name, issued.token)
    return page(connecting.opening(reader), reader, link=link, status=HTTPStatus.FOUND)


async def _whose(backend: Backend, visitor: Visit, address: int) -> str | None:
    """What the visitor may follow: the order whose token they have, or the account that they are
    logged in to, if the order is in it or they have no token. None: nothing.

    Raises `OrderUnknown`, `TooManyTries`.
    """
    own = account(visitor.customer_id) if visitor.customer_id else None
    if visitor.order is None:
        return own
    try:
        order = await backend.buyers.order_of(visitor.order, address)
    except OrderUnknown:
        if own is None:
            raise
        return own
    return own if own in order.whose else single(order.id)


def _address(request: web.Request) -> int:
    """The visitor's IP address as a number, as reported by Shopify; 0 if it is not."""
    said = request.headers.get("X-Forwarded-For", "").partition(",")[0].strip()
    try:
        return int(ip_address(said))
    except ValueError:
        return 0
