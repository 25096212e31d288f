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

from bot.services.shop.keys import Scope
from handlers.web.api.events import REFUSALS, NumberedEvent, record
from handlers.web.api.operation import Body, example, operation
from handlers.web.backend import Backend
from handlers.web.problems import Problem, TryLater, WrongFields, in_time
from storage.errors import DatabaseError, is_passing

MOST = 500
LARGEST = 1024 * 1024
"""Bytes."""
AT_ONCE = 16
"""Orders that are worked on at the same time."""

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
    batch = _Batch(backend, body.events)
    await batch.run()
    return BatchResult(results=batch.results)


class _Batch:
    def __init__(self, backend: Backend, events: Sequence[NumberedEvent | WrongFields]) -> None:
        self._backend = backend
        self._free = asyncio.Semaphore(AT_ONCE)
        self._away: TryLater | None = None
        self._numbered = [(n, e) for n, e in enumerate(events) if isinstance(e, NumberedEvent)]
        refused = {n: _refused(e) for n, e in enumerate(events) if isinstance(e, WrongFields)}
        self._results = refused

    @property
    def results(self) -> list[BatchedResult]:
        return [self._results[n] for n in sorted(self._results)]

    async def run(self) -> None:
        by_order = sorted(self._numbered, key=lambda each: each[1].data.order_id)
        orders = groupby(by_order, key=lambda each: each[1].data.order_id)
        await asyncio.gather(*(self._in_turn(list(events)) for _, events in orders))

    async def _in_turn(self, events: Sequence[tuple[int, NumberedEvent]]) -> None:
        async with self._free:
            for n, event in events:
                self._results[n] = await self._result(event)

    async def _result(self, event: NumberedEvent) -> BatchedResult:
        """Once the database is away, the rest does not wait for it one by one."""
        if self._away:
            return _refused(self._away, event.id)
        try:
            done = await in_time(record(self._backend, event))
        except tuple(REFUSALS) as error:
            return _refused(REFUSALS[type(error)].problem(), event.id)
        except TryLater as away:
            self._away = away
        except DatabaseError as error:
            if not is_passing(error):
                raise
            self._away = TryLater()
        else:
            return BatchedResult(status=HTTPStatus.OK, **done.model_dump())
        return _refused(self._away, event.id)


def _refused(problem: Problem, event_id: str | None = None) -> BatchedResult:
    return BatchedResult(
        id=event_id,
        status=problem.status,
        detail=problem.detail,
        errors=problem.members.get("errors"),
    )
