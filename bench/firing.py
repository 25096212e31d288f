"""Puts load on a program for a round, and measures what the program does."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.programs import Failed, Program, environment, module

CONNECTIONS = 32


FEW = 0.01
"""The part of the requests that may be refused, as happens when the database is busy."""


class Refused(Failed):
    """Too many requests were not answered with a 2xx, so the figures are invalid."""


@dataclass(frozen=True)
class Load:
    """``count``: requests that were answered with a 2xx; ``refused``: all others.

    ``cpu``: the program's CPU in seconds.

    ``answers``: for each request, when it was sent and answered, on the monotonic clock.
    ``generator``: the part of one processor that the load generator took. ``messages``: how many
    were sent meanwhile, if they were counted.
    """

    count: int
    refused: int
    seconds: float
    cpu: float
    answers: Sequence[tuple[float, float]]
    generator: float
    messages: int = 0

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    @property
    def cpu_ms(self) -> float:
        """The program's CPU per request, in milliseconds."""
        return self.cpu / self.count * 1000


async def fire(
    program: Program,
    requests: Sequence[bytes],
    *,
    seconds: float = 600.0,
    connections: int = CONNECTIONS,
    rate: float = 0.0,
) -> Load:
    """Sends requests until the time is over or none are left. ``rate``: the most per second.

    Raises `Refused`.
    """
    file = program.home / "requests"
    file.write_bytes(b"\0".join(requests))
    at = urlsplit(program.url)
    numbers = (str(connections), str(seconds), str(rate))
    command = module("bench.load", str(at.hostname), str(at.port), str(file), *numbers)
    cpu = program.cpu
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, env=environment()
    )
    said, _ = await process.communicate()
    cpu = program.cpu - cpu
    report = json.loads(said)
    statuses: dict[str, int] = report["statuses"]
    count = sum(n for status, n in statuses.items() if status.startswith("2"))
    refused = len(report["answers"]) - count
    if not count or refused > count * FEW:
        raise Refused(f"answers by status: {statuses}")
    answers = [(sent, answered) for _, sent, answered in report["answers"]]
    busy = report["cpu"] / report["seconds"]
    return Load(count, refused, report["seconds"], cpu, answers, busy)
