"""`kill -9` between what a customer writes and the staff's topic, and a new start."""

from collections.abc import Awaitable, Callable

import pytest

from sandbox import Chat, Person, Sandbox
from sandbox.waiting import TIMEOUT
from storage.chats import Chats
from storage.conversations import Conversations
from storage.models import Conversation
from storage.mongo import Mongo
from storage.writers import Writers
from tests.reliability import points
from tests.reliability.conftest import Linked, Starts
from tests.support.child import Child
from tests.support.mongo_proxy import MongoProxy

SHORT_LEASES = "tests.support.short_leases"
Serves = Callable[[], Awaitable[Child]]


@pytest.fixture
def office(sandbox: Sandbox, charlie: Person) -> Chat:
    return sandbox.forum("Office", [charlie])


@pytest.fixture
def serves(starts: Starts, office: Chat, charlie: Person) -> Serves:
    """A service whose staff meets there."""

    async def start() -> Child:
        return await starts(SHORT_LEASES, staff_chat=str(office.id), staff_members=str(charlie.id))

    return start


@pytest.fixture
async def writing(linked: Linked, alice: Person, mongo: Mongo, chats: Chats) -> None:
    """Alice has begun a conversation about her order."""
    await linked(alice)
    chat = await chats.get(alice.id)
    assert chat
    now = chat.links[0].since
    await Conversations(mongo).open(
        Conversation(
            id=f"{alice.id}:ord_1",
            chat_id=alice.id,
            order_id="ord_1",
            customer_id="customer-1",
            latest_at=now,
            ends_at=now.replace(year=now.year + 9),
        )
    )
    await Writers(mongo).begin(alice.id, "ord_1")


def heard(office: Chat) -> list[str]:
    """What came into topics of what alice has written."""
    return [
        message.text.partition("\n")[2]
        for message in office.messages.values()
        if message.text.startswith("👤")
    ]


async def hears(office: Chat, *words: str) -> None:
    await office.changed.until(lambda: heard(office)[-len(words) :] == list(words), TIMEOUT)
    assert heard(office)[-len(words) :] == list(words)


async def test_killed_before_it_is_kept_it_comes_again_from_telegram(
    serves: Serves, writing: None, cable: MongoProxy, alice: Person, office: Chat
) -> None:
    child = await serves()
    write = cable.hold(points.taking_in_words)
    await alice.send("Where is it?")
    await write.reached()
    await child.kill()
    assert heard(office) == []

    await serves()
    await hears(office, "Where is it?")
    assert len(office.topics) == 1


async def test_killed_before_the_send_it_is_sent_after_the_lease_and_once(
    serves: Serves, writing: None, cable: MongoProxy, alice: Person, office: Chat
) -> None:
    child = await serves()
    claim = cable.hold(points.claiming_a_conversation, answered=True)
    await alice.send("Where is it?")
    await claim.reached()
    await child.kill()
    assert heard(office) == []

    await serves()
    await hears(office, "Where is it?")
    await alice.send("Hello?")
    await hears(office, "Where is it?", "Hello?")
    assert len(heard(office)) == 2


async def test_killed_between_the_send_and_the_mark_it_may_come_twice_and_nothing_is_lost(
    serves: Serves, writing: None, cable: MongoProxy, alice: Person, office: Chat
) -> None:
    child = await serves()
    await alice.send("Where is it?")
    await hears(office, "Where is it?")
    mark = cable.hold(points.marking_words_as_brought)
    await alice.send("Hello?")
    await mark.reached()
    await child.kill()
    await alice.send("Anybody?")

    await serves()
    await hears(office, "Hello?", "Anybody?")
    assert heard(office) in (
        ["Where is it?", "Hello?", "Hello?", "Anybody?"],
        ["Where is it?", "Where is it?", "Hello?", "Anybody?"],  # the mark was of the first
    )
    assert len(office.topics) == 1
