"""A sample shop: an outside system that talks to Trackline only over its public HTTP contract."""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.shop.courier import Couriers
from sandbox.shop.data import (
    GUEST_MAIL,
    SHOP_NAME,
    STEPS,
    Customer,
    Order,
    opaque_id,
    random_order,
)
from sandbox.shop.hearing import Hearing
from sandbox.shop.proof import proof, routes
from sandbox.shop.samples import sample_customers, sample_orders
from sandbox.shop.webhooks import RETRY_DELAYS, Event, Webhooks, new_event

_log = logging.getLogger(__name__)

_LINK_TIMEOUT = aiohttp.ClientTimeout(total=10)


Link = dict[str, str]
"""`{url, code, expires_at, qr}`: a link of Trackline's, `qr` the address of its picture."""


class Shop:
    """The shop's orders, its signed webhooks and its "Connect Telegram" button.

    `service_url` may be set until `start()`. `on_change` is called whenever something that the
    panel shows has changed; whoever serves the panel sets it. Mount `app()` under `/shop`.
    `own_states`: beside those of the contract, each with the one whose place it has.
    `address`: where the service finds what the shop shows; empty: nowhere, so it has no photos.
    `hook_secret`: what the service signs with that it tells the shop.
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
        self._thanks: dict[str, Link] = {}
        self._hearing = Hearing(hook_secret, self._tell, self._changed)
        self.couriers = Couriers()
        self._webhooks = Webhooks(webhook_secret, self._changed, retry_delays)
        self._api_key = api_key
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
        order = random_order(str(number), customer_id, is_guest_s=is_guest_s)
        self.orders[order.id] = order
        self._tell("order.created", order.move("placed", datetime.now(UTC)))
        if is_guest_s:
            self._spawn(self._thank(order))
        return order

    def change(self, order: Order, status: str, *, with_photo: bool = True) -> None:
        """Take the order to `status` now and tell the service, of a delivery with its photo."""
        shown = proof(order, status, self.address) if with_photo else {}
        told = order.move(status, datetime.now(UTC), stage=self.own_states.get(status))
        self._tell("order.status_changed", told | shown)

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
        return await self._link(customer_id=customer.id, account_hint=customer.account_hint)

    async def _thank(self, order: Order) -> None:
        """The link for the order's thank-you page, its mail and the slip: asked for once."""
        try:
            link = await self._link(order_id=order.id, account_hint=f"#{order.number}")
        except (aiohttp.ClientError, TimeoutError) as error:
            _log.warning("no link from %s: %s", self.service_url, type(error).__name__)
            return
        self._thanks[order.id] = link
        self._changed()

    async def _link(self, **to: str) -> Link:
        async with self._http.post(
            f"{self.service_url}/api/v1/links",
            json={**to, "qr": True},
            headers={"authorization": f"Bearer {self._api_key}"},
            timeout=_LINK_TIMEOUT,
            raise_for_status=True,
        ) as answer:
            link = await answer.json()
        return {**link, "qr": link["qr"]["png"]}

    async def _give_phone(self, customer: Customer) -> None:
        """Whoever has this number in Telegram can connect by sharing it."""
        try:
            async with self._http.put(
                f"{self.service_url}/api/v1/customers/{customer.id}/phone",
                json={"phone": customer.phone, "account_hint": customer.account_hint},
                headers={"authorization": f"Bearer {self._api_key}"},
                timeout=_LINK_TIMEOUT,
                raise_for_status=True,
            ):
                return
        except (aiohttp.ClientError, TimeoutError) as error:
            _log.warning("no phone taken by %s: %s", self.service_url, type(error).__name__)

    def _tell(self, kind: str, data: dict[str, Any]) -> None:
        event = new_event(kind, data)
        self.events.append(event)
        self._spawn(self._post(event))
        self._changed()

    def _remember(self, now: datetime) -> list[Event]:
        """Put the sample orders on the shelf; return their history, silent and oldest first."""
        for order, history in sample_orders(tuple(self.customers.values())):
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
        await self._webhooks.attempt(self._http, self.service_url, event)
        self._changed()

    async def _post(self, event: Event) -> None:
        await self._webhooks.post(self._http, self.service_url, event)

    def _changed(self) -> None:
        self.on_change()

    @property
    def _statuses(self) -> tuple[str, ...]:
        return (*STEPS, *self.own_states)

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the shop is not started")
        return self._session

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # What the panel asks

    def app(self) -> web.Application:
        """The panel's JSON API, to be mounted under `/shop`. Errors are `{"error": a sentence}`."""
        app = web.Application()
        app.add_routes(
            [
                web.post("/sign-in", self._sign_in),
                web.get("/orders", self._list_orders),
                web.post("/orders", self._create_order),
                web.post("/orders/{order}/next", self._next_status),
                web.post("/orders/{order}/status", self._set_status),
                web.post("/orders/{order}/courier", self._send_courier),
                web.post("/events/{event}/repeat", self._repeat_event),
                web.get("/events/{event}/signed", self._sign_event),
                web.post("/customers/{customer}/connect", self._connect),
                *self._hearing.routes(),
                *routes(),
            ]
        )
        return app

    async def _sign_in(self, request: web.Request) -> web.Response:
        """`{name}` -> `{id, account_hint, people, shop}`."""
        customer = self.sign_in(str((await request.json()).get("name", "")))
        return web.json_response(
            {
                "id": customer.id,
                "account_hint": customer.account_hint,
                "people": sorted(customer.people),
                "shop": SHOP_NAME,
            }
        )

    async def _list_orders(self, request: web.Request) -> web.Response:
        """`?customer=` -> that customer's orders, newest first, each with its events."""
        customer_id = request.query.get("customer", "")
        orders = [o for o in self.orders.values() if o.customer_id == customer_id]
        orders.sort(key=lambda order: int(order.number), reverse=True)
        return web.json_response([self._order_as_json(order) for order in orders])

    async def _create_order(self, request: web.Request) -> web.Response:
        """`{customer, guest}`: whose window it is, and whether they buy without signing in."""
        asked = await request.json()
        customer = self._customer(asked.get("customer"))
        order = self.create_order(customer.id, is_guest_s=asked.get("guest") is True)
        return web.json_response(self._order_as_json(order), status=201)

    async def _next_status(self, request: web.Request) -> web.Response:
        order = self._order(request)
        if order.next_status is None:
            raise _problem(web.HTTPConflict, f"Nothing follows {order.status}.")
        asked = await request.json() if request.can_read_body else {}
        self.change(order, order.next_status, with_photo=asked.get("photo") is not False)
        return web.json_response(self._order_as_json(order))

    async def _set_status(self, request: web.Request) -> web.Response:
        order = self._order(request)
        status = (await request.json()).get("status")
        if status not in self._statuses:
            raise _problem(web.HTTPUnprocessableEntity, "There is no such status.")
        self.change(order, status)
        return web.json_response(self._order_as_json(order))

    async def _send_courier(self, request: web.Request) -> web.Response:
        order = self._order(request)
        if order.id in self.couriers.told:
            raise _problem(web.HTTPConflict, "The courier is on the way already.")
        self.send_courier(order)
        return web.json_response(self._order_as_json(order))

    async def _repeat_event(self, request: web.Request) -> web.Response:
        event = self._event(request)
        self.post_again(event)
        return web.json_response(event.as_json())

    async def _sign_event(self, request: web.Request) -> web.Response:
        """-> the event with the headers of a post that is made now."""
        event = self._event(request)
        return web.json_response({**event.as_json(), "headers": self._webhooks.sign(event)})

    async def _connect(self, request: web.Request) -> web.Response:
        customer = self._customer(request.match_info["customer"])
        try:
            return web.json_response(await self.connect(customer))
        except (aiohttp.ClientError, TimeoutError) as error:
            _log.warning("no link from %s: %s", self.service_url, type(error).__name__)
            raise _problem(web.HTTPBadGateway, "Trackline gave no link.") from error

    def _customer(self, customer_id: object) -> Customer:
        if not isinstance(customer_id, str) or customer_id not in self.customers:
            raise _problem(web.HTTPNotFound, "There is no such customer.")
        return self.customers[customer_id]

    def _event(self, request: web.Request) -> Event:
        for event in self.events:
            if event.id == request.match_info["event"]:
                return event
        raise _problem(web.HTTPNotFound, "There is no such event.")

    def _order(self, request: web.Request) -> Order:
        try:
            return self.orders[request.match_info["order"]]
        except KeyError:
            raise _problem(web.HTTPNotFound, "There is no such order.") from None

    def _order_as_json(self, order: Order) -> dict[str, Any]:
        return {
            "id": order.id,
            "number": order.number,
            "items": order.items,
            "status": order.status,
            "stage": order.stage,
            "next": order.next_status,
            "photo": bool(proof(order, order.next_status, self.address)),
            "others": [s for s in self._statuses if s not in (order.status, order.next_status)],
            "carrier": order.carrier and order.carrier._asdict(),
            "destination": order.route[-1],
            "guest": GUEST_MAIL if order.is_guest_s else None,
            "thanks": self._thanks.get(order.id),
            "chosen": self._hearing.of(order.id),
            "courier": self.couriers.told.get(order.id),
            "estimated_delivery": order.estimate_as_dict(),
            "events": [e.as_json() for e in reversed(self.events) if e.order_id == order.id],
        }


def _problem(kind: type[web.HTTPException], sentence: str) -> web.HTTPException:
    return kind(text=json.dumps({"error": sentence}), content_type="application/json")
