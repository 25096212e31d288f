"""The benchmarks: the product's rates, compared with the minimum that could do the same work.

python -m bench [--only ingest,asking] [--rounds 5] [--json FILE] [--install-peers]
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import asking, growth, ingest, latency, long_orders, resting, sending, telling
from bench.database import GIVEN, about, server
from bench.figures import Figure
from bench.installing import install
from bench.programs import Failed
from bench.report import Report, machine
from bench.stage import Stage, say
from bench.writing import write

BENCHES: Mapping[str, Callable[[Stage], Awaitable[list[Figure]]]] = {
    "ingest": ingest.measure,
    "asking": asking.measure,
    "telling": telling.measure,
    "sending": sending.measure,
    "latency": latency.measure,
    "growth": growth.measure,
    "long": long_orders.measure,
    "resting": resting.measure,
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default="", help=f"of {', '.join(BENCHES)}; default: all")
    parser.add_argument("--rounds", type=int, default=5, help="of each contender, in turn")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a round is")
    parser.add_argument("--json", type=Path, help="a file for every round's values")
    parser.add_argument(
        "--install-peers", action="store_true", help="fetch aiogram, Express and Mongoose before"
    )
    parser.add_argument(
        "--write-docs", action="store_true", help="write the figures into docs/performance.md"
    )
    given = parser.parse_args()
    given.only = [name for name in given.only.split(",") if name] or list(BENCHES)
    if unknown := set(given.only) - set(BENCHES):
        parser.error(f"there is no bench {', '.join(unknown)}")
    return given


async def main(given: argparse.Namespace) -> int:
    """Returns how many benches have failed."""
    figures: list[Figure] = []
    failed = 0
    report = Report(machine(await about()), is_embedded=not GIVEN)
    sys.stdout.write(report.heading())
    for name in given.only:
        began = time.monotonic()
        try:
            found = await measure(name, given)
        except (Failed, TimeoutError) as error:
            say("")
            sys.stderr.write(f"\n{name} failed: {type(error).__name__}: {error}\n")
            failed += 1
            continue
        say("")
        took = time.monotonic() - began
        sys.stdout.write(f"\n{report.text(found)}\n({name}: {took:.0f} s)\n")
        sys.stdout.flush()
        figures += found
    if given.write_docs and not failed:
        write(report, figures)
    if given.json:
        given.json.write_text(report.json(figures), encoding="utf-8")
    return failed


async def measure(name: str, given: argparse.Namespace) -> list[Figure]:
    """Run a bench in a folder of its own. An embedded database server is its own, too."""
    with TemporaryDirectory(prefix="bench-") as folder:
        async with server(Path(folder)) as database:
            stage = Stage(database, Path(folder), given.rounds, given.seconds)
            return await BENCHES[name](stage)


if __name__ == "__main__":
    chosen = arguments()
    if chosen.install_peers:
        install()
    sys.exit(asyncio.run(main(chosen)))
