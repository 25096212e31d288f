"""A scene for each picture: what is done in the demo, and what the picture shows."""

import re
from functools import partial
from pathlib import Path

from playwright.async_api import expect

from tests.images.paper import Picture, side_by_side
from tests.images.stage import Scene, Stage

GAP = 24
"""Pixels."""
EXAMPLES = Path(__file__).parents[2] / "examples"


async def phones(stage: Stage) -> Picture:
    """A question and its answer; news on the way; a delivery with its photo."""
    await stage.connect()
    await stage.look(".reply-keyboard { display: none; }")
    await stage.say("where is 1004?")
    asked = await stage.phone()
    await stage.move(1004)
    on_the_way = await stage.phone()
    await stage.move(1004)
    await stage.seen()
    return side_by_side([asked, on_the_way, await stage.phone()])


async def customers(stage: Stage) -> Picture:
    """A timeline, the settings, the list of orders."""
    await stage.connect()
    shown = []
    for said in ("where is 1006?", "/settings", "/orders"):
        await stage.say(said)
        shown.append(await stage.chat())
    return side_by_side(shown, gap=GAP)


async def finding(stage: Stage) -> Picture:
    """A carrier's text, forwarded."""
    await stage.connect()
    number = await stage.order(1004).locator(".carrier a").inner_text()
    await stage.say(
        f"Your parcel {number} is on its way. Follow it at https://track.example.com/{number}"
    )
    return await stage.chat()


async def goods(stage: Stage) -> Picture:
    """An order that is partly sent; the list of orders."""
    await stage.connect()
    await stage.say("1002")
    timeline = await stage.chat()
    await stage.say("/orders")
    return side_by_side([timeline, await stage.chat()], gap=GAP)


async def buttons(stage: Stage) -> Picture:
    """A parcel that waits at a kiosk; the shop's own buttons with a question; the shop's answer."""
    await stage.connect()
    await stage.move(1004, "ready_for_pickup")
    kiosk = await stage.chat()
    await stage.move(1004, "out_for_delivery")
    await stage.press("Leave at the door")
    asked = await stage.chat()
    await stage.press(0)
    await stage.order(1004).get_by_test_id("answer").click()
    await stage.calm()
    return side_by_side([kiosk, asked, await stage.chat()], gap=GAP)


async def courier(stage: Stage) -> Picture:
    """The courier on the map, out on the street."""
    await stage.connect()
    await stage.order(1004).get_by_test_id("send-courier").click()
    await stage.calm()
    await stage.press("Show on the map")
    for _ in range(3):
        await stage.moved(stage.page.get_by_test_id("map"), "data-latitude")
    return await stage.window()


async def photo(stage: Stage) -> Picture:
    """A delivery with its photo."""
    await stage.connect()
    await stage.move(1004)
    await stage.move(1004)
    await stage.seen()
    return await stage.phone()


async def conversation(stage: Stage) -> Picture:
    """A customer and the staff write to each other."""
    page = stage.page
    await stage.connect()
    await stage.move(1004, "problem")
    await stage.press("Write to the shop", of="1004")
    await stage.press("Write as Alice")
    await stage.say("The bag is torn. What now?")
    await page.get_by_test_id("staff-input").fill("So sorry! A new bag leaves today.")
    await page.get_by_test_id("staff-send").click()
    await page.get_by_test_id("staff").scroll_into_view_if_needed()
    await stage.calm()
    return await stage.window()


async def sharing(stage: Stage) -> Picture:
    """Inline results where the bot's name is typed; the friend's view, and their request."""
    page = stage.page
    await stage.connect()
    await page.get_by_test_id("input").fill("@nile_orders_bot ")
    await expect(page.get_by_test_id("inline-result").first).to_be_visible()
    offered = await stage.phone()
    await page.get_by_test_id("inline-result").filter(has_text="1004").click()
    await page.get_by_test_id("inline-friend").filter(has_text="Charlie").click()
    await stage.hold("charlie")
    await page.get_by_test_id("friend-message").get_by_test_id("button").click()
    await stage.calm()
    return side_by_side([offered, await stage.phone()])


async def tracking_page(stage: Stage) -> Picture:
    """The page of a shared order, in English and, in the dark, in Arabic."""
    await stage.connect()
    await stage.say("1004")
    await stage.press("Options")
    await stage.press("Share")
    found = re.search(r"http://\S+/t/\S+", await stage.newest.inner_text())
    assert found, "the link has a page"
    page, shown = stage.page, []
    await page.set_viewport_size({"width": 390, "height": 720})
    for language, is_dark in (("en", False), ("ar", True)):
        await page.emulate_media(color_scheme="dark" if is_dark else "light")
        await page.goto(f"{found[0]}?lang={language}")
        await stage.calm()
        shown.append(await stage.window())
    return side_by_side(shown, gap=GAP)


async def own_words(stage: Stage) -> Picture:
    """A state of the shop's own, with its own texts."""
    await stage.connect()
    await stage.move(1007, "roasting")
    await stage.say("1007")
    return await stage.chat()


async def pictures(stage: Stage) -> Picture:
    """A timeline with its picture, in English and, in the dark, in Arabic."""
    await stage.connect()
    await stage.say("1006")
    english = await stage.chat()
    await stage.say("/settings")
    await stage.press("🌐")
    await stage.press("العربية")
    await stage.page.get_by_test_id("theme").click()
    await stage.say("1006")
    return side_by_side([english, await stage.chat()], gap=GAP)


async def console(stage: Stage) -> Picture:
    """The operator's console, as the demo's page opens it; an order's story in it."""
    await stage.connect()
    for _ in range(2):
        await stage.move(1004)
    address = stage.page.get_by_test_id("address").filter(has_text="Console")
    await stage.page.goto(await address.get_attribute("href") or "")
    await expect(stage.page.locator("#live")).to_contain_text("Live")
    await stage.page.locator("#arrivals .link").first.click()
    await expect(stage.page.locator(".story").first).to_be_visible()
    await stage.page.evaluate("scrollTo(0, 0)")
    return await stage.window()


async def mini_app(stage: Stage) -> Picture:
    """The list of orders; an order by day and by night."""
    page = stage.page
    await stage.connect()
    await page.get_by_test_id("menu").click()
    inside = page.frame_locator("[data-testid=app-frame]")
    await inside.locator(".orders a").first.wait_for()
    await stage.calm()
    listed = await stage.phone()
    await inside.locator(".orders a").filter(has_text="#1004").click()
    await inside.locator(".phases").wait_for()
    await stage.calm()
    by_day = await stage.phone()
    await page.get_by_test_id("theme").click()
    await stage.calm()
    return side_by_side([listed, by_day, await stage.phone()])


async def api(stage: Stage) -> Picture:
    """The API's page."""
    await stage.page.goto(f"{stage.service}/docs")
    await stage.calm()
    return await stage.window()


_window = partial(Scene, width=1080, height=720, scale=1.5)
"""A whole window."""
_several = partial(Scene, height=720, scale=1.5)
"""Several phones or chats."""
OWN = {"texts_dir": EXAMPLES / "texts", "states_file": EXAMPLES / "states.toml"}

SCENES = {
    "phones": _several(phones, height=780, scale=1.3),
    "customers": _several(customers, height=840),
    "finding": Scene(finding),
    "goods": _several(goods, height=860),
    "buttons": _several(buttons, height=860, scale=1.35),
    "courier": _window(courier),
    "photo": Scene(photo),
    "conversation": _window(conversation, height=680),
    "sharing": _several(sharing),
    "tracking-page": _several(tracking_page),
    "own-words": Scene(own_words, own=OWN),
    "pictures": _several(pictures, height=880),
    "console": _window(console, width=1280, height=1000, scale=1),
    "mini-app": _several(mini_app),
    "api": _window(api),
}
"""By the picture's name in `docs/images`, without its ending."""
ELSEWHERE = {
    "express.png": "of the example shop, which npm has to install first",
    "performance.svg": "a plot, drawn by `make bench`",
}
"""Pictures that no scene takes, with the reason."""
