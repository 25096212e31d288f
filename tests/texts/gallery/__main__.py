"""`make gallery`: writes every message in every language into `build/messages/`, and the English
page in `docs/messages/` anew.

    make gallery ARGS="--texts texts --to /tmp/messages"

writes them with a shop's own words, and leaves the English page as it is.
"""

import argparse
from pathlib import Path

from bot.texts.own import own_texts
from tests.texts.gallery.pages import ENGLISH, FOLDER, files


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.texts.gallery")
    parser.add_argument("--texts", type=Path, help="the shop's own words, as TEXTS_DIR")
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder that they go to")
    given = parser.parse_args()
    pages = files(own_texts(given.texts))
    write(pages, given.to)
    if not given.texts:
        ENGLISH.write_text(pages[ENGLISH.name], encoding="utf-8")


def write(wanted: dict[str, str], folder: Path) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    for left_over in {path.name for path in folder.glob("*.md")} - wanted.keys():
        (folder / left_over).unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
