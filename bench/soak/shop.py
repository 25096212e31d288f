"""The shop: posts its orders' steps, each event repeatedly until it gets a 2xx."""

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from tests.support.shop import ShopBackend

STATES = (
    "placed",
    "confirmed",
    "processing",
    "packed",
    "shipped",
    "in_transit",
    "out_for_delivery",
    "delivered",
)
OPEN_ORDERS = 3
"""How many open orders a customer has at once."""
LATE, TWICE = 0.15, 0.1
"""The probability that an event is posted late, and that it is posted twice."""
TIMEOUT = aiohttp.ClientTimeout(total=5)
"""Seconds that the shop waits for an answer."""
LONGEST_WAIT = 10.0
"""The most seconds until it posts an event again. The first time is within a second."""


@dataclass(eq=False)
class Order:
    id: str
    customer_id: str
    steps: int = 0


@dataclass(eq=False)
class Event:
    """One step of an order, and the service's answers. ``at``: when it happened.

    ``is_to_come_again``: the service accepted it, and lost it when a backup was restored.
    """

    id: str
    order: Order
    step: int
    at: datetime
    acknowledged_at: datetime | None = None
    is_to_come_again: bool = False
    posts: int = 0
    answers: list[str] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The same bytes each time. The note identifies the step in a message."""
        data = {
            "order_id": self.order.id,
            "customer_id": self.order.customer_id,
            "status": STATES[self.step - 1],
            "note": f"{self.order.id} step {self.step}",
        }
        kind = "order.created" if self.step == 1 else "order.status_changed"
        event = {"type": kind, "timestamp": self.at.isoformat(), "data": data}
        return json.dumps(event).encode()


class Shop:
    """``urls``: the replicas' addresses, empty for one that is down. A post goes to any one."""

    def __init__(
        self, customers: Sequence[str], urls: Callable[[], Sequence[str]], chance: random.Random
    ) -> None:
        self._customers = customers
        self._urls = urls
        self._chance = chance
        self._open: dict[str, list[Order]] = {customer: [] for customer in customers}
        self._posting: set[asyncio.Task[None]] = set()
        self._orders = 0
        self.events: list[Event] = []
        self.refusals: list[str] = []

    async def trade(self, session: aiohttp.ClientSession, rate: float, seconds: float) -> None:
        """Posts ``rate`` events per second, some of them late and some twice."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while loop.time() < ends:
            event = self._next_step()
            late = self._chance.uniform(0.5, 5) if self._chance.random() < LATE else 0.0
            self._post(session, event, late)
            if self._chance.random() < TWICE:
                self._post(session, event, self._chance.choice((0, 0, 1, 3)))
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) / rate)

    async def acknowledged(self, within: float) -> None:
        """Waits until each event has its 2xx, or the time is up."""
        if self._posting:
            _, unanswered = await asyncio.wait(self._posting, timeout=within)
            for task in unanswered:
                task.cancel()
            await asyncio.gather(*unanswered, return_exceptions=True)

    def post_again(self, session: aiohttp.ClientSession, *, since: datetime) -> None:
        """Posts again all events that were accepted since then."""
        for event in self.events:
            if event.acknowledged_at and event.acknowledged_at >= since:
                event.is_to_come_again = True
                self._post(session, event, self._chance.uniform(0, 3))

    def _next_step(self) -> Event:
        customer = self._chance.choice(self._customers)
        orders = self._open[customer]
        if len(orders) < OPEN_ORDERS:
            self._orders += 1
            orders.append(Order(f"ord_{self._orders}", customer))
        order = self._chance.choice(orders)
        order.steps += 1
        if order.steps == len(STATES):
            orders.remove(order)
        event_id = f"msg_{order.id}_{order.steps}"
        event = Event(event_id, order, order.steps, datetime.now(UTC))
        self.events.append(event)
        return event

    def _post(self, session: aiohttp.ClientSession, event: Event, late: float) -> None:
        task = asyncio.create_task(self._until_acknowledged(session, event, late))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def _until_acknowledged(
        self, session: aiohttp.ClientSession, event: Event, late: float
    ) -> None:
        await asyncio.sleep(late)
        longest = 1.0
        while True:
            if await self._is_taken(session, event):
                return
            await asyncio.sleep(self._chance.uniform(0.3, longest))
            longest = min(2 * longest, LONGEST_WAIT)

    async def _is_taken(self, session: aiohttp.ClientSession, event: Event) -> bool:
        """Posts it once. After no answer or a 503, it is to be posted again with the same id."""
        event.posts += 1
        shop = ShopBackend(self._chance.choice(self._urls()), session)
        if not shop.url:
            return False
        try:
            answer = await shop.post(event.body, event_id=event.id)
        except (aiohttp.ClientError, TimeoutError):
            return False
        if answer.status not in {200, 202}:
            if answer.status != 503:
                self.refusals.append(f"{event.id} was answered {answer.status}: {answer.body}")
            return False
        event.acknowledged_at = event.acknowledged_at or datetime.now(UTC)
        event.answers.append(answer.result)
        return True
