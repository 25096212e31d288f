"""The command line: prints the seed, a table, and broken promises. With any, it exits with 1."""

import asyncio
import json
import random
import sys
from pathlib import Path
from typing import Annotated

import typer

from bench.soak.run import Report, soak


def main(
    minutes: Annotated[float, typer.Option(min=2, help="How long, all in all.")] = 10,
    seed: Annotated[int | None, typer.Option(help="Of the troubles; any by default.")] = None,
    rate: Annotated[float, typer.Option(help="Events a second.")] = 15,
    logs: Annotated[Path | None, typer.Option(help="A folder for the replicas' logs.")] = None,
) -> None:
    """Run two replicas under events and faults, then check every promise."""
    seed = random.randrange(10**6) if seed is None else seed  # noqa: S311 - not a secret
    sys.stdout.write(f"seed {seed}\n")
    sys.stdout.flush()
    report = asyncio.run(soak(minutes, seed, rate))
    sys.stdout.write(printed(report))
    if logs:
        _keep(report, logs)
    if report.broken:
        raise typer.Exit(1)


def printed(report: Report) -> str:
    """The table; then the broken promises, one per line, with all faults that were caused."""
    rows = [f"{name:<20} {figure}" for name, figure in report.table.items()]
    if report.broken:
        broken = [f"BROKEN: {sentence}" for sentence in report.broken]
        rows += [*broken, "The troubles (UTC):", *report.troubles]
    else:
        rows.append("every promise was kept")
    return "\n".join([*rows, ""])


def _keep(report: Report, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, lines in enumerate(report.logs, start=1):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"replica-{number}.jsonl").write_text(text)


if __name__ == "__main__":
    typer.run(main)
