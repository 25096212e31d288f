"""Commands that look into the database, when it is away: a line in the place of a traceback."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.support.shop import API_KEY, SECRET

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("command", [["dead-letters"], ["who", "f47f6b289972"]])
async def test_a_database_that_is_away_is_told_in_a_line(
    tmp_path: Path, command: list[str]
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *command),
        cwd=tmp_path,
        env={
            "PYTHONPATH": str(ROOT),
            "PATH": os.environ["PATH"],
            "BOT_TOKEN": "123456:TEST",
            "MONGODB_URI": "mongodb://127.0.0.1:1/shop",
            "WEBHOOK_SECRETS": SECRET,
            "API_KEYS": API_KEY,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    written, _ = await asyncio.wait_for(process.communicate(), 30)
    assert written.decode().splitlines() == [
        "the database does not answer (ServerSelectionTimeoutError): "
        "does it run, and is MONGODB_URI right?"
    ]
    assert process.returncode == 2
