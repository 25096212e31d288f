"""A plot of ratios, as SVG: a dot for the median, a line for the spread, a tick for the target."""

import math
from collections.abc import Sequence
from html import escape

from bench.figures import Figure

WIDTH, LEFT, RIGHT, ROW, TOP = 860, 320, 90, 26, 46
LEAST, MOST = 0.1, 10.0
"""The ends of the axis. Values beyond are drawn at the end."""
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #444 }
.met { stroke: #15803d; fill: #15803d; stroke-width: 2 }
.missed { stroke: #b45309; fill: #b45309; stroke-width: 2 }
.grid { stroke: #8884 }
.one { stroke: #888; stroke-width: 1.5 }
.target { stroke: #888; stroke-width: 2 }
@media (prefers-color-scheme: dark) { text { fill: #ccc } }
"""


def draw(figures: Sequence[Figure], *, is_embedded: bool) -> str:
    """Draws the figures that have values."""
    drawn = [figure for figure in figures if figure.values]
    height = TOP + ROW * len(drawn) + 30
    parts = [*_axis(height), *(p for n, f in enumerate(drawn) for p in _row(n, f, is_embedded))]
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    title = "<title>Ratios, with their spread and targets, on a logarithmic axis</title>"
    return "\n".join([head, title, f"<style>{STYLE}</style>", *parts, "</svg>"]) + "\n"


def _x(value: float) -> float:
    part = math.log(min(max(value, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)
    return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)


def _axis(height: int) -> list[str]:
    parts = []
    for value in (0.1, 0.2, 0.5, 1, 2, 5, 10):
        kind, x = "one" if value == 1 else "grid", _x(value)
        parts.append(_line(x, TOP - 12, x, height - 24, kind))
        parts.append(f'<text x="{x}" y="{TOP - 18}" text-anchor="middle">{value:g}</text>')
    note = "dot: median; line: least to most; grey tick: target"
    return [*parts, f'<text x="{LEFT}" y="{height - 6}">{note}</text>']


def _row(number: int, figure: Figure, is_embedded: bool) -> list[str]:
    y = TOP + ROW * number + ROW / 2
    target, kind = figure.target, "met"
    if target and not target.is_met(figure.median, is_embedded=is_embedded):
        kind = "missed"
    what = escape(f"{figure.bench}: {figure.what}")
    parts = [
        f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{what}</text>',
        _line(_x(min(figure.values)), y, _x(max(figure.values)), y, kind),
        f'<circle cx="{_x(figure.median)}" cy="{y}" r="5" class="{kind}"/>',
        f'<text x="{WIDTH - RIGHT + 14}" y="{y + 4}">{figure.median:.2f}</text>',
    ]
    if target:
        x = _x(target.bound(is_embedded=is_embedded))
        parts.append(_line(x, y - 8, x, y + 8, "target"))
    return parts


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{kind}"/>'
