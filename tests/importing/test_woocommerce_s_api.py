"""Orders are read from WooCommerce's REST API, as its documentation and its code say it answers."""

import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

import tests.support
from bot.book import politeness
from bot.book.reconciling import Reconciling
from bot.book.systems import SystemsBook
from bot.book.woocommerce import WooCommerceAccess
from bot.errors import CommandFailed
from handlers.web.shops.books import FORMS
from sandbox import Sandbox
from storage.checkpoints import Checkpoints
from storage.clock import Clock
from storage.mongo import Mongo
from storage.orders import Orders
from tests.importing.conftest import Import, RunResult
from tests.support.child import Child
from tests.support.replica import a_catching_up
from tests.support.shop_apis import WooCommerceApi, cut_off, half_of_the_json, page, status
from tests.web.shops.conftest import payload

NOVEMBER = datetime(2026, 11, 1)  # noqa: DTZ001 - WooCommerce writes GMT so
ZONE = timedelta(hours=3)
SELF_SIGNED = Path(tests.support.__file__).parent / "self_signed.pem"


def order(n: int, *, made: float | None = None, saved: datetime | None = None) -> dict[str, Any]:
    """``made``: minutes after the beginning of November."""
    at = NOVEMBER + timedelta(minutes=n if made is None else made)
    saved = saved or at + timedelta(seconds=40)
    dates = {"date_created": at, "date_modified": saved}
    written = {name: (moment + ZONE).isoformat() for name, moment in dates.items()}
    written |= {f"{name}_gmt": moment.isoformat() for name, moment in dates.items()}
    return {**payload("woocommerce_order", id=n, number=f"NC-{n}"), **written}


@pytest.fixture
async def shop(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WooCommerceApi]:
    monkeypatch.setattr(politeness, "FIRST_WAIT", 0)
    monkeypatch.setattr("bot.book.systems.OF_WOOCOMMERCE", 20)
    async with WooCommerceApi(orders=[order(n) for n in range(1, 51)], zone=ZONE) as api:
        yield api


async def brought(bring: Import, api: WooCommerceApi, **given: Any) -> RunResult:
    keys = {"woocommerce_consumer_key": api.key, "woocommerce_consumer_secret": api.secret}
    return await bring("woocommerce", woocommerce_url=api.url, **{**keys, **given})


async def held(mongo: Mongo) -> set[int]:
    return {int(each["_id"]) async for each in mongo.database["orders"].find({}, {})}


# All of them


async def test_all_orders_come_page_by_page(
    bring: Import, shop: WooCommerceApi, mongo: Mongo, orders: Orders
) -> None:
    told = await brought(bring, shop)
    assert (told.code, told.err) == (0, [])
    assert told.out[0] == "Orders: 50 read, 50 new, 0 lacked something."
    assert await held(mongo) == {*range(1, 51)}
    found = await orders.get("7")
    assert found is not None
    assert (found.customer_id, found.news) == ("55", 0)
    assert [f"{event.occurred_at:%H:%M:%S}" for event in found.events] == ["00:07:00", "00:07:40"]
    again = await brought(bring, shop)
    assert again.out[1] == "Events: 0 recorded, 100 known before."


async def test_only_what_is_read_is_asked_for(bring: Import, shop: WooCommerceApi) -> None:
    await brought(bring, shop)
    asked = {field for query in shop.asked for field in query["_fields"].split(",")}
    assert {"id", "customer_id", "meta_data", "date_modified_gmt", "billing.email"} <= asked
    assert not asked & {"billing", "shipping", "customer_note", "order_key", "total"}


async def test_orders_that_are_deleted_and_made_meanwhile_move_no_other_out_of_sight(
    bring: Import, shop: WooCommerceApi, mongo: Mongo
) -> None:
    async def meanwhile(request: Any) -> Any:
        del shop.orders[0:5]
        shop.orders.append(order(51))
        return shop._list(request)

    shop.next = [None, None, None, meanwhile]  # the look, the count, the first page
    await brought(bring, shop)
    assert await held(mongo) == {*range(1, 52)}


async def test_more_orders_of_one_second_than_a_page_holds_all_come(
    bring: Import, shop: WooCommerceApi, mongo: Mongo
) -> None:
    """As another shop's were brought in once."""
    shop.orders = [order(n, made=n if n < 10 else 10) for n in range(1, 71)]
    shop.orders += [order(n, made=n) for n in range(71, 75)]
    told = await brought(bring, shop)
    assert told.out[0] == "Orders: 74 read, 74 new, 0 lacked something."
    assert await held(mongo) == {*range(1, 75)}


async def test_one_that_does_not_say_when_it_was_made_comes_as_well(
    bring: Import, shop: WooCommerceApi, mongo: Mongo
) -> None:
    shop.orders = [{**order(1), "date_created": None, "date_created_gmt": None}]
    assert (await brought(bring, shop)).out[0].startswith("Orders: 1 read, 1 new")
    assert await held(mongo) == {1}


async def test_drafts_are_left_out(bring: Import, shop: WooCommerceApi, mongo: Mongo) -> None:
    shop.orders[3]["status"] = "checkout-draft"
    told = await brought(bring, shop)
    assert told.out[0].startswith("Orders: 50 read, 49 new, 0 lacked something, 1 left out")
    assert 4 not in await held(mongo)


async def test_a_state_that_nobody_knows_is_warned_of_and_a_word_of_the_shop_s_counts(
    bring: Import, shop: WooCommerceApi, orders: Orders
) -> None:
    shop.orders = [order(1) | {"status": "wc-engraving"}]
    told = await brought(bring, shop, dry=True)
    assert told.err[0].startswith("Warning: States that nobody knows, and how often: engraving (1)")
    words = "woocommerce.engraving=processing"
    assert (await brought(bring, shop, status_words=words)).err == []
    found = await orders.get("1")
    assert found is not None
    assert found.events[-1].status == "processing"


# Refused


async def refused(bring: Import, shop: WooCommerceApi, **given: Any) -> str:
    with pytest.raises(CommandFailed) as error:
        await brought(bring, shop, **given)
    line = str(error.value)
    assert "\n" not in line
    assert not any(secret in line for secret in (shop.key, shop.secret, shop.url))
    return line


async def test_what_is_wrong_is_said_in_a_line(bring: Import, shop: WooCommerceApi) -> None:
    wrong = await refused(bring, shop, woocommerce_consumer_secret="cs_another")
    assert "WOOCOMMERCE_CONSUMER_SECRET" in wrong
    assert "Authorization header" in wrong
    shop.next = [status(403, text='{"code": "woocommerce_rest_cannot_view"}')]
    assert "may its user see orders" in await refused(bring, shop)
    shop.next = [status(404, text='{"code": "rest_no_route"}')]
    assert "permalinks" in await refused(bring, shop)
    shop.next = [status(301, Location="https://www.shop.example/wp-json/wc/v3/orders?after=x")]
    assert "redirects to www.shop.example" in await refused(bring, shop)
    shop.next = [page(200)]
    assert "a page in place of orders" in await refused(bring, shop)
    shop.next = [page(403)]
    assert "a firewall" in await refused(bring, shop)
    shop.next = [status(200, text='{"name": "Nile Coffee", "namespaces": []}')]
    assert "is not WooCommerce" in await refused(bring, shop)
    shop.next = [status(200, text="<br /><b>Notice</b>: Undefined index []")]
    assert "a page in place of orders" in await refused(bring, shop)


async def test_a_certificate_that_nobody_vouches_for_ends_it_at_once(
    bring: Import,
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(SELF_SIGNED)
    async with WooCommerceApi(tls=tls) as shop:
        assert shop.url.startswith("https://")
        assert "certificate of WOOCOMMERCE_URL is not to be trusted" in await refused(bring, shop)
    assert shop.asked == []


# Waiting for an answer


@pytest.mark.parametrize(
    "trouble",
    [
        status(429, Retry_After="0"),
        status(503, Retry_After="0.1"),
        status(500),
        page(502),
        cut_off,
        half_of_the_json,
    ],
)
async def test_passing_trouble_passes(
    bring: Import, shop: WooCommerceApi, mongo: Mongo, trouble: Any
) -> None:
    shop.next = [None, None, None, trouble, trouble]
    assert (await brought(bring, shop)).code == 0
    assert await held(mongo) == {*range(1, 51)}


async def test_a_host_that_cannot_make_so_long_a_page_is_asked_for_shorter_ones(
    bring: Import, shop: WooCommerceApi, mongo: Mongo
) -> None:
    shop.next = [None, None, None, status(500)]
    await brought(bring, shop)
    assert [int(query["per_page"]) for query in shop.asked[2:6]] == [20, 20, 10, 10]
    assert await held(mongo) == {*range(1, 51)}


async def test_who_is_told_to_come_back_much_later_is_not_made_to_wait(
    bring: Import, shop: WooCommerceApi
) -> None:
    shop.next = [None, None, status(429, Retry_After="7200")]
    assert "run it again later" in await refused(bring, shop)


async def test_a_run_that_trouble_has_ended_is_gone_on_with(
    bring: Import, shop: WooCommerceApi, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.book.going_through.BATCH", 10)
    shop.next = [None, None, None, None, *[status(503)] * 8]
    await refused(bring, shop)
    before = await held(mongo)
    assert {*range(1, 25)} <= before < {*range(1, 51)}
    shop.asked.clear()
    told = await brought(bring, shop)
    assert told.out[0].startswith("Going on behind the ")
    assert "after" in shop.asked[2]
    assert await held(mongo) == {*range(1, 51)}


# Regularly


def a_reconciling(
    mongo: Mongo,
    shop: WooCommerceApi,
    every: timedelta = timedelta(),
    clock: Callable[[], datetime] | None = None,
) -> Reconciling:
    access = WooCommerceAccess(shop.key, shop.secret)
    book = SystemsBook("woocommerce", shop.url, lambda: access, FORMS["woocommerce"])
    return Reconciling(book, a_catching_up(mongo), Checkpoints(mongo), every, clock or Clock())


async def test_a_look_that_takes_longer_than_from_one_to_the_next_is_alone(
    shop: WooCommerceApi, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.book.going_through.BATCH", 10)

    now, hour = datetime.now(UTC), timedelta(hours=1)
    one, other = (a_reconciling(mongo, shop, hour, lambda: now) for _ in range(2))

    async def slow(request: Any) -> Any:
        nonlocal now
        now += 0.7 * hour
        await other.reconcile()
        return shop._list(request)

    shop.next = [slow, slow, slow]
    await one.reconcile()
    assert sum("after" not in query for query in shop.asked) == 1
    assert await held(mongo) == {*range(1, 51)}


async def test_the_service_does_it_and_logs_no_key(
    sandbox: Sandbox,
    our_settings: dict[str, Any],
    shop: WooCommerceApi,
    mongo: Mongo,
    tmp_path: Path,
) -> None:
    settings = {name.upper(): value for name, value in our_settings.items() if name != "env_file"}
    settings |= {"BOT_TOKEN": sandbox.token, "BOT_API_URL": sandbox.url, "HTTP_PORT": "0"}
    settings |= {"RECONCILE_SOURCE": "woocommerce", "WOOCOMMERCE_URL": shop.url}
    settings |= {"WOOCOMMERCE_CONSUMER_KEY": shop.key, "WOOCOMMERCE_CONSUMER_SECRET": shop.secret}
    service = Child(settings, tmp_path, program="tests.support.impatient")
    try:
        await service.start()
        assert (await service.logged("reconciled"))["new"] == 50
    finally:
        await service.kill()
    assert not any(secret in str(service.logs) for secret in (shop.key, shop.secret))


async def test_later_looks_ask_for_what_was_saved_since(shop: WooCommerceApi, mongo: Mongo) -> None:
    reconciling = a_reconciling(mongo, shop)
    await reconciling.reconcile()
    now = Clock()().replace(tzinfo=None, microsecond=0)
    shop.orders[4] = order(5, saved=now) | {"status": "on-hold"}
    shop.orders += [order(n, saved=now) for n in range(51, 81)]
    with structlog.testing.capture_logs() as logs:
        await reconciling.reconcile()
    told = [line for line in logs if line["event"] == "reconciled"]
    assert [(line["orders"], line["new"], line["mended"]) for line in told] == [(31, 30, 1)]
    assert await held(mongo) == {*range(1, 81)}
