"""`Idempotency-Key`: a write with such a key is done once, however often it is sent."""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from bot.services.shop.idempotency import (
    AnotherRequest,
    Answered,
    AnswerLost,
    KeyedRequest,
    StillAtWork,
)
from bot.services.shop.keys import ApiKey
from handlers.web.backend import BACKEND
from handlers.web.problems import Problem

HEADER = "Idempotency-Key"
LONGEST = 255


async def once(
    request: web.Request, body: bytes, work: Callable[[], Awaitable[Answered]], *, by: ApiKey
) -> Answered:
    """The work's answer, or the stored answer if this request came with this key before.

    Raises `Problem`: 400 for a malformed key; 409 if the first request is not answered yet, or its
    answer can no longer be read; 422 if the key came with another request.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return await work()
    if not re.fullmatch(rf"[\x21-\x7e]{{1,{LONGEST}}}", key):
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            f"{HEADER} should be 1 to {LONGEST} printable ASCII characters without blanks.",
        )
    whole = b"\0".join([request.method.encode(), request.raw_path.encode(), body])
    try:
        return await request.app[BACKEND].idempotency.once(KeyedRequest(by, key, whole), work)
    except AnotherRequest:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"This {HEADER} came before with another request."
        ) from None
    except AnswerLost:
        raise Problem(
            HTTPStatus.CONFLICT,
            f"The request with this {HEADER} was done before, and its answer cannot be read any "
            "more. See what has become of it before you send it with another key.",
        ) from None
    except StillAtWork:
        raise Problem(
            HTTPStatus.CONFLICT,
            f"The first request with this {HEADER} is not answered yet.",
            retry_after=1,
        ) from None
