"""The Mini App of a service whose Telegram is the sandbox, asked as the page asks."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.settings import Settings
from sandbox import Person, Sandbox
from tests.support.shop import Answer, ShopBackend
from tests.web.mini_app.signing import fields, signed


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(local_apps=True) as sandbox:
        yield sandbox


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"mini_app": "local"})


@dataclass
class Opened:
    """A page that somebody has opened. ``own``: its secret."""

    shop: ShopBackend
    own: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    session: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def sign_in(self, init_data: str) -> Answer:
        answer = await self.shop.request(
            "POST",
            "/app/session",
            json={"init_data": init_data, "page": self.own},
            headers=self.headers,
        )
        self.session = answer.headers.get("X-Session", self.session)
        return answer

    async def by(self, person: Person, **user: Any) -> "Opened":
        """Signed in."""
        known = {"language_code": person.account.language} | user
        answer = await self.sign_in(signed(fields(person.id, datetime.now(UTC), **known)))
        assert answer.status == 200, answer
        return self

    async def get(self, path: str, **query: str) -> Answer:
        headers = self.headers | {"Authorization": f"Bearer {self.session}"}
        return await self.shop.request("GET", path, params=query, headers=headers)


@pytest.fixture
def opened(shop: ShopBackend) -> Opened:
    return Opened(shop)
