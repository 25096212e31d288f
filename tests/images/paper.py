"""Puts screenshots side by side, and saves them as small files for the docs."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import cast

from PIL import Image

LARGEST = 80_000
"""The most bytes of a still picture."""
COLOURS = (160, 128, 96, 64)
"""Numbers of colours to try, until the file fits into `LARGEST`."""
PLAIN_COLOURS = 24
"""The most frequent colours, which are kept exactly."""
GROUND = "#eef0f3"
"""Between and around phones: the demo's own."""

Picture = Image.Image
Colour = tuple[int, int, int]


def opened(screenshot: bytes) -> Picture:
    return Image.open(BytesIO(screenshot)).convert("RGB")


def side_by_side(pictures: Sequence[Picture], *, gap: int = 0) -> Picture:
    """Their upper edges on one line; `gap`, in pixels, is between and around them."""
    width = sum(each.width + gap for each in pictures) + gap
    height = max(each.height for each in pictures) + 2 * gap
    paper = Image.new("RGB", (width, height), GROUND)
    left = gap
    for each in pictures:
        paper.paste(each, (left, gap))
        left += each.width + gap
    return paper


def above_each_other(pictures: Sequence[Picture]) -> Picture:
    """Pictures of the same size, one above the other."""
    width, height = pictures[0].size
    paper = Image.new("RGB", (width, height * len(pictures)))
    for place, each in enumerate(pictures):
        paper.paste(each, (0, height * place))
    return paper


def palette(picture: Picture, colours: int) -> Picture:
    """A picture with these colours, for `quantize`: letters and surfaces keep their colours."""
    counted = cast(list[tuple[int, Colour]], picture.getcolors(picture.width * picture.height))
    most = [colour for _, colour in sorted(counted, reverse=True)[:PLAIN_COLOURS]]
    plain = Image.new("RGB", (len(most), 1))
    plain.putdata(most)
    others = picture.quantize(colours - len(most), Image.Quantize.FASTOCTREE).getpalette() or []
    made = Image.new("P", (1, 1))
    made.putpalette([*plain.tobytes(), *others])
    return made


def save(picture: Picture, file: Path) -> None:
    """Raises ValueError if it is too large even with the fewest colours."""
    for colours in COLOURS:
        written = BytesIO()
        few = picture.quantize(palette=palette(picture, colours), dither=Image.Dither.NONE)
        few.save(written, "PNG", optimize=True)
        if len(written.getvalue()) <= LARGEST:
            file.write_bytes(written.getvalue())
            return
    raise ValueError(f"{file.name} has {len(written.getvalue())} bytes: show less of it")
