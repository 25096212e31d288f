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
"""The most bytes in a body of our own API. Routes for other formats have their own limits."""
BODY_TIMEOUT = 8
"""Seconds that a body may take to arrive."""
LONGEST_NUMBER = 1000
"""Digits. Python itself refuses 4300, with a message that does not help a shop."""

M = TypeVar("M", bound=BaseModel)


async def read_json_body(request: web.Request, *, largest: int = LARGEST) -> bytes:
    """The raw bytes, not parsed, because signatures are checked over them first.

    Raises `Problem`: 415 for another content type, and as `read_body`.
    """
    if request.content_type != "application/json":
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json.")
    return await read_body(request, largest=largest)


async def read_body(request: web.Request, *, largest: int) -> bytes:
    """The raw bytes. ``largest``: the most bytes, in whole KiB.

    Raises `Problem`: 415 for any content encoding, 408 if too slow, 413 if too large, 400 if cut
    off.
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
        raise Problem(HTTPStatus.BAD_REQUEST, "The body arrived incomplete.") from None


def parse(model: type[M], body: bytes) -> M:
    """The body as a model. Raises `Problem`: 400 as `strict_json`, 422 with the wrong fields."""
    try:
        return model.model_validate(strict_json(body))
    except ValidationError as error:
        raise WrongFields.from_pydantic(error) from None


def strict_json(body: bytes) -> Any:
    """The value of UTF-8 JSON without NaN, duplicate keys or excessive nesting.

    Raises `Problem` 400.
    """
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
        raise ValueError("an object has the same key twice")
    return keyed


def _whole_number(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number has too many digits")
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
