"""A shop's colour and logo: whatever they are, all of the page can be read."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from handlers.web.html.assets import WEB, Assets
from handlers.web.html.brand import DARK, ENOUGH, LIGHT, Brand, Logo, as_ink, contrast, on

colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colors)
@example("#ffff00")
@example("#000000")
@example("#ffffff")
def test_letters_on_a_button_and_the_colour_as_ink_can_be_read(color: str) -> None:
    assert contrast(color, on(color)) >= ENOUGH
    for papers in (LIGHT, DARK):
        assert all(contrast(as_ink(color, papers), paper) >= ENOUGH for paper in papers)


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert as_ink("#6f4e37", LIGHT) == "#6f4e37"
    assert as_ink("#f5d0a9", DARK) == "#f5d0a9"


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_our_papers_are_those_of_the_style() -> None:
    style = (WEB / "html/static/base.css").read_text()
    found = re.findall(r"--(?:paper|sheet): (#\w+);", style)
    assert found == [*LIGHT, *DARK]


def test_our_own_inks_can_be_read_light_and_dark() -> None:
    light, dark = (
        (WEB / "html/static/base.css").read_text().split("@media (prefers-color-scheme")[:2]
    )
    for style, papers in ((light, LIGHT), (dark, DARK)):
        inks = re.findall(r"--(?:ink|quiet|accent|good|warn|bad): (#\w+);", style)
        assert len(inks) == 6
        assert all(contrast(ink, paper) >= ENOUGH for ink in inks for paper in papers)


def test_logo_and_colour_are_files_of_the_page() -> None:
    brand = Brand("#6f4e37", Logo(b"<svg/>", ".svg"))
    assets = Assets(brand.assets)
    assert [name in assets for name in (brand.style, brand.logo) if name] == [True, True]
    assert Brand().style is Brand().logo is None
