"""The sandbox on its own, as a program and as a context."""

from __future__ import annotations

import asyncio
import signal
import sys

import aiohttp
import pytest

from sandbox import Sandbox
from sandbox.waiting import TIMEOUT


async def test_the_program_prints_its_address_and_ends_when_told(
    session: aiohttp.ClientSession,
) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-m", "sandbox", "--port", "0", "--token", "7:SEVEN",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert program.stdout is not None
    line = (await asyncio.wait_for(program.stdout.readline(), TIMEOUT)).decode()
    url = line.strip().rpartition(" ")[2]
    async with session.get(f"{url}/bot7:SEVEN/getMe") as response:
        assert (await response.json())["result"]["id"] == 7
    async with session.get(f"{url}/sandbox/state") as response:
        people = (await response.json())["people"]
    assert [person["name"] for person in people] == ["Alice", "Bob", "Charlie"]
    program.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(program.wait(), TIMEOUT) == 0


async def test_a_taken_port_is_an_error_and_leaves_nothing_behind(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    second = Sandbox(port=port)
    with pytest.raises(OSError, match="address already in use"):
        await second.start()
    with pytest.raises(RuntimeError, match="not started"):
        _ = second.url
    await second.stop()
