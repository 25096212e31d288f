"""`POST /api/v1/orders/{order_id}/shares`: the tracking page in the shop's own mails."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest

from bot.settings import Settings
from storage.mongo import Mongo
from tests.chat.test_sharing import HIDDEN
from tests.support.shop import Answer, ShopBackend
from tests.web.tracking.conftest import Get


async def share(shop: ShopBackend, order_id: str = "ord_1") -> Answer:
    return await shop.api("POST", f"/api/v1/orders/{order_id}/shares")


async def address(shop: ShopBackend, order_id: str = "ord_1") -> str:
    """The path of the page."""
    answer = await share(shop, order_id)
    assert answer.status == HTTPStatus.OK, answer
    assert answer.body["url"].startswith(f"{shop.url}/t/s_")
    return str(answer.body["url"].removeprefix(shop.url))


async def test_the_shop_gets_the_address_of_a_page_without_anything_of_the_customer(
    shop: ShopBackend, order: None, get: Get
) -> None:
    page = await get(await address(shop))
    assert page.status == HTTPStatus.OK
    assert "On its way" in page.text
    assert [word for word in [*HIDDEN, "Yirgacheffe", "customer-1"] if word in page.text] == []


async def test_an_order_has_one_address_and_another_has_another(
    shop: ShopBackend, order: None, mongo: Mongo
) -> None:
    await shop.create("ord_2", "customer-1", notify=False)
    first, again, other = [await address(shop, each) for each in ("ord_1", "ord_1", "ord_2")]
    assert first == again != other
    assert await mongo.database["shares"].count_documents({}) == 2


async def test_the_shop_s_link_stays_when_the_customer_stops_theirs(
    shop: ShopBackend, order: None, get: Get
) -> None:
    path = await address(shop)
    [link] = (await shop.api("GET", "/api/v1/customers/customer-1/links")).body["links"]
    await shop.api("DELETE", f"/api/v1/customers/customer-1/links/{link['link_id']}")
    assert (await get(path)).status == HTTPStatus.OK


async def test_a_guest_s_order_has_a_page_too(shop: ShopBackend, get: Get) -> None:
    await shop.tell("ord_9", "placed", kind="order.created")
    assert (await get(await address(shop, "ord_9"))).status == HTTPStatus.OK


@pytest.mark.parametrize("erased", ["customers/customer-1", "orders/ord_1"])
async def test_an_erasure_ends_it(
    shop: ShopBackend, order: None, get: Get, mongo: Mongo, erased: str
) -> None:
    path = await address(shop)
    answer = await shop.api("DELETE", f"/api/v1/{erased}")
    assert answer.status == HTTPStatus.NO_CONTENT
    assert (await get(path)).status == HTTPStatus.GONE
    assert await mongo.database["shares"].count_documents({}) == 0
    assert (await share(shop)).status == HTTPStatus.NOT_FOUND


async def test_the_export_says_that_the_shop_made_it(shop: ShopBackend, order: None) -> None:
    await address(shop)
    export = (await shop.api("GET", "/api/v1/customers/customer-1/export")).body
    assert [(each["order_id"], each["shared_by"]) for each in export["shares"]] == [("ord_1", None)]


async def test_an_order_that_was_over_long_ago_has_no_page(shop: ShopBackend) -> None:
    two_days_ago = datetime.now(UTC) - timedelta(days=2)
    await shop.create("ord_1", "customer-1", status="delivered", at=two_days_ago, notify=False)
    assert (await share(shop)).status == HTTPStatus.CONFLICT


async def test_an_order_that_was_never_seen_has_none(shop: ShopBackend) -> None:
    assert (await share(shop)).status == HTTPStatus.NOT_FOUND


class TestWithoutPages:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"tracking_page": "off"})

    async def test_it_says_what_is_missing(self, shop: ShopBackend, order: None) -> None:
        answer = await share(shop)
        assert answer.status == HTTPStatus.NOT_FOUND
        assert "PUBLIC_URL" in answer.body["detail"]
