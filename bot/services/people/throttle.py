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
TYPED = Limit("typed", 60, timedelta(minutes=1))
"""Of all persons together, of codes that are short enough to be typed. While it is reached, nobody
can try one, be they ever so many; a link's own address works as ever."""
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
    async def trying(
        self, person: int, *, miss: type[Exception], ceiling: Limit | None = None
    ) -> AsyncIterator[None]:
        """Around a try that raises ``miss`` when it fails.

        ``ceiling``: what all persons together may miss. Raises `TooManyTries` instead of trying.
        Two database operations for a miss, else one.
        """
        counted = [(self._limit, person), *([(ceiling, None)] if ceiling else [])]
        which = [(limit.kind, whose) for limit, whose in counted]
        now = datetime.now(UTC)
        for (limit, _), misses in zip(counted, await self._throttles.misses(*which), strict=True):
            if is_reached(limit, misses, now):
                raise TooManyTries(limit.within)
        try:
            yield
        except miss:
            await self._add(*counted)
            raise

    async def misses(self, person: int) -> list[datetime]:
        """The person's latest, oldest first."""
        [misses] = await self._throttles.misses((self._limit.kind, person))
        return misses

    async def missed(self, person: int) -> None:
        """Whoever saw to the limit themselves has tried in vain."""
        await self._add((self._limit, person))

    async def _add(self, *counted: tuple[Limit, int | None]) -> None:
        now = datetime.now(UTC)
        await self._throttles.add_all(
            [((limit.kind, whose), limit.misses, now + limit.within) for limit, whose in counted],
            now,
        )


def is_reached(limit: Limit, misses: list[datetime], now: datetime) -> bool:
    lately = [at for at in misses if at > now - limit.within]
    return len(lately) >= limit.misses
