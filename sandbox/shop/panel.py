"""The JSON API of the shop's window on the page, below `/shop`."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from sandbox.shop.data import GUEST_MAIL, SHOP_NAME, UNKNOWN_STATE, Customer, Order
from sandbox.shop.proof import proof, routes
from sandbox.shop.sites import Sites
from sandbox.shop.webhooks import Event

if TYPE_CHECKING:
    from sandbox.shop.shop import Shop

_log = logging.getLogger(__name__)


class Panel:
    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def app(self) -> web.Application:
        """The panel's JSON API, to be mounted under `/shop`. Errors are `{"error": a sentence}`."""
        app = web.Application()
        app.add_routes(
            [
                web.post("/sign-in", self._sign_in),
                web.get("/customers/{customer}", self._show_customer),
                web.get("/orders", self._list_orders),
                web.post("/orders", self._create_order),
                web.post("/orders/{order}/next", self._next_status),
                web.post("/orders/{order}/status", self._set_status),
                web.post("/orders/{order}/courier", self._send_courier),
                web.post("/events/{event}/repeat", self._repeat_event),
                web.get("/events/{event}/signed", self._sign_event),
                web.post("/customers/{customer}/connect", self._connect),
                *self._shop.hearing.routes(),
                *routes(),
                *Sites(self._shop).routes(),
            ]
        )
        return app

    async def _sign_in(self, request: web.Request) -> web.Response:
        """`{name}` -> `{id, account_hint, people, shop, connected}`."""
        customer = self._shop.sign_in(str((await request.json()).get("name", "")))
        return web.json_response(self._customer_as_json(customer))

    async def _show_customer(self, request: web.Request) -> web.Response:
        """-> the same as signing in. `connected`: since when, by the person's name in Telegram."""
        customer = self._customer(request.match_info["customer"])
        return web.json_response(self._customer_as_json(customer))

    def _customer_as_json(self, customer: Customer) -> dict[str, Any]:
        return {
            "id": customer.id,
            "account_hint": customer.account_hint,
            "people": sorted(customer.people),
            "shop": SHOP_NAME,
            "connected": {
                each.person: each.since
                for each in self._shop.connected.get(customer.id, {}).values()
            },
        }

    async def _list_orders(self, request: web.Request) -> web.Response:
        """`?customer=` -> that customer's orders, newest first, each with its events."""
        customer_id = request.query.get("customer", "")
        orders = [o for o in self._shop.orders.values() if o.customer_id == customer_id]
        orders.sort(key=lambda order: int(order.number), reverse=True)
        return web.json_response([self._order_as_json(order) for order in orders])

    async def _create_order(self, request: web.Request) -> web.Response:
        """`{customer, guest}`: whose window it is, and whether they buy without signing in."""
        asked = await request.json()
        customer = self._customer(asked.get("customer"))
        order = self._shop.create_order(customer.id, is_guest_s=asked.get("guest") is True)
        return web.json_response(self._order_as_json(order), status=201)

    async def _next_status(self, request: web.Request) -> web.Response:
        order = self._order(request)
        if order.next_status is None:
            raise _problem(web.HTTPConflict, f"Nothing follows {order.status}.")
        asked = await request.json() if request.can_read_body else {}
        self._shop.change(order, order.next_status, with_photo=asked.get("photo") is not False)
        return web.json_response(self._order_as_json(order))

    async def _set_status(self, request: web.Request) -> web.Response:
        order = self._order(request)
        status = (await request.json()).get("status")
        if status not in self._shop.statuses:
            raise _problem(web.HTTPUnprocessableEntity, "There is no such status.")
        self._shop.change(order, status)
        return web.json_response(self._order_as_json(order))

    async def _send_courier(self, request: web.Request) -> web.Response:
        order = self._order(request)
        if order.id in self._shop.couriers.reported:
            raise _problem(web.HTTPConflict, "The courier is on the way already.")
        self._shop.send_courier(order)
        return web.json_response(self._order_as_json(order))

    async def _repeat_event(self, request: web.Request) -> web.Response:
        event = self._event(request)
        self._shop.post_again(event)
        return web.json_response(event.as_json())

    async def _sign_event(self, request: web.Request) -> web.Response:
        """-> the event, and the headers for posting it now."""
        event = self._event(request)
        return web.json_response({**event.as_json(), "headers": self._shop.webhooks.sign(event)})

    async def _connect(self, request: web.Request) -> web.Response:
        customer = self._customer(request.match_info["customer"])
        try:
            return web.json_response(await self._shop.connect(customer))
        except (aiohttp.ClientError, TimeoutError) as error:
            _log.warning("no link from %s: %s", self._shop.service_url, type(error).__name__)
            raise _problem(web.HTTPBadGateway, "Trackline gave no link.") from error

    def _customer(self, customer_id: object) -> Customer:
        if not isinstance(customer_id, str) or customer_id not in self._shop.customers:
            raise _problem(web.HTTPNotFound, "There is no such customer.")
        return self._shop.customers[customer_id]

    def _event(self, request: web.Request) -> Event:
        for event in self._shop.events:
            if event.id == request.match_info["event"]:
                return event
        raise _problem(web.HTTPNotFound, "There is no such event.")

    def _order(self, request: web.Request) -> Order:
        try:
            return self._shop.orders[request.match_info["order"]]
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
            "photo": bool(proof(order, order.next_status, self._shop.address)),
            "others": [
                s for s in self._shop.statuses if s not in (order.status, order.next_status)
            ],
            "unknown": UNKNOWN_STATE,
            "carrier": order.carrier and order.carrier._asdict(),
            "destination": order.route[-1],
            "guest": GUEST_MAIL if order.is_guest_s else None,
            "thanks": self._shop.thanks.get(order.id),
            "chosen": self._shop.hearing.of(order.id),
            "courier": self._shop.couriers.reported.get(order.id),
            "estimated_delivery": order.estimate_as_dict(),
            "events": [e.as_json() for e in reversed(self._shop.events) if e.order_id == order.id],
        }


def _problem(kind: type[web.HTTPException], sentence: str) -> web.HTTPException:
    return kind(text=json.dumps({"error": sentence}), content_type="application/json")
