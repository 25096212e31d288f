"""Requests made from `/openapi.json`, right ones and wrong ones: the answers are as it says."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.support.shop import API_KEY, ShopBackend

CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"api_rate": 10_000})


async def test_every_answer_is_as_described(shop: ShopBackend, tmp_path: Path) -> None:
    await shop.create("ord_1", "cus_7", order_number="1001")
    command = [
        *(sys.executable, "-m", "schemathesis.cli", f"--config-file={CONFIG}"),
        *("run", f"{shop.url}/openapi.json"),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "6", "--seed", "1"),
        *("--generation-allow-x00", "false", "--suppress-health-check", "all", "--no-color"),
        *("--request-timeout", "60"),
    ]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.web.contract.hooks",
        "API_KEY": API_KEY,
        "PYTHONPATH": str(Path.cwd()),
    }
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    report, _ = await process.communicate()
    assert process.returncode == 0, report.decode()
