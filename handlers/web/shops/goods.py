"""Converts shop systems' lists of items to the form of the contract."""

from collections.abc import Iterable
from typing import Any, Protocol

from bot.services.orders.extras import MOST_ITEMS


class Line(Protocol):
    """A line of an order. ``name``: None if it cannot be read."""

    @property
    def name(self) -> str | None: ...

    @property
    def count(self) -> int: ...

    @property
    def image_url(self) -> str | None: ...


def named(lines: Iterable[Line]) -> list[dict[str, Any]] | None:
    """The items with their names. None if one has no name or there are too many, because a partial
    list would look complete."""
    there = [line for line in lines if line.count > 0]
    if not 0 < len(there) <= MOST_ITEMS or not all(line.name for line in there):
        return None
    return [
        {"name": line.name, "quantity": line.count, "image_url": line.image_url} for line in there
    ]


def all_of(lines: Iterable[Line]) -> list[dict[str, Any]] | int | None:
    """All items of an order, by name or else only their number. None if that is not plausible."""
    lines = list(lines)
    count = sum(line.count for line in lines)
    return (named(lines) or count) if 0 < count < 1000 else None
