"""What was touched since is read from Shopify's Admin API, and who hears of it."""

from datetime import UTC, datetime, timedelta

import structlog

from bot.book.reconciling import Reconciling
from bot.book.shopify import ShopifyAccess
from bot.book.systems import SystemsBook
from handlers.web.shops.books import FORMS
from sandbox import Person
from storage.checkpoints import Checkpoints
from storage.clock import Clock
from storage.mongo import Mongo
from storage.orders import Orders
from tests.conftest import Link
from tests.importing.conftest import Import, from_shopify
from tests.importing.shopify import FIRST, TOKEN, held, ids, order
from tests.support.replica import a_catching_up
from tests.support.shop_apis import ShopifyApi
from tests.web.shops.conftest import payload

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
    await from_shopify(bring, shopify)
    known = await orders.get(str(FIRST + 1))
    assert known is not None
    assert (known.news, known.unfanned_since) == (0, None)
    sent = payload("shopify_fulfillment", updated_at="2026-11-20T10:00:00Z")
    later = {"fulfillment_status": "fulfilled", "updated_at": "2026-11-20T10:00:00Z"}
    shopify.orders = [order(1, fulfillments=[sent], **later)]
    await from_shopify(bring, shopify, notify=True)
    shipped = await orders.get(str(FIRST + 1))
    assert shipped is not None
    assert shipped.news == 1
