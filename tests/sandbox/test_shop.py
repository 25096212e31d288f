"""The sample shop, against a service of a few lines that checks every signature for real."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from standardwebhooks import Webhook

from bot.services.orders.events import OrderEvent
from sandbox.shop import Shop
from sandbox.shop.data import NEXT_STATUS, STEPS, Customer
from sandbox.shop.samples import sample_customers, sample_orders
from sandbox.waiting import TIMEOUT

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests only").decode()
PICTURE = "data:image/png;base64,AAAA"
API_KEY = "key-of-the-tests"
STATUSES = [
    "payment_due",
    "placed",
    "confirmed",
    "processing",
    "packed",
    "shipped",
    "in_transit",
    "out_for_delivery",
    "ready_for_pickup",
    "attempt_failed",
    "delayed",
    "on_hold",
    "problem",
    "delivered",
    "returned",
    "refunded",
    "cancelled",
]

Client = TestClient[web.Request, web.Application]


class Service:
    """Stands for Trackline: takes verified events, gives links, and misbehaves as told."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str, str]] = []
        self.links: list[tuple[str | None, dict[str, str]]] = []
        self.answers: Iterator[web.Response | None] = iter(())
        self.phones: list[tuple[str, str | None, dict[str, str]]] = []
        self.gives_links = True
        self.url = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.post("/webhooks/orders", self._take_event),
                web.post("/api/v1/links", self._give_link),
                web.put("/api/v1/customers/{customer}/phone", self._take_phone),
            ]
        )
        return app

    async def _take_event(self, request: web.Request) -> web.Response:
        body = await request.text()
        event: dict[str, Any] = Webhook(SECRET).verify(body, dict(request.headers))
        header = request.headers
        self.requests.append((header["webhook-id"], header["webhook-signature"], body))
        answer = next(self.answers, web.json_response({"result": "recorded"}, status=202))
        if answer is None:
            assert request.transport
            request.transport.abort()
            return web.Response()
        if answer.status == 202:
            self.events.append(event)
        return answer

    async def _give_link(self, request: web.Request) -> web.Response:
        self.links.append((request.headers.get("authorization"), await request.json()))
        if not self.gives_links:
            return web.Response(status=503)
        url = "https://t.me/trackline_bot?start=abcDEF123"
        offer = {"url": url, "code": "K7QF-2MXD", "expires_at": "2030-01-01T00:00:00Z"}
        link = {**offer, "qr": {"svg": "<svg/>", "png": PICTURE}}
        return web.json_response(link, status=201)

    async def _take_phone(self, request: web.Request) -> web.Response:
        customer, key = request.match_info["customer"], request.headers.get("authorization")
        self.phones.append((customer, key, await request.json()))
        return web.Response(status=204)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    async with TestServer(service.app()) as server:
        service.url = str(server.make_url("")).rstrip("/")
        yield service


@pytest.fixture
async def shop(service: Service) -> AsyncIterator[Shop]:
    """A shop whose orders of the past days were not posted yet: `start()` does that."""
    shop = Shop(service.url, SECRET, API_KEY, retry_delays=(0, 0, 0))
    shop.couriers.every = 0
    yield shop
    await shop.close()


@pytest.fixture
async def open_shop(shop: Shop, service: Service) -> Shop:
    """A shop whose history has been taken."""
    await shop.start()
    await shop.settled()
    service.events.clear()
    service.requests.clear()
    return shop


@pytest.fixture
async def panel(open_shop: Shop) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_subapp("/shop/", open_shop.app())
    async with TestClient(TestServer(app)) as client:
        yield client


async def orders_of(panel: Client, name: str) -> list[dict[str, Any]]:
    customer = await (await panel.post("/shop/sign-in", json={"name": name})).json()
    answer = await panel.get("/shop/orders", params={"customer": customer["id"]})
    orders: list[dict[str, Any]] = await answer.json()
    return orders


async def test_a_shop_starts_once_and_only_when_it_knows_the_service(
    shop: Shop, service: Service
) -> None:
    shop.service_url = ""
    await shop.start()
    assert shop.events == []
    shop.service_url = service.url
    await shop.start()
    await shop.start()
    await shop.settled()
    assert len(service.events) == len(shop.events) == 32


async def test_the_history_is_posted_silently_and_with_its_own_times(
    shop: Shop, service: Service
) -> None:
    await shop.start()
    await shop.settled()
    assert {event["data"]["order_number"] for event in service.events} == {
        "1001",
        "1002",
        "1003",
        "1004",
        "1005",
        "1006",
        "1007",
    }
    for event in service.events:
        assert event["data"]["notify"] is False
        assert datetime.fromisoformat(event["data"]["occurred_at"]) < datetime.now(UTC)


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_what_is_on_its_way_at_the_start_is_still_to_come_at_any_hour(hour: int) -> None:
    now = datetime(2026, 11, 24, hour, 30, tzinfo=UTC)
    for order, history in sample_orders(sample_customers()):
        for past in history:
            order.move(past.status, past.at(now), past.parcel, now=now)
        if order.estimated_delivery:
            earliest, latest = order.estimated_delivery
            assert now < earliest < latest
            assert earliest - now < timedelta(days=3)


async def test_an_order_says_what_is_in_it_and_its_events_name_the_parcel(
    shop: Shop, service: Service
) -> None:
    await shop.start()
    await shop.settled()
    told = [each["data"] for each in service.events if each["data"]["order_number"] == "1006"]
    listed = [[(i["quantity"], i["name"][:13]) for i in data.get("items", [])] for data in told]
    assert listed[0] == [(4, "Mount Elgon A"), (1, "Kabarole blac")]
    assert listed[2] == [(3, "Mount Elgon A")]
    assert listed[3] == [(1, "Mount Elgon A"), (1, "Kabarole blac")]
    assert listed[1] == []
    shown = [event.as_json() for event in shop.events if event.order_id == told[0]["order_id"]]
    assert [event["parcel"] for event in shown] == [None, None, "1", "2", "1", "2"]


async def test_each_parcel_has_its_own_tracking_number_from_its_first_event_to_its_last(
    shop: Shop, service: Service
) -> None:
    await shop.start()
    await shop.settled()
    numbers: dict[str, set[str | None]] = {"1": set(), "2": set()}
    for data in (each["data"] for each in service.events):
        if data["order_number"] == "1006" and "parcel" in data:
            numbers[data["parcel"]].add(data.get("carrier", {}).get("tracking_number"))
    one, other = numbers.values()
    assert len(one) == len(other) == 1
    assert one.isdisjoint(other | {None})


async def test_each_order_is_created_before_it_changes_and_its_times_go_up(
    shop: Shop, service: Service
) -> None:
    await shop.start()
    await shop.settled()
    for order in shop.orders.values():
        own = [event for event in service.events if event["data"]["order_id"] == order.id]
        assert own[0]["type"] == "order.created"
        assert {event["type"] for event in own[1:]} == {"order.status_changed"}
        times = [event["data"]["occurred_at"] for event in own]
        assert times == sorted(times)


async def test_the_phones_of_the_sample_customers_are_given(
    open_shop: Shop, service: Service
) -> None:
    assert [(customer, key) for customer, key, _ in service.phones] == [
        (customer, f"Bearer {API_KEY}") for customer in open_shop.customers
    ]
    assert service.phones[0][2] == {"phone": "+256700000001", "account_hint": "a•••@example.com"}


async def test_history_waits_for_a_service_that_is_not_up_yet(shop: Shop, service: Service) -> None:
    service.answers = iter([None, web.Response(status=503), None])
    await shop.start()
    await shop.settled()
    assert len(service.events) == len(shop.events)


async def test_history_is_given_up_when_the_service_stays_away(
    shop: Shop, service: Service
) -> None:
    service.answers = iter([None] * 1000)
    await shop.start()
    await shop.settled()
    first, second = shop.events[:2]
    assert (first.attempts, first.result) == (4, "no answer")
    assert (second.attempts, second.result) == (0, "waiting")


async def test_the_next_state_is_posted_signed_and_not_silent(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    order = (await orders_of(panel, "Alice"))[0]
    answer = await panel.post(f"/shop/orders/{order['id']}/next")
    assert (await answer.json())["status"] == order["next"] == "packed"
    await open_shop.settled()
    (event,) = service.events
    assert event["type"] == "order.status_changed"
    assert event["data"]["status"] == "packed"
    assert event["data"].get("notify", True) is True


async def test_a_shipped_order_has_a_carrier_a_place_and_an_estimate(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    order = (await orders_of(panel, "Alice"))[0]
    await panel.post(f"/shop/orders/{order['id']}/status", json={"status": "shipped"})
    await open_shop.settled()
    data = service.events[0]["data"]
    number = data["carrier"]["tracking_number"]
    assert data["carrier"]["tracking_url"] == f"https://shop.example.com/carrier/{number}"
    assert data["location"] == "Kampala"
    assert data["estimated_delivery"]["earliest"] < data["estimated_delivery"]["latest"]


@pytest.mark.parametrize("status", STATUSES)
async def test_every_state_can_be_set_and_is_one_that_trackline_understands(
    panel: Client, open_shop: Shop, service: Service, status: str
) -> None:
    order = (await orders_of(panel, "Charlie"))[0]
    answer = await panel.post(f"/shop/orders/{order['id']}/status", json={"status": status})
    assert answer.status == 200
    await open_shop.settled()
    assert OrderEvent.model_validate(service.events[0]).data.status == status


def test_the_shop_knows_exactly_the_states_of_the_contract() -> None:
    assert set(STEPS) == set(STATUSES)


@pytest.mark.parametrize("status", STATUSES)
def test_the_next_states_come_to_an_end(status: str) -> None:
    seen: list[str] = []
    while status in NEXT_STATUS:
        assert status not in seen
        seen.append(status)
        status = NEXT_STATUS[status]
    assert status in {"delivered", "refunded"}


async def test_a_failed_post_is_repeated_with_the_same_id_and_body(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    service.answers = iter([None, web.Response(status=500), web.Response(status=429)])
    order = (await orders_of(panel, "Alice"))[0]
    await panel.post(f"/shop/orders/{order['id']}/next")
    await open_shop.settled()
    assert len(service.requests) == 4
    assert len({(event_id, body) for event_id, _, body in service.requests}) == 1
    event = (await orders_of(panel, "Alice"))[0]["events"][0]
    assert (event["attempts"], event["answer"], event["result"]) == (4, 202, "recorded")


async def test_a_retry_waits_as_long_as_the_service_asks_for(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    service.answers = iter([web.Response(status=503, headers={"Retry-After": "1"})])
    order = (await orders_of(panel, "Alice"))[0]
    began = datetime.now(UTC)
    await panel.post(f"/shop/orders/{order['id']}/next")
    await open_shop.settled()
    assert (datetime.now(UTC) - began).total_seconds() >= 1
    assert len(service.requests) == 2


async def test_a_refused_event_is_not_repeated_and_the_panel_says_why(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    problem = {"title": "Unauthorized", "status": 401}
    service.answers = iter([web.json_response(problem, status=401)])
    order = (await orders_of(panel, "Alice"))[0]
    await panel.post(f"/shop/orders/{order['id']}/next")
    await open_shop.settled()
    assert len(service.requests) == 1
    event = (await orders_of(panel, "Alice"))[0]["events"][0]
    assert (event["answer"], event["result"]) == (401, "Unauthorized")


async def test_an_event_posted_again_has_the_same_id_and_body(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    order = (await orders_of(panel, "Alice"))[0]
    event = order["events"][0]
    service.answers = iter([web.json_response({"result": "duplicate"})])
    await panel.post(f"/shop/events/{event['id']}/repeat")
    await open_shop.settled()
    (request,) = service.requests
    assert (request[0], request[2]) == (event["id"], event["body"])
    again = (await orders_of(panel, "Alice"))[0]["events"][0]
    assert (again["answer"], again["result"]) == (200, "duplicate")


async def test_an_event_is_signed_anew_for_whoever_copies_it(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    event = open_shop.events[0]
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    event.headers["webhook-timestamp"] = str(int(long_ago.timestamp()))
    answer = await panel.get(f"/shop/events/{event.id}/signed")
    copied = await answer.json()
    assert Webhook(SECRET).verify(copied["body"], copied["headers"]) == json.loads(event.body)
    assert (copied["url"], copied["headers"]["webhook-id"]) == (event.url, event.id)
    assert service.requests == [], "nothing is posted"


async def test_the_panel_shows_the_signed_request_but_neither_secret_nor_key(
    panel: Client, open_shop: Shop
) -> None:
    shown = json.dumps(await orders_of(panel, "Alice"))
    assert "webhook-signature" in shown
    assert SECRET.removeprefix("whsec_") not in shown
    assert API_KEY not in shown
    event = (await orders_of(panel, "Alice"))[0]["events"][0]
    Webhook(SECRET).verify(event["body"], event["headers"])


async def test_alice_and_bob_see_the_same_orders_and_charlie_only_his_own(panel: Client) -> None:
    numbers = {
        name: [order["number"] for order in await orders_of(panel, name)]
        for name in ("Alice", "bob", "Charlie")
    }
    assert numbers == {
        "Alice": ["1007", "1006", "1005", "1004", "1002", "1001"],
        "bob": ["1007", "1006", "1005", "1004", "1002", "1001"],
        "Charlie": ["1003"],
    }


async def test_somebody_new_gets_an_account_of_their_own_without_orders(panel: Client) -> None:
    assert await orders_of(panel, "Dora") == []
    first, again = [
        await (await panel.post("/shop/sign-in", json={"name": name})).json()
        for name in ("Dora", "dora ")
    ]
    assert first == again
    assert first["people"] == ["dora"]


async def test_a_new_order_is_announced_to_the_service(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    customer = await (await panel.post("/shop/sign-in", json={"name": "Dora"})).json()
    answer = await panel.post("/shop/orders", json={"customer": customer["id"]})
    assert answer.status == 201
    await open_shop.settled()
    (event,) = service.events
    assert event["type"] == "order.created"
    assert event["data"]["customer_id"] == customer["id"]
    assert event["data"]["order_number"] == (await answer.json())["number"] == "1008"
    assert [order["number"] for order in await orders_of(panel, "Dora")] == ["1008"]


async def test_connecting_asks_for_a_link_with_the_key_and_a_masked_account(
    panel: Client, service: Service
) -> None:
    customer = await (await panel.post("/shop/sign-in", json={"name": "Bob"})).json()
    answer = await panel.post(f"/shop/customers/{customer['id']}/connect")
    link = await answer.json()
    assert link["url"] == "https://t.me/trackline_bot?start=abcDEF123"
    assert link["code"] == "K7QF-2MXD"
    assert link["qr"] == PICTURE
    asked = {"customer_id": customer["id"], "account_hint": "a•••@example.com", "qr": True}
    assert service.links == [(f"Bearer {API_KEY}", asked)]


async def test_a_guest_s_order_is_told_without_an_account_and_thanked_for_with_a_link_to_it(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    customer = await (await panel.post("/shop/sign-in", json={"name": "Dora"})).json()
    asked = {"customer": customer["id"], "guest": True}
    order = await (await panel.post("/shop/orders", json=asked)).json()
    await open_shop.settled()
    told = service.events[-1]["data"]
    assert "customer_id" not in told
    assert told["contact"] == {"email": "guest@example.com"}
    link_to = {"order_id": order["id"], "account_hint": "#1008", "qr": True}
    assert service.links == [(f"Bearer {API_KEY}", link_to)]
    [shown] = await orders_of(panel, "Dora")
    assert (shown["guest"], shown["thanks"]["qr"]) == ("guest@example.com", PICTURE)


async def test_connecting_fails_plainly_when_the_service_gives_no_link(
    panel: Client, service: Service
) -> None:
    service.gives_links = False
    customer = await (await panel.post("/shop/sign-in", json={"name": "Bob"})).json()
    answer = await panel.post(f"/shop/customers/{customer['id']}/connect")
    assert (answer.status, await answer.json()) == (502, {"error": "Trackline gave no link."})


async def test_nothing_follows_a_delivered_order(panel: Client, service: Service) -> None:
    delivered = (await orders_of(panel, "Alice"))[-1]
    assert delivered["next"] is None
    answer = await panel.post(f"/shop/orders/{delivered['id']}/next")
    assert answer.status == 409
    assert service.requests == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/shop/orders/ord_none/next", {}, 404),
        ("/shop/orders/ord_none/status", {"status": "packed"}, 404),
        ("/shop/events/msg_none/repeat", {}, 404),
        ("/shop/customers/cus_none/connect", {}, 404),
        ("/shop/orders", {"customer": "cus_none"}, 404),
    ],
)
async def test_what_the_shop_does_not_have_is_not_found(
    panel: Client, path: str, body: dict[str, str], status: int
) -> None:
    assert (await panel.post(path, json=body)).status == status


async def test_a_state_that_does_not_exist_is_refused(panel: Client, service: Service) -> None:
    order = (await orders_of(panel, "Alice"))[0]
    answer = await panel.post(f"/shop/orders/{order['id']}/status", json={"status": "lost"})
    assert answer.status == 422
    assert service.requests == []


async def test_after_a_state_of_the_shop_s_own_the_order_goes_on_from_its_place(
    panel: Client, open_shop: Shop
) -> None:
    open_shop.own_states = {"roasting": "processing", "left_at_neighbour": "delivered"}
    order = (await orders_of(panel, "Alice"))[0]
    assert (order["stage"], order["next"]) == ("confirmed", "packed")
    path = f"/shop/orders/{order['id']}"
    told = await (await panel.post(f"{path}/status", json={"status": "roasting"})).json()
    assert (told["status"], told["stage"], told["next"]) == ("roasting", "processing", "packed")
    told = await (await panel.post(f"{path}/next", json={})).json()
    assert (told["status"], told["stage"], told["next"]) == ("packed", "packed", "shipped")
    told = await (await panel.post(f"{path}/status", json={"status": "left_at_neighbour"})).json()
    assert (told["stage"], told["next"]) == ("delivered", None)


async def test_whoever_serves_the_panel_is_told_of_every_change(
    panel: Client, open_shop: Shop
) -> None:
    changes: list[str] = []
    open_shop.on_change = lambda: changes.append(open_shop.events[-1].result)
    order = (await orders_of(panel, "Alice"))[0]
    await panel.post(f"/shop/orders/{order['id']}/next")
    await open_shop.settled()
    assert changes == ["waiting", "recorded"]


async def test_closing_ends_a_post_that_is_still_being_retried(service: Service) -> None:
    service.answers = iter([None] * 1000)
    shop = Shop(service.url, SECRET, API_KEY, retry_delays=(3600,))
    await shop.start()
    async with asyncio.timeout(TIMEOUT):
        await shop.close()
        await shop.settled()


def test_the_account_hint_tells_the_owner_and_nobody_else() -> None:
    customer = Customer("cus_1", "alice@example.com", frozenset({"alice"}))
    assert customer.account_hint == "a•••@example.com"


async def test_a_delivery_is_told_with_the_courier_s_photo_or_without(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    open_shop.address = "http://127.0.0.1/shop"
    one, other = (await orders_of(panel, "Alice"))[:2]
    for order, asked in ((one, {}), (other, {"photo": False})):
        await panel.post(f"/shop/orders/{order['id']}/status", json={"status": "out_for_delivery"})
        await panel.post(f"/shop/orders/{order['id']}/next", json=asked)
    await open_shop.settled()
    told = [e["data"] for e in service.events if e["data"]["status"] == "delivered"]
    photos = {data["order_id"]: data.get("photo_url") for data in told}
    assert photos == {
        one["id"]: "http://127.0.0.1/shop/photos/delivered.jpg",
        other["id"]: None,
    }
    shown = await panel.get("/shop/photos/delivered.jpg")
    assert (shown.status, shown.content_type) == (200, "image/jpeg")


async def test_an_order_that_is_collected_at_the_kiosk_has_no_photo_of_a_door(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    open_shop.address = "http://127.0.0.1/shop"
    order = (await orders_of(panel, "Alice"))[0]
    path, status = f"/shop/orders/{order['id']}", {"status": "ready_for_pickup"}
    waits = await (await panel.post(f"{path}/status", json=status)).json()
    assert (waits["next"], waits["photo"]) == ("delivered", False)
    await panel.post(f"{path}/next", json={})
    await open_shop.settled()
    assert service.events[-1]["data"]["status"] == "delivered"
    assert "photo_url" not in service.events[-1]["data"]
