"""The page of a shared order in Chromium: seen, read aloud, live, and without JavaScript."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.app import Trackline
from bot.settings import Settings
from sandbox import Person
from tests.chat.test_sharing import payload_of, shares
from tests.conftest import Link
from tests.support.browser import Page, cut_sideways, looks, needs_chromium, playwright, violations
from tests.support.chromium import Photograph
from tests.support.shop import ShopBackend
from tests.support.waiting import until

pytestmark = needs_chromium
MOST = 100_000
"""Bytes of a page with all that belongs to it."""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="20"'
        ' fill="#6f4e37"/><path d="M20 6c-6 8 6 18 0 28" stroke="#fff" fill="none"/></svg>'
    )
    return settings.model_copy(update={"shop_logo": logo, "shop_color": "#6f4e37"})


@pytest.fixture
async def late(shop: ShopBackend, alice: Person, link: Link) -> str:
    """The token of an order of two parcels, one of which is delayed."""
    await link(alice, "customer-1")
    now = datetime.now(UTC).replace(hour=9, minute=30)

    def days(number: int) -> datetime:
        return now + timedelta(days=number)

    await shop.create("ord_2", "customer-1", notify=False, at=days(-4), order_number="1002")
    await shop.tell("ord_2", "processing", notify=False, at=days(-3))
    await shop.tell("ord_2", "in_transit", parcel="1", notify=False, at=days(-2))
    await shop.tell("ord_2", "in_transit", parcel="2", notify=False, at=days(-2))
    await shop.tell("ord_2", "delivered", parcel="1", notify=False, at=days(-1))
    window = {"earliest": days(1).isoformat(), "latest": (days(1) + timedelta(hours=3)).isoformat()}
    await shop.tell(
        "ord_2", "delayed", parcel="2", notify=False, at=days(-1), estimated_delivery=window
    )
    return payload_of(await shares(alice, "ord_2"))


@pytest.fixture
async def troubled(browser: Any) -> AsyncIterator[Page]:
    """A page on which a browser may complain of an answer that is no success."""
    page = await browser.new_page(locale="en-GB", timezone_id="Africa/Kampala")
    yield page
    await page.close()


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_it_fits_every_width_and_axe_finds_nothing_wrong(
    late: str, shop: ShopBackend, page: Page, photograph: Photograph, language: str
) -> None:
    await page.goto(f"{shop.url}/t/{late}?lang={language}")
    await page.locator("summary").click()
    wrong = {}
    async for look in looks(page):
        await photograph(page, f"tracking-{language}-{look}.png", full_page=True)
        if found := [*await violations(page), *await cut_sideways(page)]:
            wrong[look] = found
    assert wrong == {}


async def test_a_change_comes_to_the_open_page_and_is_read_aloud(
    late: str, shop: ShopBackend, page: Page
) -> None:
    expect = playwright.expect
    await page.goto(f"{shop.url}/t/{late}")
    await expect(page.locator("#live")).to_have_text("This page keeps itself up to date.")
    await expect(page.locator("#said")).to_be_empty()
    await page.locator("summary").focus()
    await page.keyboard.press("Enter")
    await shop.tell("ord_2", "out_for_delivery", parcel="2", notify=False)
    await expect(page.locator("h1")).to_have_text("Out for delivery")
    await expect(page).to_have_title("Out for delivery · Nile Coffee")
    await expect(page.locator("#said")).to_contain_text("Out for delivery")
    await expect(page.locator("details")).to_have_attribute("open", "")
    await expect(page.locator("summary")).to_be_focused()


async def test_its_times_are_those_where_the_viewer_is(
    late: str, shop: ShopBackend, browser: Any
) -> None:
    """The shop is in UTC, and tells of 9:30."""
    for zone, clock in [("Asia/Tokyo", "18:30"), ("Etc/UTC", "09:30")]:
        page = await browser.new_page(timezone_id=zone, locale="en-GB")
        await page.goto(f"{shop.url}/t/{late}")
        first = page.locator(".phases .at").first
        await playwright.expect(first).to_contain_text(clock)
        await page.close()


async def test_it_is_complete_without_javascript(
    late: str, shop: ShopBackend, browser: Any, photograph: Photograph
) -> None:
    context = await browser.new_context(java_script_enabled=False, locale="en-GB")
    page = await context.new_page()
    await page.goto(f"{shop.url}/t/{late}")
    expect = playwright.expect
    await expect(page.locator("h1")).to_have_text("Delayed")
    await expect(page.locator(".expected")).to_contain_text("09:30–12:30")
    await expect(page.locator(".zone")).to_have_text("Times: Coordinated Universal Time")
    await expect(page.locator(".phases li")).to_have_count(5)
    await expect(page.locator(".parcels li")).to_have_count(2)
    await expect(page.locator("#live")).to_have_text("Reload this page to see what is new.")
    await page.locator("summary").click()
    await expect(page.locator(".steps li").first).to_be_visible()
    await page.get_by_role("link", name="Français").click()
    await expect(page.locator("html")).to_have_attribute("lang", "fr")
    await photograph(page, "tracking-no-javascript.png", full_page=True)
    await context.close()


async def test_it_is_small(late: str, shop: ShopBackend, page: Page) -> None:
    finished: list[Any] = []
    # Playwright marks its handlers, which a method of a list does not bear.
    page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108
    await page.goto(f"{shop.url}/t/{late}")
    await playwright.expect(page.locator("#live")).to_contain_text("up to date")

    async def all_is_there() -> bool:
        return len(finished) >= 5

    await until(all_is_there)
    sizes = [await request.sizes() for request in finished]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) < MOST


async def test_a_link_that_is_stopped_while_somebody_looks_says_so_on_their_page(
    late: str, shop: ShopBackend, page: Page, alice: Person, photograph: Photograph
) -> None:
    expect = playwright.expect
    await page.goto(f"{shop.url}/t/{late}")
    await expect(page.locator("#live")).to_have_text("This page keeps itself up to date.")
    await alice.press("🚫 Stop sharing")
    await expect(page.locator("main")).to_contain_text("Ask them for a new link")
    await expect(page.locator(".phases, #telegram")).to_have_count(0)
    assert await violations(page) == []
    await photograph(page, "tracking-stopped.png")


@pytest.mark.parametrize("token", ["s_" + "x" * 32, "s_cut"])
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_link_that_shows_nothing_has_a_page_that_says_what_to_do(
    shop: ShopBackend, troubled: Page, photograph: Photograph, token: str, language: str
) -> None:
    wrong = {}
    await troubled.goto(f"{shop.url}/t/{token}?lang={language}")
    async for look in looks(troubled):
        if look.startswith(("320", "1280")):
            name = f"tracking-nothing-{len(token)}-{language}-{look}.png"
            await photograph(troubled, name)
            wrong[look] = [*await violations(troubled), *await cut_sideways(troubled)]
    assert {look: found for look, found in wrong.items() if found} == {}


async def test_the_page_comes_back_to_a_service_that_was_restarted(
    late: str, settings: Settings, troubled: Page
) -> None:
    """On another replica, whose port stays the same."""
    expect = playwright.expect
    async with Trackline(settings) as other:
        port = urlsplit(other.url).port
        await troubled.goto(f"{other.url}/t/{late}")
        await expect(troubled.locator("#live")).to_have_text("This page keeps itself up to date.")
    await expect(troubled.locator("#live")).to_have_text("No connection. Trying again…")
    again = settings.model_copy(update={"http_port": port})
    async with Trackline(again) as other, aiohttp.ClientSession() as session:
        await ShopBackend(other.url, session).tell(
            "ord_2", "out_for_delivery", parcel="2", notify=False
        )
        await expect(troubled.locator("h1")).to_have_text("Out for delivery")
        await troubled.goto("about:blank")


async def test_where_events_do_not_come_through_the_page_asks(
    late: str, shop: ShopBackend, troubled: Page
) -> None:
    expect = playwright.expect
    await troubled.clock.install()
    await troubled.route("**/live?*", lambda route: route.fulfill(status=502, body=""))
    await troubled.goto(f"{shop.url}/t/{late}")
    await expect(troubled.locator("#live")).to_have_text("This page keeps itself up to date.")
    await shop.tell("ord_2", "out_for_delivery", parcel="2", notify=False)
    await troubled.clock.fast_forward(46_000)
    await expect(troubled.locator("h1")).to_have_text("Out for delivery")
