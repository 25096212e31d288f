"""Which order AfterShip means, what a new one is called, and what is left out of its posts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from sandbox import Person
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.web.shops.conftest import post, states

PARCEL = "JD0146000037"
PLACED = datetime(2026, 11, 1, 8, tzinfo=UTC)


def at(time: Any, tag: str = "InTransit", **more: Any) -> dict[str, Any]:
    """A checkpoint."""
    return {"checkpoint_time": time, "tag": tag, "subtag": f"{tag}_001", **more}


HERS: dict[str, Any] = {"customers": [{"id": "customer-1"}]}
GOING = at("2026-11-03T10:00:00")


def update(msg: dict[str, Any]) -> dict[str, Any]:
    """``msg``: the tracking; a key in capitals is one of the webhook itself."""
    webhook = {"event": "tracking_update", "event_id": "e-1", "ts": 1794000000}  # of 7 November
    webhook |= {name.lower(): value for name, value in msg.items() if name.isupper()}
    given = {name: value for name, value in msg.items() if not name.isupper()}
    plain = {"id": "a1", "tracking_number": PARCEL, "slug": "dhl", "tag": "InTransit"}
    return webhook | {"msg": plain | {"subtag": "InTransit_001", "checkpoints": [GOING]} | given}


async def test_what_is_left_out_is_logged_and_counted(shop: ShopBackend) -> None:
    metric = ("trackline_details_skipped_total", {"system": "aftership"})
    before = REGISTRY.get_sample_value(*metric) or 0
    sent = {"order_id": "o", "custom_fields": {"customer_id": "c"}}
    with capture_logs() as logs:
        await post(shop, "aftership", update(sent | {"checkpoints": [at("2062-01-01"), 7, GOING]}))
    assert [(line["event"], line["count"]) for line in logs if "count" in line] == [
        ("details_skipped", 2)
    ]
    assert (REGISTRY.get_sample_value(*metric) or 0) - before == 2


NEW = [
    ({"order_id": "ID 1234"}, "ID-1234", "ID 1234"),
    ({"order_id": "#963"}, "963", "963"),
    ({"order_id": " 77 "}, "77", "77"),
    ({"order_number": "#1002"}, "1002", "1002"),
    ({"order_id": "o-1", "order_number": "No. 5"}, "o-1", "No. 5"),
]


@pytest.mark.parametrize(("sent", "order_id", "number"), NEW)
async def test_a_new_order_has_a_name_that_people_can_read(
    shop: ShopBackend, sent: dict[str, Any], order_id: str, number: str
) -> None:
    whose = {"customers": [{"role": "receiver", "id": "x"}, {"role": "buyer", "id": "customer-1"}]}
    assert (await post(shop, "aftership", update(whose | sent))).status == 202
    told = await shop.api("GET", f"/api/v1/orders/{order_id}")
    assert (told.body["customer_id"], told.body["order_number"]) == ("customer-1", number)


async def test_the_name_is_told_and_may_be_typed(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await post(
        shop, "aftership", update({"order_id": "ID 1234", "customers": [{"id": "customer-1"}]})
    )
    told = await alice.receives(containing="on its way")
    assert "ID 1234" in told.text
    assert "sha256" not in told.text
    for typed in ("/track 1234", "/track ID 1234", "#1234", f"/track {PARCEL}", "JD01-4600-0037"):
        await alice.send(typed)
        assert "ID 1234" in (await alice.receives(containing="On its way")).text


async def test_an_id_in_letters_that_ours_do_not_have_is_told_as_it_is_written(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await post(
        shop, "aftership", update({"order_id": "заказ 12", "customers": [{"id": "customer-1"}]})
    )
    assert "заказ 12" in (await alice.receives(containing="on its way")).text


async def test_an_e_mail_is_nobody_s_id(shop: ShopBackend) -> None:
    sent = update({"order_id": "new", "customers": [{"id": "amina@example.com"}]})
    answer = await post(shop, "aftership", sent)
    assert answer.status in {200, 404}
    assert (await shop.api("GET", "/api/v1/orders/new")).status == 404


async def test_a_stranger_s_parcel_is_told_to_nobody(
    shop: ShopBackend, alice: Person, charlie: Person, link: Link
) -> None:
    """Two orders have one number: the one whose customer is named is meant."""
    await link(alice, "customer-1")
    await link(charlie, "customer-2")
    for order_id, customer_id in (("a", "customer-1"), ("c", "customer-2")):
        carrier = {"tracking_number": PARCEL}
        await shop.create(order_id, customer_id, carrier=carrier, at=PLACED, notify=False)
    before = len(charlie.inbox)
    await post(shop, "aftership", update({}))
    await post(shop, "aftership", update({"EVENT_ID": "e-2", **HERS}))
    await alice.receives(containing="on its way")
    assert await states(shop, "c") == ["placed"]
    assert len(charlie.inbox) == before
