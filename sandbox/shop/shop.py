"""A sample shop: an outside system that talks to Trackline only over its public HTTP contract."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.shop.asking import Asking, Connected, Link
from sandbox.shop.courier import Couriers
from sandbox.shop.data import (
    ITS_STAGE,
    STEPS,
    UNKNOWN_STATE,
    Customer,
    Order,
    opaque_id,
    random_order,
)
from sandbox.shop.hearing import Hearing
from sandbox.shop.panel import Panel
from sandbox.shop.proof import proof
from sandbox.shop.samples import sample_customers, sample_orders
from sandbox.shop.webhooks import RETRY_DELAYS, Event, Webhooks, new_event

_log = logging.getLogger(__name__)


class Shop:
    """The shop's orders, its signed webhooks and its "Connect Telegram" button.

    `service_url` may be set until `start()`. `on_change` is called whenever something that the
    panel shows has changed; whoever serves the panel sets it. Mount `app()` under `/shop`.
    `own_states`: the shop's own states, each with the contract's state in whose place it is.
    `address`: where the service can fetch the shop's pages and photos. Empty: there are no photos,
    and links lead to example.com.
    `hook_secret`: the service signs its posts to the shop with it.
    `connected`: by customer, then by the link's id: who is connected to the account.
    """

    def __init__(
        self,
        service_url: str,
        webhook_secret: str,
        api_key: str,
        *,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        hook_secret: str | None = None,
    ) -> None:
        self.own_states: Mapping[str, str] = {}
        self.address = ""
        self.service_url = service_url
        self.on_change: Callable[[], None] = lambda: None
        customers = sample_customers()
        self.customers: dict[str, Customer] = {customer.id: customer for customer in customers}
        self.orders: dict[str, Order] = {}
        self.events: list[Event] = []
        self.thanks: dict[str, Link] = {}
        self.connected: dict[str, dict[str, Connected]] = {}
        self.hearing = Hearing(hook_secret, self._tell, self._changed, self._heard_of_link)
        self.couriers = Couriers()
        self.webhooks = Webhooks(webhook_secret, self._changed, retry_delays)
        self.ask = Asking(lambda: self._http, lambda: self.service_url, api_key)
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # Running

    async def start(self) -> None:
        """Start, and post the events of the past days in the background.

        Does nothing if `service_url` is empty or the shop has started already.
        """
        if self._session or not self.service_url:
            return
        self._session = aiohttp.ClientSession()
        history = self._remember(datetime.now(UTC))
        self._spawn(self._post_in_order(history))
        for customer in self.customers.values():
            if customer.phone:
                self._spawn(self._give_phone(customer))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def settled(self) -> None:
        """Wait until each event so far has its final answer, or has no retries left."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    # What the shop does

    def sign_in(self, name: str) -> Customer:
        """Return this person's account. A new person gets an empty one."""
        person = name.strip().lower()
        for customer in self.customers.values():
            if person in customer.people:
                return customer
        local_part = "".join(filter(str.isalnum, person)) or "guest"
        customer = Customer(opaque_id("cus"), f"{local_part}@example.com", frozenset({person}))
        self.customers[customer.id] = customer
        return customer

    def create_order(self, customer_id: str, *, is_guest_s: bool = False) -> Order:
        """Create an order. A guest's order has no account, but a link on its thank-you page."""
        number = max((int(order.number) for order in self.orders.values()), default=1000) + 1
        order = random_order(str(number), customer_id, is_guest_s=is_guest_s, site=self.address)
        self.orders[order.id] = order
        self._tell("order.created", order.move("placed", datetime.now(UTC)))
        if is_guest_s:
            self._spawn(self._thank(order))
        return order

    def change(self, order: Order, status: str, *, with_photo: bool = True) -> None:
        """Move the order to `status` now, and post it to the service: a delivery with its photo."""
        shown = proof(order, status, self.address) if with_photo else {}
        now, parcel = datetime.now(UTC), order.parcel_for(status)
        data = order.move(status, now, parcel, stage=self._stages.get(status))
        self._tell("order.status_changed", data | shown)

    def send_courier(self, order: Order) -> None:
        """Send a courier with the order. It is delivered when the courier arrives."""
        if order.status != "out_for_delivery":
            self.change(order, "out_for_delivery")
        self._spawn(self._drive(order))

    def post_again(self, event: Event) -> None:
        """Post the same event once more. It must change nothing."""
        self._spawn(self._post(event))

    async def connect(self, customer: Customer) -> Link:
        """Return a one-time link for this customer.

        Raises aiohttp.ClientError or TimeoutError if the service gives none.
        """
        return await self.ask.link(customer_id=customer.id, account_hint=customer.account_hint)

    def _heard_of_link(self, customer_id: str, link_id: str, stands: bool) -> None:
        if customer := self.customers.get(customer_id):
            if stands:
                self._spawn(self._look_who_is_connected(customer))
            else:
                self.connected.get(customer.id, {}).pop(link_id, None)
                self._changed()

    async def _look_who_is_connected(self, customer: Customer) -> None:
        try:
            self.connected[customer.id] = await self.ask.connected(customer)
        except (aiohttp.ClientError, TimeoutError) as error:
            _log.warning("%s does not say who is connected: %s", self.service_url, _name(error))
        self._changed()

    async def _thank(self, order: Order) -> None:
        """Get the link for the order's thank-you page, its email and the packing slip, once."""
        try:
            link = await self.ask.link(order_id=order.id, account_hint=f"#{order.number}")
        except (aiohttp.ClientError, TimeoutError) as error:
            _log.warning("no link from %s: %s", self.service_url, _name(error))
            return
        self.thanks[order.id] = link
        self._changed()

    async def _give_phone(self, customer: Customer) -> None:
        try:
            await self.ask.give_phone(customer)
        except (aiohttp.ClientError, TimeoutError) as error:
            _log.warning("no phone taken by %s: %s", self.service_url, _name(error))

    def _tell(self, kind: str, data: dict[str, Any]) -> None:
        event = new_event(kind, data)
        self.events.append(event)
        self._spawn(self._post(event))
        self._changed()

    def _remember(self, now: datetime) -> list[Event]:
        """Add the sample orders. Return their events, which notify nobody, oldest first."""
        for order, history in sample_orders(tuple(self.customers.values())):
            order.site = self.address
            self.orders[order.id] = order
            kind = "order.created"
            for past in history:
                data = order.move(past.status, past.at(now), past.parcel, now=now)
                self.events.append(new_event(kind, {**data, "notify": False}))
                kind = "order.status_changed"
        return list(self.events)

    async def _post_in_order(self, events: list[Event]) -> None:
        for event in events:
            await self._post(event)
            if event.worth_a_retry:
                _log.warning("the service at %s takes no events", self.service_url)
                return

    async def _drive(self, order: Order) -> None:
        await self.couriers.drive(order, self._post_once, self.change)
        self._changed()

    async def _post_once(self, event: Event) -> None:
        await self.webhooks.attempt(self._http, self.service_url, event)
        self._changed()

    async def _post(self, event: Event) -> None:
        await self.webhooks.post(self._http, self.service_url, event)

    def _changed(self) -> None:
        self.on_change()

    @property
    def statuses(self) -> tuple[str, ...]:
        """The states to which an order can be moved."""
        return (*STEPS, *self._stages)

    @property
    def _stages(self) -> Mapping[str, str]:
        """The shop's own states, each with the contract's state in whose place it is."""
        return {UNKNOWN_STATE: ITS_STAGE, **self.own_states}

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the shop is not started")
        return self._session

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def app(self) -> web.Application:
        """The API of the shop's window on the page, to be mounted under `/shop`."""
        return Panel(self).app()


def _name(error: Exception) -> str:
    return type(error).__name__
