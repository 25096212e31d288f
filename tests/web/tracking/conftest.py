"""An order of Alice's that she has shared, and the page of it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.settings import Settings
from sandbox import Person
from tests.chat.test_sharing import payload_of, shares
from tests.conftest import Link
from tests.support.quiet import quiet
from tests.support.shop import ShopBackend

__all__ = ["quiet"]

MARK = re.compile(r'data-mark="(\w+)"')


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Pages are seen at the service's own http address."""
    at_home = {"tracking_page": "local", "pictures": "local", "support_url": "+256700000001"}
    return settings.model_copy(update=at_home)


@pytest.fixture
async def order(shop: ShopBackend, alice: Person, link: Link) -> None:
    """Of which everything is known."""
    await link(alice, "customer-1")
    now = datetime.now(UTC)
    tomorrow = now + timedelta(days=1)
    told = {"order_number": "1001", "items": [{"name": "Yirgacheffe", "quantity": 2}]}
    await shop.create("ord_1", "customer-1", notify=False, at=now - timedelta(hours=9), **told)
    await shop.tell(
        "ord_1",
        "in_transit",
        at=now - timedelta(hours=2),
        note="Behind the blue door",
        location="Kampala",
        parcel="parcel-B",
        carrier={"name": "DHL", "tracking_number": "JD01", "tracking_url": "https://dhl.test/JD01"},
        estimated_delivery={"latest": tomorrow.isoformat()},
        notify=False,
    )


@dataclass(frozen=True)
class Answer:
    status: int
    headers: "aiohttp.typedefs.LooseHeaders"
    text: str

    @property
    def mark(self) -> str:
        found = MARK.search(self.text)
        assert found
        return found[1]


Get = Callable[..., Awaitable[Answer]]


@pytest.fixture
def get(shop: ShopBackend) -> Get:
    async def get(path: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with shop.session.get(f"{shop.url}{path}", headers=named) as answer:
            return Answer(answer.status, answer.headers, await answer.text())

    return get


@pytest.fixture
async def token(order: None, alice: Person) -> str:
    return payload_of(await shares(alice))
