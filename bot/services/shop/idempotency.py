"""Idempotency: a request with a key is carried out once, and its repeats get the first answer.

It follows draft-ietf-httpapi-idempotency-key-header. Successful answers are stored for a day.
A request that was refused or failed may be tried again with the same key.
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
    """The key was used before, for another request."""


class StillAtWork(Exception):
    """The first request with this key is not answered yet."""


class AnswerLost(Exception):
    """The request was carried out, but its answer cannot be decrypted any more."""


@dataclass(frozen=True)
class Answered:
    """``customers``, ``orders``: the ids that it concerns, so that an erasure finds it."""

    status: int
    body: str | None = None
    customers: Sequence[str] = ()
    orders: Sequence[str] = ()


@dataclass(frozen=True)
class KeyedRequest:
    """A request with a ``key``. ``by``: the API key, which has idempotency keys of its own.

    ``request``: method, path and body, to compare repeats.
    """

    by: ApiKey
    key: str
    request: bytes


class Idempotency:
    def __init__(self, requests: Repeatables, clock: Callable[[], datetime], seal: Seal) -> None:
        self._requests = requests
        self._clock = clock
        self._seal = seal

    async def once(self, asked: KeyedRequest, work: Callable[[], Awaitable[Answered]]) -> Answered:
        """The answer of ``work``, or the stored one if it was done for this key before.

        Raises `AnotherRequest`, `StillAtWork`, `AnswerLost`, and what ``work`` raises.
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
        answer = {
            "status": answered.status,
            "body": answered.body,
            "customer_id": list(answered.customers) or None,
            "order_id": list(answered.orders) or None,
        }
        await self._requests.answer(request.model_copy(update=answer))
        return answered

    def _id(self, asked: KeyedRequest) -> str:
        """An unnamed API key is identified by its secret: its place may go to another key."""
        by = asked.by.name
        if not asked.by.is_named:
            by = self._seal.fingerprint(asked.by.secret).hex()
        return hashlib.sha256(f"{by}\0{asked.key}".encode()).hexdigest()

    async def _before(self, request: Repeatable) -> Answered | None:
        """The stored answer. None: the first attempt has died, and this one takes over."""
        try:
            before = await self._requests.get(request.id)
        except SealedWithAnotherKey:
            raise AnswerLost from None
        if before is None:
            raise StillAtWork  # the first attempt failed just now; the caller may try again
        if not self._seal.is_digest(before.digest, request.digest):
            raise AnotherRequest
        if before.status is not None:
            return Answered(before.status, before.body)
        if before.until > request.at or not await self._requests.take_over(before, request.until):
            raise StillAtWork
        return None
