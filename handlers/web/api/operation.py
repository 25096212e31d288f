"""Operations of the REST API: parameters, answers, errors and scope, declared once.

The same declaration validates the request, creates the response, and describes the operation in
`/openapi.json`.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar, get_type_hints

from aiohttp import web
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    JsonValue,
    ValidationError,
    create_model,
)

from bot.services.shop.idempotency import Answered
from bot.services.shop.keys import Scope
from handlers.web.api.idempotency import once
from handlers.web.api.keys import require_key
from handlers.web.backend import BACKEND, Backend
from handlers.web.body import LARGEST, parse, read_json_body
from handlers.web.problems import WrongFields, in_time
from handlers.web.refusals import Refusal
from handlers.web.unread import unread_traced

Handler = Callable[..., Awaitable[BaseModel | None]]
M = TypeVar("M", bound=BaseModel)


class Body(BaseModel):
    """The body of a request or response. The docstrings of its fields appear in `/openapi.json`."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Query(Body):
    """Query parameters. Unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")


def example(**members: JsonValue) -> ConfigDict:
    """A model configuration with an example for `/openapi.json`."""
    return ConfigDict(json_schema_extra={"examples": [members]})


def _whole_number(value: object) -> object:
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10):
        raise ValueError("it should be a whole number")
    return int(value)


OF_TEXT = BeforeValidator(_whole_number)
"""For a number in a query, in which all values are text."""


@dataclass(frozen=True)
class Operation:
    """``path``, ``query``, ``body``, ``answer``: their models; None if there is none.

    ``in_time``: answer 503 if the database takes too long. ``largest``: the most bytes in a body.
    ``records``: see `records_events`. ``for_console``: a console session may do it as well.
    """

    handler: Handler
    scope: Scope
    status: HTTPStatus
    refusals: Mapping[type[Exception], Refusal]
    in_time: bool
    largest: int
    records: bool
    for_console: bool
    path: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None

    async def run(self, request: web.Request) -> web.Response:
        key = require_key(request, self.scope, for_console=self.for_console)
        body = await self._read_body(request)
        given = self._given(request, body)
        work = partial(self._work, request.app[BACKEND], given)
        reads = self.scope is Scope.READ
        answered = await (work() if reads else once(request, body, work, by=key))
        return web.Response(
            status=answered.status,
            text=answered.body,
            content_type=None if answered.body is None else "application/json",
            headers={"Cache-Control": "no-store"},  # contains personal data
        )

    async def _read_body(self, request: web.Request) -> bytes:
        """No body counts as an empty object, so that each missing field is named."""
        if not self.body:
            return b""
        if not request.body_exists:
            return b"{}"
        return await read_json_body(request, largest=self.largest)

    def _given(self, request: web.Request, body: bytes) -> dict[str, Any]:
        tracing = unread_traced(body, order_id=request.match_info.get("order_id"))
        with tracing if self.records else nullcontext():
            return {**self._from_address(request), **self._from_body(body)}

    def _from_address(self, request: web.Request) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if self.path:
            path = _checked(self.path, dict(request.match_info))
            given |= {name: getattr(path, name) for name in self.path.model_fields}
        if self.query:
            given["query"] = _query(self.query, request)
        return given

    def _from_body(self, body: bytes) -> dict[str, Any]:
        return {"body": parse(self.body, body)} if self.body else {}

    async def _work(self, backend: Backend, given: Mapping[str, Any]) -> Answered:
        doing = self.handler(backend, **given)
        try:
            answer = await (in_time(doing) if self.in_time else doing)
        except tuple(self.refusals) as error:
            raise self.refusals[type(error)].problem() from None
        return Answered(
            self.status,
            answer.model_dump_json() if answer else None,
            customers=_named(given, "customer_id"),
            orders=_named(given, "order_id"),
        )


_FOR_CONSOLE = set[Handler]()
_RECORDING = set[Handler]()


def for_console(handler: Handler) -> Handler:
    """Decorator below `operation`: a console session may do it, without an API key."""
    _FOR_CONSOLE.add(handler)
    return handler


def records_events(handler: Handler) -> Handler:
    """Decorator below `operation`: it takes events, and traces those that cannot be read."""
    _RECORDING.add(handler)
    return handler


def operation(
    scope: Scope,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    refusals: Mapping[type[Exception], Refusal] | None = None,
    in_time: bool = True,
    largest: int = LARGEST,
) -> Callable[[Handler], Callable[[web.Request], Awaitable[web.Response]]]:
    """Decorator that makes a route of ``async def (backend, <path…>, query, body) -> answer``.

    The signature decides what the function gets: parts of the path by their names, ``query`` and
    ``body`` as their models. The docstring is the description.
    """

    def declare(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        declared = Operation(
            handler,
            scope,
            status,
            refusals or {},
            in_time,
            largest,
            handler in _RECORDING,
            handler in _FOR_CONSOLE,
            **_models(handler),
        )

        async def route(request: web.Request) -> web.Response:
            return await declared.run(request)

        route.__doc__, route.operation = handler.__doc__, declared  # type: ignore[attr-defined]
        return route

    return declare


def _models(handler: Handler) -> dict[str, type[BaseModel] | None]:
    hints = get_type_hints(handler, include_extras=True)
    answer = hints.pop("return")
    hints.pop("backend")
    query, body = hints.pop("query", None), hints.pop("body", None)
    path: Any = {name: (hint, ...) for name, hint in hints.items()}
    return {
        "path": create_model("Path", **path) if path else None,
        "query": query,
        "body": body,
        "answer": answer if inspect.isclass(answer) and issubclass(answer, BaseModel) else None,
    }


def _named(given: Mapping[str, Any], member: str) -> list[str]:
    """All text values of members with this name, at any depth, without duplicates."""

    def within(value: object) -> Iterator[str]:
        if isinstance(value, BaseModel):
            value = dict(value)
        if isinstance(value, dict):
            if isinstance(found := value.get(member), str):
                yield found
            for each in value.values():
                yield from within(each)
        elif isinstance(value, list):
            for each in value:
                yield from within(each)

    return list(dict.fromkeys(within(dict(given))))


def _query(model: type[M], request: web.Request) -> M:
    query = request.query
    if twice := sorted({name for name in query if len(query.getall(name)) > 1}):
        raise WrongFields([(name, "It is given more than once.") for name in twice])
    return _checked(model, dict(query))


def _checked(model: type[M], given: dict[str, Any]) -> M:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise WrongFields.from_pydantic(error) from None
