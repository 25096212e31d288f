"""Where the Mini App is offered: beside the message box, below a card, and nowhere else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.app import Trackline
from bot.composition import _app_at
from bot.services.people.mini_app import MiniApp
from bot.settings import Settings
from sandbox import Message, Person, Sandbox
from storage.mongo import Driver, Mongo
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.shop import ShopBackend
from tests.support.waiting import until

OURS = {"text": "Live tracking", "type": "web_app"}
THEIRS = {
    "type": "web_app",
    "text": "Shop",
    "web_app": {"url": "https://shop.example/catalogue"},
}


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(local_apps=True) as sandbox:
        yield sandbox


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"mini_app": "local"})


async def is_shown(person: Person, **button: Any) -> None:
    async def look() -> bool:
        return button.items() <= person.menu_button.items()

    await until(look)


async def is_asked_for(sandbox: Sandbox) -> None:
    async def look() -> bool:
        return bool(sandbox.calls_of("getChatMenuButton"))

    await until(look)


def apps(message: Message) -> list[str]:
    return [button.app for row in message.buttons for button in row if button.app]


async def test_it_opens_from_the_menu_button(service: Trackline, alice: Person) -> None:
    await is_shown(alice, **OURS, web_app={"url": f"{service.url}/app"})


async def test_a_shop_that_speaks_french_has_a_french_button(
    settings: Settings, mongo: Mongo, alice: Person
) -> None:
    async with Trackline(settings.model_copy(update={"default_language": "fr"})):
        await is_shown(alice, text="Suivi en direct")


async def test_somebody_else_s_page_stays_where_it_was_set(
    sandbox: Sandbox, settings: Settings, mongo: Mongo, alice: Person
) -> None:
    sandbox._world.profile.menu_buttons[None] = dict(THEIRS)
    async with Trackline(settings):
        await is_asked_for(sandbox)
    assert alice.menu_button == THEIRS
    assert not sandbox.calls_of("setChatMenuButton")


async def test_turned_off_the_button_goes_and_only_ours_does(
    sandbox: Sandbox, settings: Settings, mongo: Mongo, alice: Person
) -> None:
    async with Trackline(settings):
        await is_shown(alice, **OURS)
    off = settings.model_copy(update={"mini_app": "off"})
    async with Trackline(off):
        await is_shown(alice, type="default")
    said = len(sandbox.calls_of("setChatMenuButton"))
    asked = len(sandbox.calls_of("getChatMenuButton"))

    async def is_asked_again() -> bool:
        return len(sandbox.calls_of("getChatMenuButton")) > asked

    async with Trackline(off):
        await until(is_asked_again)
    assert len(sandbox.calls_of("setChatMenuButton")) == said


async def test_it_opens_from_the_button_below_a_card(
    service: Trackline, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord/1", "customer-1", order_number="1001", notify=False)
    await alice.send("1001")
    card = await alice.receives(containing="#1001")
    assert apps(card) == [f"{service.url}/app?order=ord%2F1"]
    assert len(card.buttons) <= 3


async def test_a_card_comes_without_a_button_that_telegram_refuses(
    sandbox: Sandbox, service: Trackline, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    sandbox._world.local_apps = False
    await alice.send("1001")
    card = await alice.receives(containing="#1001")
    assert apps(card) == []
    assert "⚙️ Options" in [button.text for row in card.buttons for button in row]


@pytest.mark.parametrize(
    ("how", "public_url", "address"),
    [
        ("on", "https://shop.example/bot", "https://shop.example/bot/app"),
        ("on", "http://shop.example", None),
        ("on", None, None),
        ("off", "https://shop.example", None),
    ],
)
def test_it_needs_an_https_address(
    settings: Settings, how: str, public_url: str | None, address: str | None
) -> None:
    seen = settings.model_copy(update={"mini_app": how, "public_url": public_url})
    assert MiniApp(_app_at(seen, lambda: "http://127.0.0.1:1")).address == address
