"""SIGHUP: secrets are taken over at once, with no request refused on the way."""

import asyncio
import os
import pty
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox import Sandbox
from tests.support.child import Child
from tests.support.mongo_proxy import MongoProxy
from tests.support.shop import API_KEY, SECRET, ShopBackend
from tests.support.waiting import until

NEW_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NEW_KEY = "another-key-9876543210"


class Operator:
    """Edits `.env` and tells the service."""

    def __init__(self, home: Path, child: Child) -> None:
        self._file = home / ".env"
        self.child = child

    def write(self, **settings: str) -> None:
        lines = [f"{name.upper()}={value}" for name, value in settings.items()]
        self._file.write_text("\n".join(lines))
        self._file.chmod(0o600)

    async def tells(self) -> dict[str, object]:
        """What the log says of it then."""
        before = len(self._said())
        self.child.signal(signal.SIGHUP)

        async def has_said() -> bool:
            return len(self._said()) > before

        await until(has_said)
        return self._said()[-1]

    def _said(self) -> list[dict[str, object]]:
        events = {"settings_reloaded", "settings_not_reloaded"}
        return [line for line in self.child.logs if line.get("event") in events]


@pytest.fixture
async def operator(sandbox: Sandbox, cable: MongoProxy, tmp_path: Path) -> AsyncIterator[Operator]:
    settings = {
        "BOT_TOKEN": sandbox.token,
        "BOT_API_URL": sandbox.url,
        "MONGODB_URI": cable.uri,
        "HTTP_PORT": "0",
    }
    operator = Operator(tmp_path, Child(settings, tmp_path))
    operator.write(webhook_secrets=SECRET, api_keys=API_KEY)
    await operator.child.start()
    yield operator
    await operator.child.kill()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def status(shop: ShopBackend, order_id: str) -> tuple[int, int]:
    """Of an event, and of a question."""
    event = await shop.create(order_id, "customer-1")
    return event.status, (
        await shop.api("GET", "/api/v1/orders?customer_id=customer-1&limit=1")
    ).status


async def test_secrets_are_rotated_under_load_with_no_request_refused(
    operator: Operator, session: aiohttp.ClientSession
) -> None:
    """As the docs say it: the new one before the old, the shop changes, the old one goes."""
    old = ShopBackend(operator.child.url, session)
    new = ShopBackend(operator.child.url, session, secret=NEW_SECRET, api_key=NEW_KEY)
    current, stop, seen = [old], asyncio.Event(), set[tuple[int, int]]()

    async def post_on(name: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            seen.add(await status(current[0], f"ord_{name}_{number}"))

    posting = [asyncio.create_task(post_on(name)) for name in range(4)]
    assert await status(new, "ord_1") == (401, 401)
    both = {"webhook_secrets": f"{NEW_SECRET},{SECRET}", "api_keys": f"{NEW_KEY},{API_KEY}"}
    operator.write(**both)
    assert (await operator.tells())["restart_for"] == []
    assert await status(new, "ord_1") == (202, 200)
    current[0] = new
    await asyncio.sleep(0)
    stop.set()
    await asyncio.gather(*posting)
    operator.write(webhook_secrets=NEW_SECRET, api_keys=NEW_KEY)
    await operator.tells()
    assert seen == {(202, 200)}
    assert await status(old, "ord_2") == (401, 401)
    assert await status(new, "ord_2") == (202, 200)


async def test_what_wants_a_restart_is_named(operator: Operator) -> None:
    operator.write(
        webhook_secrets=SECRET, api_keys=API_KEY, shop_name="Nile", shippo_secrets="t" * 32
    )
    said = await operator.tells()
    assert said["event"] == "settings_reloaded"
    assert sorted(said["restart_for"]) == ["SHIPPO_SECRETS", "SHOP_NAME"]  # type: ignore[call-overload]


async def test_what_wants_a_restart_stays_named_until_then(operator: Operator) -> None:
    operator.write(webhook_secrets=SECRET, api_keys=API_KEY, shippo_secrets="t" * 32)
    assert (await operator.tells())["restart_for"] == ["SHIPPO_SECRETS"]
    assert (await operator.tells())["restart_for"] == ["SHIPPO_SECRETS"]
    operator.write(webhook_secrets=SECRET, api_keys=API_KEY)
    assert (await operator.tells())["restart_for"] == []


async def test_a_mistake_changes_nothing_and_is_told(
    operator: Operator, session: aiohttp.ClientSession
) -> None:
    operator.write(webhook_secrets="whsec_short", api_keys=API_KEY)
    said = await operator.tells()
    assert said["event"] == "settings_not_reloaded"
    assert "WEBHOOK_SECRETS" in str(said["why"])
    assert await status(ShopBackend(operator.child.url, session), "ord_1") == (202, 200)


async def test_in_a_terminal_its_end_is_the_end(
    sandbox: Sandbox, cable: MongoProxy, tmp_path: Path
) -> None:
    ours, theirs = pty.openpty()
    settings = {
        "BOT_TOKEN": sandbox.token,
        "BOT_API_URL": sandbox.url,
        "MONGODB_URI": cable.uri,
        "HTTP_PORT": "0",
        "WEBHOOK_SECRETS": SECRET,
        "API_KEYS": API_KEY,
    }
    child = Child(settings, tmp_path, stdin=theirs)
    try:
        await child.start()
        child.signal(signal.SIGHUP)
        assert await child.ended() == 0
    finally:
        await child.kill()
        os.close(ours)
        os.close(theirs)
