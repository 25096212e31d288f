"""Values in the forms of databases and programs: MongoDB's extended JSON, dates of any kind."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

MILLISECONDS = 10**11
"""A number from here on counts milliseconds; one below counts seconds."""
_ZONE = re.compile(r"\s+(UTC|[+-]\d\d:?\d\d)$")


def unwrapped(value: object) -> object:
    """``{"$oid": "…"}`` or ``{"$date": {"$numberLong": "…"}}`` → the value inside."""
    while isinstance(value, Mapping) and len(value) == 1 and next(iter(value)).startswith("$"):
        value = next(iter(value.values()))
    return value


def counted(value: object) -> datetime | None:
    """The time for seconds or milliseconds since 1970, also as text. None: it is no such number."""
    if isinstance(value, str) and re.fullmatch(r"\s*\d{9,}(\.\d+)?\s*", value):
        value = float(value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value / (1000 if value >= MILLISECONDS else 1), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _close(zone: re.Match[str]) -> str:
    """The zone without a space before it, as in ISO 8601. Spreadsheets write "09:30:00 +0300"."""
    return "Z" if zone[1] == "UTC" else zone[1]


def any_moment(value: object) -> datetime:
    """Reads a datetime, ISO 8601 text, or a number as in `counted`. Without a zone it is UTC.

    Raises ValueError.
    """
    found = value if isinstance(value, datetime) else counted(value)
    if found is None and isinstance(value, str):
        try:
            found = datetime.fromisoformat(_ZONE.sub(_close, value.strip()))
        except ValueError:
            found = None
    if found is None:
        raise ValueError("it should be a date and time, like 2026-11-23T09:30:00Z")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
