"""Waiting for something to become true, without polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

TIMEOUT = 30.0
"""Seconds after which a wait is given up. What is awaited takes milliseconds, or seconds on a busy
machine, so only a fault takes this long."""


class Signal:
    """Wakes everything that waits for a change.

    Like `asyncio.Condition`, but plain functions can fire it: `alice.block()` is not a coroutine,
    and neither are the Bot API's methods.
    """

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def fire(self) -> None:
        """Make every waiter check again."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, look: Callable[[], T | None], within: float | None = None) -> T | None:
        """Return the first true result of `look`, or None after `within` seconds."""
        loop = asyncio.get_running_loop()
        deadline = None if within is None else loop.time() + within
        while not (found := look()):
            left = None if deadline is None else deadline - loop.time()
            if left is not None and left <= 0:
                return None
            await self._next(left)
        return found

    async def _next(self, seconds: float | None) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait((future,), timeout=seconds)
        finally:
            self._waiting.discard(future)
