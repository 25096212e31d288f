"""An order that the API gives and one that webhooks tell are the same, whichever comes first.

In all the shapes in which the systems post (`test_shapes`). The API gives an order as it is posted;
only the members that are read are asked for.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.services.orders.booked import WrongRecord
from bot.services.orders.catching_up import Outcome
from bot.services.orders.system_orders import SystemOrder
from handlers.web.shops.books import FORMS
from storage.mongo import Mongo
from storage.orders import Orders
from tests.support.replica import a_catching_up
from tests.support.shop import ShopBackend
from tests.support.shop_apis import only
from tests.web.shops.conftest import shapes
from tests.web.shops.test_shapes import expected, given


def of_the_api(system: str, shape: Mapping[str, Any]) -> SystemOrder | None:
    """The order after the last of the posts. None: there is none for us."""
    form = FORMS[system]
    orders = [one["body"] for one in shape["posts"] if one.get("topic", "order")[:5] == "order"]
    if not orders:
        return None
    try:
        return form.read(only(orders[-1], ",".join(form.fields)))
    except WrongRecord:
        return None


def read(system: str) -> Iterator[tuple[str, Mapping[str, Any], SystemOrder]]:
    for name, shape in shapes(system).items():
        if order := of_the_api(system, shape):
            yield name, shape, order


def end(line: str) -> str:
    """Of a shape's line: what state it ends in, and the parcels."""
    steps, _, parcels = line.partition("; ")
    return f"{steps.split(' > ')[-1]}; {parcels}"


@pytest.mark.parametrize("system", FORMS)
async def test_what_webhooks_have_told_the_api_tells_nothing_new_of(
    mongo: Mongo, shop: ShopBackend, system: str
) -> None:
    catching_up = a_catching_up(mongo)
    told = [(name, await given(shop, system, shape), order) for name, shape, order in read(system)]
    assert len(told) > 20
    outcomes = await catching_up.catch_up([order for *_, order in told])
    brought = {name: o.recorded for (name, *_), o in zip(told, outcomes, strict=True)}
    assert brought == dict.fromkeys(brought, 0)
    known = shapes(system)
    for name, before, _ in told:
        assert await given(shop, system, {**known[name], "posts": [], "told": []}) == before


@pytest.mark.parametrize("system", FORMS)
async def test_webhooks_that_come_after_the_api_change_nothing_of_how_it_ends(
    mongo: Mongo, shop: ShopBackend, system: str
) -> None:
    catching_up = a_catching_up(mongo)
    ends: dict[str, str] = {}
    for name, shape, order in read(system):
        (outcome,) = await catching_up.catch_up([order])
        assert outcome.is_new
        ends[name] = end(await given(shop, system, shape))
    gives = expected(system)
    assert ends == {name: end(gives[name]) for name in ends}


@pytest.mark.parametrize("system", FORMS)
async def test_the_api_twice_is_as_good_as_once(mongo: Mongo, system: str) -> None:
    orders = [order for *_, order in read(system)]
    distinct = list({order.order_id: order for order in orders}.values())
    catching_up = a_catching_up(mongo)
    first = await catching_up.catch_up(distinct)
    assert all(outcome.is_new and outcome.recorded for outcome in first)
    again = await catching_up.catch_up(distinct)
    assert {outcome.recorded for outcome in again} == {0}
    assert not any(outcome.is_new for outcome in again)


async def test_an_order_that_nobody_told_of_begins_when_it_was_made(
    mongo: Mongo, shop: ShopBackend
) -> None:
    shape = shapes("shopify")["it_is_cancelled"]
    order = of_the_api("shopify", shape)
    assert order
    assert order.made_at
    outcome = await a_catching_up(mongo).catch_up([order])
    assert outcome == [Outcome(recorded=3, known=0, is_new=True)]
    steps = (await shop.tracking(order.order_id))["tracking_info"]
    assert [step["status"] for step in steps] == ["placed", "cancelled"]
    assert steps[0]["timestamp"] == f"{order.made_at:%Y-%m-%dT%H:%M:%SZ}"


async def test_an_order_is_in_the_account_and_has_the_contacts_that_the_api_gives(
    mongo: Mongo,
) -> None:
    shape = shapes("woocommerce")["guest"]
    body = shape["posts"][-1]["body"]
    form, catching_up, orders = FORMS["woocommerce"], a_catching_up(mongo), Orders(mongo)
    at_first = form.read({**body, "billing": None})
    later = form.read({**body, "billing": {"email": "amina@example.com"}})
    with_account = form.read({**body, "customer_id": 55})
    assert at_first
    assert later
    assert with_account
    await catching_up.catch_up([at_first])
    (outcome,) = await catching_up.catch_up([later])
    held = await orders.get(later.order_id)
    assert held
    assert (outcome.recorded, held.customer_id, len(held.contacts)) == (0, None, 1)
    (outcome,) = await catching_up.catch_up([with_account])
    held = await orders.get(later.order_id)
    assert held
    assert (outcome.recorded, held.customer_id) == (0, "55")
    (outcome,) = await catching_up.catch_up([form.read({**body, "customer_id": 56}) or later])
    assert outcome.problem == "we hold this order as another customer's"


async def test_an_order_of_before_is_found_by_what_its_buyer_has_got(mongo: Mongo) -> None:
    """An older version did not read that from its webhook."""
    body = shapes("shopify")["a_guest_s_order"]["posts"][0]["body"]
    catching_up, orders = a_catching_up(mongo), Orders(mongo)
    keys = []
    for token in (None, "c0ffee" * 6):
        order = FORMS["shopify"].read({**body, "token": token, "checkout_token": None})
        assert order
        await catching_up.catch_up([order])
        held = await orders.get(order.order_id)
        assert held
        keys.append(set(held.keys))
    assert len(keys[1] - keys[0]) == 1
