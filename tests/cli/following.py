"""How a person on the demo's page comes to follow the shop's orders."""

import re

from tests.support.browser import Page, playwright


async def ask(page: Page) -> None:
    """Opens the shop's link in the phone: the bot asks whether the account is theirs."""
    await page.get_by_test_id("connect-telegram").click()
    await page.get_by_test_id("open-link").click()
    question = page.get_by_test_id("bot-message").filter(has_text="•••@example.com")
    await playwright.expect(question.get_by_test_id("button").first).to_be_visible()


async def connect(page: Page) -> None:
    """Until the shop knows it."""
    await ask(page)
    question = page.get_by_test_id("bot-message").filter(has_text="•••@example.com")
    await question.get_by_test_id("button").first.click()
    connected = page.get_by_test_id("connected")
    await playwright.expect(connected).to_have_attribute("data-since", re.compile("20"))
