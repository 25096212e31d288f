"""On a phone of 390 by 844 the answer to any order of the demo stands whole, headline first."""

from bot.texts.languages import LANGUAGES
from tests.support.browser import Page, needs_chromium, playwright, settle
from tests.support.chromium import Photograph

pytestmark = needs_chromium

STANDS = """(number) => {
  const phone = document.querySelector("[data-testid=chat]");
  const chat = phone.getBoundingClientRect();
  const last = [...phone.querySelectorAll("[data-testid=bot-message]")].at(-1);
  const answer = last.getBoundingClientRect();
  return last.textContent.includes(number) && {
    over: Math.round(Math.max(chat.top - answer.top, 0)),
    below: Math.round(Math.max(answer.bottom - chat.bottom, 0)),
    rows: last.querySelectorAll(".keyboard .row").length,
    height: Math.round(answer.height),
  };
}"""


async def test_the_answer_to_any_order_stands_on_the_screen_whole_in_every_language(
    demo: str, page: Page, photograph: Photograph
) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await connect(demo, page)
    numbers = [
        await each.get_attribute("data-number") for each in await page.get_by_test_id("order").all()
    ]
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_test_id("tab-phone").click()
    found = {}
    for language in LANGUAGES:
        await speak(page, language)
        for number in numbers:
            found[language, number] = await asked(page, number)
        await settle(page)
        await photograph(page, f"answer-{language}.png")
    assert {where: how for where, how in found.items() if how["over"] or how["below"]} == {}
    assert max(how["rows"] for how in found.values()) <= 3


async def connect(demo: str, page: Page) -> None:
    await page.goto(demo)
    await page.get_by_test_id("connect-telegram").click()
    await page.get_by_test_id("open-link").click()
    question = page.get_by_test_id("bot-message").filter(has_text="a•••@example.com")
    await question.get_by_test_id("button").first.click()
    await playwright.expect(
        page.get_by_test_id("bot-message").filter(has_text="at hand")
    ).to_be_visible()


async def speak(page: Page, language: str) -> None:
    """As if they had chosen it in /settings."""
    said = page.get_by_test_id("chat").get_by_test_id("bot-message")
    message = await said.last.get_attribute("data-id")
    await page.evaluate(
        """async ([message, data]) => {
          const { sandbox } = await import("/page/api.js");
          const { people } = await sandbox.state();
          const person = people.find((each) => each.name === "Alice");
          await sandbox.press(person.id, null, Number(message), data);
        }""",
        [message, f"settings:language:{language}"],
    )


async def asked(page: Page, number: str) -> dict[str, int]:
    """Where the answer stands."""
    await page.get_by_test_id("input").fill(number)
    await page.get_by_test_id("input").press("Enter")
    answer = await page.wait_for_function(STANDS, arg=f"#{number}")
    found: dict[str, int] = await answer.json_value()
    return found
