"""Runs the commands of the documentation pages unchanged."""

import asyncio
import os
import re

from tests.support.programs import need
from tests.support.shop import API_KEY, SECRET

RUNS = {"sh": ["bash", "-ceu"], "python": ["python3", "-c"], "js": ["node", "-e"]}
TOOLS = ("curl", "openssl")
"""The programs that the commands need."""


def example(page: str, language: str, containing: str) -> str:
    """The page's only block in this language that contains this text."""
    found = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    [block] = [block for block in found if containing in block]
    return str(block)


async def run(language: str, source: str, url: str, **environment: str) -> str:
    """Runs the commands and returns their output. The service's ``url`` is `TRACKLINE_URL`, and
    replaces the page's address. Skips the test if a program is not installed.
    """
    need(RUNS[language][0], *(tool for tool in TOOLS if re.search(rf"\b{tool}\b", source)))
    known = {"TRACKLINE_URL": url, "WEBHOOK_SECRET": SECRET, "API_KEY": API_KEY}
    process = await asyncio.create_subprocess_exec(
        *RUNS[language],
        source.replace("http://127.0.0.1:8080", url),
        env=os.environ | known | environment,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed.decode().strip()
