"""Idempotency: a request that bears a key is done once, and its repeats get the first answer.

After draft-ietf-httpapi-idempotency-key-header. Success is remembered for a day; whatever was
refused or failed may be tried again with the same key.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.idempotency import Repeatables
from storage.models import Repeatable

PATIENCE = timedelta(seconds=30)
"""After that, whoever has not answered never will."""


class AnotherRequest(Exception):
    """The key came before, with another request."""


class StillAtWork(Exception):
    """The first request with this key is not answered yet."""


@dataclass(frozen=True)
class Answered:
    """``customer_id``: whom it concerns, so that it can be erased with the rest."""

    status: int
    body: str | None = None
    customer_id: str | None = None


class Idempotency:
    def __init__(self, requests: Repeatables, clock: Callable[[], datetime]) -> None:
        self._requests = requests
        self._clock = clock

    async def once(
        self, key: str, digest: bytes, work: Callable[[], Awaitable[Answered]]
    ) -> Answered:
        """What ``work`` answers, or did when it was done for this key before.

        ``digest``: a hash of the request. Raises `AnotherRequest`, `StillAtWork`, and what the work
        raises.
        """
        now = self._clock()
        request = Repeatable(id=key, digest=digest, at=now, until=now + PATIENCE)
        if not await self._requests.begin(request) and (before := await self._before(request)):
            return before
        try:
            answered = await work()
        except BaseException:
            await self._requests.forget(request)
            raise
        await self._requests.answer(request.model_copy(update=vars(answered)))
        return answered

    async def _before(self, request: Repeatable) -> Answered | None:
        """What was answered before. None: nothing ever will be, and the request may be done."""
        before = await self._requests.get(request.id)
        if before is None:
            raise StillAtWork  # it came to nothing just now
        if before.digest != request.digest:
            raise AnotherRequest
        if before.status is not None:
            return Answered(before.status, before.body)
        if before.until > request.at or not await self._requests.take_over(before, request.until):
            raise StillAtWork
        return None
