"""Tasks that run as long as the service. If one dies, the service fails."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any


class Supervision:
    """``end_timeout``: seconds that a task may take to end after it was asked to."""

    def __init__(self, end_timeout: float) -> None:
        self._end_timeout = end_timeout
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watched: set[asyncio.Task[None]] = set()

    async def failed(self) -> None:
        """Waits until a task dies, and raises its error. Usually that is never."""
        await asyncio.shield(self._failure)

    @asynccontextmanager
    async def running(
        self, run: Callable[[], Coroutine[Any, Any, None]], stop: Callable[[], None]
    ) -> AsyncIterator[None]:
        """Runs the task inside the block.

        At its end the task is asked to stop, and then cancelled.
        """
        task = self.watch(asyncio.create_task(run()))
        try:
            yield
        finally:
            stop()
            _, late = await asyncio.wait({task}, timeout=self._end_timeout)
            for task in late:
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def watch(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        """Makes the service fail if the task dies."""

        def ended(task: asyncio.Task[None]) -> None:
            error = None if task.cancelled() else task.exception()
            if error and not self._failure.done():
                self._failure.set_exception(error)

        self._watched.add(task)
        task.add_done_callback(ended)
        return task
