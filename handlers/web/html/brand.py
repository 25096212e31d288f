"""The shop's own logo and colour on our pages.

A colour is never asked to be another: where it is the paper of a button, the letters on it are
black or white, whichever is read better; where it is itself the ink, it is made as dark or as light
as that needs. So each pair has a contrast of 4.5 to 1 at least (WCAG 2.2, 1.4.3), light and dark.
"""

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.web.html.assets import Asset

ENOUGH = 4.5
LIGHT, DARK = ("#f4f5f7", "#ffffff"), ("#0f1215", "#1a1f24")
"""The paper and the sheet of ``static/base.css``."""
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
        """The name of a style to go after that of all pages; None: there is none."""
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
    """Of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def on(color: str) -> str:
    """The ink that is read best on it, which is well enough on any."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, color))


def as_ink(color: str, papers: Sequence[str]) -> str:
    """The nearest to the colour, by its lightness, that can be read on all of the papers."""
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
