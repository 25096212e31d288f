"""Whoever tries the demo does not wait for tomorrow, and may begin again."""

from typing import Any

from tests.cli.following import connect
from tests.support.browser import needs_chromium, playwright

pytestmark = needs_chromium
TOP, BOTTOM = (f"(each) => each.getBoundingClientRect().{side}" for side in ("top", "bottom"))


async def test_the_next_morning_comes_at_a_press_and_then_all_is_as_it_was(
    demo: str, browser: Any
) -> None:
    expect = playwright.expect
    page = await browser.new_page(locale="en-GB", timezone_id="Africa/Kampala")
    failed: list[str] = []  # of its own: while all begins anew, the console tells of nobody there
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("dialog", lambda asked: asked.accept())
    await page.goto(demo)
    await expect(page.get_by_test_id("address").first).to_have_text("API reference")
    moved = await page.get_by_test_id("stage-moved").text_content()
    await connect(page)
    await page.get_by_test_id("clock-morning").click()
    await expect(page.get_by_test_id("stage-time")).to_contain_text("09:00")
    await expect(page.get_by_test_id("stage-moved")).not_to_have_text(moved)
    news = page.get_by_test_id("bot-message").filter(has_text="#1004")
    await expect(news.last).to_contain_text("Arriving today")
    await expect(news.last).to_contain_text("09:0")
    yesterday, today = await page.locator(".messages .day").all()
    await page.set_viewport_size({"width": 1280, "height": 420})
    await page.locator("#chat").evaluate("(chat) => chat.scrollTo(0, chat.scrollHeight)")
    assert await yesterday.evaluate(BOTTOM) < await today.evaluate(TOP), "a date lies upon another"

    await page.get_by_test_id("anew").click()
    await expect(page.get_by_test_id("start")).to_be_visible()
    await expect(page.get_by_test_id("stage-moved")).to_have_text(moved)
    await expect(page.get_by_test_id("step-1")).to_have_attribute("data-done", "false")
    await expect(page.get_by_test_id("order")).to_have_count(6)
    assert failed == []
