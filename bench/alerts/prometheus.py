"""A separate Prometheus with our rules, in which durations are shortened."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bench.programs import Failed
from tests.support.waiting import until

RULES = Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yml"
FASTER = 20
"""Each duration in the rules is divided by this: five minutes become fifteen seconds."""
SCRAPED = 4
"""Seconds between scrapes, and their timeout: /metrics waits for the database for almost three."""
LOOK = 0.5
"""Seconds between two checks of the alerts."""
LONGEST = 300.0
"""Seconds within which an alert must fire, or end."""

_SECONDS = {"s": 1, "m": 60, "h": 3600}


def quicker(rules: str) -> str:
    """The rules with every duration divided by `FASTER`. Thresholds stay as they are."""

    def shorter(found: re.Match[str]) -> str:
        seconds = int(found["count"]) * _SECONDS[found["unit"]]
        return f"{found['before']}{max(1, seconds // FASTER)}s"

    durations = r"(?P<before>\bfor: |\[|\boffset )(?P<count>\d+)(?P<unit>[smh])"
    return re.sub(durations, shorter, rules)


def names() -> Sequence[str]:
    return re.findall(r"- alert: (\w+)", RULES.read_text(encoding="utf-8"))


@dataclass
class Prometheus:
    """``fired``, ``over``: by alert, the seconds from the trouble to the alert, and from the remedy
    to its end.

    ``mended``: alerts whose trouble is over.
    """

    url: str
    session: aiohttp.ClientSession
    fired: dict[str, float] = field(default_factory=dict)
    over: dict[str, float] = field(default_factory=dict)
    mended: set[str] = field(default_factory=set)

    async def fires(self, *alerts: str) -> None:
        """Waits until all of these alerts fire; their trouble begins now. Raises TimeoutError."""
        await asyncio.gather(*(self._noted(self.fired, each, firing=True) for each in alerts))

    async def ends(self, *alerts: str) -> None:
        """Waits until these alerts end; their trouble is over now. Raises TimeoutError."""
        self.mended |= set(alerts)
        await asyncio.gather(*(self._noted(self.over, each, firing=False) for each in alerts))

    async def firing(self) -> set[str]:
        alerts = (await self._asked("alerts"))["alerts"]
        return {each["labels"]["alertname"] for each in alerts if each["state"] == "firing"}

    async def has_scraped(self, count: int) -> bool:
        """Whether this many targets have answered."""
        targets = (await self._asked("targets?state=active"))["activeTargets"]
        return [each["health"] for each in targets] == ["up"] * count

    async def _noted(self, seconds: dict[str, float], alert: str, *, firing: bool) -> None:
        async def is_so() -> bool:
            await asyncio.sleep(LOOK)
            return (alert in await self.firing()) is firing

        loop = asyncio.get_running_loop()
        began = loop.time()
        await until(is_so, LONGEST)
        seconds[alert] = loop.time() - began

    async def _asked(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/api/v1/{path}") as answer:
            return (await answer.json())["data"]


@asynccontextmanager
async def prometheus(
    home: Path, targets: Sequence[str], session: aiohttp.ClientSession
) -> AsyncIterator[Prometheus]:
    """A Prometheus that is ready. ``targets``: hosts with ports."""
    (home / "rules.yml").write_text(quicker(RULES.read_text(encoding="utf-8")), encoding="utf-8")
    every = {"scrape_interval": f"{SCRAPED}s", "scrape_timeout": f"{SCRAPED}s"}
    config = {
        "global": every | {"evaluation_interval": "1s"},
        "scrape_configs": [{"job_name": "trackline", "static_configs": [{"targets": targets}]}],
        "rule_files": ["rules.yml"],
    }
    (home / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    process = await asyncio.create_subprocess_exec(
        "prometheus",
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=series",
        "--web.listen-address=127.0.0.1:0",
        cwd=home,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None  # noqa: S101 - it is a pipe
    try:
        async with asyncio.timeout(30):
            address = await _address(process.stderr)
        reading = asyncio.create_task(_read(process.stderr))
        yield Prometheus(f"http://{address}", session)
        reading.cancel()
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _address(said: asyncio.StreamReader) -> str:
    """The address at which it listens, from its log, once it is ready."""
    address = ""
    async for line in said:
        if found := re.search(rb'msg="Listening on" address=(\S+)', line):
            address = found[1].decode()
        if b"Server is ready" in line:
            return address
    raise Failed("prometheus ended at once")


async def _read(said: asyncio.StreamReader) -> None:
    async for _ in said:
        pass
