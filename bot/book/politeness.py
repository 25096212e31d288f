"""How long to wait between calls to a shop's API, so that it is not overloaded.

Pure functions, which `bot.book.api` uses.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST_ATTEMPTS = 8
"""About two minutes, if the shop does not say how long to wait."""
FIRST_WAIT = 1
LONGEST_WAIT = 60
"""Seconds."""
LONGEST_REST = timedelta(minutes=10)
"""If the shop asks for a longer wait, the import ends, and can be run again later."""
SECONDS_TO_LEAK = 20
"""Seconds in which Shopify's full bucket empties: 40 requests at 2 a second, 400 at 20."""
ROOM = 0.75
"""The part of the bucket that we use. The rest is left to the shop's other apps."""


def wait_before(attempt: int, headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long to wait after so many failed attempts. None: give up."""
    if attempt >= MOST_ATTEMPTS:
        return None
    asked = retry_after(headers.get("Retry-After", ""), now)
    if asked is None:
        return timedelta(seconds=min(FIRST_WAIT * 2.0 ** (attempt - 1), LONGEST_WAIT))
    return asked if asked <= LONGEST_REST else None


def retry_after(header: str, now: datetime) -> timedelta | None:
    """The wait in a header: seconds, also as ``2.0`` (Shopify), or a date. None: there is none."""
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
    """How long to wait after Shopify's ``32/40``, which says how full the bucket is."""
    used, _, size = call_limit.partition("/")
    if not (used.isdecimal() and size.isdecimal() and int(size)):
        return timedelta()
    over = int(used) - ROOM * int(size)
    return timedelta(seconds=max(over, 0) * SECONDS_TO_LEAK / int(size))
