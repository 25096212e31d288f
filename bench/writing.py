"""Writes a run into the documentation: tables between marks, the plot, and every round's value.

It replaces the text between `<!-- name -->` and `<!-- /name -->` in `docs/performance.md`. The
text around it is written by hand.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from bench.figures import Figure
from bench.plot import draw
from bench.programs import ROOT
from bench.report import Report, number

PAGE = ROOT / "docs" / "performance.md"
PLOT = ROOT / "docs" / "images" / "performance.svg"
VALUES = ROOT / "docs" / "performance.json"

EVENTS = 6
"""The number of events, and of messages, for an order until it is delivered."""
BUSY_HOUR = 0.15
"""The part of a day's orders that comes in its busiest hour."""
TELEGRAM = 28
"""Messages a second that `TELEGRAM_RATE` allows unless it is set: Telegram takes about 30."""


def write(report: Report, figures: Sequence[Figure]) -> None:
    """Writes the run into the documentation. Raises ValueError if the page lacks a mark."""
    parts = {
        "machine": "\n".join(f"- {name}: {value}" for name, value in report.measured_on.items()),
        "targets": table(report, [figure for figure in figures if figure.target]),
        "orders": "\n".join(_orders(figures)),
        "figures": "\n\n".join(_by_bench(report, figures)),
    }
    page = PAGE.read_text(encoding="utf-8")
    for name, text in parts.items():
        page = placed(page, name, text)
    PAGE.write_text(page, encoding="utf-8")
    ratios = [figure for figure in figures if figure.target and figure.unit == "ratio"]
    PLOT.write_text(draw(ratios, is_embedded=report.is_embedded), encoding="utf-8")
    VALUES.write_text(report.json(figures) + "\n", encoding="utf-8")


def placed(page: str, name: str, text: str) -> str:
    """The page with this text between the marks of this name. Raises ValueError."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    if begin not in page or end not in page:
        raise ValueError(f"{PAGE.name} has no mark for {name}")
    before, _, rest = page.partition(begin)
    return f"{before}{begin}{text}\n{end}{rest.partition(end)[2]}"


def table(report: Report, figures: Sequence[Figure], *, names_bench: bool = True) -> str:
    lines = ["| | median | least–most | target |", "|---|---|---|---|"]
    for figure in figures:
        middle, spread, target = report.row(figure)
        unit = "" if figure.unit == "ratio" else f" {figure.unit}"
        what = f"{figure.bench}: {figure.what}" if names_bench else figure.what
        lines.append(f"| {what} | {middle}{unit} | {spread} | {target} |")
    return "\n".join(lines)


def _by_bench(report: Report, figures: Sequence[Figure]) -> Iterator[str]:
    for bench, some in groupby(figures, key=lambda figure: figure.bench):
        yield f"### {bench}\n\n{table(report, list(some), names_bench=False)}"


def _orders(figures: Sequence[Figure]) -> Iterator[str]:
    """What a rate means for a shop, if half of the measured rate is kept in reserve.

    Telegram's limit is a rule, not a measurement, so all of it counts.
    """
    rates = {(figure.bench, figure.what): figure.values for figure in figures if figure.values}
    yield "| what bounds it | a second | orders a day |"
    yield "|---|---|---|"
    for what, key in {
        "events, nobody following": ("ingest", "known"),
        "events, each told to somebody meanwhile": ("ingest", "followed, messages meanwhile"),
        "messages out of a full outbox": ("telling", "out of a full outbox"),
    }.items():
        if key in rates:
            rate = median(rates[key])
            yield f"| {what} | {number(rate)} | {orders_a_day(rate / 2):,.0f} |"
    limit = "Telegram's own limit (`TELEGRAM_RATE`), all of it"
    yield f"| {limit} | {TELEGRAM} | {orders_a_day(TELEGRAM):,.0f} |"


def orders_a_day(rate: float) -> float:
    """A day's orders in thousands, if the busiest hour may have this many events per second."""
    exact = rate * 3600 / BUSY_HOUR / EVENTS
    return round(exact, -3)
