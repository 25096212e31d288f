"""The short form for CI: ``make test ARGS=bench/soak``. The suite in `tests` does not run it."""

import random

import pytest

from bench.soak.__main__ import printed
from bench.soak.run import soak


async def test_two_minutes_of_troubles_break_no_promise() -> None:
    seed = random.randrange(10**6)  # noqa: S311 - for the faults, not a secret
    report = await soak(minutes=2, seed=seed, rate=15)
    if report.broken:
        pytest.fail(f"seed {seed}\n{printed(report)}", pytrace=False)
