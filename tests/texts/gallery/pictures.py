"""Photographs the gallery of a language on a phone of the sandbox, light and dark.

    python -m tests.texts.gallery.pictures fr /tmp/pictures

A picture a section: each sample's id as if the person had said it, and the message as the bot's
answer. Wants a Chromium of the system; is not part of the tests.
"""

import argparse
import asyncio
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright
from telegram import Bot, LinkPreviewOptions

from bot.texts.message import Message
from sandbox import Person, Sandbox
from tests.texts.gallery.samples import READER, SAMPLES, Say

WIDTH, HEIGHT, LONGEST = 390, 844, 12_000
"""Pixels."""
MESSAGES = 8
"""On one picture, so that it can be read."""
SETTLED_MS = 400
FLAGS = ["--no-sandbox", "--disable-gpu"]


async def photograph(language: str, folder: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    async with (
        Sandbox() as sandbox,
        Bot(sandbox.token, base_url=f"{sandbox.url}/bot") as bot,
        async_playwright() as driver,
    ):
        chats = dict(_portions())
        for name, samples in chats.items():
            await _converse(bot, sandbox.person(name, language), samples, language)
        browser = await driver.chromium.launch(executable_path=chromium, args=FLAGS)
        for theme in ("light", "dark"):
            page = await _open(browser, sandbox.url, theme)
            for name in chats:
                await _show(page, name)
                await page.screenshot(path=folder / f"{language}-{name}-{theme}.png")
        await browser.close()


def _portions() -> Iterator[tuple[str, Mapping[str, Say]]]:
    """Sections, the long ones in parts, with a name that a person may have: 2b."""
    for number, samples in enumerate(SAMPLES.values(), start=1):
        ids = list(samples)
        for part, begin in enumerate(range(0, len(ids), MESSAGES)):
            portion = {name: samples[name] for name in ids[begin : begin + MESSAGES]}
            yield f"{number}{chr(ord('a') + part)}", portion


async def _converse(bot: Bot, person: Person, samples: Mapping[str, Say], language: str) -> None:
    for name, say in samples.items():
        await person.send(name)
        said = say(replace(READER, language=language))
        message = Message(said) if isinstance(said, str) else said
        await bot.send_message(
            person.id,
            message.html,
            parse_mode=None if isinstance(said, str) else "HTML",
            reply_markup=message.keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )


async def _open(browser: Browser, url: str, theme: str) -> Page:
    page = await browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT}, timezone_id="Africa/Kampala", locale="en-GB"
    )
    await page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    await page.goto(url)
    return page


async def _show(page: Page, name: str) -> None:
    """The person's whole chat, on a phone as long as it takes."""
    await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    await page.evaluate("name => sessionStorage.setItem('person', name)", name)
    await page.reload()
    await page.locator("#holder", has_text=name).wait_for(state="attached")
    await page.wait_for_timeout(SETTLED_MS)
    hidden = await page.evaluate("(chat => chat.scrollHeight - chat.clientHeight)(chat)")
    await page.set_viewport_size({"width": WIDTH, "height": min(HEIGHT + hidden, LONGEST)})
    await page.wait_for_timeout(SETTLED_MS)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.texts.gallery.pictures")
    parser.add_argument("language")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(photograph(given.language, given.folder))


if __name__ == "__main__":
    main()
