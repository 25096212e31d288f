"""Orders are read from Shopify's Admin API, as its documentation says that it answers."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from bot.book import politeness
from bot.book.reconciling import Reconciling
from bot.book.shopify import ShopifyAccess
from bot.book.systems import SystemsBook
from bot.database import CannotStart
from handlers.web.shops.books import FORMS
from sandbox import Person
from storage.checkpoints import Checkpoints
from storage.clock import Clock
from storage.mongo import Mongo
from storage.orders import Orders
from tests.conftest import Link
from tests.importing.conftest import Import, Told
from tests.support.replica import a_catching_up
from tests.support.shop_apis import ShopifyApi, cut_off, half_of_the_json, page, status
from tests.web.shops.conftest import payload

TOKEN = "shpat_the_token"
FIRST = 6_100_000_000_000_000_000
"""Ids are beyond what a float tells apart."""
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


def order(n: int, **changes: Any) -> dict[str, Any]:
    at = (NOVEMBER + timedelta(minutes=n)).isoformat()
    own = {"id": FIRST + n, "name": f"#{1000 + n}", "created_at": at, "updated_at": at}
    return {**payload("shopify_order"), **own, **changes}


@pytest.fixture
async def shopify(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ShopifyApi]:
    monkeypatch.setattr(politeness, "FIRST_WAIT", 0)
    monkeypatch.setattr("bot.book.systems.OF_SHOPIFY", 20)
    async with ShopifyApi(orders=[order(n) for n in range(50)]) as api:
        yield api


async def brought(bring: Import, api: ShopifyApi, **given: Any) -> Told:
    return await bring("shopify", shopify_shop=api.url, **{"shopify_admin_token": TOKEN, **given})


async def held(mongo: Mongo) -> set[str]:
    return {each["_id"] async for each in mongo.database["orders"].find({}, {})}


def ids(*numbers: int) -> set[str]:
    return {str(FIRST + n) for n in numbers}


# All of them


async def test_all_orders_come_page_by_page(
    bring: Import, shopify: ShopifyApi, mongo: Mongo, orders: Orders
) -> None:
    shopify.orders[7]["closed_at"] = shopify.orders[7]["updated_at"]
    told = await brought(bring, shopify)
    assert (told.code, told.err) == (0, [])
    assert told.out[0] == "Orders: 50 read, 50 new, 0 lacked something."
    assert await held(mongo) == ids(*range(50))
    found = await orders.get(str(FIRST + 7))
    assert found is not None
    assert (found.customer_id, found.news) == ("7200000000000000021", 0)
    again = await brought(bring, shopify)
    assert again.out == [
        "Orders: 50 read, 0 new, 0 lacked something.",
        "Events: 0 recorded, 100 known before.",
    ]


async def test_only_what_is_read_is_asked_for(bring: Import, shopify: ShopifyApi) -> None:
    await brought(bring, shopify)
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
    await brought(bring, shopify)
    assert await held(mongo) == ids(*range(51))


async def test_one_of_the_counter_is_left_out_and_a_guest_s_is_not(
    bring: Import, shopify: ShopifyApi
) -> None:
    counter: dict[str, Any] = {"source_name": "pos", "shipping_lines": [], "shipping_address": None}
    shopify.orders = [order(1), order(2, **counter), order(3, customer=None)]
    told = await brought(bring, shopify)
    assert told.out[0].startswith("Orders: 3 read, 2 new, 0 lacked something, 1 guests', 1 left")


async def test_one_that_cannot_be_read_is_told_by_its_id_and_the_rest_is_brought_in(
    bring: Import, shopify: ShopifyApi, mongo: Mongo
) -> None:
    shopify.orders[1]["updated_at"] = "CANARY"
    told = await brought(bring, shopify)
    assert told.code == 1
    assert told.err[0].startswith(f"Refused: order {FIRST + 1}: updated_at: ")
    assert "CANARY" not in "".join(told.err)
    assert len(await held(mongo)) == 49


async def test_orders_of_the_last_60_days_only_are_warned_of(
    bring: Import, shopify: ShopifyApi
) -> None:
    shopify.scopes = {"read_orders"}
    told = await brought(bring, shopify)
    assert told.code == 0
    (warning,) = told.err
    assert "last 60 days" in warning
    assert "read_all_orders" in warning


# What it is asked with


async def test_an_app_s_secret_is_exchanged_for_a_token(
    bring: Import, shopify: ShopifyApi, mongo: Mongo
) -> None:
    client_id, secret = shopify.credentials
    await brought(
        bring,
        shopify,
        shopify_admin_token=None,
        shopify_client_id=client_id,
        shopify_client_secret=secret,
    )
    assert len(await held(mongo)) == 50
    assert len(shopify.granted) == 1


async def test_a_token_that_has_ended_on_the_way_is_exchanged_for_another(
    bring: Import, shopify: ShopifyApi, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.book.shopify.AT_LEAST", timedelta())

    async def revoked(request: Any) -> Any:
        shopify.tokens = set()
        return shopify._list(request)

    shopify.next = [None, None, revoked]
    client_id, secret = shopify.credentials
    await brought(
        bring,
        shopify,
        shopify_admin_token=None,
        shopify_client_id=client_id,
        shopify_client_secret=secret,
    )
    assert len(await held(mongo)) == 50
    assert len(shopify.granted) == 2


async def refused(bring: Import, shopify: ShopifyApi, **given: Any) -> str:
    with pytest.raises(CannotStart) as error:
        await brought(bring, shopify, **given)
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
    shopify.next = [page(200)]
    assert "a page in place of orders" in await refused(bring, shopify)


async def test_nobody_at_the_address_is_said_at_once(bring: Import) -> None:
    async with ShopifyApi() as gone:
        pass
    begun = time.monotonic()
    assert "nothing answers at SHOPIFY_SHOP" in await refused(bring, gone)
    assert time.monotonic() - begun < 5


# Patience


async def test_too_many_requests_are_waited_for_as_long_as_it_says(
    bring: Import, shopify: ShopifyApi, mongo: Mongo
) -> None:
    shopify.next = [None, None, status(429, Retry_After="0.7"), status(429, Retry_After="0.0")]
    begun = time.monotonic()
    await brought(bring, shopify)
    assert time.monotonic() - begun >= 0.7
    assert len(await held(mongo)) == 50


async def test_room_is_left_in_the_bucket(
    bring: Import, shopify: ShopifyApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(politeness, "SECONDS_TO_LEAK", 2.0)
    shopify.call_limit = "40/40"
    begun = time.monotonic()
    await brought(bring, shopify)
    assert time.monotonic() - begun >= 0.5 * 4


@pytest.mark.parametrize("trouble", [status(502), page(503), cut_off, half_of_the_json])
async def test_passing_trouble_passes_and_less_is_asked_for_at_once(
    bring: Import, shopify: ShopifyApi, mongo: Mongo, trouble: Any
) -> None:
    shopify.next = [None, None, trouble, trouble]
    told = await brought(bring, shopify)
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
    told = await brought(bring, shopify)
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
    told = await brought(bring, shopify, shopify_admin_token="shpat_another")
    assert told.out[0].startswith("Going on behind the ")
    assert await held(mongo) == ids(*range(50))


# Regularly


def a_reconciling(mongo: Mongo, api: ShopifyApi) -> Reconciling:
    book = SystemsBook("shopify", api.url, lambda: ShopifyAccess(token=TOKEN), FORMS["shopify"])
    every = timedelta()
    return Reconciling(book, a_catching_up(mongo), Checkpoints(mongo), every, Clock())


async def test_later_looks_ask_for_what_was_touched_since_by_shopify_s_pages(
    shopify: ShopifyApi, mongo: Mongo
) -> None:
    reconciling = a_reconciling(mongo, shopify)
    await reconciling.reconcile()
    assert len(await held(mongo)) == 50
    now = datetime.now(UTC)
    for n in range(50, 95):
        made = (now - timedelta(minutes=n)).isoformat()
        shopify.orders.append(order(n, created_at=made, updated_at=now.isoformat()))
    shopify.asked.clear()
    with structlog.testing.capture_logs() as logs:
        await reconciling.reconcile()
    assert [(line["event"], line["orders"], line["new"]) for line in logs if "new" in line] == [
        ("reconciled", 45, 45)
    ]
    first, *others = shopify.asked
    assert "updated_at_min" in first
    assert [set(query) for query in others] == [{"page_info", "limit", "fields"}] * 2
    assert await held(mongo) == ids(*range(95))


async def test_a_look_that_is_refused_is_logged_without_secrets_and_made_up_for(
    shopify: ShopifyApi, mongo: Mongo
) -> None:
    reconciling = a_reconciling(mongo, shopify)
    shopify.tokens = set()
    with structlog.testing.capture_logs() as logs:
        await reconciling.reconcile()
    assert [line["event"] for line in logs] == ["reconciling_failed"]
    assert TOKEN not in str(logs)
    shopify.tokens = {TOKEN}
    await reconciling.reconcile()
    assert len(await held(mongo)) == 50


# What customers hear of it


async def test_what_is_brought_in_is_told_to_nobody_unless_that_is_wanted(
    bring: Import, shopify: ShopifyApi, orders: Orders, alice: Person, link: Link
) -> None:
    await link(alice, "7200000000000000021")
    shopify.orders = [order(1)]
    await brought(bring, shopify)
    known = await orders.get(str(FIRST + 1))
    assert known is not None
    assert (known.news, known.unfanned_since) == (0, None)
    sent = payload("shopify_fulfillment", updated_at="2026-11-20T10:00:00Z")
    later = {"fulfillment_status": "fulfilled", "updated_at": "2026-11-20T10:00:00Z"}
    shopify.orders = [order(1, fulfillments=[sent], **later)]
    await brought(bring, shopify, notify=True)
    shipped = await orders.get(str(FIRST + 1))
    assert shipped is not None
    assert shipped.news == 1
