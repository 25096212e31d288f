"""The sandbox as a web server: the Bot API, the chat page and, if given, the shop."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Protocol, Self

from aiohttp import web

from sandbox.api import BotApi, Call, Reply
from sandbox.calls import METHODS, Upload
from sandbox.faults import Fault
from sandbox.inline_mode import InlineMode
from sandbox.model import Chat, Topic
from sandbox.page_api import PageApi, PageEvents
from sandbox.page_apps import AppsPage
from sandbox.page_groups import GroupsPage
from sandbox.page_people_groups import PeoplesGroups
from sandbox.people import Person
from sandbox.profile import BotProfile
from sandbox.stage import Stage
from sandbox.waiting import TIMEOUT
from sandbox.webhook import WebhookDeliverer
from sandbox.world import World

_TEST_BOT = "123456:TEST"
_LARGEST_REQUEST = 50 * 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_TOKEN = re.compile(r"\d+:[\w-]+")


class Shop(Protocol):
    """The shop beside the chats on the page: an outside system, served under `/shop`."""

    on_change: Callable[[], None]

    def app(self) -> web.Application: ...

    async def start(self) -> None: ...

    async def close(self) -> None: ...


@dataclass(eq=False, kw_only=True)
class Sandbox:
    """A local Telegram with one bot in it.

    `async with Sandbox() as sandbox` serves the Bot API at `sandbox.url` until the block ends.
    Port 0 takes a free port. `callback_life`: seconds in which a pressed button or an inline query
    may be answered. `inline`, `inline_feedback`: whether the bot has this turned on. `local_apps`:
    Mini Apps may use http on this machine, as in Telegram's test environment.
    Raises ValueError for a malformed token.
    """

    token: str = _TEST_BOT
    username: str = "trackline_bot"
    name: str = "Trackline"
    host: str = "127.0.0.1"
    port: int = 0
    shop: Shop | None = None
    stage: Stage | None = None
    callback_life: float = 60.0
    inline: bool = True
    inline_feedback: bool = False
    local_apps: bool = False

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.token):
            raise ValueError("a bot's token looks like 123456:ABC-DEF")
        self._runner: web.AppRunner | None = None
        self._world = World(
            bot_id=int(self.token.partition(":")[0]),
            profile=BotProfile(self.username, {"": self.name}),
            callback_life=self.callback_life,
        )
        self._world.inline = InlineMode(self.inline, self.inline_feedback)
        self._world.token, self._world.local_apps = self.token, self.local_apps
        self._world.on_change = self._chat_changed
        self._world.on_profile = lambda: self.notify_page("people")
        self._api = BotApi(self._world)
        self._events = PageEvents()
        self._deliverer = WebhookDeliverer(self._world.updates, self._api.call)
        self.people: list[Person] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Raises OSError if the port is taken."""
        app = web.Application(
            middlewares=[self._refuse_strangers], client_max_size=_LARGEST_REQUEST
        )
        app.router.add_route("*", r"/bot{token:[^/]+}/{method:[^/]*}", self._bot_api)
        app.add_routes(PageApi(self, self._world, self._events).routes())
        app.add_routes(GroupsPage(self, self._world).routes())
        app.add_routes(PeoplesGroups(self, self._world).routes())
        app.add_routes(AppsPage(self).routes())
        if self.shop:
            self.shop.on_change = lambda: self.notify_page("shop")
            app.add_subapp("/shop/", self.shop.app())
        if self.stage:
            self.stage.on_change = lambda: self.notify_page("demo")
            self.stage.fail = self.fail
            app.add_subapp("/demo/", self.stage.app())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError:
            await self._runner.cleanup()
            self._runner = None
            raise
        self._deliverer.start()
        if self.shop:
            await self.shop.start()

    async def stop(self) -> None:
        """End all waiting requests, and stop listening."""
        if self.shop:
            await self.shop.close()
        self._api.close()
        self._events.close()
        await self._deliverer.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """The address of the Bot API and the page, without a trailing slash."""
        if not self._runner:
            raise RuntimeError("the sandbox is not started")
        host, port = self._runner.addresses[0][:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def calls(self) -> deque[Call]:
        """Every Bot API call, newest last. Only the last 100,000 are kept."""
        return self._api.calls

    def calls_of(self, method: str, **params: Any) -> list[Call]:
        """The calls of a method with these parameters."""
        return [
            call
            for call in self.calls
            if call.method == method
            and all(call.params.get(name) == value for name, value in params.items())
        ]

    def person(
        self,
        name: str,
        language: str = "en",
        id: int | None = None,  # noqa: A002 - Telegram's own word
        *,
        phone: str | None = None,
    ) -> Person:
        """A new person, who has not written to the bot yet. Default phone numbers are unique."""
        person = Person(self._world, self._world.add_person(name, language, id, phone))
        self.people.append(person)
        self.notify_page("people")
        return person

    def group(self, title: str, members: list[Person], topics: Sequence[int] = ()) -> Chat:
        """A group to which the first member has added the bot; with ``topics``, a forum."""
        accounts = [member.account for member in members]
        group = self._world.add_group(title, accounts, is_forum=bool(topics))
        group.topics = {topic: Topic(topic, f"Topic {topic}") for topic in topics}
        return group

    def forum(self, title: str, members: list[Person], *, manages_topics: bool = True) -> Chat:
        """A group with topics (at first only the general one), in which the bot is an admin."""
        accounts = [member.account for member in members]
        forum = self._world.add_group(title, accounts, is_forum=True)
        self._world.promote(forum, accounts[0], manages_topics=manages_topics)
        return forum

    async def is_polled(self, within: float = TIMEOUT) -> None:
        """Wait until the bot long-polls. Raises AssertionError after `within` seconds."""
        updates = self._world.updates
        if not await updates.changed.until(lambda: updates.polled, within):
            raise AssertionError(f"no bot has called getUpdates within {within} s")

    def fail(self, fault: Fault) -> None:
        """Arrange a fault for later calls. Raises ValueError for an unknown method."""
        if fault.method is not None and fault.method.lower() not in METHODS:
            raise ValueError(f"the Bot API has no method {fault.method}, or the sandbox not yet")
        self._api.faults.add(fault)

    def clear_faults(self) -> None:
        """Clear all faults. Delayed calls are answered at once."""
        self._api.clear_faults()

    def notify_page(self, event: str, data: Mapping[str, Any] | None = None) -> None:
        """Tell every open page that this part has changed ("people", "chat", "shop")."""
        self._events.notify(event, data or {})

    def _chat_changed(self, chat: Chat) -> None:
        if chat.is_forum:
            self.notify_page("groups")
            return
        if chat.person:
            self.notify_page("chat", {"person": chat.id})
        for person in chat.members:
            group = chat.id if chat.id in self._world.chats else None
            self.notify_page("chat", {"person": person, "group": group})

    @web.middleware
    async def _refuse_strangers(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Another website, open in a browser on this machine, may not post here. It may not read
        here either, under a name of its own that resolves to this machine (DNS rebinding)."""
        origin = request.headers.get("Origin", f"http://{request.host}")
        if origin != f"http://{request.host}" or not _is_this_machine(request.url.host, self.host):
            raise web.HTTPForbidden(text="Not for other websites.")
        return await handler(request)

    async def _bot_api(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refuse_token(request.match_info["token"]):
            return _response(refusal)
        try:
            raw = await _parameters(request)
        except web.HTTPRequestEntityTooLarge:
            return _response(Reply.error(413, "Request Entity Too Large"))
        except ValueError:
            return _response(Reply.error(400, "Bad Request: can't parse the request"))
        reply = await self._api.call(request.match_info["method"], raw)
        if reply.dropped and request.transport:
            request.transport.abort()
            return web.Response()
        return _response(reply)

    def _refuse_token(self, token: str) -> Reply | None:
        if token == self.token:
            return None
        if _TOKEN.fullmatch(token):
            return Reply.error(401, "Unauthorized")
        return Reply.error(404, "Not Found")


def _is_this_machine(name: str | None, ours: str) -> bool:
    """An IP address is not a name, so it cannot be made to resolve to another machine."""
    if name in {"localhost", ours}:
        return True
    try:
        ip_address(name or "")
    except ValueError:
        return False
    return True


async def _parameters(request: web.Request) -> dict[str, Any]:
    """The parameters of query string and body, as on the real server. Raises ValueError."""
    raw: dict[str, Any] = dict(request.query)
    if not request.can_read_body:
        return raw
    if request.content_type == "application/json":
        body = json.loads(await request.read() or b"{}")
        if not isinstance(body, dict):
            raise ValueError("expected an object")
        return raw | body
    return raw | {name: _form_value(value) for name, value in (await request.post()).items()}


def _form_value(value: str | bytes | bytearray | web.FileField) -> Any:
    return Upload(value.file.read()) if isinstance(value, web.FileField) else value


def _response(reply: Reply) -> web.Response:
    return web.Response(status=reply.status, body=reply.body, content_type=reply.content_type)
