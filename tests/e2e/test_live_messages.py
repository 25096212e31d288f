"""One live message per order, as who connects has it: over HTTP, with the service as it runs."""

import pytest

from bot.settings import Settings
from sandbox import Fault, Message, Person, Sandbox
from storage.chats import Chats
from storage.models import Preferences
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.commands import COMMANDS
from tests.support.mailboxes import got
from tests.support.news import chat
from tests.support.quiet import asked
from tests.support.shop import ShopBackend
from tests.support.waiting import until

TRACKED = {"name": "DHL", "tracking_number": "JD01", "tracking_url": "https://dhl.test/JD01"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"live_messages": "on"})


@pytest.fixture
async def card(shop: ShopBackend, alice: Person, link: Link) -> Message:
    """Alice has just connected, and her order was sent."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "shipped", carrier=TRACKED)
    return await alice.receives(containing="🚚 Shipped")


def labels(message: Message) -> list[list[str]]:
    return [[button.text for button in row] for row in message.buttons]


async def test_who_connects_has_one_message_per_order_that_moves_down_with_news(
    card: Message, shop: ShopBackend, alice: Person
) -> None:
    assert card.text.startswith("🚚 Shipped\nOrder #1001\n")
    await shop.tell("ord_1", "out_for_delivery")
    moved = await alice.receives(containing="🛵 Out for delivery")
    assert moved.id > card.id

    async def is_gone() -> bool:
        return card.id not in [each.id for each in alice.inbox]

    await until(is_gone)


async def test_its_buttons_need_no_refresh_and_come_back_from_the_options(
    card: Message, alice: Person
) -> None:
    rows = [["Track with DHL"], ["📋 Copy the number", "⚙️ Options"]]
    assert labels(card) == rows
    await alice.press("⚙️ Options", card)
    options = await becomes(alice, card, "Options for order #1001")
    await alice.press("‹ Back to the order", options)
    again = await becomes(alice, card, "🚚 Shipped")
    assert labels(again) == rows


async def becomes(person: Person, message: Message, containing: str) -> Message:
    def now() -> Message:
        return next(each for each in person.inbox if each.id == message.id)

    async def is_so() -> bool:
        return containing in now().text

    await until(is_so)
    return now()


async def test_it_costs_the_database_no_more_than_other_news(
    quiet: None, shop: ShopBackend, sandbox: Sandbox, mongo: Mongo, alice: Person, link: Link
) -> None:
    await shop.create("ord_1", "customer-1", notify=False)
    await link(alice, "customer-1")
    sandbox.fail(Fault(method="sendMessage", times=None, delay=10))
    with COMMANDS.of(mongo.database.name) as commands:
        await shop.tell("ord_1", "out_for_delivery")
        await alice.receives(containing="🛵 Out for delivery")
        sent = asked(commands)
    sandbox.clear_faults()
    assert sent == [("find", "chats"), ("update", "orders"), ("update", "chats")]


async def test_who_was_connected_before_keeps_what_they_have(
    shop: ShopBackend, alice: Person, link: Link, chats: Chats, mongo: Mongo
) -> None:
    await alice.send("/help")
    await chats.link(chat(alice.id, "customer-1"))
    await mongo.database["chats"].update_one({}, {"$unset": {"preferences": 1}})
    await link(alice, "customer-2")
    assert (await got(chats, alice.id)).preferences == Preferences(cards=False)
    await shop.create("ord_1", "customer-1", order_number="1001")
    await alice.receives(containing="Thank you for your order #1001!")
