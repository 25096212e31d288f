"""A run as text, and as JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.figures import Figure

PACKAGES = ("aiohttp", "python-telegram-bot", "motor", "pymongo", "pydantic")


def machine(database: str) -> dict[str, str]:
    """The machine on which the figures were measured, and the date."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    cores = len(os.sched_getaffinity(0))
    return {
        "processor": f"{_processor()}, {cores} cores",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "packages": packages,
        "database": database,
        "day": f"{datetime.now(UTC):%d %B %Y}",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


@dataclass(frozen=True)
class Report:
    """``measured_on``: the machine. ``is_embedded``: which database's targets apply."""

    measured_on: Mapping[str, str]
    is_embedded: bool

    def heading(self) -> str:
        return "".join(f"{name}: {value}\n" for name, value in self.measured_on.items())

    def text(self, figures: Sequence[Figure]) -> str:
        """A line for each figure: the median, minimum and maximum of its rounds, and its target."""
        width = max(len(figure.what) for figure in figures)
        lines = []
        for figure in figures:
            middle, spread, target = self.row(figure)
            lines.append(
                f"{figure.bench:<8} {figure.what:<{width}} {middle:>10} {figure.unit:<10} "
                f"{spread:<18} {target}"
            )
        return "\n".join(lines)

    def row(self, figure: Figure) -> tuple[str, str, str]:
        """The median, the spread, and the target with whether it was met."""
        if not figure.values:
            return "-", figure.skipped, ""
        spread = f"{number(min(figure.values))}–{number(max(figure.values))}"
        if figure.target is None:
            return number(figure.median), spread, ""
        bound = figure.target.bound(is_embedded=self.is_embedded)
        met = figure.target.is_met(figure.median, is_embedded=self.is_embedded)
        aim = f"{figure.target.sign} {bound:g} {'met' if met else 'missed'}"
        return number(figure.median), spread, aim

    def json(self, figures: Sequence[Figure]) -> str:
        """Everything, including each round's value."""
        return json.dumps(
            {
                "machine": self.measured_on,
                "is_embedded": self.is_embedded,
                "figures": [self._as_dict(figure) for figure in figures],
            },
            indent=1,
        )

    def _as_dict(self, figure: Figure) -> dict[str, object]:
        target = figure.target
        aim = target and f"{target.sign} {target.bound(is_embedded=self.is_embedded):g}"
        return {
            "bench": figure.bench,
            "what": figure.what,
            "unit": figure.unit,
            "median": figure.median if figure.values else None,
            "values": [round(value, 4) for value in figure.values],
            "target": aim,
            "skipped": figure.skipped,
        }


def number(value: float) -> str:
    """Formats a number with three significant digits."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
