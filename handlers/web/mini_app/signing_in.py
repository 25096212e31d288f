"""`GET /app` and `POST /app/session`: the page, and signing in with data signed by Telegram.

There is no secret address and no cookie. The signed data is in the fragment of the page's address,
which no server sees. The page exchanges it for a session, which it keeps in memory only.
"""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

import structlog
from aiohttp import web
from pydantic import BaseModel, Field

from bot.services.people.app_sessions import UsedElsewhere
from bot.texts import mini_app, support, tracking
from bot.texts.connecting import Words
from bot.texts.message import Reader
from handlers.web.api.links import username
from handlers.web.backend import BACKEND, Backend
from handlers.web.body import parse, read_json_body
from handlers.web.html.pages import page, reader_of, rendered
from handlers.web.mini_app.init_data import Refused, Why, claimed_language, verified
from handlers.web.mini_app.parts import Placeholder, part, reader_for
from handlers.web.problems import Problem, in_time

TELEGRAM = "https://web.telegram.org"
"""The only Telegram app that shows Mini Apps in a frame."""
SANDBOX = "http://127.0.0.1:* http://localhost:*"

routes = web.RouteTableDef()
log = structlog.get_logger()


class _Asked(BaseModel):
    """``page``: the page's own secret."""

    init_data: str
    page: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22,64}$")]


@routes.get("/app")
async def show(request: web.Request) -> web.Response:
    """The page, the same for everybody. Raises 404 if there is no Mini App."""
    backend, reader = _backend(request), reader_of(request)
    around = f"{TELEGRAM} {SANDBOX}" if backend.mini_app.is_local else TELEGRAM
    elsewhere = mini_app.only_in_telegram(reader)
    return page(
        request,
        "mini_app/shell.html",
        reader,
        policy={"frame-ancestors": around},
        title=mini_app.title(reader),
        words={"one_moment": tracking.busy(reader).title},
        placeholder=elsewhere,
        link=_chat(backend),
        act="",
        way=None,
    )


@routes.post("/app/session")
async def sign_in(request: web.Request) -> web.Response:
    """200 with `X-Session` and the page's content in the person's language, or 401 with words."""
    backend = _backend(request)
    asked, now = parse(_Asked, await read_json_body(request)), datetime.now(UTC)
    try:
        signed = verified(asked.init_data, backend.bot.token, now)
        session = await in_time(backend.app_sessions.begin(signed, asked.page, now))
    except Refused as refused:
        return _refused(request, refused.why, claimed_language(asked.init_data))
    except UsedElsewhere:
        return _refused(request, Why.USED, signed.language)
    chat = await in_time(backend.people.find(signed.chat_id))
    reader = reader_for(request, chat, signed.language)
    words = {
        "back": mini_app.title(reader),
        "is_live": tracking.is_live(reader),
        "is_cut_off": tracking.is_cut_off(reader),
    }
    values = {"words": words, "support": support.link(reader)}
    answer = part(rendered(request, "mini_app/inside.html", reader, **values))
    answer.headers["X-Session"] = session
    return answer


def _refused(request: web.Request, why: Why, language: str | None) -> web.Response:
    log.warning("mini_app_refused", why=str(why))
    reader = reader_of(request)
    reader = reader.speaking(language, reader.language)
    link = _chat(request.app[BACKEND]) if why == Why.MISSING else ""
    return Placeholder(_words(why, reader), reader, HTTPStatus.UNAUTHORIZED, link).answer(request)


def _words(why: Why, reader: Reader) -> Words:
    if why == Why.MISSING:
        return mini_app.only_in_telegram(reader)
    if why in {Why.STALE, Why.USED}:
        return mini_app.too_late(reader)
    return mini_app.unconfirmed(reader)


def _chat(backend: Backend) -> str:
    """The address of the chat with the bot; empty while its name is unknown."""
    try:
        return f"https://t.me/{username(backend.bot)}"
    except Problem:
        return ""


def _backend(request: web.Request) -> Backend:
    backend = request.app[BACKEND]
    if backend.mini_app.address is None:
        raise web.HTTPNotFound
    return backend
