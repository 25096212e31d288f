"""Order documents in what shops' schemas make of moments, carriers and ids."""

from typing import Any

import pytest

from tests.support.shop import ShopBackend
from tests.web.shops.conftest import post

MADE, SENT = "2026-11-16T09:30:00.000Z", "2026-11-17T08:00:00.000Z"
SENT_MS = 1794902400000
STEPS = [{"status": "Placed", "timestamp": MADE}, {"status": "Shipped", "timestamp": SENT}]
USER = "65d0c0ffee0000000000a11c"


def order(given: dict[str, Any]) -> dict[str, Any]:
    """``given``: a None takes the field away."""
    plain = {"_id": "o1", "user": USER, "createdAt": MADE, "updatedAt": SENT}
    return {name: value for name, value in (plain | given).items() if value is not None}


MOMENTS = [
    (SENT, "2026-11-17T08:00:00Z"),
    ("2026-11-17T08:00:00", "2026-11-17T08:00:00Z"),
    ("2026-11-17T11:00:00+03:00", "2026-11-17T08:00:00Z"),
    ({"$date": SENT}, "2026-11-17T08:00:00Z"),
    ({"$date": {"$numberLong": str(SENT_MS)}}, "2026-11-17T08:00:00Z"),
    ({"$date": SENT_MS}, "2026-11-17T08:00:00Z"),
    ({"$numberLong": str(SENT_MS)}, "2026-11-17T08:00:00Z"),
    (SENT_MS + 1, "2026-11-17T08:00:00.001000Z"),
    (str(SENT_MS), "2026-11-17T08:00:00Z"),
    (SENT_MS // 1000, "2026-11-17T08:00:00Z"),
]


@pytest.mark.parametrize(("moment", "gives"), MOMENTS)
async def test_a_moment_is_read_in_each_of_its_forms(
    shop: ShopBackend, moment: Any, gives: str
) -> None:
    await post(shop, "mongoose", order({"trackingInfo": [{"status": "x", "timestamp": moment}]}))
    [step] = (await shop.tracking("o1"))["tracking_info"]
    assert step["timestamp"] == gives


CARRIERS = [
    {"trackingNumber": "JD01", "carrier": "DHL"},
    {"trackingInfo": {"trackingNumber": "JD01", "courierName": "DHL"}},
    {"tracking": {"trackingNumber": "JD01", "courier": "DHL"}, "trackingInfo": STEPS},
]


@pytest.mark.parametrize("given", CARRIERS)
async def test_the_carrier_and_its_number_come_along(
    shop: ShopBackend, given: dict[str, Any]
) -> None:
    await post(shop, "mongoose", order({"status": "Shipped"} | given))
    carrier = (await shop.tracking("o1"))["carrier"]
    assert (carrier["name"], carrier["tracking_number"]) == ("DHL", "JD01")
    repeated = await post(shop, "mongoose", order({"status": "Shipped"} | given))
    assert repeated.body == {"result": "duplicate"}


async def test_an_expected_day_in_each_of_its_forms(shop: ShopBackend) -> None:
    forms: list[dict[str, Any]] = [
        {"estimatedDelivery": "2026-11-20"},
        {"estimatedDeliveryDate": {"$date": 1795132800000}},
    ]
    for n, form in enumerate(forms):
        await post(shop, "mongoose", order({"_id": f"o{n}", "trackingInfo": STEPS, **form}))
        expected = (await shop.tracking(f"o{n}"))["estimated_delivery"]
        assert expected["earliest"][:10] == "2026-11-20"


async def test_an_id_that_people_cannot_type_gives_a_name_that_they_can(shop: ShopBackend) -> None:
    await post(shop, "mongoose", order({"_id": "ID 1234", "trackingInfo": STEPS}))
    assert (await shop.tracking("ID-1234"))["order_number"] == "ID 1234"
