"""The cost of an import: its rate as a ratio to bare inserts of the same amount.

    python -m bench.importing

Each writes to its own embedded database, in turn and in several rounds, so that a busy machine
slows both alike; the best round of each counts. An order has four steps. The floor inserts
documents of the same size with the driver alone, as many at a time, and with our indexes.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.book.going_through import BATCH, Figures, Options, go_through
from bot.book.records import Row
from bot.services.orders.booked import FieldMap
from storage.embedded import EmbeddedMongo
from storage.mongo import Document, Mongo, connect
from storage.sealing import Seal
from tests.support.database import ENCRYPTION_KEY
from tests.support.replica import a_catching_up

ORDERS = 10_000
ROUNDS = 3
STATES = ("placed", "packed", "shipped", "delivered")
MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


class Book:
    """A shop's orders, as if they came from its database. They are generated, not read."""

    looked_at = 0

    async def warnings(self) -> Sequence[str]:
        return []

    async def total(self) -> int:
        return ORDERS

    async def rows(
        self, after: Any = None, since: datetime | None = None
    ) -> AsyncGenerator[Row, None]:
        for n in range(ORDERS):
            steps = [
                {"status": state, "timestamp": MONDAY + timedelta(hours=after)}
                for after, state in enumerate(STATES)
            ]
            order = {"_id": f"ord_{n}", "user": f"cus_{n % 3000}", "trackingInfo": steps}
            yield Row("", n, FieldMap().read(order))


class Nobody:
    def refuse(self, place: str, problem: str) -> None:
        raise AssertionError(place, problem)

    async def reach(self, _position: Any, _figures: Figures) -> None:
        """Does nothing: progress is not stored."""


async def bring_in(mongo: Mongo) -> None:
    await go_through(Book(), a_catching_up(mongo), Options(), Nobody())


async def insert(mongo: Mongo, orders: list[Document]) -> None:
    for first in range(0, ORDERS, BATCH):
        batch = orders[first : first + BATCH]
        await mongo.database["orders"].insert_many(batch, ordered=False)


@asynccontextmanager
async def database() -> AsyncIterator[Mongo]:
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedMongo(Path(folder)) as embedded:
            mongo = connect(embedded.uri, "motor", Seal([ENCRYPTION_KEY]), timeout=60)
            await mongo.create_indexes()
            yield mongo
            await mongo.close()


async def rate(work: Awaitable[None]) -> float:
    """Orders per second."""
    started = time.perf_counter()
    await work
    return ORDERS / (time.perf_counter() - started)


async def main() -> None:
    """Imports the orders, imports them once more, and inserts the same amount for the floor."""
    rates: dict[str, list[float]] = {"bare inserts": [], "import": [], "once more": []}
    for _ in range(ROUNDS):
        async with database() as mongo:
            rates["import"].append(await rate(bring_in(mongo)))
            rates["once more"].append(await rate(bring_in(mongo)))
            orders = await mongo.database["orders"].find({}).to_list(None)
        async with database() as mongo:
            rates["bare inserts"].append(await rate(insert(mongo, orders)))
    floor = max(rates["bare inserts"])
    for name, found in rates.items():
        best = max(found)
        sys.stdout.write(f"{name:<12} {best:7,.0f} orders/s ({best / floor:4.2f} of bare)\n")


if __name__ == "__main__":
    asyncio.run(main())
