"""Something else at Trackline's address: what it hears is kept, and it answers as a test wants."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from tests.support.shop import SECRET

RECORDED = 202


@dataclass
class FarEnd:
    """``heard``: the webhook-id and the body of each event that came, in order; all were signed."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    heard: list[tuple[str, bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if body == b"{}":  # the operator tries the connection
            return problem(422)
        Webhook(SECRET).verify(body, dict(request.headers))
        self.heard.append((request.headers["webhook-id"], body))
        status = self.answers.pop(0) if self.answers else RECORDED
        if status == RECORDED:
            return web.json_response({"result": "recorded"}, status=status)
        return problem(status)


def problem(status: int) -> web.Response:
    """As Trackline answers (RFC 9457); 429 and 503 ask for five minutes."""
    said = {"status": status, "detail": "It cannot be taken.", "errors": []}
    headers = {"Retry-After": "300"} if status in {429, 503} else {}
    return web.Response(
        status=status,
        text=json.dumps(said),
        content_type="application/problem+json",
        headers=headers,
    )


@asynccontextmanager
async def far_end(answers: Iterable[int] = ()) -> AsyncIterator[FarEnd]:
    """It gives these answers to events, one each, and then takes all."""
    end = FarEnd(answers=list(answers))
    app = web.Application()
    app.router.add_post("/webhooks/orders", end.take)
    app.router.add_route("*", "/{path:.*}", _nothing_else)
    async with TestServer(app) as server:
        end.url = str(server.make_url("")).rstrip("/")
        yield end


async def _nothing_else(_: web.Request) -> web.Response:
    return problem(422)
