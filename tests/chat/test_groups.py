"""Groups: nothing about anybody's orders is said where others read it."""

import pytest

from bot.services.orders.references import button_key
from sandbox import Chat, Person, Sandbox
from storage.chats import Chats
from storage.mongo import Mongo
from tests.conftest import Link, start_token
from tests.support.commands import COMMANDS
from tests.support.shop import ShopBackend

ORDER = "ord_1"


@pytest.fixture
async def family(
    sandbox: Sandbox, shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> Chat:
    """A group of alice, who is linked and has an order, and bob, who is not."""
    await link(alice, "customer-1")
    await shop.create(ORDER, "customer-1", order_number="1001", notify=False)
    return sandbox.group("Family", members=[alice, bob])


async def answered(group: Chat, count: int = 1) -> list[str]:
    """What the bot has said in the group, once it has said so much."""

    def said() -> list[str]:
        return [message.text for message in group.messages.values() if message.from_bot]

    await group.changed.until(lambda: len(said()) >= count, 5)
    return said()


@pytest.mark.parametrize(
    "command",
    ["/track 1001", "/track", "/orders", "/start", "/link ABCD-EFGH", "/track@trackline_bot 1001"],
)
async def test_a_command_in_a_group_is_answered_with_where_to_ask(
    family: Chat, alice: Person, command: str
) -> None:
    await alice.send_in_group(family, command)
    assert await answered(family) == [
        "Orders are a private matter: please write to me in our own chat."
    ]


async def test_unlinking_in_a_group_does_nothing(family: Chat, alice: Person, chats: Chats) -> None:
    await alice.send_in_group(family, "/unlink")
    await answered(family)
    assert await chats.get(alice.id) is not None


@pytest.mark.parametrize("command", ["/start {token}", "/start@trackline_bot {token} please"])
async def test_a_link_that_was_shown_to_a_group_is_void(
    family: Chat, shop: ShopBackend, bob: Person, chats: Chats, command: str
) -> None:
    token = start_token((await shop.connect("customer-1"))["url"])
    await bob.send_in_group(family, command.format(token=token))
    await answered(family)
    assert await chats.get(bob.id) is None

    await bob.send(f"/start {token}")
    await bob.receives(containing="no longer valid")


@pytest.mark.parametrize("spaced", [False, True])
async def test_a_code_that_was_shown_to_a_group_is_void(
    family: Chat, shop: ShopBackend, bob: Person, spaced: bool
) -> None:
    code = (await shop.connect("customer-1"))["code"]
    await bob.send_in_group(family, "/link " + (code.replace("-", " ") if spaced else code))
    await answered(family)
    await bob.send(f"/link {code}")
    await bob.receives(containing="no longer valid")


@pytest.mark.parametrize("word", ["a1", "K7WM3XQP", "A" * 43, "s_" + "a" * 32, "s_a"])
async def test_a_message_full_of_words_costs_no_more_than_a_look_for_a_few(
    family: Chat, mongo: Mongo, bob: Person, word: str
) -> None:
    with COMMANDS.of(mongo.database.name) as commands:
        await bob.send_in_group(family, f"/start {f'{word} ' * (4000 // (len(word) + 1))}")
        await answered(family)
    looks = [c for c in commands if {"link_tokens", "shares"} & {next(iter(c.values()))}]
    assert len(looks) <= 1
    assert len(repr(looks)) < 2000


async def test_news_is_told_in_private_only(family: Chat, shop: ShopBackend, alice: Person) -> None:
    await shop.tell(ORDER, "shipped")
    await alice.receives(containing="has been shipped")
    assert family.messages == {}


@pytest.mark.parametrize(
    "forged", ["orders", f"show:{button_key(ORDER)}", f"refresh:{button_key(ORDER)}", "help"]
)
async def test_a_button_forged_into_a_group_is_answered_and_shows_nothing(
    family: Chat, alice: Person, forged: str
) -> None:
    await alice.send_in_group(family, "/track")
    before = await answered(family)
    message = next(message for message in family.messages.values() if message.from_bot)
    answer = await alice.press_data(forged, message)
    assert answer.text is None
    assert await answered(family) == before


async def test_what_people_say_to_each_other_is_left_alone(
    family: Chat, alice: Person, bob: Person
) -> None:
    await alice.send_in_group(family, "Has my order come?")
    await bob.send_in_group(family, "/track@another_bot 1001")
    await bob.send_in_group(family, "/track")
    assert len(await answered(family)) == 1
