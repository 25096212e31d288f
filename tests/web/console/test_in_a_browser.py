"""The console in a real browser: signed in, watched, and worked with."""

import random
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from bot.app import Trackline
from bot.services.console.figures import DAY, DAYS_KEPT, MINUTE, MINUTES_KEPT, name
from bot.settings import Settings, load
from sandbox import Fault, Person, Sandbox
from storage.console import ConsoleNotes, Counted
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.browser import Page, cut_sideways, looks, needs_chromium, playwright, violations
from tests.support.chromium import Photograph
from tests.support.shop import API_KEY, ShopBackend
from tests.web.console.conftest import wants_quiet_now

pytestmark = needs_chromium


@pytest.fixture
async def console(service: Trackline, page: Page) -> AsyncIterator[str]:
    """Its address. A page that is open asks no more when the service stops."""
    yield f"{service.operators_url}/console"
    await page.goto("about:blank")


async def sign_in(page: Page, console: str, key: str = API_KEY) -> None:
    await page.goto(console)
    await page.get_by_label("API key").fill(key)
    await page.get_by_role("button", name="Sign in").click()


@pytest.fixture
async def signed_in(page: Page, console: str) -> Page:
    await sign_in(page, console)
    await playwright.expect(page.locator("#live")).to_contain_text("Live")
    return page


async def test_an_event_is_seen_to_arrive_and_to_reach_the_phone(
    signed_in: Page, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.tell("seen_1", kind="order.created", event_id="seen", customer_id="customer-1")
    row = signed_in.get_by_role("row").filter(has_text="seen_1")
    await playwright.expect(row).to_contain_text(re.compile(r"On 1 phone in [\d.]+ s"))
    await playwright.expect(row).to_contain_text("Your webhook")
    await playwright.expect(signed_in.locator("#sources")).to_contain_text("last event just now")
    await shop.tell("never_seen", "shipped")
    refused = signed_in.get_by_role("row").filter(has_text="never_seen")
    await playwright.expect(refused).to_contain_text("Refused: the order was never seen")


async def test_a_reader_who_has_blocked_the_bot_is_told_of(
    signed_in: Page, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    alice.block()
    await shop.tell("unheard", kind="order.created", customer_id="customer-1")
    row = signed_in.get_by_role("row").filter(has_text="unheard")
    await playwright.expect(row).to_contain_text("its reader has blocked the bot")
    await playwright.expect(row).to_contain_text("placed")
    await playwright.expect(signed_in.locator("#tile-letters-more")).to_have_text("no dead letters")
    assert "all messages left" not in await signed_in.content()
    await shop.tell("unheard", kind="order.updated", event_id="unheard_note", note="For Grandma")
    note = signed_in.get_by_role("row").filter(has_text="unheard_note")
    await playwright.expect(note).to_contain_text("no news: it tells no new state")


async def test_what_is_held_says_whose_message_and_until_when(
    signed_in: Page, shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    until = await wants_quiet_now(mongo, alice)
    await shop.create("held_1", "customer-1")
    row = signed_in.get_by_role("row").filter(has_text="held_1")
    there = await signed_in.evaluate(f"new Date('{until.isoformat()}').toTimeString().slice(0, 5)")
    words = rf"Message to 1 phone held until (\d+ \w+, )?{there}, by quiet hours or a summary"
    await playwright.expect(row).to_contain_text(re.compile(words))
    await row.get_by_role("button").click()
    message = signed_in.locator(".story .message")
    await playwright.expect(message).to_contain_text(re.compile("Message held until .*" + there))


async def test_an_order_goes_by_its_number_and_opens_by_its_id(
    signed_in: Page, shop: ShopBackend
) -> None:
    for order_id in ("first", "second"):  # customers of two shops, say
        await shop.create(order_id, f"customer-of-{order_id}", order_number="5077")
    row = signed_in.get_by_role("row").filter(has_text="5077").last
    await playwright.expect(signed_in.get_by_role("button", name="5077")).to_have_count(2)
    await row.get_by_role("button", name="5077").click()
    await playwright.expect(signed_in.locator(".story")).to_have_count(1)
    await playwright.expect(signed_in.locator(".story code").first).to_have_text("first")


async def test_its_clock_is_that_of_the_service(signed_in: Page, shop: ShopBackend) -> None:
    async def a_day_behind(route: Any) -> None:
        answer = await route.fetch()
        now = await answer.json()
        for place in (now, *now["arrivals"]):
            place["at"] = (datetime.fromisoformat(place["at"]) - DAY).isoformat()
        await route.fulfill(response=answer, json=now)

    await signed_in.route("**/api/v1/console", a_day_behind)
    await shop.create("yesterday", "customer-1")
    row = signed_in.get_by_role("row").filter(has_text="yesterday")
    await playwright.expect(row).to_contain_text(re.compile(r"just now|\d+ s ago"))


async def test_what_a_key_may_not_do_stays_told_until_the_next_action(
    browser: Any, settings: Settings, mongo: Mongo
) -> None:
    reader = "reader-0123456789abcdef"
    reading = load(env_file=None, **settings.model_dump() | {"api_keys": f"reader:read:{reader}"})
    async with Trackline(reading) as service, aiohttp.ClientSession() as session:
        writer = ShopBackend(service.url, session)
        await writer.create("ord_1", "customer-1", status="off again")
        page = await browser.new_page()
        await sign_in(page, f"{service.operators_url}/console", reader)
        word = page.locator("#words li").filter(has_text="off again")
        await word.get_by_role("combobox").select_option("delivered")
        await word.get_by_role("button", name="Map").click()
        await playwright.expect(page.locator("#problem")).to_contain_text("does not have the scope")
        for _ in range(2):
            async with page.expect_response("**/api/v1/console"):
                pass
        await page.wait_for_timeout(200)
        await playwright.expect(page.locator("#problem")).to_contain_text("does not have the scope")
        await page.get_by_label("number or id").fill("ord_1")
        await page.keyboard.press("Enter")
        await playwright.expect(page.locator(".story")).to_be_visible()
        await playwright.expect(page.locator("#problem")).to_be_hidden()
        await page.goto("about:blank")


async def test_a_dead_letter_is_sent_again(
    signed_in: Page, shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    refused = "Bad Request: oops"
    sandbox.fail(Fault(method="sendMessage", chat_id=alice.id, status=400, description=refused))
    await shop.create("ord_1", "customer-1", order_number="5077")
    letter = signed_in.locator("#letters li")
    await playwright.expect(letter).to_contain_text("5077 Oops")
    await letter.get_by_role("button", name="Send again").click()
    await playwright.expect(letter).to_have_count(0)
    await alice.receives(containing="5077")


async def test_a_state_that_nobody_knows_is_mapped_there_and_then(
    signed_in: Page, shop: ShopBackend
) -> None:
    await shop.create("ord_1", "customer-1", status="off to you")
    word = signed_in.locator("#words li").filter(has_text="off to you")
    await word.get_by_role("combobox").select_option("out_for_delivery")
    await word.get_by_role("button", name="Map").click()
    mapped = signed_in.locator("#meanings li").filter(has_text="off to you")
    await playwright.expect(mapped).to_contain_text("means “Out for delivery”")
    assert (await shop.tracking("ord_1"))["status"] == "out_for_delivery"
    await mapped.get_by_role("button", name="Take back").click()
    await playwright.expect(mapped).to_have_count(0)
    assert (await shop.tracking("ord_1"))["status"] == "off to you"


async def test_who_chooses_is_not_disturbed_by_what_is_new(
    signed_in: Page, service: Trackline, shop: ShopBackend
) -> None:
    await shop.create("ord_1", "customer-1", status="off to you")
    await service._services.console.counting.add_up()
    select = signed_in.locator("#words li").filter(has_text="off to you").get_by_role("combobox")
    await select.select_option("delivered")
    await select.focus()
    await shop.create("new_one", "customer-1")
    await playwright.expect(signed_in.get_by_role("row").filter(has_text="new_one")).to_be_visible()
    await playwright.expect(select).to_be_focused()
    await playwright.expect(select).to_have_value("delivered")


async def test_an_orders_story_is_told_by_its_number(
    signed_in: Page, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="5077", note="For Grandma")
    await shop.tell("ord_1", "shipped", event_id="sent_off")
    row = signed_in.get_by_role("row").filter(has_text="sent_off")
    await playwright.expect(row).to_contain_text("On 1 phone")
    await signed_in.get_by_label("number or id").fill("5077")
    await signed_in.keyboard.press("Enter")
    story = signed_in.locator(".story")
    await playwright.expect(story).to_contain_text("#5077")
    await playwright.expect(story.locator(".step").last).to_contain_text("shipped")
    await playwright.expect(story.locator(".message").last).to_contain_text("Message sent")
    assert "Grandma" not in await story.inner_text()


async def test_what_signed_in_is_kept_in_the_tab_alone_and_not_in_the_address(
    page: Page, console: str
) -> None:
    await page.goto(f"{console}#key={API_KEY}")
    await playwright.expect(page.locator("#live")).to_contain_text("Live")
    assert page.url == console
    await page.reload()
    await playwright.expect(page.locator("#live")).to_contain_text("Live")
    assert await page.evaluate("localStorage.length") == 0
    assert await page.context.cookies() == []
    await page.get_by_role("button", name="Sign out").click()
    await playwright.expect(page.get_by_label("API key")).to_be_focused()
    assert await page.evaluate("sessionStorage.length") == 0


async def test_a_link_of_the_bot_s_signs_in_once(
    browser: Any, settings: Settings, mongo: Mongo
) -> None:
    staffed = settings.model_copy(update={"staff_members": [7]})
    async with Trackline(staffed) as service:
        link = service._services.console.sessions.link(7)
        page = await browser.new_page()
        await page.goto(link)
        await playwright.expect(page.locator("#live")).to_contain_text("Live")
        assert "link=" not in page.url
        other = await browser.new_page()
        await other.goto(link)
        await playwright.expect(other.get_by_role("alert").first).to_contain_text("was used")


async def test_a_wrong_key_is_told_so(browser: Any, console: str) -> None:
    page = await browser.new_page()
    await sign_in(page, console, "not-one-of-ours-0000")
    await playwright.expect(page.get_by_role("alert").first).to_contain_text("not one of ours")
    await playwright.expect(page.get_by_label("API key")).to_be_focused()
    assert await page.evaluate("sessionStorage.length") == 0


async def test_it_says_that_it_is_not_live_and_goes_on_when_the_service_is_back(
    browser: Any, console: str
) -> None:
    page = await browser.new_page()
    await sign_in(page, console)
    await playwright.expect(page.locator("#live")).to_contain_text("Live")
    await page.context.set_offline(True)
    await playwright.expect(page.locator("#live")).to_have_text("Not live")
    await page.context.set_offline(False)
    await playwright.expect(page.locator("#live")).to_contain_text("Live ·")
    await playwright.expect(page.locator("#problem")).to_be_hidden()


NOTHING = {"waiting": 0, "oldest": 0}


async def had_figures(mongo: Mongo, now: datetime) -> None:
    """An hour of minutes and a month of days were counted before."""
    notes, chance = ConsoleNotes(mongo), random.Random(7)
    for n in range(1, 60):
        start = now.replace(second=0, microsecond=0) - n * MINUTE
        events = chance.randint(2, 9) + 8 * (20 < n < 30)
        more = {"events.recorded": events, "phone.50": events // 2, "phone.100": events // 3}
        more |= {
            "messages.sent": events - 1,
            "phone.1000": int(n % 7 == 0),
            "phone.250": int(n % 3 == 0),
        }
        counted = Counted(start, more, NOTHING, 0, {}, [])
        await notes.add({name(start, MINUTE): (start, MINUTES_KEPT)}, counted)
    for n in range(1, 30):
        start = now.replace(hour=0, minute=0, second=0, microsecond=0) - n * DAY
        counted = Counted(start, {}, NOTHING, 2 - n // 15, {}, [])
        await notes.add({name(start, DAY): (start, DAYS_KEPT)}, counted)


@pytest.fixture
async def busy(
    mongo: Mongo,
    page: Page,
    console: str,
    service: Trackline,
    shop: ShopBackend,
    sandbox: Sandbox,
    alice: Person,
    bob: Person,
    link: Link,
) -> Page:
    """The console of a shop where a good deal has happened."""
    await had_figures(mongo, service.clock())
    await link(alice, "customer-1")
    await link(bob, "customer-2")
    await sign_in(page, console)
    refused = "Bad Request: oops"
    await shop.create("4c0f3f6e-8d1b-4a5e-9c1d-7a2f0f3b1e55", "customer-9", order_number="5001")
    for n in range(6):
        await shop.create(f"ord_{n}", "customer-1", order_number=f"500{n}", notify=n > 3)
    await shop.tell("ord_5", "shipped")
    await shop.tell("ord_0", "Being engraved by hand")
    await shop.tell("never_seen", "shipped")
    await alice.receives(containing="engraved")
    sandbox.fail(Fault(method="sendMessage", chat_id=bob.id, status=400, description=refused))
    await shop.create("ord_9", "customer-2", order_number="5009")
    await service._services.console.counting.add_up()
    await playwright.expect(page.locator("#letters li")).to_have_count(1)
    await playwright.expect(page.locator("#words li").first).to_contain_text("engraved")
    await page.get_by_label("number or id").fill("5005")
    await page.keyboard.press("Enter")
    await playwright.expect(page.locator(".story").first).to_be_visible()
    return page


async def test_it_is_read_by_everybody_at_every_width_light_and_dark(
    busy: Page, photograph: Photograph
) -> None:
    wrong: dict[str, list[str]] = {}
    async for look in looks(busy):
        await photograph(busy, f"console-{look}.png", full_page=True)
        if found := [*await violations(busy), *await cut_sideways(busy)]:
            wrong[look] = found
    assert wrong == {}


async def test_the_way_in_is_read_by_everybody_too(
    page: Page, console: str, photograph: Photograph
) -> None:
    await page.goto(console)
    async for look in looks(page):
        await photograph(page, f"console-sign-in-{look}.png")
        assert [*await violations(page), *await cut_sideways(page)] == []


async def test_all_of_it_is_done_by_keyboard(busy: Page) -> None:
    await busy.get_by_label("number or id").focus()
    reached = set()
    for _ in range(40):
        await busy.keyboard.press("Tab")
        reached.add(await busy.evaluate("document.activeElement.textContent.trim()"))
    assert {"Map", "Send again", "Drop"} <= reached


async def test_without_a_script_it_says_what_it_needs(browser: Any, console: str) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(console)
    await playwright.expect(page.locator("noscript .wrong")).to_be_visible()
    await context.close()
