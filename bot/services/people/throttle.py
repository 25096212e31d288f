"""Throttles: limits for failed tries, against guessing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.throttles import Throttles


@dataclass(frozen=True)
class Limit:
    """The limit: after this many ``misses`` ``within`` this time, further tries are refused."""

    kind: str
    misses: int
    within: timedelta


CODES = Limit("code", 5, timedelta(minutes=15))
TYPED = Limit("typed", 60, timedelta(minutes=1))
"""For codes that are short enough to be typed, of all people together. While it is reached, nobody
can enter a code. Links by address still work."""
LOOKUPS = Limit("lookup", 20, timedelta(minutes=10))


@dataclass
class TooManyTries(Exception):
    """The person has to wait, at most ``wait``. Even a right guess is refused until then."""

    wait: timedelta


class Throttle:
    """Counts misses of each person against one limit. A success does not reset the count."""

    def __init__(self, throttles: Throttles, limit: Limit) -> None:
        self._throttles = throttles
        self._limit = limit

    @asynccontextmanager
    async def trying(
        self, person: int, *, miss: type[Exception], ceiling: Limit | None = None
    ) -> AsyncIterator[None]:
        """The context of a try, which raises ``miss`` when it fails.

        ``ceiling``: a limit for all people together. Raises `TooManyTries` on entry if a limit is
        reached. Two database operations for a miss, otherwise one.
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
        """The times of the person's latest misses, oldest first."""
        [misses] = await self._throttles.misses((self._limit.kind, person))
        return misses

    async def missed(self, person: int) -> None:
        """Counts a miss, for callers that check the limit themselves."""
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
