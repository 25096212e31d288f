"""`python -m bot demo` in a real browser, from "Connect Telegram" to the push on the phone.

It needs what `tests.support.browser` says; its pictures go where `tests.support.chromium` says.
"""

import asyncio
import os
import re
from pathlib import Path

from tests.support.browser import Page, needs_chromium, playwright, settle
from tests.support.chromium import Photograph
from tests.support.pictures import png

pytestmark = needs_chromium


async def test_a_customer_connects_and_is_told_when_the_shop_moves_an_order(
    demo: str, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    await page.goto(demo)
    order = page.locator("[data-testid=order][data-number='1004']")
    await expect(order.get_by_test_id("verdict").first).to_have_text("202 recorded")

    await page.get_by_test_id("connect-telegram").click()
    await expect(page.get_by_test_id("qr")).to_be_visible()
    await expect(page.get_by_test_id("link-code")).to_have_text(re.compile(r"^/link \S+"))
    await page.get_by_test_id("open-link").click()
    await expect(page.get_by_test_id("step-1")).to_have_attribute("data-done", "true")

    question = page.get_by_test_id("bot-message").filter(has_text="a•••@example.com")
    await question.get_by_test_id("button").first.click()
    await expect(page.get_by_test_id("step-2")).to_have_attribute("data-done", "true")

    await page.get_by_test_id("input").fill("/track 1004")
    await page.get_by_test_id("input").press("Enter")
    timeline = page.get_by_test_id("bot-message").filter(has_text="Mukono")
    await expect(timeline).to_contain_text("#1004")
    await expect(page.get_by_test_id("reply-keyboard")).to_contain_text("My orders")

    await order.get_by_test_id("next-status").click()
    await expect(order.get_by_test_id("status")).to_have_text("Out for delivery")
    await expect(page.get_by_test_id("banner")).to_contain_text("#1004")
    await expect(page.get_by_test_id("bot-message").last).to_contain_text("The rider is on the way")
    await expect(page.get_by_test_id("step-3")).to_have_attribute("data-done", "true")
    await settle(page)
    await photograph(page, "demo.png")

    await page.reload()
    for step in (1, 2, 3):
        await expect(page.get_by_test_id(f"step-{step}")).to_have_attribute("data-done", "true")
    await expect(page.get_by_test_id("connect-telegram")).to_have_text("Connect again")
    await expect(page.get_by_test_id("input")).to_have_attribute(
        "placeholder", "Order number, like 1001"
    )

    await expect(page.get_by_test_id("bot-username")).to_have_text("@nile_orders_bot")

    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_test_id("tab-phone").click()
    is_one_line = "(input) => input.scrollHeight <= input.clientHeight"
    assert await page.get_by_test_id("input").evaluate(is_one_line)
    await settle(page)
    await photograph(page, "demo-phone.png")

    await page.get_by_test_id("person-charlie").click()
    for step in (1, 2, 3):
        await expect(page.get_by_test_id(f"step-{step}")).to_have_attribute("data-done", "false")
    await page.get_by_test_id("person-alice").click()
    await expect(page.get_by_test_id("step-3")).to_have_attribute("data-done", "true")


async def test_a_customer_watches_the_courier_drive_on_the_map(
    demo: str, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    await page.goto(demo)
    order = page.locator("[data-testid=order][data-number='1004']")
    await expect(order.get_by_test_id("verdict").first).to_have_text("202 recorded")
    await page.get_by_test_id("connect-telegram").click()
    await page.get_by_test_id("open-link").click()
    question = page.get_by_test_id("bot-message").filter(has_text="a•••@example.com")
    await question.get_by_test_id("button").first.click()
    await expect(page.get_by_test_id("bot-message").last).to_contain_text("at hand")

    await order.get_by_test_id("send-courier").click()
    news = page.get_by_test_id("bot-message").filter(has_text="🛵 Out for delivery")
    await news.get_by_role("button", name="Show on the map").click()
    shown = page.get_by_test_id("map")
    await expect(shown).to_be_visible()
    await expect(order.get_by_test_id("courier")).to_contain_text("202 recorded")
    quoted = page.locator(".message", has=shown).locator(".quoted")
    await expect(quoted).to_contain_text("Out for delivery")
    await expect(quoted).not_to_contain_text("GMT")
    first = await shown.get_attribute("data-latitude")
    await expect(shown).not_to_have_attribute("data-latitude", first)
    second = await shown.get_attribute("data-latitude")
    await expect(shown).not_to_have_attribute("data-latitude", second)
    await expect(shown).to_contain_text("updated")
    await asyncio.sleep(float(os.environ.get("DRIVE", "0")))
    await settle(page)
    await photograph(page, "courier-demo.png")
    await photograph(page.get_by_test_id("phone"), "courier.png")

    await order.get_by_test_id("next-status").click()
    await expect(page.get_by_test_id("bot-message").last).to_contain_text("✅ Delivered")
    await expect(shown).to_contain_text("has ended")
    await expect(order.get_by_test_id("courier")).to_have_count(0)


async def test_a_guest_follows_an_order_by_the_link_of_its_thank_you_page(
    demo: str, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    await page.goto(demo)
    await page.get_by_test_id("buy-as-guest").click()
    order = page.locator("[data-testid=order][data-number='1008']")
    thanks = order.get_by_test_id("thank-you")
    await expect(thanks).to_contain_text("Thank you for your order!")
    await expect(thanks.get_by_role("img")).to_be_visible()
    await settle(page)
    await photograph(page, "demo-thanks.png")
    await thanks.get_by_test_id("follow-order").click()
    question = page.get_by_test_id("bot-message").filter(has_text="Follow order 1008")
    await question.get_by_test_id("button").first.click()
    followed = page.get_by_test_id("bot-message").filter(has_text="You are following this order")
    await expect(followed).to_contain_text("#1008")

    await order.get_by_test_id("next-status").click()
    await expect(page.get_by_test_id("banner")).to_contain_text("#1008")
    await page.get_by_test_id("input").fill("1008 Guest@Example.com")
    await page.get_by_test_id("input").press("Enter")
    await expect(page.get_by_test_id("bot-message").last).to_contain_text("Follow order 1008")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_test_id("tab-shop").click()
    await settle(page)
    await photograph(page, "demo-thanks-phone.png")


async def test_a_customer_is_recognised_by_the_phone_number_that_they_share(
    demo: str, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    page.on("dialog", lambda asked: asked.accept())
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(demo)
    await page.get_by_test_id("tab-phone").click()
    await page.get_by_test_id("start").click()
    share = page.get_by_test_id("reply-keyboard").get_by_role("button")
    await expect(share).to_have_text("📱 Share my phone number")
    await settle(page)
    await photograph(page, "demo-share.png")

    await share.click()
    question = page.get_by_test_id("bot-message").filter(has_text="a•••@example.com")
    await question.get_by_test_id("button").first.click()
    await expect(page.get_by_test_id("bot-message").last).to_contain_text("always at hand")
    await expect(page.get_by_test_id("bot-message").filter(has_text="Connected.")).to_be_visible()
    await settle(page)
    await photograph(page, "demo-shared.png")


async def test_a_customer_and_the_staff_write_to_each_other(
    demo: str, page: Page, photograph: Photograph, tmp_path: Path
) -> None:
    expect, torn = playwright.expect, tmp_path / "torn.png"
    torn.write_bytes(png(240, 150))
    await page.goto(demo)
    await page.get_by_test_id("connect-telegram").click()
    await page.get_by_test_id("open-link").click()
    question = page.get_by_test_id("bot-message").filter(has_text="a•••@example.com")
    await question.get_by_test_id("button").first.click()
    await expect(page.get_by_test_id("step-2")).to_have_attribute("data-done", "true")
    order = page.locator("[data-testid=order][data-number='1004']")
    await order.get_by_test_id("other-status").select_option("problem")
    news = page.get_by_test_id("bot-message").filter(has_text="⚠️ Problem with delivery")
    await expect(page.get_by_test_id("staff")).to_be_hidden()
    await page.get_by_test_id("shop").evaluate("(shop) => shop.scrollTo(0, shop.scrollHeight)")
    await news.get_by_text("Write to the shop").click()
    await page.get_by_text("Write as Alice").click()
    await page.get_by_test_id("input").fill("The bag is torn. What now?")
    await page.get_by_test_id("input").press("Enter")

    heard = page.get_by_test_id("staff-messages")
    await expect(heard).to_contain_text("The bag is torn. What now?")
    await expect(page.get_by_test_id("staff-input")).to_be_in_viewport()
    await expect(page.get_by_test_id("staff-topic").last).to_have_text("#1004 · Alice")
    async with page.expect_file_chooser() as choosing:
        await page.get_by_test_id("attach").click()
    await (await choosing.value).set_files(torn)
    await expect(heard.get_by_role("img", name="Photo")).to_be_visible()
    await page.get_by_test_id("staff-input").fill("So sorry! A new bag leaves today.")
    await page.get_by_test_id("staff-send").click()
    answer = page.get_by_test_id("bot-message").filter(has_text="A new bag leaves today.")
    await expect(answer.last).to_contain_text("writes about order #1004:")
    await page.get_by_test_id("staff").scroll_into_view_if_needed()
    await settle(page)
    await photograph(page, "conversation.png")

    assert await heard.evaluate(
        "(list) => { list.scrollTo(0, 0);"
        " return list.firstElementChild.offsetTop >= 0 && list.scrollHeight > list.clientHeight; }"
    )
    await page.get_by_test_id("staff-close").click()
    ended = page.get_by_test_id("bot-message").filter(has_text="has ended the conversation")
    await expect(ended).to_be_visible()
    await expect(page.get_by_test_id("staff-input")).to_have_attribute(
        "placeholder", "Closed. Write as Grace to go on"
    )
    await page.get_by_test_id("staff-delete").click()
    await expect(page.get_by_test_id("staff")).to_be_hidden()
