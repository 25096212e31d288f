"""A shop that listens: a real server that accepts events only as the specification defines them."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from bot.settings import Settings, load

SHOP_SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"

WAITING = {"due_at": {"$gt": datetime(2000, 1, 1, tzinfo=UTC)}}
"""Selects the events in the database that the shop has not accepted yet."""


@dataclass(frozen=True)
class Attempt:
    """A valid request. ``timestamp``: the signature's; ``at``: when it came."""

    id: str
    body: bytes
    timestamp: int
    at: datetime

    @property
    def event(self) -> Any:
        return json.loads(self.body)


@dataclass
class ListeningShop:
    """``answers``: the statuses to give next, one each, then 204. ``delay``: seconds before each.

    ``attempts``: all valid requests; ``taken``: those answered with a 2xx. ``complaints``: the
    faults of invalid requests, which were answered with 400. ``at_once``: the most concurrent
    requests with the same event. ``location``: the target of a 3xx.
    """

    answers: list[int] = field(default_factory=list)
    delay: float = 0
    location: str = ""
    attempts: list[Attempt] = field(default_factory=list)
    taken: list[Attempt] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    at_once: int = 0
    _at_work: dict[str, int] = field(default_factory=dict)
    _port: int = 0

    async def __aenter__(self) -> Self:
        await self.opens()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.closes()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/hooks/trackline/?shop=nile"

    async def opens(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._hear)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)  # 0 would wait for ever
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def closes(self) -> None:
        """New connections are refused. The port stays reserved for the shop."""
        await self._runner.cleanup()

    def events_of(self, kind: str) -> list[Any]:
        """The data of the accepted events of this type, each once."""
        once = {attempt.id: attempt.event for attempt in self.taken}
        return [event["data"] for event in once.values() if event["type"] == kind]

    async def _hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        if wrong := _complaint(request, body):
            self.complaints.append(wrong)
            return web.Response(status=400)
        timestamp = int(request.headers["webhook-timestamp"])
        attempt = Attempt(request.headers["webhook-id"], body, timestamp, datetime.now(UTC))
        if any(former.body != body for former in self.attempts if former.id == attempt.id):
            self.complaints.append("an event came with another body")
        self.attempts.append(attempt)
        return await self._answer(attempt)

    async def _answer(self, attempt: Attempt) -> web.Response:
        self._at_work[attempt.id] = self._at_work.get(attempt.id, 0) + 1
        self.at_once = max(self.at_once, *self._at_work.values())
        try:
            status = self.answers.pop(0) if self.answers else 204
            await asyncio.sleep(self.delay)
        finally:
            self._at_work[attempt.id] -= 1
        if 200 <= status < 300:
            self.taken.append(attempt)
        return web.Response(status=status, headers={"Location": self.location})


def _complaint(request: web.Request, body: bytes) -> str | None:
    """A strict receiver's complaint about the request."""
    headers = request.headers
    names = ("webhook-id", "webhook-timestamp", "webhook-signature", "content-type")
    if any(len(headers.getall(name, [])) != 1 for name in names):
        return "a header is not there once"
    if (request.method, request.raw_path) != ("POST", "/hooks/trackline/?shop=nile"):
        return "it went elsewhere"
    if headers["content-type"] != "application/json" or "content-encoding" in headers:
        return "the content is not plain JSON"
    forms = {"id": r"evt_[0-9a-f]{32}", "signature": r"v1,[A-Za-z0-9+/]{43}="}
    if not all(re.fullmatch(form, headers[f"webhook-{name}"]) for name, form in forms.items()):
        return "a header has another form"
    try:
        event = Webhook(SHOP_SECRET).verify(body, dict(headers))
    except WebhookVerificationError as error:
        return f"not verified: {error}"
    return None if set(event) == {"type", "timestamp", "data"} else "the body has other fields"


def telling(settings: Settings, listener: ListeningShop) -> Settings:
    """The settings of a service that posts events back to this shop."""
    webhook: dict[str, Any] = {"shop_webhook_url": listener.url, "shop_webhook_secret": SHOP_SECRET}
    return load(env_file=None, **settings.model_dump(exclude=set(webhook)), **webhook)
