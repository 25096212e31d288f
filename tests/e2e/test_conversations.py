"""A customer and the shop's staff write to each other about an order."""

from typing import Any

import pytest

from bot.settings import Settings, load
from sandbox import Chat, Message, Person, Sandbox
from storage.mongo import Driver
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.shop import ShopBackend

pytestmark = pytest.mark.own_database

WRITE = "💬 Write to the shop"


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def office(sandbox: Sandbox, charlie: Person, bob: Person) -> Chat:
    """The staff's forum: charlie is one of them, bob sits there without being one."""
    return sandbox.forum("Office", [charlie, bob])


@pytest.fixture
def settings(settings: Settings, office: Chat, charlie: Person) -> Settings:
    staff: dict[str, Any] = {"staff_chat": str(office.id), "staff_members": str(charlie.id)}
    return load(env_file=None, **settings.model_dump(exclude=set(staff)), **staff)


@pytest.fixture
async def troubled(shop: ShopBackend, alice: Person, link: Link) -> Message:
    """The news of a problem with alice's order."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "problem")
    return await alice.receives(containing="problem")


@pytest.fixture
async def begun(troubled: Message, alice: Person) -> None:
    """She writes to the shop now, without her name."""
    await alice.press(WRITE)
    await alice.receives(containing="May they know that you are called Alice?")
    await alice.press("💬 Write without my name")
    await alice.receives(containing="goes to Nile Coffee now")


def said(office: Chat) -> list[str]:
    """What the bot has said in topics, without the sheets that they begin with."""
    return [
        message.text
        for message in office.messages.values()
        if message.from_bot and message.text and "What you write here goes" not in message.text
    ]


async def hears(office: Chat, containing: str) -> Message:
    """The newest message there with these words, once it is there."""

    def found() -> list[Message]:
        return [m for m in office.messages.values() if m.from_bot and containing in m.text]

    await office.changed.until(lambda: bool(found()), 5)
    assert found(), [m.text for m in office.messages.values()]
    return found()[-1]


async def test_both_write_to_each_other(
    begun: None, alice: Person, charlie: Person, office: Chat
) -> None:
    await alice.send("Where is my parcel? 1001 is late")
    await alice.receives(containing="This goes to Nile Coffee, about order #1001.")
    heard = await hears(office, "Where is my parcel?")
    assert heard.text == "👤 The customer:\nWhere is my parcel? 1001 is late"
    assert heard.topic is not None
    assert office.topics[heard.topic].name == "#1001"
    await charlie.send_in_group(office, "It is <here>,\nat our desk.", topic=heard.topic)
    answer = await alice.receives(containing="Nile Coffee writes about order #1001:")
    assert answer.text.splitlines()[1:] == ["It is <here>,", "at our desk."]
    await alice.send("Thank you!")
    await hears(office, "👤 The customer:\nThank you!")
    assert len(office.topics) == 1


async def test_the_topic_begins_with_the_order(begun: None, alice: Person, office: Chat) -> None:
    await alice.send("Hello?")
    await hears(office, "Hello?")
    first, second = [m for m in office.messages.values() if m.from_bot and m.text]
    assert first.text.startswith(
        "The customer writes about this order:\n\n#1001 · There is a problem"
    )
    assert "Hello?" in second.text
