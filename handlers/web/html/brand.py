"""The shop's own logo and colour on our pages.

Any colour works. As the background of a button it gets black or white text, whichever is easier to
read. As a text colour it is made darker or lighter as needed. So every pair has a contrast of at
least 4.5 to 1 (WCAG 2.2, 1.4.3), in light and dark mode.
"""

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.web.html.assets import Asset

ENOUGH = 4.5
LIGHT, DARK = ("#f4f5f7", "#ffffff"), ("#0f1215", "#1a1f24")
"""The background colours of ``static/base.css``: the page, and a sheet on it."""
STYLE, LOGO = "html/brand.css", "html/logo"
STEPS = 200


@dataclass(frozen=True)
class Logo:
    """``suffix``: ``.svg``, ``.png`` or ``.webp``."""

    content: bytes
    suffix: str


@dataclass(frozen=True)
class Brand:
    """``color``: like ``#6f4e37``."""

    color: str | None = None
    logo_file: Logo | None = None

    @property
    def style(self) -> str | None:
        """The name of the style sheet with the shop's colour; None: there is none."""
        return STYLE if self.color else None

    @property
    def logo(self) -> str | None:
        return f"{LOGO}{self.logo_file.suffix}" if self.logo_file else None

    @property
    def assets(self) -> Mapping[str, Asset]:
        made = {}
        if self.color:
            made[STYLE] = Asset.of(_style(self.color).encode(), ".css")
        if self.logo_file and self.logo:
            made[self.logo] = Asset.of(self.logo_file.content, self.logo_file.suffix)
        return made


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def on(color: str) -> str:
    """Black or white, whichever is easier to read on this colour."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, color))


def as_ink(color: str, papers: Sequence[str]) -> str:
    """The colour with the smallest change of lightness that is readable on all backgrounds."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(color))
    goal = 0.0 if _luminance(papers[0]) > 0.5 else 1.0
    for step in range(STEPS + 1):
        lighter = lightness + (goal - lightness) * step / STEPS
        ink = _named(colorsys.hls_to_rgb(hue, lighter, saturation))
        if all(contrast(ink, paper) >= ENOUGH for paper in papers):
            return ink
    raise AssertionError("black and white can be read on our papers")


def _style(color: str) -> str:
    button = f"--button: {color}; --on-button: {on(color)};"
    return (
        f":root {{ {button} --accent: {as_ink(color, LIGHT)}; }}\n"
        "@media (prefers-color-scheme: dark) "
        f"{{ :root {{ {button} --accent: {as_ink(color, DARK)}; }} }}\n"
    )


def _luminance(color: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(color: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def _named(parts: tuple[float, float, float]) -> str:
    return "#" + bytes(round(part * 255) for part in parts).hex()
