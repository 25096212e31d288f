"""The OpenAPI 3.1 description of the service, generated from what its routes declare."""

import inspect
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import web
from pydantic import BaseModel

from bot.services.orders.moves import PostedEvent
from bot.services.shop.keys import Scope
from handlers.web.api.idempotency import HEADER, LONGEST
from handlers.web.api.openapi.answers import ANSWERS, HEADERS, PROBLEM, answers
from handlers.web.api.openapi.events_back import EVENTS, events_back
from handlers.web.api.openapi.events_back import TAG as BACK
from handlers.web.api.openapi.events_back import WORDS as BACK_WORDS
from handlers.web.api.openapi.schemas import Schemas
from handlers.web.api.openapi.webhook import TAG, WORDS, Taken, signed_headers, webhook
from handlers.web.api.operation import Operation

INTRODUCTION = Path(__file__).with_name("introduction.md")
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "One of the keys in `API_KEYS`. Each operation says which scope it needs.",
}
IDEMPOTENCY_KEY = {
    "name": HEADER,
    "in": "header",
    "description": "Chosen by you. For a day, a repeated request gets the first answer again.",
    "schema": {"type": "string", "pattern": f"^[!-~]{{1,{LONGEST}}}$", "examples": ["8e03978e"]},
}
PARTS_OF_PATHS = {
    "customer_id": ("Your id of the customer.", "cus_7"),
    "order_id": ("Your id of the order.", "ord_1"),
    "link_id": ("The link's id, from an earlier answer.", "5f0d1c2b3a49"),
    "request_id": ("The request's id, from the list.", "c3a1f00d"),
    "word": ("The word, as the shop sends it.", "gone"),
    "dead_letter_id": ("The letter's id, from the list.", "0b9f4c7d2e61"),
}


class Described(NamedTuple):
    method: str
    path: str
    operation: Operation


def document(app: web.Application) -> dict[str, Any]:
    """The content of `/openapi.json`, as plain values."""
    described = list(_operations(app))
    operations = [one.operation for one in described]
    schemas = Schemas(
        taken=[PostedEvent, *EVENTS.values(), *(one.body for one in operations if one.body)],
        answered=[Taken, *(one.answer for one in operations if one.answer)],
    )
    paths: dict[str, dict[str, Any]] = {}
    for one in described:
        paths.setdefault(one.path, {})[one.method] = _described(one, schemas)
    paths["/webhooks/orders"] = {"post": webhook(schemas)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Trackline",
            "version": version("trackline"),
            "description": INTRODUCTION.read_text(),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "./", "description": "this service"}],
        "tags": list(_tags(described)),
        "paths": paths,
        "webhooks": events_back(schemas, signed_headers()),
        "components": {
            "schemas": {"Problem": PROBLEM, **schemas.components()},
            "responses": ANSWERS,
            "headers": HEADERS,
            "parameters": {"IdempotencyKey": IDEMPOTENCY_KEY},
            "securitySchemes": {"bearer": BEARER},
        },
    }


def _operations(app: web.Application) -> Iterable[Described]:
    for route in app.router.routes():
        declared = getattr(route.handler, "operation", None)
        if declared and route.resource and route.method != "HEAD":
            yield Described(route.method.lower(), route.resource.canonical, declared)


def _described(one: Described, schemas: Schemas) -> dict[str, Any]:
    operation = one.operation
    summary, _, more = (inspect.getdoc(operation.handler) or "").partition("\n\n")
    described = {
        "operationId": operation.handler.__name__,
        "tags": [_tag(one)],
        "summary": summary.replace("``", "").removesuffix("."),
        "description": f"{more}\n\nNeeds a key with the scope `{operation.scope}`.".strip(),
        "security": [{"bearer": [operation.scope]}],
        "parameters": list(_parameters(operation, schemas)),
        "responses": answers(operation, schemas),
    }
    if operation.body:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas.taken(operation.body)}},
        }
    return {name: value for name, value in described.items() if value}


def _parameters(operation: Operation, schemas: Schemas) -> Iterable[dict[str, Any]]:
    for name, schema, _ in _fields(operation.path, schemas):
        words, example = PARTS_OF_PATHS.get(name, ("", None))
        known = {"minLength": 1} | ({"examples": [example]} if example else {})
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": schema.pop("description", words),
            "schema": {**known, **schema},
        }
    for name, schema, required in _fields(operation.query, schemas):
        words = schema.pop("description", "")
        yield {
            "name": name,
            "in": "query",
            "required": required,
            "description": words,
            "schema": schema,
        }
    if operation.scope is not Scope.READ:
        yield {"$ref": "#/components/parameters/IdempotencyKey"}


def _fields(
    model: type[BaseModel] | None, schemas: Schemas
) -> Iterable[tuple[str, dict[str, Any], bool]]:
    """For each field: its name, its schema, and whether it is required."""
    if model is None:
        return
    schema = schemas.inline(model)
    for name, field in schema["properties"].items():
        yield name, field, name in schema.get("required", ())


def _tags(described: Iterable[Described]) -> Iterable[dict[str, str]]:
    """Each tag, described by the docstring of the module with its name."""
    files = dict.fromkeys((_tag(one), one.operation.handler.__module__) for one in described)
    for tag, module in files:
        if module.endswith("." + tag.lower().replace(" ", "_")):
            line = (sys.modules[module].__doc__ or "").partition("\n")[0].rpartition("`: ")[2]
            yield {"name": tag, "description": line[:1].upper() + line[1:]}
    yield {"name": TAG, "description": WORDS}
    yield {"name": BACK, "description": BACK_WORDS}


def _tag(one: Described) -> str:
    """Its module's name, if that is a part of the path, else the part after `/api/v1/`."""
    parts = one.path.split("/")
    file = one.operation.handler.__module__.rpartition(".")[2].replace("_", "-")
    return (file if file in parts else parts[3]).replace("-", " ").capitalize()
