"""Idempotency: a request that bears a key is done once, and its repeats get the first answer.

After draft-ietf-httpapi-idempotency-key-header. Success is remembered for a day; whatever was
refused or failed may be tried again with the same key.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.shop.keys import ApiKey
from storage.idempotency import Repeatables
from storage.models import Repeatable
from storage.sealing import Seal, SealedWithAnotherKey

WORK_TIMEOUT = timedelta(seconds=30)
"""How long a request may be at work. After that it will never be answered, and may be repeated."""


class AnotherRequest(Exception):
    """The key came before, with another request."""


class StillAtWork(Exception):
    """The first request with this key is not answered yet."""


class AnswerLost(Exception):
    """The request was done, and what was answered cannot be read any more."""


@dataclass(frozen=True)
class Answered:
    """``customers``, ``orders``: whom it concerns, so that it can be erased with the rest."""

    status: int
    body: str | None = None
    customers: Sequence[str] = ()
    orders: Sequence[str] = ()


@dataclass(frozen=True)
class Asked:
    """``by``: whose ``key`` it is; each has idempotency keys of its own. ``request``: all of it."""

    by: ApiKey
    key: str
    request: bytes


class Idempotency:
    def __init__(self, requests: Repeatables, clock: Callable[[], datetime], seal: Seal) -> None:
        self._requests = requests
        self._clock = clock
        self._seal = seal

    async def once(self, asked: Asked, work: Callable[[], Awaitable[Answered]]) -> Answered:
        """What ``work`` answers, or did when it was done for this key before.

        Raises `AnotherRequest`, `StillAtWork`, `AnswerLost`, and what the work raises.
        """
        now = self._clock()
        request = Repeatable(
            id=self._id(asked),
            digest=self._seal.digest(hashlib.sha256(asked.request).digest()),
            at=now,
            until=now + WORK_TIMEOUT,
        )
        if not await self._requests.begin(request) and (before := await self._before(request)):
            return before
        try:
            answered = await work()
        except BaseException:
            await self._requests.forget(request)
            raise
        told = {
            "status": answered.status,
            "body": answered.body,
            "customer_id": list(answered.customers) or None,
            "order_id": list(answered.orders) or None,
        }
        await self._requests.answer(request.model_copy(update=told))
        return answered

    def _id(self, asked: Asked) -> str:
        """A key without a name is known by itself: what takes its place in the list is another."""
        by = asked.by.name
        if not asked.by.is_named:
            by = self._seal.fingerprint(asked.by.secret).hex()
        return hashlib.sha256(f"{by}\0{asked.key}".encode()).hexdigest()

    async def _before(self, request: Repeatable) -> Answered | None:
        """What was answered before. None: nothing ever will be, and the request may be done."""
        try:
            before = await self._requests.get(request.id)
        except SealedWithAnotherKey:
            raise AnswerLost from None
        if before is None:
            raise StillAtWork  # it came to nothing just now
        if not self._seal.is_digest(before.digest, request.digest):
            raise AnotherRequest
        if before.status is not None:
            return Answered(before.status, before.body)
        if before.until > request.at or not await self._requests.take_over(before, request.until):
            raise StillAtWork
        return None
