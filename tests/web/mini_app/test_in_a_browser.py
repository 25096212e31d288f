"""The Mini App in Chromium, as Telegram's own apps open it: by itself, with data behind the `#`."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest

from bot.app import Trackline
from bot.settings import Settings
from handlers.web.mini_app.init_data import FRESH
from sandbox import Person
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.browser import cut_sideways, looks, needs_chromium, playwright, violations
from tests.support.chromium import Photograph
from tests.support.shop import ShopBackend
from tests.web.mini_app.signing import fields, signed

pytestmark = needs_chromium
Page = Any
MOST = 100_000
"""Bytes of the page with all that belongs to it."""
LIGHT = {
    "bg_color": "#ffffff",
    "secondary_bg_color": "#efeff4",
    "text_color": "#000000",
    "hint_color": "#999999",
    "link_color": "#2481cc",
    "button_color": "#2481cc",
    "button_text_color": "#ffffff",
}
"""Telegram for iOS by day. Its hints cannot be read on its paper, and so are not taken."""
NIGHT = {
    "bg_color": "#18222d",
    "secondary_bg_color": "#131415",
    "text_color": "#ffffff",
    "hint_color": "#b1c3d5",
    "link_color": "#62bcf9",
    "button_color": "#2ea6ff",
    "button_text_color": "#ffffff",
}


def address(
    shop: ShopBackend,
    init_data: str,
    theme: dict[str, str] | None = None,
    order: str | None = None,
) -> str:
    handed = {"tgWebAppData": init_data, "tgWebAppVersion": "9.1", "tgWebAppPlatform": "ios"}
    handed |= {"tgWebAppThemeParams": json.dumps(theme)} if theme else {}
    query = f"?{urlencode({'order': order})}" if order else ""
    return f"{shop.url}/app{query}#{urlencode(handed)}"


def opened_by(person: Person, at: datetime | None = None, **user: Any) -> str:
    return signed(fields(person.id, at or datetime.now(UTC), **user))


@pytest.fixture
async def orders(shop: ShopBackend, alice: Person, link: Link) -> None:
    """Some of alice's, each in another mood."""
    await link(alice, "customer-1")
    now = datetime.now(UTC).replace(hour=9, minute=30)
    window = {
        "earliest": (now + timedelta(days=1)).isoformat(),
        "latest": (now + timedelta(days=1, hours=3)).isoformat(),
    }
    goods = [{"name": "Bugisu espresso blend 1 kg", "quantity": 2}]
    told: list[tuple[str, dict[str, Any]]] = [
        ("in_transit", {"estimated_delivery": window, "items": goods}),
        ("attempt_failed", {"note": "Nobody was at home"}),
        ("delivered", {}),
        ("cancelled", {}),
    ]
    for number, (status, more) in enumerate(told):
        name = f"ord_{number}"
        await shop.create(
            name,
            "customer-1",
            order_number=f"100{number}",
            notify=False,
            at=now - timedelta(days=3),
        )
        await shop.tell(name, status, notify=False, at=now - timedelta(days=1), **more)


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_list_and_order_fit_every_width_and_axe_finds_nothing_wrong(
    orders: None,
    shop: ShopBackend,
    alice: Person,
    page: Page,
    photograph: Photograph,
    language: str,
) -> None:
    expect = playwright.expect
    wrong = {}
    for theme, colours in (("none", None), ("light", LIGHT), ("night", NIGHT)):
        for what, order in (("list", None), ("order", "ord_1")):
            init_data = opened_by(alice, language_code=language)
            await page.goto("about:blank")
            await page.goto(address(shop, init_data, colours, order))
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            async for look in looks(page):
                if colours and look.split("-")[0] not in {"320", "390"}:
                    continue
                name = f"{what}-{language}-{theme}-{look}"
                await photograph(page, f"app-{name}.png", full_page=True)
                if found := [*await violations(page), *await cut_sideways(page)]:
                    wrong[name] = found
    assert wrong == {}
    assert await page.evaluate("document.documentElement.lang") == language


async def test_telegram_s_colours_are_taken_and_followed(
    orders: None, shop: ShopBackend, alice: Person, page: Page
) -> None:
    expect = playwright.expect
    await page.goto(address(shop, opened_by(alice), LIGHT))
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    colour = "getComputedStyle(document.body).backgroundColor"
    assert await page.evaluate(colour) == "rgb(239, 239, 244)"
    turned = json.dumps({"theme_params": NIGHT})
    await page.evaluate(f"Telegram.WebView.receiveEvent('theme_changed', {turned})")
    assert await page.evaluate(colour) == "rgb(19, 20, 21)"
    assert await page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    odd = json.dumps({"theme_params": {"bg_color": "#808080", "text_color": "url(x)"}})
    await page.evaluate(f"Telegram.WebView.receiveEvent('theme_changed', {odd})")
    assert await page.evaluate(colour) != "rgb(128, 128, 128)"


async def test_it_tells_telegram_what_it_wants(
    orders: None, shop: ShopBackend, alice: Person, page: Page
) -> None:
    expect = playwright.expect
    await page.add_init_script(
        "window.told = []; window.TelegramWebviewProxy = "
        "{ postEvent: (type, data) => told.push([type, JSON.parse(data)]) };"
    )
    await page.goto(address(shop, opened_by(alice)))
    await page.set_viewport_size({"width": 320, "height": 300})
    await page.locator("[data-order=ord_0]").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("On its way")
    assert await page.evaluate("scrollY") == 0
    told = await page.evaluate("told")
    assert [kind for kind, _ in told if kind in {"web_app_expand", "web_app_ready"}]
    assert told[0][0] == "web_app_expand"
    assert ["web_app_setup_back_button", {"is_visible": True}] in told
    await expect(page.locator("#back")).to_be_hidden()
    assert "fresh" not in (await page.locator("article").get_attribute("class"))
    await page.evaluate("Telegram.WebView.receiveEvent('back_button_pressed')")
    await expect(page.locator(".orders a").first).to_be_visible()
    assert (await page.evaluate("told"))[-1] is not None
    assert ["web_app_setup_back_button", {"is_visible": False}] in await page.evaluate("told")


async def test_of_one_open_order_its_page_is_there_at_once_and_the_list_behind_it(
    shop: ShopBackend, alice: Person, link: Link, page: Page
) -> None:
    expect = playwright.expect
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", status="shipped", notify=False)
    await page.goto(address(shop, opened_by(alice)))
    await expect(page.locator(".phases")).to_be_visible()
    await shop.tell("ord_1", "in_transit", notify=False)
    await expect(page.locator("article.fresh h1")).to_have_text("On its way")
    await page.get_by_role("button", name="Live tracking").press("Enter")
    await expect(page.locator(".orders a")).to_have_count(1)
    assert await page.evaluate("document.activeElement.tagName") == "MAIN"


async def test_it_is_small(orders: None, shop: ShopBackend, alice: Person, page: Page) -> None:
    finished: list[Any] = []
    # Playwright marks its handlers, which a method of a list does not bear.
    page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108
    await page.goto(address(shop, opened_by(alice)))
    await playwright.expect(page.locator(".orders a").first).to_be_visible()
    answers = [await request.response() for request in finished]
    assert 0 < sum([len(await answer.body()) for answer in answers]) < MOST


# Refused


@pytest.fixture
async def plain(browser: Any) -> AsyncIterator[Page]:
    """A phone's page, on which a refusal is no error."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB", timezone_id="Africa/Kampala"
    )
    yield await context.new_page()
    await context.close()


@pytest.mark.parametrize(
    ("kind", "reads"),
    [
        ("forged", "Telegram did not confirm who you are"),
        ("another bot's", "Telegram did not confirm who you are"),
        ("stale", "works for a while only"),
        ("none", "opens from our chat only"),
    ],
)
async def test_whoever_is_not_let_in_reads_why_and_what_to_do(
    orders: None,
    shop: ShopBackend,
    alice: Person,
    plain: Page,
    photograph: Photograph,
    kind: str,
    reads: str,
) -> None:
    init_data = {
        "forged": opened_by(alice).replace("Alice", "Mallory"),
        "another bot's": signed(fields(alice.id, datetime.now(UTC)), "654321:OTHER"),
        "stale": opened_by(alice, datetime.now(UTC) - FRESH),
        "none": "",
    }[kind]
    await plain.goto(address(shop, init_data, NIGHT))
    await playwright.expect(plain.locator(".placeholder")).to_contain_text(reads)
    assert "1000" not in await plain.content()
    assert await violations(plain) == []
    await photograph(plain, f"app-refused-{kind.split(maxsplit=1)[0]}.png")


async def test_a_copy_of_the_address_opens_nothing_elsewhere(
    orders: None, shop: ShopBackend, alice: Person, plain: Page, browser: Any
) -> None:
    copied = address(shop, opened_by(alice))
    expect = playwright.expect
    await plain.goto(copied)
    await expect(plain.locator(".orders a").first).to_be_visible()
    await plain.reload()
    await expect(plain.locator(".orders a").first).to_be_visible()
    thief = await browser.new_context()
    stolen = await thief.new_page()
    await stolen.goto(copied)
    await expect(stolen.locator(".placeholder")).to_contain_text("works for a while only")
    await thief.close()


async def test_whoever_is_connected_to_nothing_reads_how_in_arabic(
    orders: None, shop: ShopBackend, charlie: Person, plain: Page, photograph: Photograph
) -> None:
    await plain.set_viewport_size({"width": 320, "height": 700})
    await plain.goto(address(shop, opened_by(charlie, language_code="ar"), NIGHT))
    await playwright.expect(plain.locator(".placeholder")).to_contain_text("ربط Telegram")
    assert await plain.evaluate("document.documentElement.dir") == "rtl"
    assert [*await violations(plain), *await cut_sideways(plain)] == []
    await photograph(plain, "app-unlinked-ar.png")


async def test_without_javascript_it_says_where_to_open_it(shop: ShopBackend, browser: Any) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{shop.url}/app")
    # It is there; Chromium shows it only where the whole browser has no JavaScript.
    assert await page.locator("noscript h1").text_content() == "Open this in Telegram"
    assert await page.locator("noscript a").get_attribute("href") == "https://t.me/trackline_bot"
    await context.close()


# Live


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[ShopBackend]:
    async with Trackline(settings) as service, aiohttp.ClientSession() as session:
        yield ShopBackend(service.url, session)


async def test_it_shows_what_happens_and_recovers_from_a_restart(
    settings: Settings, mongo: Mongo, alice: Person, plain: Page
) -> None:
    expect = playwright.expect
    headline = plain.get_by_role("heading", level=1)
    async with running(settings) as shop:
        port = urlsplit(shop.url).port
        offer = await shop.connect("customer-1")
        await alice.send(f"/start {offer['url'].partition('start=')[2]}")
        await alice.receives(containing="Connect this chat")
        await alice.press("Yes, connect")
        await alice.receives(containing="at hand")
        await shop.create("ord_1", "customer-1", status="shipped", notify=False)
        await plain.goto(address(shop, opened_by(alice)))
        await expect(headline).to_have_text("Shipped")
        await shop.tell("ord_1", "in_transit", notify=False)
        await expect(headline).to_have_text("On its way")
    await expect(plain.locator("#live")).to_have_text("No connection. Trying again…")
    async with running(settings.model_copy(update={"http_port": port})) as shop:
        await shop.tell("ord_1", "out_for_delivery", notify=False)
        await expect(headline).to_have_text("Out for delivery")
        await expect(plain.locator("#live")).to_have_text("This page keeps itself up to date.")
