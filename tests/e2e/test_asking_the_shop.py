"""What the operator said in SUPPORT_URL, on the phone of who needs it."""

import pytest

from bot.settings import Settings
from sandbox import Person, Sandbox
from storage.mongo import Driver
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.shop import ShopBackend

PHONE = "+256700000001"


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture(params=["@nile_coffee", PHONE])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    by_phone = request.param == PHONE
    support = PHONE if by_phone else f"https://t.me/{request.param[1:]}"
    return settings.model_copy(update={"support_url": support})


async def test_whoever_hears_of_a_problem_has_the_shop_at_hand(
    shop: ShopBackend, alice: Person, link: Link, settings: Settings
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "problem")
    push = await alice.receives(containing="There is a problem")
    await alice.send("/track 1001")
    timeline = await alice.receives(containing="Order #1001")
    for message in (push, timeline):
        links = [button.url for row in message.buttons for button in row]
        assert settings.support_url in [*links, message.text.partition("📞 ")[2]]


async def test_a_stranger_whose_link_is_not_valid_has_it_too(
    sandbox: Sandbox, shop: ShopBackend, charlie: Person, settings: Settings
) -> None:
    await charlie.send("/start " + "x" * 43)
    told = await charlie.receives(containing="no longer valid")
    links = [button.url for row in told.buttons for button in row]
    assert settings.support_url in [*links, told.text.partition("📞 ")[2]]
