"""The lease under which a mailbox is served, as its holder keeps it."""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self


@dataclass(frozen=True)
class Lease:
    """``until``: its end, as the others know it. ``ends``: the same on our monotonic clock, which
    goes on while this process stands still."""

    token: str
    until: datetime
    ends: float

    @classmethod
    def taken(cls, now: datetime, length: timedelta) -> Self:
        """To be written now. Ours ends before the others know of it, so it is over for us first."""
        ends = time.monotonic() + length.total_seconds()
        return cls(secrets.token_hex(8), now + length, ends)


def is_over(ends: float) -> bool:
    """Whether somebody else may have it by now."""
    return time.monotonic() >= ends
