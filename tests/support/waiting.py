"""Waits by polling for what another part of the system does without a notification."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sandbox.waiting import TIMEOUT

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T]], within: float = TIMEOUT) -> T:
    """The first true result of ``look``. Raises TimeoutError after ``within`` seconds."""
    async with asyncio.timeout(within):
        while True:
            if found := await look():
                return found
            await asyncio.sleep(0.01)
