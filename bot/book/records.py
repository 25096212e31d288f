"""What stands in a book, row by row: an order, or why there is none."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from bot.services.orders.booked import WrongRecord
from bot.services.orders.catching_up import Booked


class Row(NamedTuple):
    """An order and its place, as people look for it. ``position``: what `rows` goes on after.

    Without an order: the ``problem``, or there is nothing for us in it.
    """

    place: str
    position: Any
    order: Booked | None = None
    problem: str | None = None


class Source(Protocol):
    """``looked_at``: so many orders are like the others."""

    looked_at: int

    async def warnings(self) -> Sequence[str]:
        """What it does not show. Raises `CannotRead`."""

    async def total(self) -> int:
        """About how many records there are. Raises `CannotRead`."""

    def rows(self, after: Any = None, since: datetime | None = None) -> AsyncGenerator[Row, None]:
        """``since``: those touched before may be left out. Raises `CannotRead`."""


Read = Callable[[Mapping[str, Any]], Booked | None]
"""A record to the order; None: there is nothing for us in it. Raises `WrongRecord`."""


def row_of(place: str, position: Any, record: Mapping[str, Any], read: Read) -> Row:
    try:
        return Row(place, position, read(record))
    except WrongRecord as wrong:
        return Row(place, position, problem=str(wrong))


async def rows_of(
    records: Sequence[Mapping[str, Any]],
    read: Read,
    place: Callable[[Mapping[str, Any]], tuple[str, Any]],
) -> Sequence[Row]:
    """Away from the event loop. ``place``: (place, position)"""
    return await asyncio.to_thread(
        lambda: [row_of(*place(record), record, read) for record in records]
    )
