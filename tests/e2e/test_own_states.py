"""The service started with a shop's own states: a customer sees them wherever ours would stand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Trackline
from bot.services.orders.noticed import UNKNOWN
from bot.settings import Settings
from sandbox import Person
from storage.chats import Chats
from storage.models import Preferences
from storage.mongo import Driver, Mongo
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.shop import ShopBackend

EXAMPLE = Path(__file__).parents[2] / "examples" / "states.toml"


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"states_file": EXAMPLE})


@pytest.fixture
async def customer(shop: ShopBackend, alice: Person, link: Link) -> Person:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    return alice


async def test_news_and_timeline_show_it_with_its_emoji_at_its_place(
    shop: ShopBackend, customer: Person
) -> None:
    await shop.tell("ord_1", "In roastery")
    news = await customer.receives(containing="We are roasting your order #1001 right now.")
    assert news.text.startswith("🔥 ")
    await customer.send("/track 1001")
    timeline = await customer.receives(containing="Order #1001")
    assert timeline.text.startswith("🔥 Being roasted\nOrder #1001\nNext: Shipped ▰▰▱▱▱")
    await shop.tell("ord_1", "shipped")
    assert (await customer.receives(containing="has been shipped")).text.startswith("🚲 ")


async def test_it_is_called_so_in_each_language_and_in_english_elsewhere(
    shop: ShopBackend, customer: Person, chats: Chats
) -> None:
    await shop.tell("ord_1", "roasting")
    await customer.receives(containing="We are roasting")
    for language, name in (("fr", "En torréfaction"), ("sw", "Being roasted")):
        await chats.prefer(customer.id, Preferences(language=language))
        await customer.send("/track 1001")
        await customer.receives(containing=f"🔥 {name}")


async def test_a_live_message_shows_it(shop: ShopBackend, customer: Person, chats: Chats) -> None:
    await chats.prefer(customer.id, Preferences(cards=True))
    await shop.tell("ord_1", "roasting")
    await customer.receives(containing="🔥 Being roasted\nOrder #1001")


async def test_who_wants_main_steps_only_hears_of_it(
    shop: ShopBackend, customer: Person, chats: Chats
) -> None:
    await chats.prefer(customer.id, Preferences(hear="main"))
    await shop.tell("ord_1", "engraving")  # a state that nobody has defined
    await shop.tell("ord_1", "roasting")
    news = await customer.receives(containing="your order #1001")
    assert "We are roasting" in news.text


async def test_one_that_closes_ends_the_order(
    shop: ShopBackend, customer: Person, mongo: Mongo
) -> None:
    await shop.tell("ord_1", "left_at_neighbour")
    news = await customer.receives(containing="🏡")
    assert "Left with a neighbour" in news.text
    found = await mongo.database["orders"].find_one({"_id": "ord_1"})
    assert found
    assert found["closed"]
    assert found["events"][-1]["status"] == "left_at_neighbour"


async def test_the_shop_reads_its_own_word_and_its_staff_hear_of_no_unknown_state(
    shop: ShopBackend, customer: Person
) -> None:
    before = UNKNOWN.labels("roasting")._value.get()
    await shop.tell("ord_1", "Roast")
    assert (await shop.tracking("ord_1"))["status"] == "roasting"
    assert UNKNOWN.labels("roasting")._value.get() == before


@pytest.fixture
async def anew(
    settings: Settings, service: Trackline, shop: ShopBackend, customer: Person
) -> AsyncIterator[Trackline]:
    """Another replica, which knows only what is stored."""
    await shop.tell("ord_1", "left_at_neighbour")
    await customer.receives(containing="🏡")
    async with Trackline(settings) as other:
        yield other


async def test_another_replica_reads_what_it_means(anew: Trackline, shop: ShopBackend) -> None:
    elsewhere = ShopBackend(anew.url, shop.session)
    await elsewhere.tell("ord_1", kind="order.updated", note="Ring at number 7")
    assert (await elsewhere.tracking("ord_1"))["status"] == "left_at_neighbour"
    answer = await elsewhere.api("GET", "/api/v1/orders/ord_1")
    assert answer.status == 200
