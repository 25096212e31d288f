"""Traces of events that could not be read, with the ids in the event itself, if they are valid."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import StringConstraints, TypeAdapter, ValidationError

from bot.services.orders.traces import trace_event
from bot.services.orders.values import Identifier
from handlers.web.problems import Problem

EventId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,256}$")]

_EVENT = TypeAdapter[str](EventId)
_ORDER = TypeAdapter[str](Identifier)


@contextmanager
def unread_traced(
    body: bytes, *, event_id: str | None = None, order_id: object = None
) -> Iterator[None]:
    """Traces the event if reading it raises a `Problem`, which is raised again.

    ``event_id``, ``order_id``: if they are known otherwise than from the body.
    """
    try:
        yield
    except Problem as problem:
        trace_unread(_loaded(body), problem, event_id=event_id, order_id=order_id)
        raise


def trace_unread(
    said: object, problem: Problem, *, event_id: str | None = None, order_id: object = None
) -> None:
    """Traces one event. ``said``: the event as parsed JSON."""
    event = event_id or _name(_EVENT, _member(said, "id"))
    order = _name(_ORDER, order_id or _member(_member(said, "data"), "order_id"))
    trace_event("refused", [event] if event else [], order=order, why=problem.in_brief)


def _loaded(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _member(of: object, name: str) -> Any:
    return of.get(name) if isinstance(of, dict) else None


def _name(form: TypeAdapter[str], given: object) -> str | None:
    try:
        return form.validate_python(given, strict=True)
    except ValidationError:
        return None
