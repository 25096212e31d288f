"""A database that comes back while the shop goes on posting: events are taken again soon."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import pytest
from pymongo.uri_parser import parse_uri

from storage.mongo import Driver
from tests.reliability.conftest import ShopOf, Starts
from tests.reliability.events import ShopEvent
from tests.support.shop import ShopBackend
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until
from tests.web.conftest import over

RATE = 10
"""Events a second."""
LONG = 4
"""Seconds without the database: longer than anything in the service waits for it."""
SOON = 5.0
"""Seconds within which a database that is well again is used again."""

Trouble = Callable[[TcpProxy], Awaitable[None]]


@dataclass(frozen=True)
class Posted:
    """``at``: when it left."""

    at: float
    taken: bool


@dataclass
class BusyShop:
    """Posts `RATE` events a second, whatever becomes of those before."""

    backend: ShopBackend
    posted: list[Posted] = field(default_factory=list)

    @asynccontextmanager
    async def posting(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            going_on = tasks.create_task(self._post_on(tasks))
            yield
            going_on.cancel()

    async def is_served(self, since: float) -> bool:
        """Whether it was for a second, by all that left after a moment."""
        late = [posted.taken for posted in self.posted if posted.at > since]
        return len(late) > RATE and all(late[-RATE:])

    async def _post_on(self, tasks: asyncio.TaskGroup) -> None:
        for number in count():
            tasks.create_task(self._post(ShopEvent(f"ord_{number}", f"customer-{number % 7}")))
            await asyncio.sleep(1 / RATE)

    async def _post(self, event: ShopEvent) -> None:
        began = time.monotonic()
        answer = await event.post(self.backend)
        self.posted.append(Posted(began, answer is not None and answer.status in {200, 202}))


@pytest.fixture
def wire(mongodb_uri: str) -> Iterator[TcpProxy]:
    host, port = parse_uri(mongodb_uri)["nodelist"][0]
    with TcpProxy(host, port) as wire:
        yield wire


async def hangs_and_is_started_again(wire: TcpProxy) -> None:
    wire.stall()
    await asyncio.sleep(LONG)
    wire.cut()
    wire.mend()


async def loses_the_connections_without_a_word(wire: TcpProxy) -> None:
    wire.abandon()


@pytest.mark.parametrize(
    "trouble", [hangs_and_is_started_again, loses_the_connections_without_a_word]
)
async def test_a_database_that_is_well_again_is_used_again_soon(
    starts: Starts,
    shop_of: ShopOf,
    wire: TcpProxy,
    mongodb_uri: str,
    driver: Driver,
    trouble: Trouble,
) -> None:
    child = await starts(mongodb_uri=over(wire, mongodb_uri), mongodb_driver=driver)
    shop = BusyShop(shop_of(child))
    async with shop.posting():
        await until(lambda: shop.is_served(0))
        await trouble(wire)
        well = time.monotonic()
        await until(lambda: shop.is_served(well), within=SOON)
        served = time.monotonic()
        await asyncio.sleep(2)
    assert all(posted.taken for posted in shop.posted if posted.at > served)
