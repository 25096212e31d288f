"""The responses of operations: success, their own errors, and errors that any request may get."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from bot.services.shop.keys import Scope
from handlers.web.api.openapi.schemas import Schema, Schemas
from handlers.web.api.operation import Operation
from handlers.web.problems import title

PROBLEM: Schema = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What was wrong, for people to read."},
        "errors": {
            "type": "array",
            "minItems": 1,
            "description": "For 422: each field that is missing or wrong.",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "description": "Its path, as `data.order_id`."},
                    "problem": {"type": "string", "description": "What is wrong with it."},
                },
                "required": ["field", "problem"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}

HEADERS: Schema = {
    "RateLimit": {
        "description": "Requests left now (`r`), and seconds until there is one more (`t`).",
        "schema": {"type": "string", "examples": ['"key";r=399;t=1']},
    },
    "RateLimit-Policy": {
        "description": "Requests allowed at once (`q`), and seconds to regain them all (`w`).",
        "schema": {"type": "string", "examples": ['"key";q=400;w=4']},
    },
    "Retry-After": {
        "description": "Seconds after which the same request may succeed.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {"description": "`Bearer`", "schema": {"type": "string"}},
}
QUOTA = ("RateLimit", "RateLimit-Policy")


def header_refs(headers: Iterable[str]) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in headers}


def problem(status: int, words: str, *headers: str) -> Schema:
    """An error response with these headers."""
    example: Schema = {
        "type": "about:blank",
        "title": title(HTTPStatus(status)),
        "status": int(status),
        "detail": words.replace("`", ""),
    }
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        example["detail"] = "Some fields are missing or wrong."
        example["errors"] = [{"field": "customer_id", "problem": "it is missing"}]
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {
        "description": words,
        "headers": header_refs(headers or QUOTA),
        "content": {"application/problem+json": content},
    }


_LATER = (*QUOTA, "Retry-After")
_COMMON: dict[int, tuple[str, str, *tuple[str, ...]]] = {
    400: ("BadRequest", "The body is not JSON, or the `Idempotency-Key` is malformed."),
    401: (
        "Unauthorized",
        "The key or the signature is missing, wrong or too old.",
        "WWW-Authenticate",
    ),
    403: ("Forbidden", "The key does not have the required scope."),
    408: ("RequestTimeout", "The body took longer than eight seconds to arrive."),
    409: (
        "Conflict",
        "The first request with this `Idempotency-Key` is not answered yet.",
        *_LATER,
    ),
    413: ("ContentTooLarge", "The body is too large."),
    415: ("UnsupportedMediaType", "The body is not `application/json`, or is encoded."),
    422: (
        "UnprocessableContent",
        "Fields are missing or wrong, the customer was erased, or the `Idempotency-Key` came "
        "before with another request.",
    ),
    429: ("TooManyRequests", "Too many requests came with this key.", *_LATER),
    503: ("ServiceUnavailable", "The database or Telegram does not answer now.", *_LATER),
}
"""By status: a name, a description, and its headers."""
ANSWERS = {
    name: problem(status, words, *headers) for status, (name, words, *headers) in _COMMON.items()
}
"""The common responses by name, to which operations refer."""


def success(words: str, schema: Schema | None) -> Schema:
    described = {"description": words, "headers": header_refs(QUOTA)}
    return described | ({"content": {"application/json": {"schema": schema}}} if schema else {})


def common(*statuses: int) -> dict[str, Schema]:
    return {
        str(status): {"$ref": f"#/components/responses/{_COMMON[status][0]}"} for status in statuses
    }


def answers(operation: Operation, schemas: Schemas) -> dict[str, Schema]:
    """All responses of the operation, by status."""
    met = set(_met_by(operation))
    own: dict[int, str] = {}
    for refusal in operation.refusals.values():
        before = own.get(refusal.status) or (refusal.status in met and _COMMON[refusal.status][1])
        own[refusal.status] = f"{before} {refusal.detail}" if before else refusal.detail
    refused = {str(int(status)): problem(status, words) for status, words in own.items()}
    schema = schemas.answered(operation.answer) if operation.answer else None
    succeeded = {str(int(operation.status)): success("Done.", schema)}
    return dict(sorted({**succeeded, **common(*met), **refused}.items()))


def _met_by(operation: Operation) -> Iterable[int]:
    writes = operation.scope is not Scope.READ
    path: Any = operation.path.model_fields.values() if operation.path else ()
    is_checked = operation.query or operation.body or any(part.metadata for part in path)
    yield from (401, 403, 429, 503)
    if operation.body:
        yield from (408, 413, 415)
    if operation.body or writes:
        yield 400
    if writes:
        yield 409
    if is_checked or writes:
        yield 422
