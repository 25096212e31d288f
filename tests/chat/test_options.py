"""What a person can do with one order, and that it is theirs."""

import pytest

from bot.services.orders.references import button_key
from sandbox import Message, Person
from storage.chats import Chats
from storage.models import Chat
from tests.conftest import Link, unlinks
from tests.support.shop import ShopBackend

KEY = button_key("ord_1")


@pytest.fixture
async def timeline(shop: ShopBackend, alice: Person, link: Link) -> Message:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await alice.send("/track 1001")
    return await alice.receives(containing="#1001")


def shown(person: Person, message: Message) -> Message:
    return person.chat.messages[message.id]


def labels(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


async def got(chats: Chats, person: Person) -> Chat:
    chat = await chats.get(person.id)
    assert chat is not None
    return chat


async def test_options_take_the_timeline_s_place_and_lead_back(
    alice: Person, timeline: Message
) -> None:
    await alice.press_data(f"options:{KEY}", timeline)
    options = shown(alice, timeline)
    assert "Options for order #1001" in options.text
    assert labels(options) == [
        "Mute this order",
        "Follow every step",
        "📤 Share",
        "‹ Back to the order",
    ]
    assert [row[0].data for row in options.buttons] == [
        f"mute:{KEY}",
        f"follow:{KEY}",
        f"share:{KEY}",
        f"refresh:{KEY}",
    ]
    await alice.press("‹ Back to the order", options)
    assert shown(alice, timeline).text == timeline.text


async def test_an_order_is_muted_followed_and_treated_as_usual(
    alice: Person, timeline: Message, chats: Chats
) -> None:
    await alice.press_data(f"options:{KEY}", timeline)
    for label, answer, said, marks in (
        ("Mute this order", "Muted", "This order is muted", (["ord_1"], [])),
        ("Follow every step", "You will hear of every step", "You follow", ([], ["ord_1"])),
        ("Follow as usual", "You will hear of it as usual", "the usual updates", ([], [])),
        ("Mute this order", "Muted", "This order is muted", (["ord_1"], [])),
        ("Unmute", "You will hear of it as usual", "the usual updates", ([], [])),
    ):
        assert (await alice.press(label, shown(alice, timeline))).text == answer
        assert said in shown(alice, timeline).text
        chat = await got(chats, alice)
        assert (chat.muted, chat.followed) == marks


async def test_each_of_a_household_mutes_for_themselves(
    alice: Person, bob: Person, timeline: Message, chats: Chats, link: Link
) -> None:
    await link(bob, "customer-1")
    await alice.press_data(f"mute:{KEY}", timeline)
    assert (await got(chats, bob)).muted == []


@pytest.mark.parametrize("prefix", ["options:", "mute:", "follow:", "usual:"])
async def test_charlie_gets_the_same_answer_for_an_order_that_is_not_his(
    timeline: Message, charlie: Person, link: Link, chats: Chats, prefix: str
) -> None:
    await link(charlie, "customer-2")
    answers = set()
    for order_id in ("ord_1", "ord_unknown"):
        await charlie.press_data(prefix + button_key(order_id))
        answers.add(charlie.inbox[-1].text)
    assert len(answers) == 1
    assert "I can't find that one" in answers.pop()
    chat = await got(chats, charlie)
    assert (chat.muted, chat.followed) == ([], [])


@pytest.mark.parametrize("prefix", ["options:", "mute:", "follow:", "usual:"])
async def test_after_unlinking_an_old_button_says_how_to_connect(
    alice: Person, timeline: Message, chats: Chats, prefix: str
) -> None:
    await unlinks(alice)
    await alice.press_data(prefix + KEY, timeline)
    assert "Connect your account" in shown(alice, timeline).text
    assert await chats.get(alice.id) is None


async def test_marks_end_with_the_link(
    alice: Person, timeline: Message, chats: Chats, link: Link
) -> None:
    await alice.press_data(f"mute:{KEY}", timeline)
    await unlinks(alice)
    await link(alice, "customer-1")
    assert (await got(chats, alice)).muted == []
