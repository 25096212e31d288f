"""The database is cut off, or does not answer: bounded, told honestly, and over by itself."""

import asyncio
from time import monotonic

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from tests.support.shop import Answer, ShopBackend
from tests.support.tcp_proxy import TcpProxy
from tests.web.conftest import on_both_drivers, over

SOON = 3
"""Seconds within which a sender hears that it should try again."""


@pytest.fixture
def settings(settings: Settings, cable: TcpProxy, mongodb_uri: str) -> Settings:
    return settings.model_copy(update={"mongodb_uri": SecretStr(over(cable, mongodb_uri))})

@on_both_drivers
async def test_many(shop: ShopBackend, cable: TcpProxy) -> None:
    assert (await shop.create("ord_1", "customer-1")).status == 202
    for act in (cable.cut, cable.stall):
        act()
        t=monotonic()
        answers = await asyncio.gather(*(shop.create(f"ord_{n}", "customer-1") for n in range(50)))
        print(act.__name__, {a.status for a in answers}, monotonic()-t)
        cable.mend()
        t=monotonic()
        while (await shop.create("ord_9", "customer-1")).status != 202: pass
        print('recovered', monotonic()-t)
