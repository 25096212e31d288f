"""Group commit: what is asked for while a call is on its way goes out with the next one.

The busier it is, the cheaper each. Nobody waits for others to come: an idle service calls at once.
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
"""What one call asks for at most: more would only make the first of them wait for the last."""
MOST_WAITING = 2000
"""Beyond that, whoever asks is refused at once: they could not be answered in time."""


class Rounds(Generic[Q, A]):
    """``call``: answers many questions at once, in their order; an error in the place of an answer
    is raised to whoever asked that question."""

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
        """Raises `Overloaded`, and what the call raises."""
        if len(self._waiting) >= MOST_WAITING:
            raise Overloaded
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._running is None:
            # Whoever happens to come first lends nothing of theirs to what is logged on the way.
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
        except Exception as error:  # noqa: BLE001 - it is raised to everyone who asked
            answers = [error] * len(asked)
        for (_, answer), given in zip(asked, answers, strict=True):
            if answer.done():  # whoever asked was cancelled
                continue
            if isinstance(given, Exception):
                answer.set_exception(given)
            else:
                answer.set_result(given)
