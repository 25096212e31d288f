"""A group on two phones, and the staff's at any time."""

from tests.cli.following import connect
from tests.support.browser import Page, needs_chromium, playwright, settle, violations
from tests.support.chromium import Photograph

pytestmark = needs_chromium


async def test_the_bot_tells_no_order_in_a_group_and_the_staff_ask_for_one(
    demo: str, page: Page, photograph: Photograph
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
    await photograph(page, "demo-staff.png")
    assert await violations(page) == []


async def test_whoever_answers_for_the_shop_has_a_chat_of_her_own_for_the_console(
    demo: str, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    await page.goto(demo)
    await page.get_by_test_id("staff-toggle").click()
    await page.get_by_test_id("staff-input").fill("/console")
    await page.get_by_test_id("staff-input").press("Enter")
    await page.get_by_test_id("staff-messages").get_by_role("button", name="Write to me").click()
    await expect(page.locator("#holder")).to_have_text("Grace’s phone")
    await page.get_by_test_id("input").fill("/console")
    await page.get_by_test_id("input").press("Enter")
    link = page.get_by_test_id("bot-message").get_by_role("link", name="/console#link=")
    async with page.expect_popup() as opened:
        await link.click()
    console = await opened.value
    await expect(console.locator("#live")).to_contain_text("Live")
    await console.close()
    await settle(page)
    await photograph(page, "demo-staff-s-own-chat.png")
    assert await violations(page) == []
