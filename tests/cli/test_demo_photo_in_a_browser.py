"""The demo's courier takes a photo of the parcel at the door, which comes onto the phone."""

from typing import Any

from tests.cli.test_demo_buttons_in_a_browser import order
from tests.support.browser import Page, needs_chromium, playwright, settle
from tests.support.chromium import Photograph

__all__ = ["order"]

pytestmark = needs_chromium


async def test_a_delivery_comes_with_the_courier_s_photo(
    order: Any, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    await order.get_by_test_id("next-status").click()
    await expect(order.get_by_test_id("status")).to_have_text("Out for delivery")
    await expect(order.get_by_test_id("with-photo")).to_be_checked()
    await order.get_by_test_id("next-status").click()
    card = page.get_by_test_id("bot-message").filter(has_text="✅ Delivered")
    photo = (
        page.get_by_test_id("bot-message").filter(has_text="✅ Delivered · ").locator("img.photo")
    )
    await expect(photo).to_have_js_property("complete", True)
    await expect(photo).to_have_js_property("naturalWidth", 960)
    await page.get_by_test_id("banner").click()
    await settle(page)
    await photograph(page.get_by_test_id("phone"), "photo.png")

    await card.get_by_role("button", name="Show the photo").click()
    await expect(photo).to_have_count(2)


async def test_or_without_one(order: Any, page: Page) -> None:
    expect = playwright.expect
    await order.get_by_test_id("next-status").click()
    await order.get_by_test_id("with-photo").uncheck()
    await order.get_by_test_id("next-status").click()
    card = page.get_by_test_id("bot-message").filter(has_text="✅ Delivered")
    await expect(card).to_be_visible()
    await expect(page.locator("img.photo")).to_have_count(0)
