"""The sample shop's ear: signed events only, each once, and an answer to what was chosen."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from standardwebhooks import Webhook

from bot.services.orders.events import OrderEvent
from sandbox.shop import Shop
from sandbox.shop.data import Order
from sandbox.shop.offers import offered
from sandbox.shop.samples import sample_customers, sample_orders

SECRET = "whsec_" + base64.b64encode(b"what the shop checks with").decode()
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """With its orders on the shelf, and nobody to post to."""
    shop = Shop("http://127.0.0.1:9", SECRET, "key", retry_delays=(), hook_secret=SECRET)
    await shop.start()
    yield shop
    await shop.close()


@pytest.fixture
async def panel(shop: Shop) -> AsyncIterator[Client]:
    async with TestClient(TestServer(shop.app())) as client:
        yield client


@pytest.fixture
def order(shop: Shop) -> Order:
    return next(iter(shop.orders.values()))


def choice(order: Order) -> str:
    data = {"order_id": order.id, "action_id": "door", "label": "Leave at the door"}
    event = {"type": "order.action_chosen", "timestamp": "2026-11-24T09:30:00.000Z", "data": data}
    return json.dumps(event)


async def tell(panel: Client, body: str, *, event_id: str = "evt_1", secret: str = SECRET) -> int:
    now = datetime.now(UTC)
    headers = {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(event_id, now, body),
    }
    async with panel.post("/hooks", data=body, headers=headers) as answer:
        return answer.status


async def chosen(panel: Client, order: Order) -> list[Any]:
    async with panel.get(f"/orders?customer={order.customer_id}") as answer:
        shown = await answer.json()
    return next(list(each["chosen"]) for each in shown if each["id"] == order.id)


async def test_a_choice_is_shown_once_with_an_answer_to_suggest(
    panel: Client, order: Order
) -> None:
    for _ in range(2):
        assert await tell(panel, choice(order)) == 204
    (shown,) = await chosen(panel, order)
    assert (shown["label"], shown["answer"]) == ("Leave at the door", None)
    assert shown["suggestion"].startswith("Gladly")


async def test_what_is_not_signed_or_signed_by_another_is_refused(
    panel: Client, order: Order
) -> None:
    other = "whsec_" + base64.b64encode(b"somebody else's secret").decode()
    assert await tell(panel, choice(order), secret=other) == 401
    async with panel.post("/hooks", data=choice(order)) as answer:
        assert answer.status == 401
    assert await chosen(panel, order) == []


async def test_other_events_are_taken_and_nothing_is_shown(panel: Client, order: Order) -> None:
    linked = {"type": "customer.linked", "timestamp": "2026-11-24T09:30:00.000Z", "data": {}}
    assert await tell(panel, json.dumps(linked)) == 204
    assert await chosen(panel, order) == []


async def test_an_answer_is_the_shop_s_next_event(panel: Client, shop: Shop, order: Order) -> None:
    await tell(panel, choice(order))
    async with panel.post("/chosen/evt_1/answer", json={"note": " Gladly! "}) as answer:
        assert answer.status == 200
    (shown,) = await chosen(panel, order)
    assert shown["answer"] == "Gladly!"
    event = json.loads(shop.events[-1].body)
    assert event["type"] == "order.updated"
    assert event["data"] == {"order_id": order.id, "note": "Gladly!"}
    OrderEvent.model_validate(event)
    for path, body in (("evt_2", {"note": "x"}), ("evt_1", {"note": " "}), ("evt_1", {})):
        async with panel.post(f"/chosen/{path}/answer", json=body) as answer:
            assert answer.status == 422


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("payment_due", {"payment_url"}),
        ("ready_for_pickup", {"pickup"}),
        ("out_for_delivery", {"actions"}),
        ("shipped", set()),
    ],
)
def test_what_the_shop_offers_is_as_the_contract_has_it(status: str, told: set[str]) -> None:
    order, _ = sample_orders(sample_customers())[0]
    offers = {name: value for name, value in offered(order, status, NOW).items() if value}
    assert set(offers) == told
    data = {"order_id": order.id, "status": status, **offers}
    event = {"type": "order.status_changed", "timestamp": NOW.isoformat(), "data": data}
    OrderEvent.model_validate(event)
