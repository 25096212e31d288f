"""A running sandbox, and a plain client of its Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox import Person, Sandbox


class Api:
    """Calls the Bot API with JSON, like any client, and knows nothing else."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
        self.session = session
        self.root = f"{sandbox.url}/bot{sandbox.token}"

    async def call(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        """HTTP status and answer."""
        async with self.session.post(f"{self.root}/{method}", json=params) as response:
            return response.status, await response.json()

    async def result(self, method: str, **params: Any) -> Any:
        status, answer = await self.call(method, **params)
        assert (status, answer["ok"]) == (200, True), answer
        return answer["result"]

    async def refusal(self, method: str, **params: Any) -> tuple[int, str]:
        """Error code, which is also the HTTP status, and description."""
        status, answer = await self.call(method, **params)
        assert (answer["ok"], answer.get("error_code")) == (False, status), answer
        return status, answer["description"]

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.result("getUpdates", **params)
        return found


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def api(sandbox: Sandbox, session: aiohttp.ClientSession) -> Api:
    return Api(session, sandbox)


@pytest.fixture
async def alice(sandbox: Sandbox, api: Api) -> Person:
    """She has written to the bot; the bot has read it."""
    person = sandbox.person("Alice")
    await person.send("/start")
    [update] = await api.updates()
    await api.updates(offset=update["update_id"] + 1)
    return person
