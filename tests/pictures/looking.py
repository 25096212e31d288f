"""Looking at a picture: where something stands on it, and in which colour."""

from io import BytesIO

from PIL import Image, ImageChops

from bot.pictures.engine import png
from bot.pictures.sheet import HEIGHT, WIDTH, Sheet, Tone, drawn

Box = tuple[int, int, int, int]
"""Pixels from the left and the top: left, top, right, bottom."""

SHEET = Sheet(
    headline="Out for delivery",
    shop="Nile Coffee",
    order="Order #1001",
    expected="Expected Thu 26 Nov",
    stage="Step 4 of 5",
    done=4,
    total=5,
    tone=Tone.UNDERWAY,
    is_right_to_left=False,
)
HEADING, HEADLINE = (0, 40, WIDTH, 128), (0, 130, WIDTH, 275)


def seen(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture)).convert("RGB")


def painted(sheet: Sheet) -> Image.Image:
    return seen(png(drawn(sheet)))


def ink(picture: Image.Image, within: Box = (0, 0, WIDTH, HEIGHT)) -> Box | None:
    """The box around whatever is not the paper's colour; the paper's is that of the corner."""
    part = picture.crop(within)
    paper = Image.new("RGB", part.size, picture.getpixel((0, 0)))
    found = ImageChops.difference(part, paper).getbbox()
    if found is None:
        return None
    left, top, right, bottom = found
    return left + within[0], top + within[1], right + within[0], bottom + within[1]
