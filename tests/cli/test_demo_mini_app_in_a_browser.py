"""The Mini App in the demo's phone, in a real browser: opened, live, in its colours, closed."""

from typing import Any

import pytest

from tests.support.browser import Page, cut_sideways, needs_chromium, playwright, settle, violations
from tests.support.chromium import Photograph

pytestmark = needs_chromium


@pytest.fixture
async def order(demo: str, page: Page) -> Any:
    """Order 1004, which alice follows on the phone."""
    expect = playwright.expect
    await page.goto(demo)
    found = page.locator("[data-testid=order][data-number='1004']")
    await expect(found.get_by_test_id("verdict").first).to_have_text("202 recorded")
    await page.get_by_test_id("connect-telegram").click()
    await page.get_by_test_id("open-link").click()
    question = page.get_by_test_id("bot-message").filter(has_text="a•••@example.com")
    await question.get_by_test_id("button").first.click()
    await expect(page.get_by_test_id("step-2")).to_have_attribute("data-done", "true")
    return found


def inside(page: Page) -> Any:
    return page.frame_locator("[data-testid=app-frame]")


def headline(page: Page) -> Any:
    return inside(page).get_by_role("heading", level=1)


async def test_the_menu_button_opens_ones_own_orders_which_change_as_the_shop_tells(
    order: Any, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    await expect(page.get_by_test_id("menu")).to_have_text("Live tracking")
    await page.get_by_test_id("menu").click()
    await expect(page.get_by_test_id("app-close")).to_be_focused()
    listed = inside(page).locator(".orders a")
    await expect(listed.first).to_be_visible()
    await settle(page)
    await photograph(page, "mini-app-list.png")
    await listed.filter(has_text="#1004").click()
    await expect(headline(page)).to_have_text("On its way")
    await order.get_by_test_id("next-status").click()
    await expect(headline(page)).to_have_text("Out for delivery")
    await page.get_by_test_id("app-back").click()
    await expect(listed.first).to_contain_text("Out for delivery")
    await expect(page.get_by_test_id("app-back")).to_be_hidden()
    await page.get_by_test_id("app-close").press("Escape")
    await expect(page.get_by_test_id("app")).to_be_hidden()
    await expect(page.get_by_test_id("menu")).to_be_focused()


async def test_the_button_below_a_card_opens_its_order_light_and_dark(
    order: Any, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    await page.get_by_test_id("input").fill("1004")
    await page.get_by_test_id("input").press("Enter")
    card = page.get_by_test_id("bot-message").filter(has_text="Bugisu").last
    opener = card.get_by_role("button", name="Live tracking")
    await opener.focus()
    await opener.press("Enter")
    await expect(headline(page)).to_have_text("On its way")
    await expect(inside(page).locator(".title")).to_have_text("Order #1004")
    await settle(page)
    await photograph(page.get_by_test_id("phone"), "mini-app-light.png")
    assert await violations(page) == []
    await page.get_by_test_id("theme").click()
    await expect(inside(page).locator("html")).to_have_attribute("data-scheme", "dark")
    await settle(page)
    await photograph(page.get_by_test_id("phone"), "mini-app-dark.png")
    assert await violations(page) == []
    await page.get_by_test_id("app-close").click()
    await expect(opener).to_be_focused()


async def test_on_a_small_phone_somebody_who_is_not_connected_reads_how_in_arabic(
    demo: str, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    await page.goto(demo)
    await page.get_by_test_id("add-person").click()
    await page.get_by_test_id("add-name").fill("Amal")
    await page.get_by_test_id("add-language").select_option("ar")
    await page.get_by_test_id("add-ok").click()
    await expect(page.get_by_test_id("person-amal")).to_have_attribute("aria-pressed", "true")
    await page.set_viewport_size({"width": 320, "height": 700})
    await page.get_by_test_id("tab-phone").click()
    await page.get_by_test_id("start").click()
    await page.get_by_test_id("menu").click()
    told = inside(page).locator(".placeholder")
    await expect(told).to_contain_text("ربط Telegram")
    assert await inside(page).locator("html").get_attribute("dir") == "rtl"
    await settle(page)
    await photograph(page, "mini-app-arabic.png")
    assert [*await violations(page), *await cut_sideways(page)] == []
    await told.get_by_role("button").click()
    await expect(page.get_by_test_id("app")).to_be_hidden()
