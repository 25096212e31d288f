"""The demo's page for whoever comes: on a small phone, in the dark, by keyboard, without motion."""

from tests.cli.following import connect
from tests.support.browser import (
    Page,
    cut_sideways,
    looks,
    needs_chromium,
    playwright,
    settle,
    violations,
)
from tests.support.chromium import Photograph
from tests.support.waiting import until

pytestmark = needs_chromium
PLACE = """() => {
  const buttons = [...document.querySelectorAll("#chat :is(button, a[href], [role=button])")];
  return { at: buttons.indexOf(document.activeElement), of: buttons.length };
}"""


async def test_axe_finds_nothing_and_nothing_is_cut_off(
    demo: str, page: Page, photograph: Photograph
) -> None:
    """At every width, light and dark: an empty chat, then one with messages and the staff."""
    await page.emulate_media(reduced_motion="reduce")
    await page.goto(demo)
    expect = playwright.expect
    await expect(page.get_by_test_id("verdict").first).to_have_text("202 recorded")
    found = await _wrong(page, photograph, "empty")
    await connect(page)
    await page.get_by_test_id("input").fill("/orders")
    await page.get_by_test_id("input").press("Enter")
    order = page.locator("[data-testid=order][data-number='1004']")
    await order.get_by_test_id("other-status").select_option("problem")
    news = page.get_by_test_id("bot-message").filter(has_text="problem")
    await expect(news.first).to_be_visible()
    await order.get_by_test_id("event").first.click()
    await page.get_by_test_id("connect-telegram").click()
    await page.get_by_test_id("staff-toggle").click()
    await page.get_by_test_id("staff-input").fill("/order 1004")
    await page.get_by_test_id("staff-input").press("Enter")
    await expect(page.get_by_test_id("staff-messages")).to_contain_text("1 chat connected")
    found += await _wrong(page, photograph, "full")
    assert found == []


async def _wrong(page: Page, photograph: Photograph, name: str) -> list[str]:
    found = []
    async for look in looks(page):
        tabs = page.get_by_role("navigation", name="Views").get_by_role("button")
        for tab in (await tabs.all()) if await tabs.first.is_visible() else [None]:
            if tab:
                await tab.click()
            await settle(page)
            where = f"{name}-{look}-{await tab.inner_text() if tab else 'both'}"
            await photograph(page, f"everybody-{where}.png")
            wrong = await violations(page) + await cut_sideways(page)
            found += [f"{where}: {each}" for each in wrong]
    return found


async def test_by_keyboard_a_long_chat_is_two_stops(demo: str, page: Page) -> None:
    expect = playwright.expect
    await page.goto(demo)
    await expect(page.get_by_test_id("start")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("Skip to the phone")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("start")).to_be_focused()

    await connect(page)
    for _ in range(4):
        await page.get_by_test_id("input").fill("/orders")
        await page.get_by_test_id("input").press("Enter")
    buttons = page.get_by_test_id("chat").get_by_role("button")
    await expect(buttons.nth(20)).to_be_visible()

    async def is_on_the_last_one() -> bool:
        """Of those that are there: what is new may come meanwhile."""
        await page.get_by_test_id("chat").focus()
        await page.keyboard.press("Tab")
        there = await page.evaluate(PLACE)
        return bool(there["at"] == there["of"] - 1)

    await until(is_on_the_last_one)
    at = (await page.evaluate(PLACE))["at"]
    await page.keyboard.press("ArrowUp")
    assert (await page.evaluate(PLACE))["at"] == at - 1
    await page.keyboard.press("Home")
    await expect(buttons.first).to_be_focused()
    await page.keyboard.press("Tab")
    assert not await page.evaluate(
        "document.querySelector('#chat').contains(document.activeElement)"
    )


async def test_without_motion_a_long_chat_jumps_to_its_end(demo: str, page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await page.goto(demo)
    await connect(page)
    for _ in range(4):
        await page.get_by_test_id("input").fill("/orders")
        await page.get_by_test_id("input").press("Enter")
    await playwright.expect(page.get_by_test_id("own-message")).to_have_count(5)
    left = await page.evaluate(
        """() => {
          const chat = document.querySelector("#chat");
          chat.scrollTo(0, 0);
          document.querySelector("#to-end").click();
          return chat.scrollHeight - chat.clientHeight - chat.scrollTop;
        }"""
    )
    assert left < 2
