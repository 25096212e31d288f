"""`POST /api/v1/events/batch`: many order events, each with its own result."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Annotated, Any, Literal

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
from handlers.web.api.events import NumberedEvent, said
from handlers.web.api.operation import Body, example, operation
from handlers.web.backend import Backend
from handlers.web.problems import Problem, TryLater, WrongFields, in_time
from handlers.web.refusals import OF_EVENTS
from storage.errors import DatabaseError, is_passing

MOST = 500
LARGEST = 1024 * 1024
"""Bytes."""

routes = web.RouteTableDef()


def _or_why_not(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    """One wrong event of many takes none of the others with it."""
    try:
        return validate(value)
    except ValidationError as error:
        return WrongFields.from_pydantic(error)


class EventBatch(Body):
    """Those of one order are recorded as they stand, one after the other."""

    events: Annotated[
        list[Annotated[NumberedEvent, WrapValidator(_or_why_not)]],
        Field(min_length=1, max_length=MOST),
    ]


class BatchedResult(Body):
    """As the event alone would have been answered."""

    model_config = example(id="evt_1", status=200, result="recorded", detail=None, errors=None)

    id: str | None
    """Null where the event could not be read."""
    status: int
    """Of HTTP."""
    result: Literal["recorded", "duplicate"] | None = None
    detail: str | None = None
    errors: list[dict[str, str]] | None = None


class BatchResult(Body):
    """What became of each event."""

    results: list[BatchedResult]
    """In the order of the events."""


@routes.post("/api/v1/events/batch")
@operation(Scope.WRITE, largest=LARGEST, in_time=False)
async def take_events(backend: Backend, body: EventBatch) -> BatchResult:
    """Record up to 500 events; each gets its own result.

    Send again what was answered 503. To send everything again does no harm.
    """
    results = {n: _refused(e) for n, e in enumerate(body.events) if isinstance(e, WrongFields)}
    numbered = [(n, e) for n, e in enumerate(body.events) if isinstance(e, NumberedEvent)]
    numbered.sort(key=lambda each: each[1].data.order_id)
    of_orders = [list(group) for _, group in groupby(numbered, key=lambda e: e[1].data.order_id)]
    taken = await asyncio.gather(*(_take(backend, [e for _, e in group]) for group in of_orders))
    for group, answers in zip(of_orders, taken, strict=True):
        results |= {n: answer for (n, _), answer in zip(group, answers, strict=True)}
    return BatchResult(results=[results[n] for n in sorted(results)])


async def _take(backend: Backend, events: Sequence[NumberedEvent]) -> list[BatchedResult]:
    """Events of one order, in one write."""
    recording = backend.intake.record_in_turn([said(event) for event in events])
    problem: Problem
    try:
        outcomes = await in_time(recording)
    except CustomerErased:
        problem = OF_EVENTS[CustomerErased].problem()
    except TryLater as away:
        problem = away
    except DatabaseError as error:
        if not is_passing(error):
            raise
        problem = TryLater()
    else:
        return [_result(e, outcome) for e, outcome in zip(events, outcomes, strict=True)]
    return [_refused(problem, event.id) for event in events]


def _result(event: NumberedEvent, outcome: bool | Refused) -> BatchedResult:
    if isinstance(outcome, Refused):
        return _refused(OF_EVENTS[type(outcome)].problem(), event.id)
    result: Literal["recorded", "duplicate"] = "recorded" if outcome else "duplicate"
    return BatchedResult(id=event.id, status=HTTPStatus.OK, result=result)


def _refused(problem: Problem, event_id: str | None = None) -> BatchedResult:
    return BatchedResult(
        id=event_id,
        status=problem.status,
        detail=problem.detail,
        errors=problem.members.get("errors"),
    )
