"""`GET /app/orders`, `/app/order` and `/app/order/live`: the orders of the person signed in.

As in the chat, each request checks again what the person follows. So after unlinking they see
nothing any more.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from aiohttp import web

from bot.services.orders.timeline import Timeline
from bot.services.orders.tracking import NotLinked, OrderNotFound, Page
from bot.services.orders.urgency import by_urgency
from bot.services.people.app_sessions import SessionOver
from bot.texts import linking, mini_app
from bot.texts.message import Reader
from handlers.web.backend import BACKEND
from handlers.web.html.pages import rendered
from handlers.web.mini_app.parts import Placeholder, reader_for
from handlers.web.problems import in_time
from handlers.web.tracking.live import STREAMS, Over, Shown, polled, streamed
from handlers.web.tracking.page import inside
from handlers.web.tracking.view import View, view
from storage.models import Chat

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Caller:
    """``chat``: None if they follow nothing."""

    chat: Chat | None
    reader: Reader


class Shut(Exception):
    """There is nothing to see for them; ``placeholder`` says why."""

    def __init__(self, placeholder: Placeholder) -> None:
        super().__init__()
        self.placeholder = placeholder


def answering(
    handle: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Answers `Shut` with its words."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handle(request)
        except Shut as shut:
            return shut.placeholder.answer(request)

    return answer


@routes.get("/app/orders")
@answering
async def show_all(request: web.Request) -> web.StreamResponse:
    """The list of orders. If there are none, it says what to do, and the page keeps polling."""
    backend, caller = request.app[BACKEND], await _caller(request)
    number = request.query.get("list", "")
    at = int(number) if number.isdecimal() and len(number) < 4 else 0
    try:
        found = await in_time(backend.tracking.page(caller.chat, at))
    except NotLinked:
        placeholder = _not_linked(caller.reader)
        return await polled(request, _as_shown(placeholder.html(request)))
    if not found.orders and not found.number:
        placeholder = Placeholder(mini_app.nothing_yet(caller.reader), caller.reader)
        return await polled(request, _as_shown(placeholder.html(request)))
    return await polled(request, _as_shown(_list(request, found, caller.reader)))


@routes.get("/app/order")
@answering
async def show(request: web.Request) -> web.StreamResponse:
    shown = await _look(request)
    return await polled(request, _as_shown(shown.html))


@routes.get("/app/order/live")
@answering
async def stream(request: web.Request) -> web.StreamResponse:
    async def look() -> Shown:
        try:
            return await _look(request)
        except Shut as shut:
            raise Over(shut.placeholder.html(request)) from None

    backend, order_id = request.app[BACKEND], request.query.get("id", "")
    with request.app[STREAMS].one_more(request):
        await _look(request)  # check that the order is theirs before watching it
        with backend.watching.watching(order_id) as watcher:
            return await streamed(request, watcher, look)


async def _look(request: web.Request) -> Shown:
    """The current content for the order. Raises `Shut`."""
    backend, caller = request.app[BACKEND], await _caller(request)
    try:
        order = await in_time(backend.tracking.own(caller.chat, request.query.get("id", "")))
    except NotLinked:
        raise Shut(_not_linked(caller.reader)) from None
    except OrderNotFound:
        words = mini_app.no_such_order(caller.reader)
        placeholder = Placeholder(words, caller.reader, HTTPStatus.NOT_FOUND, act="data-list=0")
        raise Shut(placeholder) from None
    return inside(request, view(order, caller.reader, datetime.now(UTC)), caller.reader)


async def _caller(request: web.Request) -> Caller:
    """The person signed in. Raises `Shut`."""
    backend, now = request.app[BACKEND], datetime.now(UTC)
    if backend.mini_app.address is None:
        raise web.HTTPNotFound
    kind, _, session = request.headers.get("Authorization", "").partition(" ")
    try:
        chat_id, language = backend.app_sessions.opened(session if kind == "Bearer" else "", now)
    except SessionOver:
        reader = reader_for(request, None, None)
        over = Placeholder(mini_app.too_late(reader), reader, HTTPStatus.UNAUTHORIZED)
        raise Shut(over) from None
    chat = await in_time(backend.people.find(chat_id))
    return Caller(chat, reader_for(request, chat, language))


def _not_linked(reader: Reader) -> Placeholder:
    words, way = mini_app.not_linked(reader), linking.way(reader)
    return Placeholder(words, reader, HTTPStatus.FORBIDDEN, way=way)


def _list(request: web.Request, found: Page, reader: Reader) -> str:
    now = datetime.now(UTC)
    orders = by_urgency(found.orders, now, reader.timezone)
    still = [order for order in orders if order.is_open]
    over = [order for order in orders if not order.is_open]
    is_only = len(still) == 1 and not found.number

    def seen(some: Sequence[Timeline]) -> list[tuple[str, View]]:
        return [(order.order_id, view(order, reader, now)) for order in some]

    return rendered(
        request,
        "mini_app/orders.html",
        reader,
        words=mini_app.list_words(reader),
        groups=[(mini_app.open_orders(reader), seen(still)), (mini_app.over(reader), seen(over))],
        only=still[0].order_id if is_only else None,
        newer=found.number - 1 if found.number else None,
        older=found.number + 1 if found.has_older else None,
    )


def _as_shown(html: str) -> Callable[[], Awaitable[Shown]]:
    async def show() -> Shown:
        return Shown(html)

    return show
