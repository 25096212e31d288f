"""Sendcloud, Shippo and EasyPost: what becomes of their posts, beside the timelines of `shapes`."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox import Person
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.web.shops.conftest import Example, post, shapes

CARRIERS = ["easypost", "sendcloud", "shippo"]


def of_now(body: Any) -> Any:
    """Sendcloud's, as it was sent a moment ago."""
    now = int(datetime.now(UTC).timestamp() * 1000)
    return body | {"timestamp": now, "carrier_status_change_timestamp": now}


async def test_sendcloud_is_asked_to_send_again_what_came_before_its_order(
    shop: ShopBackend,
) -> None:
    example = Example.of("sendcloud")
    body = of_now(example.body)
    assert (await post(shop, "sendcloud", body)).status == 404
    for event in example.events:
        await shop.tell(**event)
    assert (await post(shop, "sendcloud", body)).status == 202


@pytest.mark.parametrize("system", ["easypost", "shippo"])
async def test_who_ends_a_webhook_for_failures_gets_none_for_an_order_never_seen(
    shop: ShopBackend, system: str
) -> None:
    answer = await post(shop, system, Example.of(system).body)
    assert (answer.status, answer.body["result"]) == (200, "ignored")


@pytest.mark.parametrize("system", CARRIERS)
async def test_only_where_a_parcel_is_now_is_told_and_only_once(
    shop: ShopBackend, alice: Person, link: Link, system: str
) -> None:
    await link(alice, "customer-1")
    example = Example.of(system)
    for event in example.events:
        await shop.tell(**event, notify=False)
    for _ in range(2):
        await post(shop, system, example.body)
    told = await alice.receives(containing="is on its way")
    assert alice.inbox[-1] == told
    await shop.tell(example.events[0]["order_id"], "refunded")
    await alice.receives(containing="refund")
    assert len([message for message in alice.inbox if "is on its way" in message.text]) == 1


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("sendcloud", "a_label_is_being_made"),
        ("sendcloud", "a_return_is_not_told"),
        ("sendcloud", "a_number_of_two_orders"),
        ("easypost", "its_label_was_not_used"),
        ("easypost", "a_return_is_not_told"),
        ("easypost", "a_number_of_two_orders"),
        ("shippo", "a_trial_of_the_portal"),
        ("shippo", "a_number_of_two_orders"),
    ],
)
async def test_nobody_is_told_of_what_is_none_of_theirs(
    shop: ShopBackend, alice: Person, charlie: Person, link: Link, system: str, name: str
) -> None:
    await link(alice, "customer-1")
    await link(charlie, "customer-2")
    shape = shapes(system)[name]
    for event in shape["told"]:
        await shop.tell(**event, notify=False)
    for one in shape["posts"]:
        assert (await post(shop, system, one["body"])).status in {200, 202}
    before = {person: len(person.inbox) for person in (alice, charlie)}
    for event in shape["told"]:
        await shop.tell(event["order_id"], "refunded")
    for person in (alice, charlie)[: len(shape["told"])]:
        await person.receives(containing="refund")
        assert len(person.inbox) == before[person] + 1
