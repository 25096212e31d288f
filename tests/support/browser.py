"""A browser for our pages: Playwright for Python, and the system's Chromium.

A test file that imports this is skipped if Playwright is missing; `needs_chromium` skips its tests
if Chromium is missing.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.waiting import TIMEOUT
from tests.support.chromium import CHROMIUM

playwright = pytest.importorskip(
    "playwright.async_api", reason="Playwright for Python is not installed"
)
axe = pytest.importorskip(
    "axe_playwright_python.async_playwright", reason="axe for Playwright is not installed"
)
playwright.expect.set_options(timeout=1000 * TIMEOUT)  # five seconds are short beside other tests
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this system")

AXE = axe.Axe().axe_script
WIDTHS = (320, 390, 900, 1280)
"""A small phone, a phone, a tablet and a desk."""

Page = Any
"""playwright.async_api.Page. It is not imported, so mypy works without Playwright."""


async def settle(page: Page) -> None:
    """Wait until all animations have ended, except endless ones: a picture shows a still page."""
    await page.evaluate(
        "Promise.allSettled(document.getAnimations()"
        ".filter((each) => each.effect.getTiming().iterations !== Infinity)"
        ".map((each) => each.finished))"
    )


async def looks(page: Page) -> AsyncIterator[str]:
    """The page at each of `WIDTHS`, light and dark, at rest; gives names such as `320-dark`."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 844 if width < 600 else 800})
            await settle(page)
            yield f"{width}-{scheme}"


async def violations(page: Page) -> list[str]:
    """The problems that axe finds on the page as it is shown now: rule, element, and reason."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(AXE)
    found = (await page.evaluate("axe.run({ resultTypes: ['violations'] })"))["violations"]
    return [
        f"{rule['id']} ({rule['impact']}) {node['target']}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


async def cut_sideways(page: Page) -> list[str]:
    """The visible elements that are cut off, or need scrolling, at the side of the window or of
    their container. Texts that are shortened with … are allowed."""
    found: list[str] = await page.evaluate(_CUT_SIDEWAYS)
    return found


_CUT_SIDEWAYS = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true })
    && element.clientWidth > 1 && element.clientHeight > 1;
  const cuts = (element) => getComputedStyle(element).overflowX !== "visible";
  const mayEnd = (element) => element.matches("input, textarea, select, pre")
    || getComputedStyle(element).textOverflow === "ellipsis";
  const isCut = (element) => element.closest("svg") === null && shown(element)
    && (cuts(element) ? !mayEnd(element) && element.scrollWidth > element.clientWidth + 1
                      : element.getBoundingClientRect().right > innerWidth + 1);
  return [document.documentElement, ...document.body.querySelectorAll("*")].filter(isCut)
    .map((element) => `${element.tagName} ${element.id || element.className}`);
}"""
