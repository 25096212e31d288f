"""The moving picture: one order in the demo, from "Connect Telegram" to the door.

Its time is not measured: each frame has a fixed duration, so that a slow machine makes the same
film. The pointer is drawn onto screenshots of a still page.
"""

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.async_api import Locator

from tests.images.paper import Picture, above_each_other, palette
from tests.images.stage import Scene, Stage

Point = tuple[float, float]
"""In the page's pixels, from the left and the top."""

ARROW = [(0, 0), (0, 17), (4, 13.5), (7, 20), (10, 18.7), (7.2, 12.5), (12.5, 12.5)]
STEPS, STEP_MS = 7, 60
"""Frames of the pointer on its way."""
PRESS_MS, BANNER_MS = 140, 900
COLOURS, LARGEST = 128, 1_500_000


@dataclass
class Film:
    stage: Stage
    scale: float
    pointer: Point = (620, 420)
    frames: list[tuple[Picture, int]] = field(default_factory=list)
    _still: Picture | None = None

    async def hold(self, milliseconds: int) -> None:
        """Show the page as it is now for this long. A notification disappears meanwhile."""
        self._still = await self.stage.window()
        if await self.stage.seen() and milliseconds > BANNER_MS:
            self._add(BANNER_MS)
            self._still = await self.stage.window()
            milliseconds -= BANNER_MS
        self._add(milliseconds)

    async def click(self, target: Locator, then: int) -> None:
        """Move the pointer there and click. The result is shown for `then` milliseconds."""
        there = await self.stage.middle(target)
        self._still = await self.stage.window()  # the page may have scrolled to it
        await self._go(there)
        self._add(PRESS_MS, pressed=True)
        await target.click()
        await self.stage.calm()
        await self.hold(then)

    async def _go(self, there: Point) -> None:
        here = self.pointer
        for step in range(1, STEPS + 1):
            part = step / STEPS
            eased = part * part * (3 - 2 * part)
            self.pointer = (
                here[0] + (there[0] - here[0]) * eased,
                here[1] + (there[1] - here[1]) * eased,
            )
            self._add(STEP_MS)

    def _add(self, milliseconds: int, *, pressed: bool = False) -> None:
        assert self._still, "nothing was shown before"
        frame = self._still.copy()
        draw = ImageDraw.Draw(frame, "RGBA")
        x, y = self.pointer
        if pressed:
            box = [(x - 16, y - 16), (x + 16, y + 16)]
            draw.ellipse([self._scaled(corner) for corner in box], fill=(31, 134, 214, 90))
        arrow = [self._scaled((x + right, y + down)) for right, down in ARROW]
        draw.polygon(arrow, fill="#131a22", outline="#ffffff", width=round(1.5 * self.scale))
        self.frames.append((frame, milliseconds))

    def _scaled(self, point: Point) -> Point:
        return point[0] * self.scale, point[1] * self.scale

    def save(self, file: Path) -> None:
        """Save the film as a GIF, which plays everywhere. Raises ValueError if it is too large."""
        stills = [frame for frame, milliseconds in self.frames if milliseconds > PRESS_MS]
        colours = palette(above_each_other(stills), COLOURS)
        drawn = [
            frame.quantize(palette=colours, dither=Image.Dither.NONE) for frame, _ in self.frames
        ]
        durations = [milliseconds for _, milliseconds in self.frames]
        drawn[0].save(file, save_all=True, append_images=drawn[1:], duration=durations, loop=0)
        if file.stat().st_size > LARGEST:
            raise ValueError(f"{file.name} has {file.stat().st_size} bytes: show less of it")


async def one_order(stage: Stage) -> Film:
    """Connect, packed, shipped, out for delivery, delivered with a photo, and how it went."""
    page, film = stage.page, Film(stage, stage.scale)
    order = stage.order(1007)
    await film.hold(1300)
    await film.click(page.get_by_test_id("connect-telegram"), then=1100)
    await film.click(page.get_by_test_id("open-link"), then=1100)
    await film.click(stage.newest.get_by_test_id("button").first, then=1500)
    following = order.get_by_test_id("next-status")
    for then in (2000, 800, 800, 2200, 2400):
        await film.click(following, then=then)
    await film.click(page.get_by_test_id("button").filter(has_text="😀").last, then=2200)
    return film


FILMS = {"demo": Scene(one_order, width=1200, height=780, scale=1.35)}
"""By the picture's name in `docs/images`, without its ending."""
