"""Told to stop while the shop posts as fast as it can: by SIGTERM, or as its terminal has gone."""

import asyncio
import itertools
import signal
import time

from sandbox import Fault, Sandbox
from tests.reliability.conftest import Linked, ShopOf, Starts
from tests.reliability.events import ShopEvent
from tests.reliability.state import State
from tests.support.shop import ShopBackend
from tests.support.waiting import until

PEOPLE = 50
ENOUGH = 40
"""Events that are taken before the stop."""
GRACE = 25.0
"""SHUTDOWN_SECONDS: it takes less than one, on a machine at rest."""


class BusyShop:
    """Posts events until it gets no answer. A 2xx is a promise: it forgets the event."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self.taken: list[ShopEvent] = []
        self.unanswered: list[ShopEvent] = []

    async def post_on(self, shop: ShopBackend) -> None:
        while not self.unanswered:
            number = next(self._numbers)
            event = ShopEvent(f"ord_{number:04}", f"customer-{number % PEOPLE + 1}")
            await self._post(event, shop)

    async def post_again(self, shop: ShopBackend) -> None:
        again, self.unanswered = self.unanswered, []
        for event in again:
            await self._post(event, shop)

    async def _post(self, event: ShopEvent, shop: ShopBackend) -> None:
        answer = await event.post(shop)
        heard = answer is not None and answer.status in {200, 202}
        (self.taken if heard else self.unanswered).append(event)


async def test_a_stop_under_load_drains_in_time_and_every_event_taken_is_told_once(
    starts: Starts,
    shop_of: ShopOf,
    state: State,
    linked: Linked,
    sandbox: Sandbox,
) -> None:
    people = [sandbox.person(f"Person {n}") for n in range(PEOPLE)]
    await linked(*people)
    sandbox.fail(Fault(method="sendMessage", times=None, delay=0.2))
    child, busy = await starts(shutdown_seconds=str(GRACE)), BusyShop()
    posting = [asyncio.create_task(busy.post_on(shop_of(child))) for _ in range(8)]

    async def is_under_load() -> bool:
        return len(busy.taken) >= ENOUGH

    await until(is_under_load)
    child.signal(signal.SIGTERM)
    began = time.monotonic()
    assert await child.ended() == 0, child.logs
    assert time.monotonic() - began < GRACE
    assert (await child.logged("stopping"))["signal"] == "SIGTERM"
    await asyncio.gather(*posting)
    assert (await state.held(), await state.unfanned()) == (0, 0)

    sandbox.clear_faults()
    await busy.post_again(shop_of(await starts()))
    assert busy.unanswered == []
    await state.settles()
    told = [message.text for person in people for message in person.inbox]
    assert len(told) == len(busy.taken)
    for event in busy.taken:
        assert len([text for text in told if event.order_id in text]) == 1, event


async def test_under_nohup_it_outlives_its_terminal(starts: Starts) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what is started now inherits it
    try:
        child = await starts()
    finally:
        signal.signal(signal.SIGHUP, before)
    child.signal(signal.SIGHUP)
    child.signal(signal.SIGTERM)
    assert await child.ended() == 0
    assert [line["signal"] for line in child.logs if line.get("event") == "stopping"] == ["SIGTERM"]
