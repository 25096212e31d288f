"""What an operator finds in the log of a shop system's post."""

import pytest

from tests.support.log import Log
from tests.support.shop import ShopBackend
from tests.web.shops.conftest import of_shopify, payload, post

pytestmark = pytest.mark.usefixtures("logging_as_it_was")


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
async def shop(log: Log, shop: ShopBackend) -> ShopBackend:
    return shop


async def test_a_post_is_found_by_what_its_system_calls_it(log: Log, shop: ShopBackend) -> None:
    for _ in range(2):
        headers = of_shopify("orders/create", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043")
        await post(shop, "shopify", payload("shopify_order"), headers=headers)
    first, second = log.lines("order_event")
    assert first["system"] == second["system"] == "shopify"
    assert first["webhook_id"] == second["webhook_id"] == "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"
    assert (first["result"], second["result"]) == ("recorded", "duplicate")
    assert first["events"] == second["events"]
    assert first["events"][0].startswith("shopify:")


async def test_a_post_with_nothing_in_it_for_us_says_why(log: Log, shop: ShopBackend) -> None:
    await post(shop, "shopify", {}, headers=of_shopify("carts/update", "cart-1"))
    (line,) = log.lines("order_event")
    assert (line["result"], line["webhook_id"], line["events"]) == ("ignored", "cart-1", [])
    assert line["why"] == "Nothing is done with this topic."


async def test_a_post_that_is_not_signed_says_what_it_calls_itself(
    log: Log, shop: ShopBackend
) -> None:
    headers = {"X-WC-Webhook-Delivery-ID": "d" * 300}
    await post(shop, "woocommerce", {}, secret="another", headers=headers)
    (line,) = log.lines("webhook_refused")
    assert (line["system"], line["webhook_id"]) == ("woocommerce", "d" * 256)
