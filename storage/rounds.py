"""Group commit: requests that arrive while a call is running go out together in the next call.

The higher the load, the cheaper each request. An idle service calls at once and never waits for
more requests to arrive.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from storage.errors import Overloaded

Q = TypeVar("Q")
A = TypeVar("A")

LARGEST = 64
"""The most questions in one call. With more, the first ones would only wait for the last."""
MOST_WAITING = 2000
"""With more waiting, new questions are refused at once: they could not be answered in time."""


class Rounds(Generic[Q, A]):
    """Batches the questions of concurrent callers.

    ``call``: answers many questions at once, in their order. An exception in place of an answer is
    raised to the caller of that question alone.
    """

    def __init__(
        self,
        call: Callable[[Sequence[Q]], Awaitable[Sequence[A | Exception]]],
        *,
        largest: int = LARGEST,
    ) -> None:
        self._call = call
        self._largest = largest
        self._waiting: deque[tuple[Q, asyncio.Future[A]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        """The answer. Raises `Overloaded`, and whatever the call raises."""
        if len(self._waiting) >= MOST_WAITING:
            raise Overloaded
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._running is None:
            # An empty context: log lines of the batch must not carry the first caller's values.
            self._running = asyncio.create_task(self._run(), context=contextvars.Context())
        return await answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), self._largest)
                await self._round([self._waiting.popleft() for _ in range(count)])
        finally:
            self._running = None

    async def _round(self, asked: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        answers: Sequence[A | Exception]
        try:
            answers = await self._call([question for question, _ in asked])
        except Exception as error:  # noqa: BLE001 - raised to every caller of this round
            answers = [error] * len(asked)
        for (_, answer), given in zip(asked, answers, strict=True):
            if answer.done():  # its caller was cancelled
                continue
            if isinstance(given, Exception):
                answer.set_exception(given)
            else:
                answer.set_result(given)
