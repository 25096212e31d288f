"""Going through the shop's book, batch by batch."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.book.records import Source
from bot.services.orders.catching_up import Booked, CatchingUp

BATCH = 200


@dataclass
class Figures:
    """``orders``: all that were read; each is counted once more below, or lacked nothing.

    ``new``: orders of which nothing was known. ``mended``: known ones that lacked something.
    ``guests``: orders in no account. ``left_out``: those with nothing for us in them.
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
class Manner:
    """How the book is gone through: `Source.rows` and `CatchingUp.catch_up` say what it means."""

    after: Any = None
    since: datetime | None = None
    notify: bool = False
    dry: bool = False


class Witness(Protocol):
    def refuse(self, place: str, problem: str) -> None:
        """What is there is refused, and why."""

    async def reach(self, position: Any, figures: Figures) -> None:
        """All up to there is done."""


async def go_through(
    source: Source, catching_up: CatchingUp, manner: Manner, witness: Witness
) -> Figures:
    """Raises `CannotRead`."""
    figures = Figures()
    async for batch in _batches(source, manner):
        booked = [order for _, order in batch.orders.values()]
        outcomes = await catching_up.catch_up(booked, notify=manner.notify, dry=manner.dry)
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
            witness.refuse(place, problem)
        figures.refused += len(wrong)
        figures.left_out += batch.left_out
        figures.orders += batch.size
        await witness.reach(batch.position, figures)
    return figures


async def _batches(source: Source, manner: Manner) -> AsyncIterator[Batch]:
    """No order stands in a batch twice."""
    batch = Batch()
    async with aclosing(source.rows(manner.after, manner.since)) as rows:
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
