"""Request quotas for each key or secret: 429 beyond the quota, and headers with what is left.

The headers follow draft-ietf-httpapi-ratelimit-headers-11.
"""

import math
import time
from collections.abc import Awaitable, Callable, Hashable
from http import HTTPStatus

from aiohttp import web

from bot.services.shop.quotas import Left
from handlers.web.backend import BACKEND
from handlers.web.problems import Problem

_LEFT = web.RequestKey("left", Left)


def spend(request: web.Request, asker: Hashable) -> None:
    """Takes one request from the quota of ``asker``. Raises `Problem` 429.

    Call it only after they have proved who they are, so that nobody can use up another's quota.
    """
    left = request[_LEFT] = request.app[BACKEND].quotas.take(asker, time.monotonic())
    if not left.taken:
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Too many requests came with this key. Send this one again later.",
            retry_after=_seconds(left.wait),
        )


@web.middleware
async def add_quota_headers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Adds the quota headers to every response to an authenticated sender, errors included."""
    answer = await handler(request)
    if left := request.get(_LEFT):
        quotas = request.app[BACKEND].quotas
        window = _seconds(quotas.window)
        answer.headers["RateLimit-Policy"] = f'"key";q={quotas.burst};w={window}'
        answer.headers["RateLimit"] = f'"key";r={left.more};t={_seconds(left.wait)}'
    return answer


def _seconds(exact: float) -> int:
    """Rounded up, at least one."""
    return max(1, math.ceil(exact))
