"""What starts the service and stands in front of it: real programs, with the files of deploy/."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from configparser import ConfigParser
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.settings import Settings
from handlers.web.tracking.live import OF_ADDRESS
from sandbox import Person
from storage.mongo import Driver
from tests.chat.test_sharing import payload_of, shares
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.programs import need
from tests.support.shop import ShopBackend
from tests.support.streams import stream
from tests.support.waiting import until

Program = Callable[[ShopBackend, Path, int], list[str]]

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture
def driver() -> Driver:
    return one("pymongo")


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


@asynccontextmanager
async def in_front(command: Sequence[str], home: Path, port: int) -> AsyncIterator[ShopBackend]:
    """A shop that reaches the service through this program only."""
    program = await asyncio.create_subprocess_exec(
        *command, cwd=home, env={"PATH": os.environ["PATH"], "HOME": str(home)}
    )

    async def listens() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    try:
        await until(listens, 30)
        async with aiohttp.ClientSession() as session:
            yield ShopBackend(f"http://127.0.0.1:{port}", session)
    finally:
        program.terminate()
        await program.wait()


async def the_world_reaches_what_it_should(shop: ShopBackend) -> None:
    assert (await shop.create("ord_1", "customer-1")).status == 202
    assert (await shop.request("GET", "/healthz")).status == 200
    for inside in ("/metrics", "/docs", "/docs/style.css", "/openapi.json"):
        assert (await shop.request("GET", inside)).status == 404
    large = await shop.request("PUT", "/api/v1/orders/ord_2", data=b" " * 1_000_000)
    assert large.status in {400, 401}  # it is the service that says so


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"tracking_page": "local"})


def caddy(shop: ShopBackend, home: Path, port: int) -> list[str]:
    """The command that starts it."""
    need("caddy")
    text = (DEPLOY / "Caddyfile").read_text()
    text = text.replace("bot.example.com {", f"http://127.0.0.1:{port} {{")
    text = text.replace("127.0.0.1:8080", urlsplit(shop.url).netloc)
    (home / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text)
    return ["caddy", "run"]


def nginx(shop: ShopBackend, home: Path, port: int) -> list[str]:
    """The command that starts it."""
    need("nginx")
    lines = (DEPLOY / "nginx.conf").read_text().splitlines()
    site = "\n".join(line for line in lines if "ssl_" not in line)
    site = site.replace("443 ssl", f"127.0.0.1:{port}")
    site = site.replace("127.0.0.1:8080", urlsplit(shop.url).netloc)
    text = f"daemon off; pid {home}/pid; error_log stderr; events {{}}\nhttp {{\n{site}\n}}"
    (home / "nginx.conf").write_text(text)
    return ["nginx", "-p", str(home), "-c", str(home / "nginx.conf")]


@pytest.mark.parametrize("program", [caddy, nginx])
async def test_it_lets_in_what_is_for_the_world(
    shop: ShopBackend, tmp_path: Path, port: int, program: Program
) -> None:
    async with in_front(program(shop, tmp_path, port), tmp_path, port) as outside:
        await the_world_reaches_what_it_should(outside)


@pytest.mark.parametrize("program", [caddy, nginx])
async def test_a_page_hears_through_it_of_a_change_and_is_counted_by_its_viewer(
    shop: ShopBackend, tmp_path: Path, port: int, program: Program, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    token = payload_of(await shares(alice))
    async with AsyncExitStack() as opened:
        in_between = in_front(program(shop, tmp_path, port), tmp_path, port)
        outside = await opened.enter_async_context(in_between)
        for _ in range(OF_ADDRESS):
            events = await opened.enter_async_context(stream(outside, token))
            assert (await events.next()).kind == "order"
        refused = await outside.request("GET", f"/t/{token}/live")
        assert refused.status == 503
        await shop.tell("ord_1", "shipped", notify=False)
        assert "Shipped" in (await events.news()).data


async def test_caddy_before_replicas_leaves_out_those_that_are_gone(
    shop: ShopBackend, tmp_path: Path, port: int
) -> None:
    """One of the three runs; the others' addresses lead nowhere."""
    need("caddy")
    text = (DEPLOY / "replicas" / "Caddyfile").read_text()
    text = text.replace("{$DOMAIN} {", f"http://127.0.0.1:{port} {{")
    text = text.replace("trackline-bot-1:8080", urlsplit(shop.url).netloc)
    text = text.replace("trackline-bot-2:8080", "127.0.0.1:9")
    text = text.replace("trackline-bot-3:8080", "127.0.0.1:9")
    (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text)
    async with in_front(["caddy", "run"], tmp_path, port) as outside:
        await the_world_reaches_what_it_should(outside)
        for number in range(10, 20):
            assert (await outside.create(f"ord_{number}", "customer-1")).status == 202


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    need("systemd-analyze")
    program = str(Path(sys.executable).parent / "trackline")
    text = (DEPLOY / "trackline.service").read_text()
    assert "/opt/trackline/.venv/bin/trackline run" in text
    unit = tmp_path / "trackline.service"
    unit.write_text(
        text.replace("/opt/trackline/.venv/bin/trackline", shutil.which("true") or program)
    )
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reload_during_the_start_does_not_end_the_service() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.read(DEPLOY / "trackline.service")
    assert unit["Service"]["RestartForceExitStatus"] == "SIGHUP"  # else systemd calls that clean


def test_systemd_stops_the_bot_alone_and_gives_it_the_time_it_may_take() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.read(DEPLOY / "trackline.service")
    service = unit["Service"]
    assert service["KillMode"] == "mixed"  # the embedded database is in the same control group
    assert service.getint("TimeoutStopSec") > Settings.model_fields["shutdown_seconds"].default


def test_the_operator_s_command_runs_as_the_unit_does() -> None:
    """In its folder, as its user; the arguments as they are."""
    unit = ConfigParser(strict=False, interpolation=None)
    unit.read(DEPLOY / "trackline.service")
    home, user = unit["Service"]["WorkingDirectory"], unit["Service"]["User"]
    program = unit["Service"]["ExecStart"].removesuffix(" run")
    text = (DEPLOY / "trackline").read_text()
    assert f'cd {home} && exec runuser -u {user} -- {program} "$@"' in text
    assert os.access(DEPLOY / "trackline", os.X_OK)
