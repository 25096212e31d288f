"""`make pictures`: takes the pictures of `docs/images` again.

    make pictures ARGS="photo demo --to /tmp/pictures"

takes two of them, and saves them elsewhere. Needs the system's Chromium, and a font with emoji.
"""

import argparse
import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot import logs
from tests.images.film import FILMS
from tests.images.paper import save
from tests.images.scenes import SCENES
from tests.images.stage import play

FOLDER = Path(__file__).parents[2] / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]


async def take(names: Sequence[str], folder: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=FLAGS)
        for name in names:
            file = await _take(name, browser, folder)
            print(f"{file} {file.stat().st_size // 1000} kB")  # noqa: T201 - it is a command
        await browser.close()


async def _take(name: str, browser: Browser, folder: Path) -> Path:
    if name in FILMS:
        film = await play(FILMS[name], browser)
        film.save(file := folder / f"{name}.gif")
    else:
        picture = await play(SCENES[name], browser)
        save(picture, file := folder / f"{name}.png")
    return file


def main() -> None:
    every = [*SCENES, *FILMS]
    parser = argparse.ArgumentParser(prog="python -m tests.images")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(every)}")
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder that they go to")
    given = parser.parse_args()
    if unknown := set(given.names) - set(every):
        parser.error(f"there is no picture {', '.join(unknown)}")
    logs.configure("WARNING", "console")
    given.to.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(given.names or every, given.to))


if __name__ == "__main__":
    main()
