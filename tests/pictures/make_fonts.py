"""Makes the fonts of `bot/pictures/fonts` out of whole ones: only the letters of our scripts.

``python -m tests.pictures.make_fonts /usr/share/fonts/truetype/noto``; it needs fonttools. What it
writes is committed.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from bot.pictures.lettering import FOLDER

LATIN_GREEK_CYRILLIC = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),
    *range(0x300, 0x305),
    *range(0x370, 0x400),
    *range(0x400, 0x530),
    *range(0x1E00, 0x1F00),
    *range(0x2010, 0x2027),
    *range(0x2030, 0x203B),
    *range(0x20A0, 0x20C0),
    0x2116,
    0x2122,
]
ARABIC = [*range(0x20, 0x7F), 0xA0, *range(0x600, 0x700), *range(0x750, 0x780), 0xFDFC]
FONTS = {"NotoSans": LATIN_GREEK_CYRILLIC, "NotoSansArabic": ARABIC}
WEIGHTS = ["Regular", "Bold"]


def make(source: Path) -> None:
    """A font of each weight: one that had to fall back on another would take it in any weight."""
    widths = {}
    for weight in WEIGHTS:
        file = FOLDER / f"NotoSans-{weight}.ttf"
        with TemporaryDirectory() as folder:
            parts = [
                _subset(source / f"{name}-{weight}.ttf", letters, Path(folder) / name)
                for name, letters in FONTS.items()
            ]
            font = Merger().merge(parts)
        font.save(file)
        widths[weight] = _widths(font)
    text = json.dumps(widths, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    (FOLDER / "widths.json").write_text(text + "\n", encoding="ascii")


def _subset(file: Path, letters: list[int], part: Path) -> str:
    font = TTFont(file)
    subsetter = Subsetter(Options(hinting=False, name_IDs=[0, 1, 2, 4, 6, 13, 14]))
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    font.save(part)
    return str(part)


def _widths(font: TTFont) -> dict[str, int]:
    """Of each letter by itself, in thousandths of the font's size."""
    per_em = font["head"].unitsPerEm
    letters: dict[int, str] = font.getBestCmap()
    return {
        chr(code): round(font["hmtx"][name][0] * 1000 / per_em) for code, name in letters.items()
    }


if __name__ == "__main__":
    make(Path(sys.argv[1]))
