"""Days and times as each language writes them, where no phone fills in its own."""

from datetime import date, datetime, timedelta

from babel.dates import format_date, get_timezone_name


def day(at: date, language: str, *, weekday: bool = True, year: bool = False) -> str:
    """``Thu 26 Nov``, ``26 Nov 2026``."""
    of_month = "'1er'" if language == "fr" and at.day == 1 else "d"
    pattern = f"{'EEE ' if weekday else ''}{of_month} MMM{' y' if year else ''}"
    return format_date(at, pattern, locale=language)


def clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def zone(at: datetime, language: str) -> str:
    """``CET``; ``GMT+3`` where the language has no short name of its own."""
    name, offset = get_timezone_name(at, "short", locale=language), at.utcoffset() or timedelta()
    if at.tzname() == "UTC":
        return "UTC"
    if name[:1] not in "+-":
        return name
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "+" if offset > timedelta() else "-"
    return f"GMT{sign}{hours}" + (f":{minutes:02}" if minutes else "")
