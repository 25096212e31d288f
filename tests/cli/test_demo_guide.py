"""The demo's first steps: true to the buttons, and to what the person has really done."""

import re

from tests.cli.following import ask, connect
from tests.support.browser import Page, needs_chromium, playwright

pytestmark = needs_chromium


async def test_the_steps_follow_what_is_known_in_the_shop_and_in_the_chat(
    demo: str, page: Page
) -> None:
    await page.goto(demo)
    await done(page, 0)
    empty = page.get_by_test_id("empty")
    await playwright.expect(empty).to_contain_text("What can this bot do?")
    await page.get_by_test_id("start").click()
    await say(page, "/link NO-SUCH-CODE")
    await playwright.expect(page.get_by_test_id("bot-message")).to_have_count(2)
    await done(page, 0)

    await ask(page)
    await done(page, 1)
    question = page.get_by_test_id("bot-message").filter(has_text="a•••@example.com")
    await question.get_by_role("button").nth(1).click()
    await done(page, 0)
    again = page.get_by_test_id("connect-telegram")
    await playwright.expect(again).to_have_text("Connect Telegram")

    await again.click()
    code = await page.get_by_test_id("link-code").inner_text()
    await say(page, code)
    await done(page, 1)
    await question.get_by_role("button").first.click()
    await done(page, 2)
    await page.reload()
    await done(page, 2)
    connected = page.get_by_test_id("connected")
    await playwright.expect(connected).to_contain_text("Alice is connected")


async def test_the_last_step_names_a_button_that_is_there_of_those_that_move_an_order_on(
    demo: str, page: Page
) -> None:
    expect = playwright.expect
    await page.goto(demo)
    await connect(page)
    step, button = page.get_by_test_id("step-3"), page.get_by_test_id("next-status").first
    await expect(step).to_contain_text("Move an order on")
    await expect(step).to_contain_text(f"For example with “{await button.inner_text()}”")
    await button.click()
    await expect(page.get_by_test_id("banner")).to_be_visible()
    await done(page, 3)

    await page.get_by_test_id("person-bob").click()
    await done(page, 0)
    await page.get_by_test_id("person-alice").click()
    await done(page, 3)
    await say(page, "/unlink")
    asked = page.get_by_test_id("bot-message").filter(has_text="Disconnect this chat?")
    await asked.get_by_role("button").first.click()
    await done(page, 0)


async def test_an_event_is_copied_with_a_signature_of_now(demo: str, page: Page) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(demo)
    event = page.get_by_test_id("event").first
    await playwright.expect(event.get_by_test_id("verdict")).to_have_text("202 recorded")
    await event.locator("summary").click()
    posted = await event.locator("pre").inner_text()
    await page.wait_for_timeout(1100)  # the signature is of a second
    await event.get_by_test_id("copy-curl").click()
    await playwright.expect(page.get_by_test_id("toast")).to_contain_text("signed anew")
    copied = await page.evaluate("navigator.clipboard.readText()")
    [was] = re.findall(r"webhook-timestamp: (\d+)", posted)
    [now] = re.findall(r"webhook-timestamp: (\d+)", copied)
    assert int(now) > int(was)


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("input").fill(text)
    await page.get_by_test_id("input").press("Enter")


async def done(page: Page, steps: int) -> None:
    """So many are ticked, and the next one is pointed at."""
    for step in (1, 2, 3):
        await playwright.expect(page.get_by_test_id(f"step-{step}")).to_have_attribute(
            "data-done", "true" if step <= steps else "false"
        )
    pointed = page.locator("[data-testid^=step][aria-current=step]")
    await playwright.expect(pointed).to_have_count(1 if steps < 3 else 0)
