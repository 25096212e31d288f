"""A clock that is moved on: that of the whole process, so of all that runs in it."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Self

import time_machine


class MovedClock:
    """``with MovedClock() as clock``: after it, the time is the machine's again.

    What waits for some seconds (`asyncio.sleep`) goes by another clock, which is not moved.
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
