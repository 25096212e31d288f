"""The demo's page in a browser, and the steps that scenes are made of."""

import asyncio
import io
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

import time_machine
from playwright.async_api import Browser, FloatRect, Locator, Page, expect

from bot.app import Trackline
from bot.cli.demonstration import demonstrate
from tests.images.paper import Picture, opened

T = TypeVar("T")

ZONE = ZoneInfo("Africa/Kampala")
THURSDAY, TAKEN_AT = 3, time(9, 40)
PLAIN = """
.wall { background: light-dark(#cdd9b5, #101b27); }
.wall::before { display: none; }
.chat { scrollbar-width: none; }
.day { position: static; }
.phone, .banner { box-shadow: none; }
.banner { background: light-dark(#fafafa, #243140); backdrop-filter: none; }
"""
"""No gradients, so that few colours are enough; nothing that covers a message."""
CALM_SECONDS, POLLS = 0.15, 6
"""A page is calm if it looks the same in this many polls, this far apart."""
MOST_LOOKS = 100
"""The number of polls after which a page that is never calm is taken as it is."""


@dataclass
class Stage:
    """The demo's page, which Alice uses. `service`: the address of the service behind it."""

    page: Page
    service: str
    scale: float

    @property
    def newest(self) -> Locator:
        """The bot's newest message."""
        return self.page.get_by_test_id("bot-message").last

    # What Alice does

    async def connect(self) -> None:
        await self.page.get_by_test_id("connect-telegram").click()
        await self.page.get_by_test_id("open-link").click()
        await self.press(0, of="a•••@example.com")
        await expect(self.page.get_by_test_id("reply-keyboard")).to_be_visible()
        await self.calm()

    async def say(self, text: str) -> None:
        await self.page.get_by_test_id("input").fill(text)
        await self.page.get_by_test_id("input").press("Enter")
        await self.calm()

    async def press(self, button: int | str, *, of: str | None = None) -> None:
        """Press a button, by position or label, of the newest message or the one with the text."""
        message = self.message(of) if of else self.newest
        buttons = message.get_by_test_id("button")
        await (
            buttons.nth(button) if isinstance(button, int) else buttons.get_by_text(button)
        ).click()
        await self.calm()

    async def hold(self, name: str) -> None:
        """Another person takes the phone."""
        await self.page.get_by_test_id(f"person-{name}").click()
        await self.calm()

    # What the shop does

    def order(self, number: int) -> Locator:
        return self.page.locator(f"[data-testid=order][data-number='{number}']")

    async def move(self, number: int, status: str | None = None) -> None:
        """Move the order to this state, or to the next one."""
        order = self.order(number)
        if status:
            await order.get_by_test_id("other-status").select_option(status)
        else:
            await order.get_by_test_id("next-status").click()
        await expect(order.get_by_test_id("verdict").first).to_have_text("202 recorded")
        await self.calm()

    async def moved(self, element: Locator, attribute: str) -> None:
        """Wait until this attribute has another value."""
        before = await element.get_attribute(attribute)
        await expect(element).not_to_have_attribute(attribute, before or "", timeout=15_000)

    # What the pictures show

    async def look(self, css: str) -> None:
        """Set how the page looks from now on."""
        await self.page.add_style_tag(content=css)
        await self.calm()

    def message(self, containing: str) -> Locator:
        """The bot's newest message with this text."""
        return self.page.get_by_test_id("bot-message").filter(has_text=containing).last

    async def calm(self) -> None:
        """Wait until nothing on the page changes any more."""
        seen, same = "", 0
        for _ in range(MOST_LOOKS):
            now = await self.page.evaluate(_LOOK)
            same = same + 1 if now == seen else 0
            if same == POLLS:
                return
            seen = now
            await asyncio.sleep(CALM_SECONDS)

    async def seen(self) -> bool:
        """Close the notification. Returns whether there was one."""
        was_there: bool = await self.page.evaluate(
            "() => { const was = !banner.hidden; banner.hidden = true; return was; }"
        )
        return was_there

    async def window(self) -> Picture:
        return await self._photographed(None)

    async def phone(self, margin: int = 12) -> Picture:
        """A picture of the phone, with everything shown over it."""
        box = await self._box(self.page.get_by_test_id("phone"))
        return await self._part(
            x=box["x"] - margin,
            y=box["y"] - margin,
            width=box["width"] + 2 * margin,
            height=box["height"] + 2 * margin,
        )

    async def chat(self, height: int | None = None) -> Picture:
        """A picture of only the chat; `height`: only the lower part of this height."""
        await self.seen()
        box = await self._box(self.page.locator("#chat"))
        shown = min(height or box["height"], box["height"])
        below = box["y"] + box["height"]
        return await self._part(x=box["x"], y=below - shown, width=box["width"], height=shown)

    async def _part(self, *, x: float, y: float, width: float, height: float) -> Picture:
        """A part of the page, aligned to whole pixels, so that nothing is blurred."""
        area = FloatRect(x=round(x), y=round(y), width=int(width), height=int(height))
        return await self._photographed(area)

    async def _photographed(self, area: FloatRect | None) -> Picture:
        await self.page.mouse.move(0, 0)  # the pointer is over nothing
        return opened(await self.page.screenshot(clip=area, animations="disabled"))

    async def middle(self, locator: Locator) -> tuple[float, float]:
        """The element's middle in the page's pixels, from left and top; scrolls it into view."""
        await locator.scroll_into_view_if_needed()
        box = await self._box(locator)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    async def _box(self, locator: Locator) -> FloatRect:
        box = await locator.bounding_box()
        assert box, "it is hidden"
        return box


_LOOK = """() => JSON.stringify([
  document.body.innerText,
  [...document.images].map((image) => image.complete),
  [...document.querySelectorAll("*")].filter((one) => one.scrollTop).map((one) => one.scrollTop),
  document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity).length,
])"""


@dataclass(frozen=True)
class Scene(Generic[T]):
    """The steps for a picture, and the size of the window.

    `scale`: pixels for each of the page's; less for a picture that is shown smaller than it is.
    `own`: the sample shop's own words and states, for `demonstrate`.
    """

    act: Callable[[Stage], Awaitable[T]]
    width: int = 1280
    height: int = 860
    scale: float = 2
    own: Mapping[str, Path] = field(default_factory=dict)


def morning(now: datetime) -> datetime:
    """The morning of the next Thursday: every picture is taken by day, not near a weekend.

    It is in the future, because a database removes what has expired by its own clock.
    """
    days = (THURSDAY - now.weekday() - 1) % 7 + 1
    return datetime.combine(now.date() + timedelta(days=days), TAKEN_AT, now.tzinfo)


async def play(scene: Scene[T], browser: Browser) -> T:
    """Play the scene in a new demo, in light mode, in the `morning`."""
    made: list[T] = []

    async def act(service: Trackline) -> None:
        page = await browser.new_page(
            viewport={"width": scene.width, "height": scene.height},
            device_scale_factor=scene.scale,
            locale="en-GB",
            timezone_id=ZONE.key,
            color_scheme="light",
            reduced_motion="reduce",
            bypass_csp=True,
        )
        await page.clock.install(time=datetime.now(UTC))
        await page.goto(service._settings.bot_api_url)
        stage = Stage(page, service.url, scene.scale)
        await stage.look(PLAIN)
        await expect(stage.order(1001).get_by_test_id("verdict").first).to_have_text("202 recorded")
        made.append(await scene.act(stage))
        await page.close()

    with (
        tempfile.TemporaryDirectory() as folder,
        redirect_stdout(io.StringIO()),
        time_machine.travel(morning(datetime.now(ZONE)), tick=True),
    ):
        await demonstrate(0, Path(folder), act, own=scene.own)
    [result] = made
    return result
