"""The demo: the real service beside a sandbox of Telegram and a sample shop, on this machine."""

import base64
import os
import secrets
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import typer

from bot.app import Trackline
from bot.database import CannotStart
from bot.settings import Settings, load
from bot.settings.states import read_states
from sandbox import Sandbox
from sandbox.shop import Shop
from sandbox.shop.data import SHOP_NAME
from sandbox.shop.hearing import PATH

COLLEAGUE = "Grace"
"""Who answers customers, in the window of the staff's group."""
CAST = {"Alice": "+256700000001", "Bob": "+256700000002", "Charlie": "+256700000003"}
"""Alice and Bob share a household and its account; Charlie has his own. The shop knows Alice's
phone number and Charlie's.
"""

_WRITTEN_HERE = "# Written by Trackline's demo, and anew each time it starts.\n"


def _webhook_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def _token() -> str:
    return f"{secrets.randbelow(10**9) + 10**8}:{secrets.token_urlsafe(26)}"


@dataclass(frozen=True)
class _Keys:
    """Made anew with each start. ``webhooks``: what the shop signs with; ``hook``: what it checks
    that it hears."""

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
    """Serves the page on ``port`` until ``until`` returns. Raises `CannotStart`, and what
    `load` and `read_states` raise.

    ``shop_env``: a file to write the settings of a shop that connects to this very demo. ``own``:
    the sample shop's own words and states, as settings.
    """
    keys = _Keys()
    if shop_env:
        _refuse_somebody_else_s(shop_env)
    with ExitStack() as opened:
        folder = data or Path(opened.enter_context(tempfile.TemporaryDirectory()))
        states = read_states(own.get("states_file")).words.values()
        shop = Shop("", keys.webhooks, keys.api, hook_secret=keys.hook)
        shop.own_states = {str(state): state.after for state in states}
        sandbox = Sandbox(
            token=keys.token, username="nile_orders_bot", name=SHOP_NAME, port=port, shop=shop
        )
        try:
            await sandbox.start()
        except OSError as error:
            raise CannotStart(f"the page's port {port} is taken: choose --port ({error})") from None
        shop.address = f"{sandbox.url}/shop"
        for name, phone in CAST.items():
            sandbox.person(name, phone=phone)
        try:
            grace = sandbox.colleague(COLLEAGUE)
            staff = sandbox.forum(f"{SHOP_NAME}’s staff", [grace])
            desk = {"staff_chat": str(staff.id), "staff_members": str(grace.id)}
            settings = _settings(sandbox.url, keys, folder, **own, **desk)
            async with Trackline(settings) as service:
                shop.service_url = service.url
                await shop.start()
                if shop_env:
                    _let_in(shop_env, service, keys)
                    typer.echo(f"\n  What your own shop needs is in {shop_env}")
                typer.echo(f"\n  Open {sandbox.url}\n\n  Ctrl-C ends it.\n")
                await until(service)
        finally:
            await sandbox.stop()


def _settings(api: str, keys: _Keys, folder: Path, **own: Any) -> Settings:
    """``own``: the shop's words and states, and its staff."""
    return load(
        env_file=None,
        bot_token=keys.token,
        bot_api_url=api,
        mongodb_uri=None,
        data_dir=folder,
        webhook_secrets=keys.webhooks,
        api_keys=keys.api,
        http_port=0,
        photo_hosts=urlsplit(api).netloc,
        public_url=None,
        pictures="local",
        shop_name=SHOP_NAME,
        support_url="+256 700 000000",
        order_lookup="contact",
        courier_map="on",
        shop_webhook_url=f"{api}/shop{PATH}",
        shop_webhook_secret=keys.hook,
        default_timezone="Africa/Kampala",
        **own,
    )


def _refuse_somebody_else_s(file: Path) -> None:
    """Raises `CannotStart` for a file that no demo wrote: it may hold the bot's own settings."""
    try:
        if file.exists() and not file.read_bytes().startswith(_WRITTEN_HERE.encode()):
            raise CannotStart(f"{file} was not written by a demo: choose another --shop-env")
    except OSError as error:
        raise CannotStart(f"{file} cannot be read: choose another --shop-env") from error


def _let_in(file: Path, service: Trackline, keys: _Keys) -> None:
    """Writes the settings of a shop, which gets a database of its own beside the service's."""
    assert service.embedded is not None  # noqa: S101 - for mypy: the demo sets no MONGODB_URI
    given = {
        "TRACKLINE_URL": service.url,
        "WEBHOOK_SECRET": keys.webhooks,
        "API_KEY": keys.api,
        "MONGODB_URI": urlsplit(service.embedded.uri)._replace(path="/shop").geturl(),
    }
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as opened:
            os.fchmod(descriptor, 0o600)  # should it have been there
            opened.write(_WRITTEN_HERE)
            opened.writelines(f"{name}={value}\n" for name, value in given.items())
    except OSError as error:
        raise CannotStart(f"{file} cannot be written: choose another --shop-env") from error
