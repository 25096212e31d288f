"""What a key or a secret may ask of us: 429 beyond it, and how much is left.

The fields are those of draft-ietf-httpapi-ratelimit-headers-11.
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
    """Only after ``asker`` has proved who they are: nobody spends what is another's.

    Raises `Problem` 429.
    """
    left = request[_LEFT] = request.app[BACKEND].quotas.take(asker, time.monotonic())
    if not left.taken:
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Too many requests came with this key. Send this one again later.",
            retry_after=_seconds(left.wait),
        )


@web.middleware
async def tell_quota(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """On every answer to somebody whom we know, whatever else it says."""
    answer = await handler(request)
    if left := request.get(_LEFT):
        quotas = request.app[BACKEND].quotas
        window = _seconds(quotas.window)
        answer.headers["RateLimit-Policy"] = f'"key";q={quotas.burst};w={window}'
        answer.headers["RateLimit"] = f'"key";r={left.more};t={_seconds(left.wait)}'
    return answer


def _seconds(exact: float) -> int:
    """Whole ones, and never zero."""
    return max(1, math.ceil(exact))
