"""A clock that can be moved forward: the one of the whole process and everything in it."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Self

import time_machine


class MovedClock:
    """``with MovedClock() as clock``: after the block, the time is the machine's again.

    `asyncio.sleep` and timeouts use another clock, which is not moved.
    """

    def __init__(self) -> None:
        self._moved = ExitStack()
        self.ahead = timedelta()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._moved.close()

    def move_on(self, by: timedelta) -> None:
        self.ahead += by
        self._moved.enter_context(time_machine.travel(datetime.now(UTC) + by, tick=True))
