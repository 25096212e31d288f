"""What the sample shop says makes sense: windows, numbers, and where its links lead."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from sandbox.shop import Shop
from sandbox.shop.data import ROUTES, Order
from sandbox.shop.estimates import SHOP_ZONE
from sandbox.shop.samples import sample_customers, sample_orders

Client = TestClient[web.Request, web.Application]
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=SHOP_ZONE)


def order_at(*moves: tuple[str, datetime]) -> Order:
    order = Order("1001", "cus_1", ("1 × Beans",), ROUTES[0])
    for status, at in moves:
        order.move(status, at)
    return order


def window(order: Order) -> tuple[str, str]:
    assert order.estimated_delivery
    first, last = (each.astimezone(SHOP_ZONE) for each in order.estimated_delivery)
    return f"{first:%a %H:%M}", f"{last:%a %H:%M}"


@pytest.mark.parametrize("before", ["packed", "shipped", "in_transit"])
@pytest.mark.parametrize("trouble", ["delayed", "attempt_failed"])
def test_what_is_delayed_comes_later_than_was_said(before: str, trouble: str) -> None:
    order = order_at(("confirmed", TUESDAY), (before, TUESDAY))
    assert order.estimated_delivery
    first, last = order.estimated_delivery
    order.move(trouble, TUESDAY)
    later_first, later_last = order.estimated_delivery
    assert later_first > first
    assert later_last > last


def test_of_what_waits_at_the_kiosk_it_is_said_until_when() -> None:
    told = order_at().move("ready_for_pickup", TUESDAY)
    assert told["note"] == "Kept for you until Sun 29 Nov"
    assert told["pickup"]["until"] == "2026-11-29"


@pytest.mark.parametrize(
    ("clock", "first", "last"),
    [
        ("01:10", "Tue 09:00", "Tue 11:00"),
        ("07:59", "Tue 09:00", "Tue 11:00"),
        ("10:30", "Tue 11:00", "Tue 13:00"),
        ("17:20", "Tue 18:00", "Tue 20:00"),
        ("18:01", "Wed 09:00", "Wed 11:00"),
        ("23:30", "Wed 09:00", "Wed 11:00"),
    ],
)
def test_a_rider_comes_in_daytime(clock: str, first: str, last: str) -> None:
    hour, minute = map(int, clock.split(":"))
    order = order_at(("out_for_delivery", TUESDAY.replace(hour=hour, minute=minute)))
    assert window(order) == (first, last)


def test_no_number_is_told_of_two_parcels() -> None:
    """Nor of a parcel and of the order that it is a part of."""
    for order, history in sample_orders(sample_customers()):
        told: dict[str, set[str | None]] = {}
        for past in history:
            data = order.move(past.status, past.at(TUESDAY), past.parcel, now=TUESDAY)
            if "carrier" in data:
                told.setdefault(data["carrier"]["tracking_number"], set()).add(data.get("parcel"))
        for status in ("in_transit", "out_for_delivery"):
            data = order.move(status, TUESDAY)
            if "carrier" in data:
                told.setdefault(data["carrier"]["tracking_number"], set()).add(None)
        assert all(len(parcels) == 1 for parcels in told.values())


def test_an_order_in_parcels_goes_on_parcel_by_parcel() -> None:
    """The first of 1006 is delivered and stays so; of 1002 the rest follows in another."""
    told = {}
    for order, history in sample_orders(sample_customers()):
        for past in history:
            order.move(past.status, past.at(TUESDAY), past.parcel, now=TUESDAY)
        moves = told[order.number] = list[tuple[str | None, str]]()
        while order.status != "ready_for_pickup" and (status := order.next_status):
            parcel = order.parcel_for(status)
            order.move(status, TUESDAY, parcel)
            moves.append((parcel, status))
    assert told["1006"] == [("2", "out_for_delivery"), ("2", "delivered")]
    one = [("1", "in_transit"), ("1", "out_for_delivery"), ("1", "delivered")]
    assert told["1002"] == [*one, ("2", "shipped"), *[("2", status) for _, status in one]]
    assert told["1004"] == [(None, "out_for_delivery"), (None, "delivered")]


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """With its orders on the shelf, and nobody to post to."""
    shop = Shop("http://127.0.0.1:9", "whsec_" + "A" * 32, "key", retry_delays=())
    shop.address = "/shop"
    await shop.start()
    yield shop
    await shop.close()


@pytest.fixture
async def visitor(shop: Shop) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_subapp("/shop/", shop.app())
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_every_link_of_the_shop_s_leads_to_a_page(shop: Shop, visitor: Client) -> None:
    order = next(iter(shop.orders.values()))
    now = datetime.now(UTC)
    links = [
        order.move("payment_due", now)["payment_url"],
        order.move("shipped", now)["carrier"]["tracking_url"],
        order.move("out_for_delivery", now)["actions"][-1]["url"],
    ]
    for link in links:
        async with visitor.get(link) as page:
            assert page.status == 200, link
            assert "<h1>" in await page.text()
    async with visitor.get("/shop/carrier/PP00000000UG") as page:
        assert page.status == 404


async def test_what_is_due_is_paid_there(shop: Shop, visitor: Client) -> None:
    order = next(iter(shop.orders.values()))
    bill = order.move("payment_due", datetime.now(UTC))["payment_url"]
    async with visitor.get(bill) as page:
        assert "<button>Pay</button>" in await page.text()
    async with visitor.post(bill) as page:
        assert "Paid, thank you" in await page.text()
    assert order.status == "placed"
    events = len(shop.events)
    async with visitor.post(bill):
        assert len(shop.events) == events, "paid twice"
