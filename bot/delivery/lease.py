"""A lease, as its holder keeps it: the right to serve a mailbox, a conversation or a map."""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self


@dataclass(frozen=True)
class Lease:
    """``until``: its end, as the other replicas know it. ``ends``: the same in seconds on the
    monotonic clock, which goes on while this process is paused."""

    token: str
    until: datetime
    ends: float

    @classmethod
    def taken(cls, now: datetime, length: timedelta) -> Self:
        """A new lease, to be written now. It ends here a little earlier than for the others."""
        ends = time.monotonic() + length.total_seconds()
        return cls(secrets.token_hex(8), now + length, ends)


def is_over(ends: float) -> bool:
    """Whether another replica may have taken over."""
    return time.monotonic() >= ends
