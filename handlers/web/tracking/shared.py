"""`GET /t/{token}`: the page of a shared order, for anybody who has the link.

Tokens cannot be guessed, so wrong ones are not throttled; each costs one query.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus

from aiohttp import web
from telegram.helpers import create_deep_linked_url

from bot.services.orders.timeline import Timeline
from bot.services.people.codes import hash_of
from bot.services.people.onlookers import for_onlookers
from bot.services.people.sharing import SharedView, ShareEnded, is_whole
from bot.texts import pictures, sharing, tracking
from bot.texts.connecting import Words
from bot.texts.message import Reader
from handlers.web.api.links import username
from handlers.web.backend import BACKEND
from handlers.web.html.pages import page, reader_of
from handlers.web.problems import Problem, in_time
from handlers.web.tracking.live import STREAMS, Shown, polled, streamed
from handlers.web.tracking.page import Around, Face, inside, over, reader_there, whole
from handlers.web.tracking.view import View, in_plain_words, view
from storage.errors import DatabaseError

routes = web.RouteTableDef()


@routes.get("/t/{token}")
async def show(request: web.Request) -> web.Response:
    token, reader = _token(request), reader_of(request)
    if not is_whole(token):
        return _notice(request, tracking.incomplete(reader), reader, HTTPStatus.NOT_FOUND)
    try:
        order = await _order(request, token)
    except ShareEnded:
        return _notice(request, _ended(reader), reader, HTTPStatus.GONE)
    except (Problem, DatabaseError):
        busy = tracking.busy(reader)
        return _notice(request, busy, reader, HTTPStatus.SERVICE_UNAVAILABLE)
    seen = _view(order, reader)
    around = Around(
        live=f"t/{token}/live",
        now=f"t/{token}/now",
        face=_face(request, order, seen, reader),
        telegram=_in_telegram(request),
    )
    return whole(request, seen, reader, around)


@routes.get("/t/{token}/now")
async def poll(request: web.Request) -> web.Response:
    return await polled(request, _looking(request))


@routes.get("/t/{token}/live")
async def stream(request: web.Request) -> web.StreamResponse:
    backend, token = request.app[BACKEND], _token(request)
    with request.app[STREAMS].one_more(request):
        try:
            share, order = await in_time(backend.sharing.found(hash_of(token), datetime.now(UTC)))
        except ShareEnded:
            return await polled(request, _looking(request))
        with backend.watching.watching(order.order_id, share.id) as watcher:
            return await streamed(request, watcher, _looking(request))


def _token(request: web.Request) -> str:
    """The token. Raises 404 if there are no such pages."""
    token = request.match_info["token"]
    if request.app[BACKEND].pages.of(token) is None:
        raise web.HTTPNotFound
    return token


async def _order(request: web.Request, token: str) -> Timeline:
    """The order. Three queries; one for a wrong token.

    Raises `ShareEnded`, `Problem`, `DatabaseError`.
    """
    sharing = request.app[BACKEND].sharing
    _, order = await in_time(sharing.found(hash_of(token), datetime.now(UTC)))
    return order


def _looking(request: web.Request) -> Callable[[], Awaitable[Shown]]:
    token, reader = _token(request), reader_there(request)

    async def look() -> Shown:
        try:
            order = await _order(request, token)
        except ShareEnded:
            raise over(request, _ended(reader), reader) from None
        return inside(request, _view(order, reader), reader)

    return look


def _view(order: Timeline, reader: Reader) -> View:
    return view(for_onlookers(order), reader, datetime.now(UTC), is_shared=True)


def _face(request: web.Request, order: Timeline, seen: View, reader: Reader) -> Face:
    token = _token(request)
    url = request.app[BACKEND].pages.of(token) or ""
    shared = SharedView.of(order, datetime.now(UTC), reader.timezone)
    return Face(url, in_plain_words(seen), pictures.of_share(shared, token, reader))


def _in_telegram(request: web.Request) -> str | None:
    try:
        return create_deep_linked_url(username(request.app[BACKEND].bot), _token(request))
    except Problem:
        return None  # Telegram was not reached yet


def _ended(reader: Reader) -> Words:
    return tracking.ended(sharing.ended(reader), reader)


def _notice(request: web.Request, words: Words, reader: Reader, status: HTTPStatus) -> web.Response:
    return page(request, "html/notice.html", reader, status=status, words=words, link="")
