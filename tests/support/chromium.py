"""One Chromium for all tests of a process, because a start takes seconds of processor time.

Each test connects to it, with its own windows, cookies and storage. The checks of pages are in
`tests.support.browser`.
"""

import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

Photograph = Callable[..., Awaitable[None]]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START = 60.0
"""Seconds that a start may take on a busy machine. It usually takes one."""
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-default-apps "
    "--disable-extensions --disable-popup-blocking --disable-back-forward-cache --mute-audio "
    "--disable-background-timer-throttling --disable-backgrounding-occluded-windows "
    "--disable-renderer-backgrounding --hide-scrollbars --force-color-profile=srgb "
    "--in-process-gpu --disable-features=SpareRendererForSitePerProcess --renderer-process-limit=2 "
    "--password-store=basic --use-mock-keychain --remote-debugging-port=0 "
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,"
    "primaryPointerType=4,availablePointerTypes=4"
)
"""The flags that Playwright sets and a page may notice: a mouse, no scrollbars, no throttling. And
three for fewer processes."""

NOTHING_MOVES_FOR_EVER = """
const once = new CSSStyleSheet();
once.replaceSync("*, ::before, ::after { animation-iteration-count: 1 !important }");
document.adoptedStyleSheets = [once];
"""
"""A button that beckons while a test waits costs half a processor."""


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which it can be controlled (Chrome DevTools Protocol)."""
    home = tmp_path_factory.mktemp("chromium")
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(CHROMIUM), *FLAGS.split(), f"--user-data-dir={home}", "about:blank"],
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{_port(process, home)}"
    finally:
        process.terminate()
        process.wait()


def _port(process: subprocess.Popen[bytes], home: Path) -> int:
    """The port, from a file that it writes once it listens. Raises AssertionError with its log."""
    deadline = time.monotonic() + START
    written = home / "DevToolsActivePort"
    while time.monotonic() < deadline and process.poll() is None:
        if written.exists() and (lines := written.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.01)
    raise AssertionError(f"Chromium did not start: {(home / 'log').read_text()}")


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Any]:
    """A browser for one test. Its windows are closed at the end of the test."""
    playwright = import_module("playwright.async_api")
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.connect_over_cdp(chromium)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Any) -> AsyncIterator[Any]:
    """A new browser's only page. Afterwards: the page had no error, and asked no other hosts."""
    page = await browser.new_page(
        viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="Africa/Kampala"
    )
    await page.add_init_script(NOTHING_MOVES_FOR_EVER)
    hosts: set[str | None] = set()
    errors: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.extend([said.text] * (said.type == "error")))
    yield page
    assert errors == []
    assert hosts <= {"127.0.0.1", None, ""}


@pytest.fixture
def photograph() -> Photograph:
    """Saves a picture of a page, or of a part of it, in the folder that `SCREENSHOTS` names.

    Without `SCREENSHOTS` it takes none, because a picture costs as much time as a test.
    """
    folder = os.environ.get("SCREENSHOTS")

    async def take(shown: Any, name: str, **how: Any) -> None:
        if folder:
            await shown.screenshot(path=Path(folder) / name, **how)

    return take
