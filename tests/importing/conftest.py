"""The shop's own database, on the same server as ours, and the command that reads it."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer
from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs

from bot.book import politeness
from bot.cli.importing import Wanted, bring_in
from bot.settings import Settings, load
from storage.mongo import Document, Driver, Mongo, connect
from tests.conftest import ENCRYPTION_KEY
from tests.importing.shopify import TOKEN, order
from tests.support.drivers import one
from tests.support.shop import API_KEY, SECRET
from tests.support.shop_apis import ShopifyApi


@dataclass(frozen=True)
class RunResult:
    """What a run said, and its exit code."""

    code: int
    out: list[str]
    err: list[str]


Import = Callable[..., Awaitable[RunResult]]


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def shop_uri(server_uri: str) -> str:
    return urlsplit(server_uri)._replace(path=f"/shop_{uuid.uuid4().hex[:12]}").geturl()


@pytest.fixture
async def shop_database(shop_uri: str, driver: Driver) -> AsyncIterator[AsyncDatabase[Document]]:
    opened = connect(shop_uri, driver, timeout=30)
    yield opened.database
    await opened.client.drop_database(opened.database.name)
    await opened.close()


@pytest.fixture
def our_settings(mongo: Mongo, mongodb_uri: str, driver: Driver) -> dict[str, Any]:
    return {
        "env_file": None,
        "bot_token": "123456:TEST",
        "mongodb_uri": mongodb_uri,
        "mongodb_driver": driver,
        "webhook_secrets": SECRET,
        "api_keys": API_KEY,
        "encryption_keys": ENCRYPTION_KEY,
    }


@pytest.fixture
def bring(our_settings: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> Import:
    """Runs `import` with this source and these settings or options."""

    async def bring(source: object, **given: Any) -> RunResult:
        options = {name: given.pop(name) for name in OPTIONS if name in given}
        settings: Settings = load(**our_settings, reconcile_source=str(source), **given)
        code = 0
        capsys.readouterr()
        try:
            with capture_logs():  # the command shows errors only
                await bring_in(settings, Wanted(**options))
        except typer.Exit as end:
            code = end.exit_code
        said = capsys.readouterr()
        return RunResult(code, said.out.splitlines(), said.err.splitlines())

    return bring


OPTIONS = ("from_start", "notify", "dry", "refused", "system")


@pytest.fixture
async def shopify(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ShopifyApi]:
    monkeypatch.setattr(politeness, "FIRST_WAIT", 0)
    monkeypatch.setattr("bot.book.systems.OF_SHOPIFY", 20)
    async with ShopifyApi(orders=[order(n) for n in range(50)]) as api:
        yield api


async def from_shopify(bring: Import, api: ShopifyApi, **given: Any) -> RunResult:
    return await bring("shopify", shopify_shop=api.url, **{"shopify_admin_token": TOKEN, **given})
