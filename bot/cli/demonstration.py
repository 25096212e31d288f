"""The demo: the real service beside a sandbox of Telegram and a sample shop, on this machine."""

import asyncio
import base64
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp
import typer

from bot.app import Trackline
from bot.cli.shop_env import refuse_somebody_else_s, write
from bot.errors import CommandFailed
from bot.settings import Settings, load
from bot.settings.states import read_states
from sandbox import Sandbox
from sandbox.clock import MovedClock
from sandbox.shop import Shop
from sandbox.shop.data import SHOP_NAME
from sandbox.shop.hearing import PATH
from sandbox.stage import Stage
from storage.clock import Clock

COLLEAGUE = "Grace"
"""The colleague who answers customers in the staff's group, with a phone for `/console`."""
CAST = {"Alice": "+256700000001", "Bob": "+256700000002", "Charlie": "+256700000003"}
"""Alice and Bob share a household and its account; Charlie has his own. The shop knows Alice's
phone number and Charlie's.
"""

HOME = "At home"
"""The group of Alice, Bob and the bot."""
ZONE = "Africa/Kampala"
PAGES = {"API reference": "/docs", "Console": "/console#key={key}"}
"""Pages of the service that are shown if it has them. ``key``: signs in who opens the page."""


def _webhook_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def _token() -> str:
    return f"{secrets.randbelow(10**9) + 10**8}:{secrets.token_urlsafe(26)}"


@dataclass(frozen=True)
class _Keys:
    """New with each start. ``webhooks``: the secret that the shop signs with. ``hook``: the secret
    of events back."""

    token: str = field(default_factory=_token)
    webhooks: str = field(default_factory=_webhook_secret)
    hook: str = field(default_factory=_webhook_secret)
    api: str = field(default_factory=lambda: secrets.token_urlsafe(24))


async def demonstrate(
    port: int,
    data: Path | None,
    until: Callable[[Trackline], Awaitable[None]],
    *,
    shop_env: Path | None = None,
    own: Mapping[str, Path] = MappingProxyType({}),
) -> None:
    """Serves the page on ``port`` until ``until`` returns. Raises `CommandFailed`, and what
    `load` and `read_states` raise.

    ``shop_env``: a file for the settings of a shop that connects to this demo. ``own``: the sample
    shop's own words and states, as settings. After a restart on the page, the addresses stay the
    same.
    """
    if shop_env:
        refuse_somebody_else_s(shop_env)
    with ExitStack() as opened:
        folder = data or Path(opened.enter_context(tempfile.TemporaryDirectory()))
        demo = _Demo(folder, shop_env, own, page_port=port)
        while await demo.play(until):
            shutil.rmtree(folder / "db")


@dataclass
class _Demo:
    """``page_port``, ``service_port``: 0 takes any free port, and keeps it."""

    folder: Path
    shop_env: Path | None
    own: Mapping[str, Path]
    page_port: int
    service_port: int = 0
    keys: _Keys = field(default_factory=_Keys)

    async def play(self, until: Callable[[Trackline], Awaitable[None]]) -> bool:
        """Runs the demo from its beginning. True: it is to start again from there."""
        with MovedClock() as clock:
            stage = Stage(clock, ZoneInfo(ZONE))
            if not self.shop_env:  # another shop signs by the machine's clock
                stage.begin_by_day()
            shop = self._shop()
            sandbox = Sandbox(
                token=self.keys.token,
                username="nile_orders_bot",
                name=SHOP_NAME,
                port=self.page_port,
                shop=shop,
                stage=stage,
                local_apps=True,
            )
            try:
                await sandbox.start()
            except OSError as error:
                taken = f"the page's port {self.page_port} is taken"
                raise CommandFailed(f"{taken}: choose --port ({error})") from None
            try:
                async with Trackline(self._cast(sandbox), _MachineClock()) as service:
                    shop.service_url = service.url
                    await shop.start()
                    stage.show(await _addresses(service.url, self.keys.api))
                    self._say_where(sandbox, service)
                    return await _is_wanted_before(stage.anew.wait(), until(service))
            finally:
                await sandbox.stop()

    def _shop(self) -> Shop:
        states = read_states(self.own.get("states_file")).words.values()
        shop = Shop("", self.keys.webhooks, self.keys.api, hook_secret=self.keys.hook)
        shop.own_states = {str(state): state.after for state in states}
        return shop

    def _cast(self, sandbox: Sandbox) -> Settings:
        """Adds the people and groups to the sandbox. Returns the settings of the service."""
        if isinstance(sandbox.shop, Shop):
            sandbox.shop.address = f"{sandbox.url}/shop"
        people = {name: sandbox.person(name, phone=phone) for name, phone in CAST.items()}
        sandbox.group(HOME, [people["Alice"], people["Bob"]])
        grace = sandbox.person(COLLEAGUE)
        staff = sandbox.forum(f"{SHOP_NAME}’s staff", [grace])
        desk = {"staff_chat": str(staff.id), "staff_members": str(grace.id)}
        own = {**self.own, **desk, "http_port": self.service_port}
        return _settings(sandbox.url, self.keys, self.folder, **own)

    def _say_where(self, sandbox: Sandbox, service: Trackline) -> None:
        """Prints the addresses, once: they are the same after a restart."""
        if self.shop_env:
            _let_in(self.shop_env, service, self.keys)
        if self.service_port:
            return
        self.page_port, self.service_port = _port(sandbox.url), _port(service.url)
        if self.shop_env:
            typer.echo(f"\n  What your own shop needs is in {self.shop_env}")
        typer.echo(f"\n  Open {sandbox.url}\n\n  Ctrl-C ends it.\n")


class _MachineClock(Clock):
    """The machine's clock, which the page can move. The database uses the same one."""

    def __call__(self) -> datetime:
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def learned(self, now: datetime) -> None:
        """Does nothing: there is only one clock."""


async def _addresses(service: str, key: str) -> dict[str, str]:
    """The addresses to look at, by name."""
    shown = {"Service": service}
    async with aiohttp.ClientSession() as session:
        for name, path in PAGES.items():
            address = service + path.format(key=key)
            async with session.get(address) as answer:
                if answer.status != HTTPStatus.NOT_FOUND:
                    shown[name] = address
    return shown


async def _is_wanted_before(wanted: Awaitable[object], end: Awaitable[None]) -> bool:
    """Whether ``wanted`` comes before ``end``. Raises what ``end`` raises."""
    tasks = [asyncio.ensure_future(wanted), asyncio.ensure_future(end)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[1].done():
            tasks[1].result()
        return tasks[0].done() and not tasks[1].done()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _port(url: str) -> int:
    return urlsplit(url).port or 0


def _settings(api: str, keys: _Keys, folder: Path, **own: Any) -> Settings:
    """The settings of the service. ``own``: the shop's words and states, and its staff."""
    return load(
        env_file=None,
        bot_token=keys.token,
        bot_api_url=api,
        mongodb_uri=None,
        data_dir=folder,
        webhook_secrets=keys.webhooks,
        api_keys=keys.api,
        photo_hosts=urlsplit(api).netloc,
        public_url=None,
        pictures="local",
        mini_app="local",
        tracking_page="local",
        shop_color="#6f4e37",
        shop_name=SHOP_NAME,
        support_url="+256 700 000000",
        shop_url=f"{api}/#shop",
        order_lookup="contact",
        courier_map="on",
        shop_webhook_url=f"{api}/shop{PATH}",
        shop_webhook_secret=keys.hook,
        default_timezone=ZONE,
        **own,
    )


def _let_in(file: Path, service: Trackline, keys: _Keys) -> None:
    """Writes the settings of a shop that connects. It gets a database of its own."""
    assert service.embedded is not None  # noqa: S101 - for mypy: the demo sets no MONGODB_URI
    given = {
        "TRACKLINE_URL": service.url,
        "WEBHOOK_SECRET": keys.webhooks,
        "API_KEY": keys.api,
        "MONGODB_URI": urlsplit(service.embedded.uri)._replace(path="/shop").geturl(),
    }
    write(file, given)
