"""`python -m bot demo` as a process of its own, for tests that look at its page."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

START_SECONDS = 30


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a demo's page, in a process and with a database of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0", "--data", str(tmp_path / "data")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield await asyncio.wait_for(_address(process), START_SECONDS)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert process.returncode == 0


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    said = ""
    async for line in process.stdout:
        said += line.decode()
        if found := re.search(r"http://127\.0\.0\.1:\d+", said):
            return found[0]
    raise AssertionError(f"the demo ended: {said}")
