"""Make each alert fire and end, and print after how many seconds. Needs `prometheus`."""

import asyncio
import shutil
import sys

from bench.alerts.prometheus import FASTER, names
from bench.alerts.stage import stage
from bench.alerts.stories import tell


async def main() -> int:
    """Returns 1 if an alert did not fire or did not end."""
    if shutil.which("prometheus") is None:
        sys.stdout.write("skipped: prometheus is not installed (apt install prometheus)\n")
        return 0
    async with stage() as (scene, watch):
        try:
            await tell(scene, watch)
        finally:
            for alert in names():
                fired, over = watch.fired.get(alert), watch.over.get(alert)
                sys.stdout.write(f"{alert:<26} {_seconds(fired):>12} {_seconds(over):>12}\n")
    sys.stdout.write(f"seconds to firing, and from the remedy to its end; 1/{FASTER} of the real\n")
    return 0 if set(names()) == watch.fired.keys() == watch.over.keys() else 1


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.0f} s"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
