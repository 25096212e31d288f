"""`/shops/shopify/connect`: from the shop's pages to a chat that hears of the orders."""

import logging
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.settings import Settings
from sandbox import Person
from storage.mongo import Mongo
from tests.conftest import Link, start_token
from tests.support.fail_points import fail_commands
from tests.support.shop import ShopBackend
from tests.web.shops.conftest import SECRETS, of_shopify, payload, post
from tests.web.shops.visiting import Page, open_page, parameters, signature, visit

CUSTOMER = "7200000000000000021"
TOKEN, CHECKOUT = "0d1c6f1be8f34b4f9c7ab6a0f2d4b8aa", "hWN2jlq8dYt0Ux5vPzQmK3ra"


async def order(shop: ShopBackend, **changes: Any) -> None:
    content = payload("shopify_order", **changes)
    answer = await post(shop, "shopify", content, headers=of_shopify("orders/create"))
    assert answer.status == 202


async def offered(mongo: Mongo) -> int:
    return await mongo.database["link_tokens"].count_documents({})


def assert_is_a_page(page: Page, status: int, containing: str) -> None:
    assert page.status == status
    assert containing in page.text
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers
    assert "<script" not in page.text


# Who is logged in


async def test_who_is_logged_in_is_led_to_their_account(shop: ShopBackend, alice: Person) -> None:
    page = await visit(shop, logged_in_customer_id=CUSTOMER)
    assert_is_a_page(page, 302, "Open Telegram")
    assert page.leads_to.startswith("https://t.me/")
    await alice.send(f"/start {start_token(page.leads_to)}")
    await alice.receives(containing="Connect this chat")
    await alice.press("Yes, connect")
    await alice.receives(containing="Connected.")
    await order(shop)
    await alice.receives(containing="Thank you for your order #2044")


async def test_either_secret_is_good_while_it_is_rotated(shop: ShopBackend) -> None:
    for secret in SECRETS["shopify"]:
        page = await visit(shop, logged_in_customer_id=CUSTOMER, secret=secret)
        assert page.status == 302


async def test_nobody_who_is_logged_in_reads_what_to_do_and_where(shop: ShopBackend) -> None:
    page = await visit(shop, path_prefix="/apps/follow_me")
    assert_is_a_page(page, 200, "Log in to your account at Nile Coffee")
    back = "/customer_authentication/login?return_to=%2Fapps%2Ffollow_me"
    assert f'href="{back}"' in page.text


@pytest.mark.parametrize(
    ("wanted", "language", "direction"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr", "ltr"),
        ("xx, ar;q=0.5, en;q=0.1", "ar", "rtl"),
        ("en;q=0.1, sw;q=0.9", "sw", "ltr"),
        ("*", "en", "ltr"),
        ("", "en", "ltr"),
        ("fr;q=much, <script>", "en", "ltr"),
    ],
)
async def test_the_page_speaks_the_visitor_s_language(
    shop: ShopBackend, wanted: str, language: str, direction: str
) -> None:
    page = await visit(shop, headers={"Accept-Language": wanted})
    assert f'<html lang="{language}" dir="{direction}">' in page.text


# Guests


@pytest.mark.parametrize("token", [TOKEN, CHECKOUT])
async def test_a_guest_follows_the_order_whose_token_they_have(
    shop: ShopBackend, alice: Person, token: str
) -> None:
    await order(shop, customer=None)
    page = await visit(shop, order=token)
    await alice.send(f"/start {start_token(page.leads_to)}")
    await alice.receives(containing="#2044")
    await alice.press("Yes, follow it")
    await alice.receives(containing="You are following this order")
    cancelled = payload(
        "shopify_order", customer=None, cancelled_at="2026-03-02T10:00:00+03:00", token=TOKEN
    )
    await post(shop, "shopify", cancelled, headers=of_shopify("orders/cancelled"))
    await alice.receives(containing="has been cancelled")


async def test_a_token_of_a_customer_s_order_gives_that_order_and_no_other(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await order(shop)
    page = await visit(shop, order=TOKEN)
    assert page.status == 302
    [link] = await mongo.database["link_tokens"].find({}).to_list(None)
    assert link["whose"] == "order 6100000000000000013"
    assert not link["many"]


async def test_who_is_logged_in_and_opens_their_own_order_gets_the_account(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await order(shop)
    await visit(shop, order=TOKEN, logged_in_customer_id=CUSTOMER)
    await visit(shop, order=TOKEN, logged_in_customer_id="1")
    await visit(shop, order="z" * 32, logged_in_customer_id="1")
    links = await mongo.database["link_tokens"].find({}).sort("_id").to_list(None)
    assert sorted(link["whose"] for link in links) == [
        "of 1",
        f"of {CUSTOMER}",
        "order 6100000000000000013",
    ]


async def test_an_order_that_is_not_known_yet_can_be_asked_for_again(shop: ShopBackend) -> None:
    page = await visit(shop, order=TOKEN)
    assert_is_a_page(page, 404, "I don't know this order yet")
    await order(shop)
    assert (await visit(shop, order=TOKEN)).status == 302


async def test_an_order_s_token_is_good_as_long_as_a_link_to_an_order_is(
    shop: ShopBackend, mongo: Mongo, settings: Settings
) -> None:
    await order(shop)
    for days, status in ((settings.order_link_days - 1, 302), (settings.order_link_days + 1, 404)):
        before = {"created_at": datetime.now(UTC) - timedelta(days=days)}
        await mongo.database["orders"].update_one({}, {"$set": before})
        assert (await visit(shop, order=TOKEN)).status == status


async def test_the_token_is_nowhere_in_the_database(shop: ShopBackend, mongo: Mongo) -> None:
    await order(shop)
    [stored] = await mongo.database["orders"].find({}).to_list(None)
    assert TOKEN not in str(stored)
    assert CHECKOUT not in str(stored)


async def test_a_token_that_could_be_guessed_opens_nothing(shop: ShopBackend) -> None:
    """As the one in Shopify's documentation, ``123456abcd``."""
    content = payload("shopify_order", token="123456abcd", checkout_token=None)
    await post(shop, "shopify", content, headers=of_shopify("orders/create"))
    assert (await visit(shop, order="123456abcd")).status == 403


async def test_nobody_types_an_order_s_token_or_the_end_of_it(
    shop: ShopBackend, alice: Person, link: Link, mongo: Mongo
) -> None:
    await order(shop)
    await link(alice, CUSTOMER)
    [stored] = await mongo.database["orders"].find({}).to_list(None)
    [mark, *_] = [key for key in stored["keys"] if key.startswith("bought ")]
    for typed in (mark, mark.removeprefix("bought "), mark[-8:]):
        await alice.send(f"/track {typed}")
        await alice.receives(containing="find that one")


async def test_who_asks_for_many_that_are_not_there_has_to_wait(shop: ShopBackend) -> None:
    await order(shop)
    for n in range(20):
        assert (await visit(shop, order=f"{n:032}")).status == 404
    limited = await visit(shop, order=TOKEN)
    assert_is_a_page(limited, 429, "too many tries")
    elsewhere = {"X-Forwarded-For": "203.0.113.8, 10.0.0.1"}
    assert (await visit(shop, order=TOKEN, headers=elsewhere)).status == 302


# Who only looks


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("HEAD", {}, 200),
        ("GET", {"Sec-Purpose": "prefetch"}, 503),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}, 503),
        ("GET", {"Purpose": "prefetch"}, 503),
    ],
)
async def test_who_only_looks_gets_no_link(
    shop: ShopBackend, mongo: Mongo, method: str, headers: dict[str, str], status: int
) -> None:
    page = await visit(shop, method=method, headers=headers, logged_in_customer_id=CUSTOMER)
    assert (page.status, page.leads_to) == (status, "")
    assert page.headers["Cache-Control"] == "no-store"
    assert await offered(mongo) == 0


# What is wrong


async def test_all_that_is_wrong_is_answered_by_one_page(shop: ShopBackend, mongo: Mongo) -> None:
    await order(shop)
    old = str(int(time.time()) - 301)
    wrong = [
        await open_page(shop, ""),
        await open_page(shop, "logged_in_customer_id=" + CUSTOMER),
        await visit(shop, secret="somebody_else_s_secret", logged_in_customer_id=CUSTOMER),
        await visit(shop, timestamp=old, logged_in_customer_id=CUSTOMER),
        await visit(shop, order="no token"),
        await visit(shop, path_prefix="//evil.example"),
    ]
    given = parameters(logged_in_customer_id=CUSTOMER)
    signed = signature(given, SECRETS["shopify"][0])
    other = f"logged_in_customer_id=1&signature={signed}&" + "&".join(
        f"{name}={value}" for name, value in given.items() if name != "logged_in_customer_id"
    )
    wrong.append(await open_page(shop, other))
    for page in wrong:
        assert_is_a_page(page, 403, "This address does not work")
        assert page.text == wrong[0].text
    assert await offered(mongo) == 0


async def test_an_erased_customer_gets_the_same_page(shop: ShopBackend) -> None:
    await shop.api("DELETE", f"/api/v1/customers/{CUSTOMER}")
    page = await visit(shop, logged_in_customer_id=CUSTOMER)
    assert page.text == (await open_page(shop, "")).text


@pytest.mark.parametrize("connected", [["woocommerce"]])
async def test_without_a_secret_of_shopify_there_is_no_such_address(shop: ShopBackend) -> None:
    assert (await open_page(shop, "")).status == 404


async def test_a_person_reads_a_page_while_the_database_is_away(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await fail_commands(mongo, {"times": 1}, failCommands=["insert"], errorCode=91)
    page = await visit(shop, logged_in_customer_id=CUSTOMER)
    assert_is_a_page(page, 503, "open the link again in a minute")


@pytest.mark.parametrize("api_rate", [0.25])
async def test_a_person_reads_a_page_when_too_many_come_at_once(shop: ShopBackend) -> None:
    statuses = [(await visit(shop)).status for _ in range(4)]
    assert statuses[0] == 200
    assert_is_a_page(await visit(shop), 429, "open the link again in a minute")


async def test_what_stands_in_the_address_is_in_no_log(
    shop: ShopBackend, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await visit(shop, logged_in_customer_id=CUSTOMER, order=TOKEN)
        await visit(shop, order=TOKEN, secret="somebody_else_s_secret")
        await visit(shop, order=CHECKOUT)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert not re.search(f"{CUSTOMER}|{TOKEN}|{CHECKOUT}|signature=[0-9a-f]", logged)
