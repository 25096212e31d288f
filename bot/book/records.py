"""The rows of a book: each is an order, or says why there is none."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from bot.services.orders.booked import WrongRecord
from bot.services.orders.catching_up import Booked


class Row(NamedTuple):
    """An order and its ``place``, in words. ``position``: for `Source.rows` to continue after.

    Without an order: its ``problem``; without that, there is nothing for us in the row.
    """

    place: str
    position: Any
    order: Booked | None = None
    problem: str | None = None


class Source(Protocol):
    """``looked_at``: how many orders are enough to look at before an import."""

    looked_at: int

    async def warnings(self) -> Sequence[str]:
        """What the source does not contain, in words. Raises `CannotRead`."""

    async def total(self) -> int:
        """The number of records, about. Raises `CannotRead`."""

    def rows(self, after: Any = None, since: datetime | None = None) -> AsyncGenerator[Row, None]:
        """``since``: rows that were last changed before it may be left out. Raises `CannotRead`."""


Read = Callable[[Mapping[str, Any]], Booked | None]
"""A record → its order; None: there is nothing for us in it. Raises `WrongRecord`."""


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
    """The rows, read in a thread. ``place``: a record → (place, position)."""
    return await asyncio.to_thread(
        lambda: [row_of(*place(record), record, read) for record in records]
    )
