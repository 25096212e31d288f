"""How the Bot API's methods are declared, and how their parameters are read.

A call's parameters come as a query string, a form or JSON. A parameter is a string or a JSON value,
and both forms mean the same. Deliberately stricter than the real server: an unknown parameter or
field is refused (the real server ignores it), so that a misspelt name is noticed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import bad_request
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    content: bytes = field(repr=False)


Params = dict[str, Any]
"""Parsed parameters by name. An empty one counts as absent, as on the real server."""

Parser = Callable[[Any], Any]
Handler = Callable[[World, Params], Any | Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Result:
    """A result with a `description`, as the webhook methods return it."""

    value: Any
    description: str


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Bot API."""

    name: str
    parameters: Mapping[str, Parser]
    run: Handler

    def parse(self, raw: Mapping[str, Any]) -> Params:
        """Raises ApiError 400 for a malformed or unknown parameter."""
        parsed: Params = {}
        for name, value in raw.items():
            parser = self.parameters.get(name)
            if parser is None:
                raise bad_request(f'the sandbox knows no parameter "{name}" of {self.name}')
            if value is not None and value != "":
                parsed[name] = parser(value)
        return parsed


METHODS: dict[str, Method] = {}
"""By lower-case name: on the real server, too, the case does not matter."""


def method(name: str, /, **parameters: Parser) -> Callable[[Handler], Handler]:
    """Declare a method and all its parameters."""

    def declare(run: Handler) -> Handler:
        METHODS[name.lower()] = Method(name, parameters, run)
        return run

    return declare


def text(raw: Any) -> str:
    """A string. A JSON value is taken as its source text."""
    found = raw if isinstance(raw, str) else json.dumps(raw)
    try:
        found.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return found


def integer(raw: Any) -> int:
    """Like TDLib's `to_integer`: the leading digits, or 0 if there are none."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    found = re.match(r"-?\d{1,18}", str(raw))
    return int(found[0]) if found else 0


def chat(raw: Any) -> int | str:
    """A chat's id, or an @username (which never matches a chat in the sandbox)."""
    return raw if isinstance(raw, str) and raw.startswith("@") else integer(raw)


def boolean(raw: Any) -> bool:
    return str(raw).lower() in ("true", "yes", "1")


def json_value(what: str, kind: type) -> Parser:
    """JSON of the given kind, or a string that contains it. Errors call it `what`."""

    def parse(raw: Any) -> Any:
        try:
            value = json.loads(raw) if isinstance(raw, str) else raw
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None
        if not isinstance(value, kind):
            expected = "Object" if kind is dict else "Array"
            raise bad_request(f"{expected} expected as {what}")
        return value

    return parse


def unsupported(what: str) -> Parser:
    """A parameter of the Bot API that the sandbox does not support."""

    def parse(raw: Any) -> Any:
        raise bad_request(f"the sandbox does not do {what}")

    return parse


def only_fields(found: Mapping[str, Any], known: frozenset[str], what: str) -> None:
    """Raises ApiError 400 for an unknown field of an object."""
    if unknown := found.keys() - known:
        raise bad_request(f'the sandbox knows no field "{min(unknown)}" of {what}')
