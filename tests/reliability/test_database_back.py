"""The database is away while the shop goes on posting: once it is back, it is used again soon."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import pytest
from pymongo.uri_parser import parse_uri

from storage.mongo import OPERATION_TIMEOUT, Driver
from tests.reliability.conftest import ShopOf, Starts
from tests.reliability.events import ShopEvent
from tests.support.shop import ShopBackend
from tests.support.tcp_proxy import TcpProxy
from tests.web.conftest import over

LONG = OPERATION_TIMEOUT + 1.5
"""Seconds without the database, longer than anything in the service waits for it."""
SOON = 20.0
"""Seconds after which a database that is well takes everything again: two, on a machine at rest."""
PROOF = 2.0
"""Seconds in which nothing is refused, to see that it stays so."""


@dataclass
class BusyShop:
    """Posts on and on, whatever becomes of the events before.

    ``refused``: when those left that were not taken; ``unanswered``: those that wait.
    """

    backend: ShopBackend
    refused: list[float] = field(default_factory=list)
    unanswered: set[float] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=count)

    async def post(self) -> None:
        left = time.monotonic()
        self.unanswered.add(left)
        number = next(self._numbers)
        answer = await ShopEvent(f"ord_{number}", f"customer-{number % 7}").post(self.backend)
        if answer is None or answer.status not in {200, 202}:
            self.refused.append(left)
        self.unanswered.discard(left)

    @asynccontextmanager
    async def posting(self, rate: float) -> AsyncIterator[None]:
        """``rate``: events a second."""

        async def post_on() -> None:
            while True:
                tasks.create_task(self.post())
                await asyncio.sleep(1 / rate)

        async with asyncio.TaskGroup() as tasks:
            going_on = tasks.create_task(post_on())
            yield
            going_on.cancel()

    async def is_served_again(self, since: float) -> None:
        """Raises AssertionError if something is refused that left `SOON` after this moment."""
        refused = known = since
        while known < refused + PROOF:
            await asyncio.sleep(0.1)
            refused = max([since, *self.refused])
            assert refused < since + SOON
            known = min([time.monotonic(), *self.unanswered])


@pytest.fixture
def wire(mongodb_uri: str) -> Iterator[TcpProxy]:
    """Between the service and the database."""
    host, port = parse_uri(mongodb_uri)["nodelist"][0]
    with TcpProxy(host, port) as wire:
        yield wire


@pytest.fixture
async def busy_shop(
    starts: Starts, shop_of: ShopOf, wire: TcpProxy, mongodb_uri: str, driver: Driver
) -> BusyShop:
    child = await starts(mongodb_uri=over(wire, mongodb_uri), mongodb_driver=driver)
    return BusyShop(shop_of(child))


async def test_a_database_that_hung_and_was_started_again(
    busy_shop: BusyShop, wire: TcpProxy
) -> None:
    async with busy_shop.posting(rate=10):
        await asyncio.sleep(1)
        wire.stall()
        await asyncio.sleep(LONG)
        wire.drop()
        wire.mend()
        await busy_shop.is_served_again(since=time.monotonic())
    assert busy_shop.refused


async def test_a_database_that_was_started_again_behind_a_half_open_cable(
    busy_shop: BusyShop, wire: TcpProxy
) -> None:
    """What was connected meanwhile stays connected, to nobody."""
    async with busy_shop.posting(rate=10):
        await asyncio.sleep(1)
        wire.stall()
        wire.drop()
        await asyncio.sleep(LONG)
        wire.abandon()
        await busy_shop.is_served_again(since=time.monotonic())
    assert busy_shop.refused


async def test_connections_that_were_lost_without_a_word(
    busy_shop: BusyShop, wire: TcpProxy
) -> None:
    """Many of them, and few events, each of which would find out about a few."""
    await asyncio.gather(*(busy_shop.post() for _ in range(40)))
    assert len(busy_shop.refused) < 20  # none, on a machine at rest
    async with busy_shop.posting(rate=2):
        wire.abandon()
        await busy_shop.is_served_again(since=time.monotonic())
