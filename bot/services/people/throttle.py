"""Throttles: whoever guesses is slowed down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.throttles import Throttles


@dataclass(frozen=True)
class Limit:
    """So many ``misses`` ``within`` that time are the last that are looked at."""

    kind: str
    misses: int
    within: timedelta


CODES = Limit("code", 5, timedelta(minutes=15))
LOOKUPS = Limit("lookup", 20, timedelta(minutes=10))


@dataclass
class TooManyTries(Exception):
    """The person has to wait, at most ``wait``; a right guess would be refused as well."""

    wait: timedelta


class Throttle:
    """One limit, for every person on their own. A success does not make good for misses."""

    def __init__(self, throttles: Throttles, limit: Limit) -> None:
        self._throttles = throttles
        self._limit = limit

    @asynccontextmanager
    async def trying(self, person: int, *, miss: type[Exception]) -> AsyncIterator[None]:
        """Around a try that raises ``miss`` when it fails.

        Raises `TooManyTries` instead of trying. Two database operations for a miss, else one.
        """
        limit = self._limit
        misses = await self._throttles.misses(limit.kind, person)
        if is_reached(limit, misses, datetime.now(UTC)):
            raise TooManyTries(limit.within)
        try:
            yield
        except miss:
            now = datetime.now(UTC)
            await self._throttles.add(
                limit.kind, person, now, keep=limit.misses, expires_at=now + limit.within
            )
            raise


def is_reached(limit: Limit, misses: list[datetime], now: datetime) -> bool:
    lately = [at for at in misses if at > now - limit.within]
    return len(lately) >= limit.misses
