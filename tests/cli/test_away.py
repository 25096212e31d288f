"""Commands that look into the database, when it is away: a line in the place of a traceback."""

import asyncio
import os
from pathlib import Path

import pytest

from sandbox.waiting import TIMEOUT
from tests.support.shop import API_KEY, SECRET
from tests.support.warm import Program


@pytest.mark.parametrize("command", [["dead-letters"], ["who", "f47f6b289972"]])
async def test_a_database_that_is_away_is_told_in_a_line(
    tmp_path: Path, command: list[str]
) -> None:
    program = await Program(
        *("bot", *command),
        home=tmp_path,
        environment={
            "PATH": os.environ["PATH"],
            "BOT_TOKEN": "123456:TEST",
            "MONGODB_URI": "mongodb://127.0.0.1:1/shop",
            "WEBHOOK_SECRETS": SECRET,
            "API_KEYS": API_KEY,
        },
    ).start()
    written = await asyncio.wait_for(program.said.read(), TIMEOUT)
    assert written.decode().splitlines() == [
        "the database does not answer (ServerSelectionTimeoutError): "
        "does it run, and is MONGODB_URI right?"
    ]
    assert await program.ended() == 2
