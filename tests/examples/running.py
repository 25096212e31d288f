"""The examples as programs that run: what each needs, how its README starts it, its page."""

import asyncio
import fcntl
import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import aiohttp
import pytest

from tests.support.child import START
from tests.support.programs import need
from tests.support.waiting import until

EXAMPLES = Path(__file__).parents[2] / "examples"
INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0"]


@dataclass(frozen=True)
class Offer:
    """What the page shows after "Connect Telegram". ``qr``: whether there is a picture to scan."""

    url: str
    code: str
    qr: bool


@dataclass
class ExampleShop:
    """One of the examples, as alice uses it in her browser."""

    url: str
    session: aiohttp.ClientSession

    async def connect(self) -> Offer:
        page = await self._press("Connect Telegram")
        [url] = re.findall(r'href="(https://t\.me/[^"]+)"', page)
        [code] = re.findall(r"/link ([\w-]+)", page)
        return Offer(unescape(url), code, 'src="data:image/' in page)

    async def order(self) -> str:
        """The new order's number."""
        page = await self._press("Order something")
        return str(re.findall(r'data-order="(\d+)"', page)[0])

    async def move_to(self, status: str, *, clicks: int = 1) -> None:
        await self._press(f"→ {status}", clicks)

    async def has_told_everything(self) -> bool:
        return "to tell Trackline" not in await self.page()

    async def page(self) -> str:
        async with self.session.get(f"{self.url}/?customer=alice") as answer:
            assert answer.status == 200, await answer.text()
            return unescape(await answer.text())

    async def _press(self, label: str, clicks: int = 1) -> str:
        """The page after it."""
        forms = re.findall(
            r'<form method="post" action="([^"]+)"><button[^>]*>([^<]+)</button>', await self.page()
        )
        [action] = [action for action, text in forms if text == label]
        pages = await asyncio.gather(*(self._post(action) for _ in range(clicks)))
        return pages[-1]

    async def _post(self, action: str) -> str:
        async with self.session.post(self.url + action) as answer:
            assert answer.status == 200, await answer.text()
            return unescape(await answer.text())


def commands(name: str, port: int) -> list[list[str]]:
    """The programs that make up this example. Skips the test where one is not installed."""
    match name:
        case "express":
            need("node", "npm")
            _install(EXAMPLES / "express")
            return [["npm", "start"]]
        case "python":
            for module in ("fastapi", "uvicorn", "httpx"):
                if importlib.util.find_spec(module) is None:
                    pytest.skip(f"{module} is not installed")
            return [[sys.executable, "-m", "uvicorn", "shop:app", "--port", str(port)]]
        case _:
            need("php")
            loaded = subprocess.run(["php", "-m"], capture_output=True, text=True, check=True)
            if not {"curl", "pdo_sqlite"} <= set(loaded.stdout.split()):
                pytest.skip("php has no curl or no pdo_sqlite")
            return [["php", "-S", f"127.0.0.1:{port}", "shop.php"], ["php", "shop.php", "send"]]


@asynccontextmanager
async def running(name: str, settings: Mapping[str, str]) -> AsyncIterator[ExampleShop]:
    """The example of this name with nothing but these settings, until the end of the block."""
    port = _free_port()
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PORT": str(port)}
    programs = [
        await asyncio.create_subprocess_exec(
            *command,
            cwd=EXAMPLES / name,
            env=environment | dict(settings),
            start_new_session=True,
        )
        for command in commands(name, port)
    ]
    try:
        async with aiohttp.ClientSession() as session:
            shop = ExampleShop(f"http://127.0.0.1:{port}", session)

            async def answers() -> bool:
                assert programs[0].returncode is None, "it ended: see its output"
                try:
                    return bool(await shop.page())
                except aiohttp.ClientConnectionError:
                    return False

            await until(answers, START)
            yield shop
    finally:
        for program in programs:
            os.killpg(program.pid, signal.SIGKILL)
            await program.wait()


def _install(folder: Path) -> None:
    """What its package.json names, once for all processes and all runs."""
    stamp = folder / "node_modules" / ".installed"
    with (folder / "package.json").open() as package:
        fcntl.flock(package, fcntl.LOCK_EX)
        wanted = package.read()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        try:
            subprocess.run(INSTALL, cwd=folder, check=True, capture_output=True, timeout=120)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            pytest.skip("npm could not install the example's packages: no network?")
        stamp.write_text(wanted)


def _free_port() -> int:
    with socket.socket() as picked:
        picked.bind(("127.0.0.1", 0))
        port: int = picked.getsockname()[1]
        return port
