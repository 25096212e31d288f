"""How a shop's API is asked so that it bears it: when to rest, and when to ask once more.

Pure decisions; `bot.book.api` does what they say.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST_ATTEMPTS = 8
"""Some two minutes, unless the shop says how long."""
FIRST_WAIT = 1
LONGEST_WAIT = 60
"""Seconds."""
LONGEST_REST = timedelta(minutes=10)
"""Who is told to come back later than that, does so by running the import again."""
SECONDS_TO_LEAK = 20
"""In which a full bucket of Shopify's has leaked: 40 requests at 2 a second, 400 at 20."""
ROOM = 0.75
"""Of the bucket that is used; the rest is left to the shop's other apps."""


def wait_before(attempt: int, headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Until the next attempt, after so many of which none was answered. None: no more of them."""
    if attempt >= MOST_ATTEMPTS:
        return None
    asked = retry_after(headers.get("Retry-After", ""), now)
    if asked is None:
        return timedelta(seconds=min(FIRST_WAIT * 2.0 ** (attempt - 1), LONGEST_WAIT))
    return asked if asked <= LONGEST_REST else None


def retry_after(header: str, now: datetime) -> timedelta | None:
    """Seconds, also as Shopify writes them (``2.0``), or a date."""
    try:
        wait = timedelta(seconds=float(header))
    except (ValueError, OverflowError):
        try:
            at = parsedate_to_datetime(header)
        except ValueError:
            return None
        wait = at.astimezone(UTC) - now
    return max(wait, timedelta())


def rest_after(call_limit: str) -> timedelta:
    """``32/40``, as Shopify says how full the bucket is: until there is room in it again."""
    used, _, size = call_limit.partition("/")
    if not (used.isdecimal() and size.isdecimal() and int(size)):
        return timedelta()
    over = int(used) - ROOM * int(size)
    return timedelta(seconds=max(over, 0) * SECONDS_TO_LEAK / int(size))
