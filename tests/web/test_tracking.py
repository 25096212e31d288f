"""`GET /api/v1/orders/{order_id}/tracking`: an order's tracking information."""

from datetime import UTC, datetime
from urllib.parse import quote

from yarl import URL

from tests.support.shop import API_KEY, Answer, ShopBackend
from tests.web.conftest import on_both_drivers

MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
DHL = {"name": "DHL", "tracking_number": "JD01", "tracking_url": "https://example.com/JD01"}


async def ask(shop: ShopBackend, order_id: str, key: str = API_KEY) -> Answer:
    path = URL(f"{shop.url}/api/v1/orders/{quote(order_id, safe='')}/tracking", encoded=True)
    headers = {"Authorization": f"Bearer {key}"}
    async with shop.session.get(path, headers=headers) as response:
        return Answer(response.status, response.headers, await response.json(content_type=None))


@on_both_drivers
async def test_the_answer_has_the_contracts_shape(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", at=MONDAY.replace(day=5), items=2)
    await shop.tell(
        "ord_1",
        "in_transit",
        at=MONDAY.replace(day=7),
        parcel="B",
        note="On its way",
        location="Kampala",
        carrier=DHL,
        estimated_delivery={"earliest": "2026-01-08T00:00:00Z", "latest": "2026-01-09T00:00:00Z"},
    )
    await shop.tell("ord_1", "shipped", at=MONDAY.replace(day=6), parcel="A")

    answer = await ask(shop, "ord_1")

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert list(answer.body) == [
        "order_id",
        "order_number",
        "status",
        "estimated_delivery",
        "carrier",
        "parcels",
        "tracking_info",
        "items",
    ]
    assert answer.body == {
        "items": [],
        "order_id": "ord_1",
        "order_number": "1001",
        "status": "in_transit",
        "estimated_delivery": {
            "earliest": "2026-01-08T00:00:00Z",
            "latest": "2026-01-09T00:00:00Z",
        },
        "carrier": DHL,
        "parcels": [
            {"parcel": "A", "status": "shipped", "carrier": None},
            {"parcel": "B", "status": "in_transit", "carrier": DHL},
        ],
        "tracking_info": [
            step("placed", "2026-01-05T12:00:00Z"),
            step("shipped", "2026-01-06T12:00:00Z", parcel="A"),
            step(
                "in_transit",
                "2026-01-07T12:00:00Z",
                parcel="B",
                note="On its way",
                location="Kampala",
            ),
        ],
    }
    assert list(answer.body["tracking_info"][0]) == [
        "status",
        "timestamp",
        "note",
        "location",
        "parcel",
    ]


def step(status: str, timestamp: str, **more: str) -> dict[str, str | None]:
    return {
        "status": status,
        "timestamp": timestamp,
        "note": None,
        "location": None,
        "parcel": None,
    } | more


async def test_what_was_ordered_is_told_with_the_parcel_it_is_in(shop: ShopBackend) -> None:
    mug = {"name": "Mug", "quantity": 1, "image_url": "https://shop.test/mug.png"}
    beans = {"name": "Coffee beans", "quantity": 3}
    await shop.create("ord_1", "customer-1", items=[beans, mug])
    await shop.tell("ord_1", "shipped", parcel="A", items=[beans | {"quantity": 2}])

    assert (await ask(shop, "ord_1")).body["items"] == [
        {"name": "Coffee beans", "quantity": 2, "parcel": "A", "image_url": None},
        {"name": "Coffee beans", "quantity": 1, "parcel": None, "image_url": None},
        mug | {"parcel": None},
    ]
    told = (await shop.api("GET", "/api/v1/orders/ord_1")).body
    assert (told["items"], told["goods"]) == (4, (await ask(shop, "ord_1")).body["items"])
    export = (await shop.api("GET", "/api/v1/customers/customer-1/export")).body
    assert export["orders"][0]["goods"] == told["goods"]


async def test_what_nobody_told_is_null(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1")
    body = (await ask(shop, "ord_1")).body
    assert body["order_number"] == "ord_1"
    assert (body["estimated_delivery"], body["carrier"], body["parcels"]) == (None, None, [])


async def test_every_order_id_can_be_asked_for(shop: ShopBackend) -> None:
    for order_id in ("a/b", "A#1", "1+1", "x@y:z", "7~=", "a..b", "a/../b", "0"):
        assert (await shop.create(order_id, "customer-1")).status == 202
        answer = await ask(shop, order_id)
        assert (answer.status, answer.body.get("order_id")) == (200, order_id)


async def test_an_order_that_was_never_seen_is_not_found(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1")
    for order_id in ("ord_2", "ORD_1", "ord_1 ", "$ne", "a\x00", "%", "../ord_1", "x" * 2000):
        answer = await ask(shop, order_id)
        assert (order_id, answer.status) == (order_id, 404)
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.body["detail"] == "This order was never seen."


async def test_without_the_key_nothing_is_told(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1")
    there, not_there = await ask(shop, "ord_1", key="x"), await ask(shop, "ord_2", key="x")
    assert (there.status, there.body) == (401, not_there.body)
    assert not_there.status == 401
