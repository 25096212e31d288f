"""`Idempotency-Key`: a write that bears one is done once, however often it is sent."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from bot.services.shop.idempotency import AnotherRequest, Answered, StillAtWork
from handlers.web.backend import BACKEND
from handlers.web.problems import Problem

HEADER = "Idempotency-Key"
LONGEST = 255


async def once(
    request: web.Request, body: bytes, work: Callable[[], Awaitable[Answered]], *, by: str
) -> Answered:
    """The work's answer; if the key came before with this very request, the answer given then.

    ``by``: the name of the API key; each has idempotency keys of its own. Raises `Problem`: 400 a
    malformed key, 409 the first is not answered yet, 422 the key came with another request.
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
    known = hashlib.sha256(f"{by}\0{key}".encode()).hexdigest()
    idempotency = request.app[BACKEND].idempotency
    try:
        return await idempotency.once(known, hashlib.sha256(whole).digest(), work)
    except AnotherRequest:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"This {HEADER} came before with another request."
        ) from None
    except StillAtWork:
        raise Problem(
            HTTPStatus.CONFLICT,
            f"The first request with this {HEADER} is not answered yet.",
            retry_after=1,
        ) from None
