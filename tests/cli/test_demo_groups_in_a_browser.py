"""A group on two phones, and the staff's at any time."""

from pathlib import Path

from tests.cli.following import connect
from tests.support.browser import Page, needs_chromium, playwright, settle, violations

pytestmark = needs_chromium


async def test_the_bot_tells_no_order_in_a_group_and_the_staff_ask_for_one(
    demo: str, page: Page, pictures: Path
) -> None:
    expect = playwright.expect
    await page.goto(demo)
    await connect(page)
    await page.get_by_test_id("other-chat").click()
    await expect(page.get_by_test_id("bot-name")).to_have_text("At home")
    await page.get_by_test_id("input").fill("/track 1004")
    await page.get_by_test_id("input").press("Enter")
    answer = page.get_by_test_id("bot-message").last
    await expect(answer).to_be_visible()
    await expect(answer).not_to_contain_text("Mukono")

    await page.get_by_test_id("person-bob").click()
    await page.get_by_test_id("other-chat").click()
    await expect(page.get_by_test_id("friend-message")).to_contain_text("/track 1004")
    await page.get_by_test_id("input").fill("Is it there yet?")
    await page.get_by_test_id("input").press("Enter")
    await page.get_by_test_id("person-alice").click()
    await expect(page.get_by_test_id("other-chat")).to_contain_text("1")
    await page.get_by_test_id("other-chat").click()
    await expect(page.get_by_test_id("friend-message")).to_contain_text("Is it there yet?")
    await page.get_by_test_id("other-chat").click()
    await expect(page.get_by_test_id("bot-name")).to_have_text("Nile Coffee & Tea")

    await page.get_by_test_id("staff-toggle").click()
    await expect(page.get_by_test_id("staff-input")).to_be_focused()
    await page.get_by_test_id("staff-input").fill("/order 1004")
    await page.get_by_test_id("staff-input").press("Enter")
    await expect(page.get_by_test_id("staff-messages")).to_contain_text("1 chat connected")
    await settle(page)
    await page.screenshot(path=pictures / "demo-staff.png")
    assert await violations(page) == []
