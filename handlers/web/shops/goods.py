"""What is in an order, as shop systems list it, in the form of the contract."""

from collections.abc import Iterable
from typing import Any, Protocol

from bot.services.orders.extras import MOST_ITEMS


class Line(Protocol):
    """A line of an order. ``name``: None where it cannot be read."""

    @property
    def name(self) -> str | None: ...

    @property
    def count(self) -> int: ...

    @property
    def image_url(self) -> str | None: ...


def named(lines: Iterable[Line]) -> list[dict[str, Any]] | None:
    """Each by its name; None where one has none, or there are too many: some would pass for all."""
    there = [line for line in lines if line.count > 0]
    if not 0 < len(there) <= MOST_ITEMS or not all(line.name for line in there):
        return None
    return [
        {"name": line.name, "quantity": line.count, "image_url": line.image_url} for line in there
    ]


def all_of(lines: Iterable[Line]) -> list[dict[str, Any]] | int | None:
    """All of the order, by name or else by how many; None where that cannot be."""
    lines = list(lines)
    count = sum(line.count for line in lines)
    return (named(lines) or count) if 0 < count < 1000 else None
