"""`python -m bot demo` as a process of its own, for tests that look at its page."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.warm import Program

START_SECONDS = 90


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a demo's page, in a process and with a database of its own."""
    process = await Program(
        *("bot", "demo", "--port", "0", "--data", str(tmp_path / "data")),
        home=tmp_path,
        environment=os.environ,
    ).start()
    try:
        yield await asyncio.wait_for(_address(process), START_SECONDS)
    finally:
        process.signal(signal.SIGTERM)
        await asyncio.wait_for(process.said.read(), START_SECONDS)
    assert await process.ended() == 0


async def _address(process: Program) -> str:
    said = ""
    async for line in process.said:
        said += line.decode()
        if found := re.search(r"http://127\.0\.0\.1:\d+", said):
            return found[0]
    raise AssertionError(f"the demo ended: {said}")
