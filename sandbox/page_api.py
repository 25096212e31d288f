"""The chat page's API: people, their chats, and live changes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.errors import ApiError
from sandbox.model import Message
from sandbox.page_inline import choose, offers, with_friends
from sandbox.people import NotPossible, Person
from sandbox.previews import Previews
from sandbox.shown import groups_json, message_json
from sandbox.updates import JsonObject
from sandbox.waiting import Signal
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.server import Sandbox

PAGE = Path(__file__).parent / "page"
KAMPALA = (0.3136, 32.5811)
"""Latitude and longitude. Everybody on the page is here."""
ANSWER_TIMEOUT = 10.0
_HEARTBEAT = 15.0
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


class _Listener:
    def __init__(self) -> None:
        self.pending: dict[tuple[str, str], None] = {}
        self.changed = Signal()


class PageEvents:
    """Server-sent events. An event that is still unread is not queued twice."""

    def __init__(self) -> None:
        self._listeners: set[_Listener] = set()
        self.closed = False

    def notify(self, event: str, data: Mapping[str, Any]) -> None:
        if self._listeners:
            written = json.dumps(data)
            for listener in self._listeners:
                listener.pending[event, written] = None
                listener.changed.fire()

    def close(self) -> None:
        self.closed = True
        for listener in self._listeners:
            listener.changed.fire()

    @contextmanager
    def listen(self) -> Iterator[_Listener]:
        listener = _Listener()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)


class PageApi:
    """The page's routes. Errors are `{"error": a sentence}`."""

    def __init__(self, sandbox: Sandbox, world: World, events: PageEvents) -> None:
        self._sandbox = sandbox
        self._world = world
        self._events = events
        self._run = secrets.token_hex(4)  # makes pages reload that were open before a restart

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        one = r"/sandbox/people/{id:-?\d+}"
        return [
            web.get("/", self._index),
            web.get(r"/page/{file:[\w.-]+}", self._file),
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/events", self._stream),
            web.post("/sandbox/people", self._add_person),
            web.get(f"{one}/messages", self._messages),
            web.get("/sandbox/photos/{id}", self._photo),
            web.post(f"{one}/send", self._send),
            web.post(f"{one}/photo", self._send_photo),
            web.post(f"{one}/phone", self._share_phone),
            web.post(f"{one}/location", self._share_location),
            web.post(f"{one}/press", self._press),
            web.post(f"{one}/inline", self._offers),
            web.post(f"{one}/inline/choose", self._choose),
            web.post(f"{one}/block", self._block),
            web.post(f"{one}/unblock", self._unblock),
            *Previews(self._world).routes(),
        ]

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return _page_file("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return _page_file(request.match_info["file"])

    async def _state(self, request: web.Request) -> web.Response:
        profile = self._world.profile
        return web.json_response(
            {
                "run": self._run,
                "bot": {"username": profile.username, "name": profile.names[""]},
                "people": [self._person_json(person) for person in self._sandbox.people],
                "shop": self._sandbox.shop is not None,
                "stage": self._sandbox.stage is not None,
            }
        )

    async def _add_person(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        name, language = text_of(body, "name"), str(body.get("language") or "en")
        return web.json_response(
            self._person_json(self._sandbox.person(name, language)), status=201
        )

    async def _messages(self, request: web.Request) -> web.Response:
        person = self._person(request)
        return web.json_response(with_friends(person, self._world, message_json))

    async def _photo(self, request: web.Request) -> web.Response:
        for photo in self._world.photos.values():
            if photo.unique_id == request.match_info["id"]:
                return web.Response(body=photo.content, content_type=photo.content_type)
        raise problem(web.HTTPNotFound, "There is no such photo.")

    async def _send(self, request: web.Request) -> web.Response:
        person, body = self._person(request), await body_of(request)
        wanted = body.get("reply_to")
        reply_to = person.chat.messages.get(wanted) if isinstance(wanted, int) else None
        return await sent(person.send(text_of(body, "text"), reply_to=reply_to))

    async def _send_photo(self, request: web.Request) -> web.Response:
        """The body is the picture."""
        person, content = self._person(request), await request.read()
        return await sent(person.send_photo(content, request.query.get("caption", "")))

    async def _share_location(self, request: web.Request) -> web.Response:
        return await sent(self._person(request).share_location(*KAMPALA))

    async def _share_phone(self, request: web.Request) -> web.Response:
        return await sent(self._person(request).share_phone())

    async def _press(self, request: web.Request) -> web.Response:
        person = self._person(request)
        body = await body_of(request)
        message_id, data = number_of(body, "message_id"), text_of(body, "data")
        answer = await person.pressed(person.id, message_id, data, ANSWER_TIMEOUT)
        return web.json_response(
            {"text": answer.text, "show_alert": answer.show_alert}
            if answer
            else {"text": None, "show_alert": None}
        )

    async def _offers(self, request: web.Request) -> web.Response:
        person, body = self._person(request), await body_of(request)
        try:
            return web.json_response(await offers(person, str(body.get("typed", ""))))
        except NotPossible as error:
            raise problem(web.HTTPConflict, str(error)) from None

    async def _choose(self, request: web.Request) -> web.Response:
        person, body = self._person(request), await body_of(request)
        to = self._somebody(body.get("to"))
        return await sent(choose(person, str(body.get("typed", "")), body.get("result"), to))

    async def _block(self, request: web.Request) -> web.Response:
        return self._set_blocked(request, True)

    async def _unblock(self, request: web.Request) -> web.Response:
        return self._set_blocked(request, False)

    def _set_blocked(self, request: web.Request, blocked: bool) -> web.Response:
        person = self._person(request)
        self._world.set_blocked(person.account, blocked)
        self._sandbox.notify_page("people")
        return web.json_response(self._person_json(person))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        with self._events.listen() as listener, suppress(ConnectionError):
            await response.write(b"retry: 500\n\n")
            while not self._events.closed:
                await listener.changed.until(
                    lambda: listener.pending or self._events.closed, _HEARTBEAT
                )
                pending, listener.pending = listener.pending, {}
                frames = [f"event: {event}\ndata: {data}\n\n" for event, data in pending]
                await response.write("".join(frames or [": still here\n\n"]).encode())
        return response

    def _person_json(self, person: Person) -> JsonObject:
        account = person.account
        return {
            "id": account.id,
            "name": account.name,
            "initials": "".join(word[0] for word in account.name.split()[:2]).upper(),
            "language": account.language,
            "blocked": account.blocked,
            "commands": person.commands,
            "menu_button": person.menu_button,
            "description": person.description,
            "groups": groups_json(person.id, self._world),
        }

    def _person(self, request: web.Request) -> Person:
        return self._somebody(int(request.match_info["id"]))

    def _somebody(self, wanted: object) -> Person:
        return somebody(self._sandbox, wanted)


def somebody(sandbox: Sandbox, wanted: object) -> Person:
    for person in sandbox.people:
        if person.id == wanted:
            return person
    raise problem(web.HTTPNotFound, f"There is nobody with the id {wanted}.")


async def sent(sending: Awaitable[Message]) -> web.Response:
    try:
        message = await sending
    except (NotPossible, ApiError) as error:
        raise problem(web.HTTPConflict, str(error)) from None
    return web.json_response(message_json(message), status=201)


def _page_file(name: str) -> web.FileResponse:
    path = PAGE / name
    if not path.is_file():
        raise problem(web.HTTPNotFound, f"There is no {name} here.")
    return web.FileResponse(path, headers=_HEADERS)


async def body_of(request: web.Request) -> JsonObject:
    try:
        found = json.loads(await request.read() or b"{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise problem(web.HTTPBadRequest, "Please send a JSON object.")
    return found


def text_of(body: JsonObject, name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or not found.strip():
        raise problem(web.HTTPBadRequest, f"Please give {name}, a text that is not empty.")
    return found


def number_of(body: JsonObject, name: str) -> int:
    found = body.get(name)
    if not isinstance(found, int):
        raise problem(web.HTTPBadRequest, f"Please give {name}, a number.")
    return found


def problem(kind: type[web.HTTPException], sentence: str) -> web.HTTPException:
    return kind(text=json.dumps({"error": sentence}), content_type="application/json")
