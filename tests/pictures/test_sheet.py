"""What a picture looks like, in every language and whatever stands on it."""

from dataclasses import replace

import pytest
from PIL import ImageChops

from bot.pictures.engine import png
from bot.pictures.lettering import Letters, width
from bot.pictures.sheet import HEIGHT, MARGIN, RAIL, WIDTH, Sheet, Tone, drawn, step_at
from tests.pictures.looking import HEADING, HEADLINE, SHEET, ink, painted

WHITE = (255, 255, 255)
ARABIC = replace(
    SHEET,
    headline="خرج للتوصيل",
    order="الطلب \u2068#1001\u2069",
    expected="متوقع الخميس 26 نوفمبر",
    stage="الخطوة 4 من 5",
    is_right_to_left=True,
)
LONG = "Wartet auf die Freigabe durch die Zollbehörde in Mombasa-Kilindini"
HOSTILE = [
    "</text><script>alert(1)</script>",
    '"><image href="file:///etc/passwd"/>',
    "&xxe; <!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "\u202eeffoC eliN\u202c",
    "W" * 64,
    "قهوة النيل " * 8,
    "Ṩ̃" * 32,
]


def rgb(tone: Tone) -> tuple[int, ...]:
    return tuple(bytes.fromhex(tone[1:]))


def test_it_is_as_large_as_a_preview_on_a_sharp_phone_and_light_to_load() -> None:
    assert (WIDTH, HEIGHT) == (1200, 630)
    for sheet in (SHEET, ARABIC, replace(SHEET, headline=LONG, shop=LONG, expected=LONG)):
        assert painted(sheet).size == (WIDTH, HEIGHT)
        assert len(png(drawn(sheet))) < 60_000


@pytest.mark.parametrize("done", range(6))
@pytest.mark.parametrize("sheet", [SHEET, ARABIC], ids=["left to right", "right to left"])
def test_steps_that_are_done_are_white_and_those_to_come_are_not(sheet: Sheet, done: int) -> None:
    picture = painted(replace(sheet, done=done))
    for number in range(1, sheet.total + 1):
        beside_the_tick = picture.getpixel((round(step_at(number, sheet)) - 24, RAIL))
        assert (beside_the_tick == WHITE) == (number <= done), number


def test_steps_go_the_way_the_language_is_read() -> None:
    places = [step_at(number, SHEET) for number in range(1, 6)]
    assert places == sorted(places)
    assert [step_at(number, ARABIC) for number in range(1, 6)] == places[::-1]


def test_a_line_begins_where_its_language_does() -> None:
    left = ink(painted(SHEET), HEADLINE)
    right = ink(painted(ARABIC), HEADLINE)
    assert left is not None
    assert right is not None
    assert abs(left[0] - MARGIN) < 12
    assert abs(right[2] - (WIDTH - MARGIN)) < 12


def test_arabic_letters_are_joined() -> None:
    """By themselves they are wider."""
    found = ink(painted(ARABIC), HEADLINE)
    assert found is not None
    assert found[2] - found[0] < 0.85 * width(ARABIC.headline, Letters(108, is_bold=True))


def test_words_run_from_right_to_left() -> None:
    """The first stands at the right, as it does by itself; not so if they are turned around."""
    first, second = ARABIC.headline.split()
    alone = painted(replace(ARABIC, headline=first))
    place = ink(alone, HEADLINE)
    assert place is not None
    here = (*place[:2], WIDTH, place[3])
    for headline, is_first in ((f"{first} {second}", True), (f"{second} {first}", False)):
        picture = painted(replace(ARABIC, headline=headline))
        difference = ImageChops.difference(alone.crop(here), picture.crop(here))
        assert (difference.getbbox() is None) == is_first


def test_a_number_keeps_its_sign_before_it_in_a_language_from_right_to_left() -> None:
    """#1001 stands left of the word, as it does by itself."""
    only = replace(ARABIC, shop="", order="\u2068#1001\u2069")
    alone, beside = ink(painted(only), HEADING), ink(painted(replace(ARABIC, shop="")), HEADING)
    assert alone is not None
    assert beside is not None
    number = painted(only).crop(alone)
    found = painted(replace(ARABIC, shop="")).crop(
        (beside[0], alone[1], beside[0] + number.width, alone[3])
    )
    difference = ImageChops.difference(number, found).convert("L").point(lambda v: 255 * (v > 96))
    assert difference.getbbox() is None


@pytest.mark.parametrize("text", [LONG, *HOSTILE])
@pytest.mark.parametrize("is_right_to_left", [False, True])
def test_nothing_runs_out_of_the_picture_or_into_something_else(
    text: str, is_right_to_left: bool
) -> None:
    sheet = replace(
        SHEET,
        headline=text,
        shop=text,
        order=text,
        expected=text,
        stage=text,
        is_right_to_left=is_right_to_left,
    )
    picture = painted(sheet)
    for margin in ((0, 0, MARGIN - 8, HEIGHT), (WIDTH - MARGIN + 8, 0, WIDTH, HEIGHT)):
        assert ink(picture, margin) is None
    rail, stage = (0, RAIL - 50, WIDTH, RAIL + 50), (0, 626, WIDTH, HEIGHT)
    only_steps = painted(replace(sheet, headline="", shop="", order="", expected="", stage=""))
    assert ImageChops.difference(picture.crop(rail), only_steps.crop(rail)).getbbox() is None
    assert ink(picture, stage) is None


def test_an_order_without_progress_has_no_steps() -> None:
    assert ink(painted(replace(SHEET, done=0, total=0, stage="")), (0, 380, WIDTH, HEIGHT)) is None


@pytest.mark.parametrize("tone", Tone)
def test_white_on_every_tone_is_easy_to_read(tone: Tone) -> None:
    """WCAG 2.2, contrast (minimum): 4.5 to 1."""
    assert painted(replace(SHEET, tone=tone)).getpixel((0, 0)) == rgb(tone)
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (part / 255 for part in rgb(tone))
    ]
    luminance = sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    assert 1.05 / (luminance + 0.05) >= 4.5
