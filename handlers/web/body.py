"""Reading a request's body: bounded in size and time, and strict about JSON."""

import asyncio
import json
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from aiohttp import web
from aiohttp.hdrs import CONTENT_ENCODING
from pydantic import BaseModel, ValidationError

from handlers.web.problems import Problem, WrongFields

LARGEST = 64 * 1024
"""Bytes of a body of ours. What others write is larger: its routes say how large."""
BODY_TIMEOUT = 8
"""Seconds that a body may take to arrive."""
LONGEST_NUMBER = 1000
"""Digits. Python itself gives up at 4300, in words that are no help to a shop."""

M = TypeVar("M", bound=BaseModel)


async def read_json_body(request: web.Request, *, largest: int = LARGEST) -> bytes:
    """The raw bytes, not yet parsed: a signature is checked over them first.

    Raises `Problem`: 415 another content type, or what `read_body` raises.
    """
    if request.content_type != "application/json":
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json.")
    return await read_body(request, largest=largest)


async def read_body(request: web.Request, *, largest: int) -> bytes:
    """``largest``: bytes, whole KiB.

    Raises `Problem`: 415 any content encoding, 408 too slow, 413 too large, 400 broken off.
    """
    if CONTENT_ENCODING in request.headers:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must not be encoded.")
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            return await request.clone(client_max_size=largest).read()
    except web.HTTPRequestEntityTooLarge:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is larger than {largest // 1024} KiB."
        ) from None
    except TimeoutError:
        raise Problem(HTTPStatus.REQUEST_TIMEOUT, "The body took too long to arrive.") from None
    except (ConnectionError, web.RequestPayloadError):
        raise Problem(HTTPStatus.BAD_REQUEST, "The body did not arrive whole.") from None


def parse(model: type[M], body: bytes) -> M:
    """Raises `Problem`: 400 not JSON as we take it, 422 the wrong fields."""
    try:
        return model.model_validate(strict_json(body))
    except ValidationError as error:
        raise WrongFields.from_pydantic(error) from None


def strict_json(body: bytes) -> Any:
    """Plain UTF-8 JSON: no NaN, no key twice, no bottomless nesting. Raises `Problem` 400."""
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_unique_keys,
            parse_int=_whole_number,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError:
        why = "it is not UTF-8"
    except RecursionError:
        why = "it is nested too deeply"
    except ValueError as error:
        why = str(error)
    raise Problem(HTTPStatus.BAD_REQUEST, f"The body is not JSON: {why}.") from None


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keyed = dict(pairs)
    if len(keyed) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return keyed


def _whole_number(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number has too many digits")
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
