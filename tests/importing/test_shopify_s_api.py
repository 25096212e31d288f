"""Orders are read from Shopify's Admin API, as its documentation says that it answers."""

import time
from datetime import timedelta
from typing import Any

import pytest

from bot.book import politeness
from bot.errors import CommandFailed
from storage.mongo import Mongo
from storage.orders import Orders
from tests.importing.conftest import Import, from_shopify
from tests.importing.shopify import FIRST, NOVEMBER, held, ids, order
from tests.support.shop_apis import ShopifyApi, cut_off, half_of_the_json, page, status

# All of them


async def test_all_orders_come_page_by_page(
    bring: Import, shopify: ShopifyApi, mongo: Mongo, orders: Orders
) -> None:
    shopify.orders[7]["closed_at"] = shopify.orders[7]["updated_at"]
    told = await from_shopify(bring, shopify)
    assert (told.code, told.err) == (0, [])
    assert told.out[0] == "Orders: 50 read, 50 new, 0 lacked something."
    assert await held(mongo) == ids(*range(50))
    found = await orders.get(str(FIRST + 7))
    assert found is not None
    assert (found.customer_id, found.news) == ("7200000000000000021", 0)
    again = await from_shopify(bring, shopify)
    assert again.out == [
        "Orders: 50 read, 0 new, 0 lacked something.",
        "Events: 0 recorded, 100 known before.",
    ]


async def test_only_what_is_read_is_asked_for(bring: Import, shopify: ShopifyApi) -> None:
    await from_shopify(bring, shopify)
    asked = {field for query in shopify.asked for field in query["fields"].split(",")}
    assert {"id", "customer", "fulfillments", "updated_at"} <= asked
    assert not asked & {"billing_address", "note", "total_price", "order_status_url"}


async def test_orders_that_are_made_and_touched_meanwhile_are_missed_by_none(
    bring: Import, shopify: ShopifyApi, mongo: Mongo
) -> None:
    async def meanwhile(request: Any) -> Any:
        shopify.orders.append(order(50))
        shopify.orders[3]["updated_at"] = (NOVEMBER + timedelta(days=20)).isoformat()
        del shopify.orders[5]
        return shopify._list(request)

    shopify.next = [None, None, meanwhile]  # the first is the look
    await from_shopify(bring, shopify)
    assert await held(mongo) == ids(*range(51))


async def test_one_of_the_counter_is_left_out_and_a_guest_s_is_not(
    bring: Import, shopify: ShopifyApi
) -> None:
    counter: dict[str, Any] = {"source_name": "pos", "shipping_lines": [], "shipping_address": None}
    shopify.orders = [order(1), order(2, **counter), order(3, customer=None)]
    told = await from_shopify(bring, shopify)
    assert told.out[0].startswith("Orders: 3 read, 2 new, 0 lacked something, 1 guests', 1 left")


async def test_one_that_cannot_be_read_is_told_by_its_id_and_the_rest_is_brought_in(
    bring: Import, shopify: ShopifyApi, mongo: Mongo
) -> None:
    shopify.orders[1]["updated_at"] = "CANARY"
    told = await from_shopify(bring, shopify)
    assert told.code == 1
    assert told.err[0].startswith(f"Refused: order {FIRST + 1}: updated_at: ")
    assert "CANARY" not in "".join(told.err)
    assert len(await held(mongo)) == 49


async def test_orders_of_the_last_60_days_only_are_warned_of(
    bring: Import, shopify: ShopifyApi
) -> None:
    shopify.scopes = {"read_orders"}
    told = await from_shopify(bring, shopify)
    assert told.code == 0
    (warning,) = told.err
    assert "last 60 days" in warning
    assert "read_all_orders" in warning


# What it is asked with


async def test_an_app_s_secret_is_exchanged_for_a_token(
    bring: Import, shopify: ShopifyApi, mongo: Mongo
) -> None:
    client_id, secret = shopify.credentials
    await from_shopify(
        bring,
        shopify,
        shopify_admin_token=None,
        shopify_client_id=client_id,
        shopify_client_secret=secret,
    )
    assert len(await held(mongo)) == 50
    assert len(shopify.granted) == 1


async def test_too_many_questions_for_a_token_are_waited_for_as_well(
    bring: Import, shopify: ShopifyApi, mongo: Mongo
) -> None:
    client_id, secret = shopify.credentials
    shopify.next_grants = [status(429, Retry_After="0.1"), page(503)]
    await from_shopify(
        bring,
        shopify,
        shopify_admin_token=None,
        shopify_client_id=client_id,
        shopify_client_secret=secret,
    )
    assert len(await held(mongo)) == 50


async def test_a_token_that_has_ended_on_the_way_is_exchanged_for_another(
    bring: Import, shopify: ShopifyApi, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.book.shopify.AT_LEAST", timedelta())

    async def revoked(request: Any) -> Any:
        shopify.tokens = set()
        return shopify._list(request)

    shopify.next = [None, None, revoked]
    client_id, secret = shopify.credentials
    await from_shopify(
        bring,
        shopify,
        shopify_admin_token=None,
        shopify_client_id=client_id,
        shopify_client_secret=secret,
    )
    assert len(await held(mongo)) == 50
    assert len(shopify.granted) == 2


async def refused(bring: Import, shopify: ShopifyApi, **given: Any) -> str:
    with pytest.raises(CommandFailed) as error:
        await from_shopify(bring, shopify, **given)
    line = str(error.value)
    assert "\n" not in line
    assert not any(secret in line for secret in ("shpat_", "shpss_", shopify.url))
    return line


async def test_what_is_wrong_is_said_in_a_line(bring: Import, shopify: ShopifyApi) -> None:
    wrong = await refused(bring, shopify, shopify_admin_token="shpat_another")
    assert "SHOPIFY_ADMIN_TOKEN" in wrong
    credentials = {"shopify_client_id": "c" * 32, "shopify_client_secret": "shpss_another_one"}
    wrong = await refused(bring, shopify, shopify_admin_token=None, **credentials)
    assert "SHOPIFY_CLIENT_SECRET" in wrong
    shopify.scopes = set()
    assert "the scope read_orders" in await refused(bring, shopify)
    shopify.scopes = {"read_orders"}
    shopify.next = [page(404)]
    assert "SHOPIFY_SHOP" in await refused(bring, shopify)
    shopify.next = [status(402)]
    assert "closed the shop" in await refused(bring, shopify)
    shopify.next = [status(200, text='{"hello": "world"}')]
    assert "is not Shopify" in await refused(bring, shopify)
    shopify.next = [status(302, Location="https://accounts.example.com/login?key=shpat_x")]
    assert "redirects to accounts.example.com" in await refused(bring, shopify)
    shopify.next = [status(302, Location="http://[")]
    assert "redirects to another page" in await refused(bring, shopify)
    shopify.next = [page(200)]
    assert "a page in place of orders" in await refused(bring, shopify)


async def test_nobody_at_the_address_is_said_at_once(bring: Import) -> None:
    async with ShopifyApi() as gone:
        pass
    begun = time.monotonic()
    assert "nothing answers at SHOPIFY_SHOP" in await refused(bring, gone)
    assert time.monotonic() - begun < 20


# Waiting for an answer


async def test_too_many_requests_are_waited_for_as_long_as_it_says(
    bring: Import, shopify: ShopifyApi, mongo: Mongo
) -> None:
    shopify.next = [None, None, status(429, Retry_After="0.7"), status(429, Retry_After="0.0")]
    begun = time.monotonic()
    await from_shopify(bring, shopify)
    assert time.monotonic() - begun >= 0.7
    assert len(await held(mongo)) == 50


async def test_room_is_left_in_the_bucket(
    bring: Import, shopify: ShopifyApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(politeness, "SECONDS_TO_LEAK", 2.0)
    shopify.call_limit = "40/40"
    begun = time.monotonic()
    await from_shopify(bring, shopify)
    assert time.monotonic() - begun >= 0.5 * 4


@pytest.mark.parametrize("trouble", [status(502), page(503), cut_off, half_of_the_json])
async def test_passing_trouble_passes_and_less_is_asked_for_at_once(
    bring: Import, shopify: ShopifyApi, mongo: Mongo, trouble: Any
) -> None:
    shopify.next = [None, None, trouble, trouble]
    told = await from_shopify(bring, shopify)
    assert told.code == 0
    assert len(await held(mongo)) == 50
    sizes = [int(query["limit"]) for query in shopify.asked]
    assert sizes[:3] == [20, 20, 20]
    assert sizes[3:5] == [10, 10]


async def test_a_run_that_trouble_has_ended_is_gone_on_with(
    bring: Import, shopify: ShopifyApi, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.book.going_through.BATCH", 10)
    shopify.next = [None, None, None, *[status(503)] * 8]
    assert "run it again later" in await refused(bring, shopify)
    before = await held(mongo)
    assert ids(*range(30)) <= before < ids(*range(50))
    told = await from_shopify(bring, shopify)
    assert told.out[0].startswith("Going on behind the ")
    assert await held(mongo) == ids(*range(50))


async def test_a_token_revoked_in_the_middle_ends_it_and_another_goes_on(
    bring: Import, shopify: ShopifyApi, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.book.going_through.BATCH", 10)

    async def revoked(request: Any) -> Any:
        shopify.tokens = {"shpat_another"}
        return shopify._list(request)

    shopify.next = [None, None, None, revoked]
    assert "refuses the token" in await refused(bring, shopify)
    told = await from_shopify(bring, shopify, shopify_admin_token="shpat_another")
    assert told.out[0].startswith("Going on behind the ")
    assert await held(mongo) == ids(*range(50))
