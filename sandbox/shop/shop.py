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
    `own_states`: beside those of the contract, each with the one whose place it has.
    `address`: where the service finds what the shop shows; empty: nowhere, so it has no photos,
    and its links are an example's.
    `hook_secret`: what the service signs with that it tells the shop.
    `connected`: by customer, who is connected to the account, by the link's id.
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
        """Open for business. What happened in the past days is posted in the background.

        Does nothing while `service_url` is empty, and nothing the second time.
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
        """Wait until every event so far has its final answer or no retry left."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    # What the shop does

    def sign_in(self, name: str) -> Customer:
        """The account that this person uses; somebody new gets an empty one."""
        person = name.strip().lower()
        for customer in self.customers.values():
            if person in customer.people:
                return customer
        local_part = "".join(filter(str.isalnum, person)) or "guest"
        customer = Customer(opaque_id("cus"), f"{local_part}@example.com", frozenset({person}))
        self.customers[customer.id] = customer
        return customer

    def create_order(self, customer_id: str, *, is_guest_s: bool = False) -> Order:
        """A guest's order is told without an account; its thank-you page has a link to it."""
        number = max((int(order.number) for order in self.orders.values()), default=1000) + 1
        order = random_order(str(number), customer_id, is_guest_s=is_guest_s, site=self.address)
        self.orders[order.id] = order
        self._tell("order.created", order.move("placed", datetime.now(UTC)))
        if is_guest_s:
            self._spawn(self._thank(order))
        return order

    def change(self, order: Order, status: str, *, with_photo: bool = True) -> None:
        """Take the order to `status` now and tell the service, of a delivery with its photo."""
        shown = proof(order, status, self.address) if with_photo else {}
        now, parcel = datetime.now(UTC), order.parcel_for(status)
        data = order.move(status, now, parcel, stage=self._stages.get(status))
        self._tell("order.status_changed", data | shown)

    def send_courier(self, order: Order) -> None:
        """The order is on its way, and is delivered when the courier is there."""
        if order.status != "out_for_delivery":
            self.change(order, "out_for_delivery")
        self._spawn(self._drive(order))

    def post_again(self, event: Event) -> None:
        """Post the same event once more, as a nervous shop would: it must change nothing."""
        self._spawn(self._post(event))

    async def connect(self, customer: Customer) -> Link:
        """A one-time link for this customer.

        Raises aiohttp.ClientError or TimeoutError when the service gives none.
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
        """The link for the order's thank-you page, its mail and the slip: asked for once."""
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
        """Put the sample orders on the shelf; return their history, silent and oldest first."""
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
        """Those that an order may be taken to."""
        return (*STEPS, *self._stages)

    @property
    def _stages(self) -> Mapping[str, str]:
        """Of states that are not of the contract: whose place each has."""
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
        """What its window on the page asks, to be mounted under `/shop`."""
        return Panel(self).app()


def _name(error: Exception) -> str:
    return type(error).__name__
