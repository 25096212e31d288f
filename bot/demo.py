"""The demo: the real service beside a sandbox of Telegram and a sample shop, on this machine."""

import base64
import secrets
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path

import typer

from bot.app import CannotStart, Trackline
from bot.sandbox import Sandbox
from bot.sandbox.shop import Shop
from bot.sandbox.shop_data import SHOP_NAME
from bot.settings import Settings, load

CAST = {"Alice": "+256700000001", "Bob": "+256700000002", "Charlie": "+256700000003"}
"""Alice and Bob share a household and its account; Charlie has his own. The shop knows Alice's
phone number and Charlie's.
"""


async def demonstrate(
    port: int, data: Path | None, until: Callable[[Trackline], Awaitable[None]]
) -> None:
    """Serves the page on ``port`` until ``until`` returns. Raises `CannotStart`."""
    token = f"{secrets.randbelow(10**9) + 10**8}:{secrets.token_urlsafe(26)}"
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    key = secrets.token_urlsafe(24)
    with ExitStack() as opened:
        folder = data or Path(opened.enter_context(tempfile.TemporaryDirectory()))
        shop = Shop("", secret, key)
        sandbox = Sandbox(
            token=token, username="nile_orders_bot", name=SHOP_NAME, port=port, shop=shop
        )
        try:
            await sandbox.start()
        except OSError as error:
            raise CannotStart(f"the page's port {port} is taken: choose --port ({error})") from None
        for name, phone in CAST.items():
            sandbox.person(name, phone=phone)
        try:
            settings = _settings(sandbox.url, token, secret, key, folder)
            async with Trackline(settings) as service:
                shop.service_url = service.url
                await shop.start()
                typer.echo(f"\n  Open {sandbox.url}\n\n  Ctrl-C ends it.\n")
                await until(service)
        finally:
            await sandbox.stop()


def _settings(api: str, token: str, secret: str, key: str, folder: Path) -> Settings:
    return load(
        env_file=None,
        bot_token=token,
        bot_api_url=api,
        mongodb_uri=None,
        data_dir=folder,
        webhook_secrets=secret,
        api_keys=key,
        http_port=0,
        public_url=None,
        shop_name=SHOP_NAME,
        default_timezone="Africa/Kampala",
    )
