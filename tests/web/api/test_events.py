"""`/api/v1/events`: events with a key in the place of a signature, alone or many at once."""

from datetime import UTC, datetime
from typing import Any

from sandbox import Person
from tests.conftest import Link
from tests.support.shop import Answer, ShopBackend
from tests.web.conftest import on_both_drivers


def event(event_id: str, order_id: str, status: str | None = None, **data: Any) -> dict[str, Any]:
    return {
        "id": event_id,
        "type": "order.status_changed" if status else "order.created",
        "timestamp": datetime.now(UTC).isoformat(),
        "data": {"order_id": order_id, "status": status} | data,
    }


async def post(shop: ShopBackend, body: dict[str, Any]) -> Answer:
    return await shop.api("POST", "/api/v1/events", json=body)


async def batch(shop: ShopBackend, *events: Any) -> list[dict[str, Any]]:
    answer = await shop.api("POST", "/api/v1/events/batch", json={"events": events})
    assert answer.status == 200, answer
    assert len(answer.body["results"]) == len(events)
    results: list[dict[str, Any]] = answer.body["results"]
    return results


# Alone


async def test_an_event_is_recorded_and_told(shop: ShopBackend, alice: Person, link: Link) -> None:
    await link(alice, "customer-1")
    created = event("e1", "ord_1", customer_id="customer-1", order_number="1001")
    assert (await post(shop, created)).body == {"id": "e1", "result": "recorded"}
    assert (await post(shop, created)).body == {"id": "e1", "result": "duplicate"}
    await post(shop, event("e2", "ord_1", "shipped"))
    await alice.receives(containing="shipped")
    assert len([message for message in alice.inbox if "#1001" in message.text]) == 2


async def test_an_event_needs_an_id(shop: ShopBackend) -> None:
    body = event("", "ord_1", customer_id="customer-1")
    assert [e["field"] for e in (await post(shop, body)).body["errors"]] == ["id"]


async def test_refusals_are_those_of_the_webhook(shop: ShopBackend) -> None:
    await post(shop, event("e1", "ord_1", customer_id="customer-1"))
    assert (await post(shop, event("e2", "ord_2", "shipped"))).status == 404
    assert (await post(shop, event("e1", "ord_1", "shipped"))).status == 409
    assert (await post(shop, event("e3", "ord_1", customer_id="customer-2"))).status == 422


# Many


@on_both_drivers
async def test_each_of_many_gets_its_own_result(shop: ShopBackend) -> None:
    await shop.api("DELETE", "/api/v1/customers/customer-9")
    created = event("e1", "ord_1", customer_id="customer-1")
    results = await batch(
        shop,
        created,
        event("e2", "ord_1", "shipped"),
        created,
        event("e3", "unknown", "shipped"),
        {"id": "e4", "type": "order.created"},
        17,
        event("e5", "ord_1", customer_id="customer-2"),
        event("e6", "ord_9", customer_id="customer-9"),
    )
    assert [(r["id"], r["status"], r["result"]) for r in results] == [
        ("e1", 200, "recorded"),
        ("e2", 200, "recorded"),
        ("e1", 200, "duplicate"),
        ("e3", 404, None),
        (None, 422, None),
        (None, 422, None),
        ("e5", 422, None),
        ("e6", 422, None),
    ]
    assert [e["field"] for e in results[4]["errors"]] == ["timestamp", "data"]
    assert results[3]["detail"].startswith("This order was never seen.")
    assert (await shop.tracking("ord_1"))["status"] == "shipped"


async def test_five_hundred_are_taken_and_one_more_is_not(shop: ShopBackend) -> None:
    note = "x" * 1000
    events = [event(f"e{n}", f"ord_{n // 5}", customer_id="c", note=note) for n in range(500)]
    assert {r["result"] for r in await batch(shop, *events)} == {"recorded"}
    assert {r["result"] for r in await batch(shop, *events)} == {"duplicate"}
    events.append(event("e500", "ord_1"))
    answer = await shop.api("POST", "/api/v1/events/batch", json={"events": events})
    assert [error["field"] for error in answer.body["errors"]] == ["events"]


async def test_of_many_changes_the_newest_is_told(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    steps = ("confirmed", "packed", "shipped")
    await batch(
        shop,
        event("e0", "ord_1", customer_id="customer-1", order_number="1001", notify=False),
        *(event(f"e{n}", "ord_1", status) for n, status in enumerate(steps, 1)),
    )
    await alice.receives(containing="shipped")
