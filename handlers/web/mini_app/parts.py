"""Parts of the page, and the reader they are written for."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from aiohttp import web

from bot.texts.connecting import Words
from bot.texts.message import Reader
from bot.texts.support import Link
from handlers.web.backend import BACKEND
from handlers.web.html.pages import rendered, wanted_languages
from storage.models import Chat

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
Act = Literal["", "data-act=close", "data-list=0"]
"""What a button does: nothing, close the page, or show all orders."""


def reader_for(request: web.Request, chat: Chat | None, language: str | None) -> Reader:
    """A reader with the person's preferences from their chat. ``language``: their app's.

    The time zone is the one that they have chosen, else the device's (``?zone=``).
    """
    reader = request.app[BACKEND].reader
    reader = reader.speaking(*wanted_languages(request)).of(chat, language)
    zone, has_chosen = request.query.get("zone", ""), chat and chat.preferences.timezone
    if has_chosen or zone not in available_timezones():
        return reader
    return replace(reader, timezone=ZoneInfo(zone))


def part(html: str, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    answer = web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)
    answer.enable_compression()
    return answer


@dataclass(frozen=True)
class Placeholder:
    """What the page says instead of orders. ``link``: where its button leads, or ``act`` what it
    does. ``way``: another one, before it."""

    words: Words
    reader: Reader
    status: HTTPStatus = HTTPStatus.OK
    link: str = ""
    act: Act = "data-act=close"
    way: Link | None = None

    def html(self, request: web.Request) -> str:
        values = {"placeholder": self.words, "link": self.link, "act": self.act, "way": self.way}
        return rendered(request, "mini_app/placeholder.html", self.reader, **values)

    def answer(self, request: web.Request) -> web.Response:
        return part(self.html(request), self.status)
