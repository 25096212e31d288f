"""The demo's shop offers something to do, hears what the customer chooses, and answers it."""

from typing import Any

import pytest

from tests.support.browser import Page, needs_chromium, playwright, settle
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


async def test_a_choice_is_heard_by_the_shop_and_answered_on_the_phone(
    order: Any, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    await order.get_by_test_id("next-status").click()
    told = page.get_by_test_id("bot-message").filter(has_text="🛵 Out for delivery")
    await told.get_by_text("Leave at the door").click()
    asked = page.get_by_test_id("bot-message").filter(has_text="Shall I tell")
    await asked.get_by_text("Yes, tell them").click()

    choice = order.get_by_test_id("choice")
    await expect(choice).to_contain_text("“Leave at the door”")
    await settle(page)
    await photograph(page, "demo-choice.png")
    await choice.get_by_test_id("answer").click()
    await expect(choice.get_by_test_id("answered")).to_contain_text("behind the gate")
    answer = page.get_by_test_id("bot-message").filter(has_text="behind the gate")
    await expect(answer).to_contain_text("behind the gate")
    await settle(page)
    await photograph(page, "demo-choice-answered.png")


async def test_a_code_is_hidden_until_somebody_taps_it(
    order: Any, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    await order.get_by_test_id("other-status").select_option("ready_for_pickup")
    told = page.get_by_test_id("bot-message").filter(has_text="🏪 Ready for pick-up")
    await expect(told).to_contain_text("Bukoto kiosk")
    await expect(told.get_by_text("Copy the code")).to_be_visible()
    await settle(page)
    await photograph(page, "demo-pickup.png")
    hidden = told.locator(".spoiler")
    await expect(hidden).not_to_have_class("spoiler shown")
    await hidden.click()
    await order.get_by_test_id("other-status").select_option("payment_due")
    pay = page.get_by_test_id("bot-message").filter(has_text="💳 Waiting for payment")
    await expect(pay.get_by_text("Pay now")).to_be_visible()


async def test_a_dead_letter_and_an_unknown_state_are_made_for_the_console(
    order: Any, page: Page, photograph: Photograph
) -> None:
    expect = playwright.expect
    states = order.get_by_test_id("other-status")
    await states.select_option(label="Out for delivery: Telegram refuses the message")
    await expect(order.get_by_test_id("status")).to_have_text("Out for delivery")
    await expect(page.get_by_test_id("toast")).to_contain_text("Dead letters in the console")
    async with page.expect_popup() as opened:
        await page.get_by_test_id("address").get_by_text("Console").click()
    console = await opened.value
    letter = console.locator("#letters li")
    await expect(letter).to_contain_text("1004 The demo refuses this message")

    await states.select_option(label="Being gift wrapped: an unknown state")
    await expect(order.get_by_test_id("next-status")).to_have_text("→ Packed")
    word = console.locator("#words li")
    await expect(word).to_contain_text("being_gift_wrapped")
    await settle(console)
    await photograph(console, "demo-trouble-in-the-console.png", full_page=True)
    await letter.get_by_role("button", name="Send again").click()
    await expect(letter).to_have_count(0)
    told = page.get_by_test_id("bot-message").filter(has_text="gift wrapped")
    await expect(told.last).to_be_visible()
    await console.close()
