"""`POST /api/v1/events/batch`: many order events, each with its own result."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Annotated, Any, TypeVar

from aiohttp import web
from pydantic import (
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from bot.services.orders.recording import Refused
from bot.services.people.privacy import CustomerErased
from bot.services.shop.keys import Scope
from handlers.web.api.events import AnyEvent, NumberedEvent, NumberedMove, said
from handlers.web.api.operation import Body, example, operation, records_events
from handlers.web.backend import Backend
from handlers.web.orders import Result, take_move
from handlers.web.problems import Problem, TryLater, WrongFields, in_time
from handlers.web.refusals import OF_EVENTS
from handlers.web.unread import trace_unread
from storage.errors import DatabaseError, is_passing

MOST = 500
LARGEST = 1024 * 1024
"""Bytes."""

T = TypeVar("T")

routes = web.RouteTableDef()


def _or_why_not(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    """An invalid event becomes `Unread`, so that it does not affect the others."""
    try:
        return validate(value)
    except ValidationError as error:
        return Unread(value, WrongFields.from_pydantic(error))


@dataclass(frozen=True)
class Unread:
    """An event that could not be read. ``said``: its parsed JSON."""

    said: Any
    problem: Problem


class EventBatch(Body):
    """Many events. Those of one order are recorded in the order of the list."""

    events: Annotated[
        list[Annotated[AnyEvent, WrapValidator(_or_why_not)]],
        Field(min_length=1, max_length=MOST),
    ]


class BatchedResult(Body):
    """The answer that the event would have got by itself."""

    model_config = example(id="evt_1", status=200, result="recorded", detail=None, errors=None)

    id: str | None
    """Null if the event could not be read."""
    status: int
    """The HTTP status."""
    result: Result | None = None
    detail: str | None = None
    errors: list[dict[str, str]] | None = None


class BatchResult(Body):
    """The result for each event."""

    results: list[BatchedResult]
    """In the order of the events."""


@routes.post("/api/v1/events/batch")
@operation(Scope.WRITE, largest=LARGEST, in_time=False)
@records_events
async def record_events(backend: Backend, body: EventBatch) -> BatchResult:
    """Record up to 500 events; each gets its own result.

    Send those with status 503 again. Sending everything again does no harm.
    """
    unread = {n: e for n, e in enumerate(body.events) if isinstance(e, Unread)}
    for event in unread.values():
        trace_unread(event.said, event.problem)
    results = {n: _refused(event.problem) for n, event in unread.items()}
    moves = [(n, e) for n, e in enumerate(body.events) if isinstance(e, NumberedMove)]
    numbered = [(n, e) for n, e in enumerate(body.events) if isinstance(e, NumberedEvent)]
    numbered.sort(key=lambda each: each[1].data.order_id)
    of_orders = [list(group) for _, group in groupby(numbered, key=lambda e: e[1].data.order_id)]
    taken = await asyncio.gather(*(_take(backend, [e for _, e in group]) for group in of_orders))
    for group, answers in zip(of_orders, taken, strict=True):
        results |= {n: answer for (n, _), answer in zip(group, answers, strict=True)}
    moved = await asyncio.gather(*(_take_move(backend, move) for _, move in moves))
    results |= {n: answer for (n, _), answer in zip(moves, moved, strict=True)}
    return BatchResult(results=[results[n] for n in sorted(results)])


async def _take(backend: Backend, events: Sequence[NumberedEvent]) -> list[BatchedResult]:
    """Records the events of one order in one write."""
    recording = backend.intake.record_in_turn([said(event) for event in events])
    outcomes = await _or_problem(recording)
    if isinstance(outcomes, Problem):
        return [_refused(outcomes, event.id) for event in events]
    return [_result(e, outcome) for e, outcome in zip(events, outcomes, strict=True)]


async def _take_move(backend: Backend, move: NumberedMove) -> BatchedResult:
    """Takes a courier's place, after all events: one of them may change whether it is of use."""
    result = await _or_problem(take_move(backend, move))
    if isinstance(result, Problem):
        return _refused(result, move.id)
    return BatchedResult(id=move.id, status=HTTPStatus.OK, result=result)


async def _or_problem(work: Awaitable[T]) -> T | Problem:
    """The result, or the problem with which a single event would have been answered."""
    try:
        return await in_time(work)
    except (Refused, CustomerErased) as refused:
        return OF_EVENTS[type(refused)].problem()
    except TryLater as away:
        return away
    except DatabaseError as error:
        if not is_passing(error):
            raise
        return TryLater()


def _result(event: NumberedEvent, outcome: bool | Refused) -> BatchedResult:
    if isinstance(outcome, Refused):
        return _refused(OF_EVENTS[type(outcome)].problem(), event.id)
    result: Result = "recorded" if outcome else "duplicate"
    return BatchedResult(id=event.id, status=HTTPStatus.OK, result=result)


def _refused(problem: Problem, event_id: str | None = None) -> BatchedResult:
    return BatchedResult(
        id=event_id,
        status=problem.status,
        detail=problem.detail,
        errors=problem.members.get("errors"),
    )
