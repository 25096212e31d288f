"""Reads the shop's book, and records what is missing, batch by batch."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.book.records import Source
from bot.services.orders.catching_up import Booked, CatchingUp

BATCH = 200
"""Orders that are recorded at a time."""


@dataclass
class Figures:
    """``orders``: all that were read, also those that lacked nothing.

    ``new``: orders that were not known. ``mended``: known orders that lacked something.
    ``recorded``, ``known``: events. ``guests``: orders without an account. ``left_out``: orders
    with nothing for us.
    """

    orders: int = 0
    new: int = 0
    mended: int = 0
    recorded: int = 0
    known: int = 0
    refused: int = 0
    erased: int = 0
    guests: int = 0
    left_out: int = 0


@dataclass
class Batch:
    orders: dict[str, tuple[str, Booked]] = field(default_factory=dict)  # id: (place, order)
    wrong: list[tuple[str, str]] = field(default_factory=list)  # (place, problem)
    left_out: int = 0
    position: Any = None

    @property
    def size(self) -> int:
        return len(self.orders) + len(self.wrong) + self.left_out


@dataclass(frozen=True)
class Options:
    """Options of a run, as in `Source.rows` and `CatchingUp.catch_up`."""

    after: Any = None
    since: datetime | None = None
    notify: bool = False
    dry: bool = False


class Observer(Protocol):
    def refuse(self, place: str, problem: str) -> None:
        """The order at this place is refused because of this problem."""

    async def reach(self, position: Any, figures: Figures) -> None:
        """All orders up to this position are done."""


async def go_through(
    source: Source, catching_up: CatchingUp, options: Options, observer: Observer
) -> Figures:
    """Records what is missing. Raises `CannotRead`."""
    figures = Figures()
    async for batch in _batches(source, options):
        booked = [order for _, order in batch.orders.values()]
        outcomes = await catching_up.catch_up(booked, notify=options.notify, dry=options.dry)
        wrong = list(batch.wrong)
        figures.guests += sum(order.customer_id is None for order in booked)
        for (place, _), outcome in zip(batch.orders.values(), outcomes, strict=True):
            figures.new += outcome.is_new
            figures.mended += outcome.recorded > 0 and not outcome.is_new
            figures.recorded += outcome.recorded
            figures.known += outcome.known
            figures.erased += outcome.is_erased
            if outcome.problem:
                wrong.append((place, outcome.problem))
        for place, problem in wrong:
            observer.refuse(place, problem)
        figures.refused += len(wrong)
        figures.left_out += batch.left_out
        figures.orders += batch.size
        await observer.reach(batch.position, figures)
    return figures


async def _batches(source: Source, options: Options) -> AsyncIterator[Batch]:
    """Batches in which no order is twice."""
    batch = Batch()
    async with aclosing(source.rows(options.after, options.since)) as rows:
        async for row in rows:
            order = row.order
            if batch.size >= BATCH or (order and order.order_id in batch.orders):
                yield batch
                batch = Batch()
            if order:
                batch.orders[order.order_id] = (row.place, order)
            elif row.problem is None:
                batch.left_out += 1
            else:
                batch.wrong.append((row.place, row.problem))
            batch.position = row.position
    if batch.size:
        yield batch
