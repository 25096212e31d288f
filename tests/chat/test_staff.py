"""The staff's group: `/order` for its members, and nothing for anybody else or anywhere else."""

import re
from typing import Any

import pytest

from bot.services.orders.references import button_key
from bot.settings import Settings, load
from sandbox import Chat, Message, Person, Sandbox
from storage.chats import Chats
from storage.mongo import Mongo
from storage.orders import Orders
from tests.conftest import Link
from tests.support.shop import ShopBackend

TOPIC = 7


@pytest.fixture
def office(sandbox: Sandbox, alice: Person, bob: Person) -> Chat:
    """The staff's forum: alice is one of them, bob sits there without being one."""
    return sandbox.group("Office", [alice, bob], topics=[TOPIC, 8])


@pytest.fixture
def settings(settings: Settings, office: Chat, alice: Person, charlie: Person) -> Settings:
    """Charlie is one of them, too, and not in the group."""
    staff: dict[str, Any] = {
        "staff_chat": f"{office.id}:{TOPIC}",
        "staff_members": f"{alice.id}, {charlie.id}",
    }
    return load(env_file=None, **settings.model_dump(exclude=set(staff)), **staff)


@pytest.fixture
async def order(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "shipped", note="By road", location="Kampala", notify=False)


async def told(group: Chat, count: int = 1) -> list[Message]:
    """What the bot has said in the group, once it has said so much."""

    def said() -> list[Message]:
        return [message for message in group.messages.values() if message.from_bot]

    await group.changed.until(lambda: len(said()) >= count, 5)
    return said()


async def asks(person: Person, office: Chat, text: str = "/order 1001") -> Message:
    before = len([message for message in office.messages.values() if message.from_bot])
    await person.send_in_group(office, text, topic=TOPIC)
    answers = await told(office, before + 1)
    assert len(answers) == before + 1
    return answers[-1]


def again(message: Message) -> str:
    ((button,),) = message.buttons
    assert button.text == "Send the update again"
    assert button.data is not None
    return button.data


# Asking


@pytest.mark.parametrize("reference", ["1001", "#1001", "ord_1", "ORD_1"])
async def test_an_order_is_shown_with_all_that_is_known(
    order: None, office: Chat, alice: Person, reference: str
) -> None:
    lines = (await asks(alice, office, f"/order {reference}")).text.splitlines()
    assert lines[:4] == ["#1001 · Shipped", "ord_1", "Nobody is connected to it.", ""]
    assert [re.sub(r"^.*\d\d:\d\d ", "", line) for line in lines[4:]] == [
        "Shipped · Kampala · By road",
        "Order placed",
    ]


async def test_it_is_answered_in_the_topic_where_it_was_asked(
    order: None, office: Chat, alice: Person
) -> None:
    await alice.send_in_group(office, "/order@trackline_bot 1001", topic=8)
    (answer,) = await told(office)
    assert answer.topic == 8


async def test_several_orders_of_one_number_are_told_apart_by_their_ids(
    order: None, shop: ShopBackend, office: Chat, alice: Person
) -> None:
    await shop.create("ord_2", "customer-2", order_number="1001", notify=False)
    answer = await asks(alice, office)
    assert "/order ord_1 · Shipped" in answer.text
    assert "/order ord_2 · Order placed" in answer.text


@pytest.mark.parametrize(
    ("text", "answer"),
    [("/order", "Which order?"), ("/order 99", "No order goes by"), ("/order ~", "No order")],
)
async def test_what_is_none_is_said_to_be_none(
    order: None, office: Chat, alice: Person, text: str, answer: str
) -> None:
    assert answer in (await asks(alice, office, text)).text


async def test_words_that_would_be_markup_are_shown_as_they_are(
    shop: ShopBackend, office: Chat, alice: Person
) -> None:
    await shop.create(
        "ord_1", "customer-1", status="<b>odd</b>", note="<a href='x'>&", notify=False
    )
    text = (await asks(alice, office, "/order ord_1")).text
    assert "<b>odd</b>" in text
    assert "<a href='x'>&" in text


async def test_a_long_history_fits_into_one_message(
    shop: ShopBackend, office: Chat, alice: Person
) -> None:
    for n in range(30):
        status = "shipped" if n % 2 else "packed"
        await shop.tell(
            "ord_1", status, customer_id="customer-1", note="<&>" * 300, notify=False,
            kind="order.created", location="&" * 200,
        )  # fmt: skip
    assert "… and 15 before" in (await asks(alice, office, "/order ord_1")).text


# Who may not


async def test_others_in_the_group_get_nothing(
    order: None, office: Chat, alice: Person, bob: Person
) -> None:
    await bob.send_in_group(office, "/order 1001", topic=TOPIC)
    await asks(alice, office)  # it is the only answer


async def test_members_get_nothing_in_another_group_nor_in_private(
    order: None, sandbox: Sandbox, office: Chat, alice: Person
) -> None:
    family = sandbox.group("Family", [alice])
    await alice.send_in_group(family, "/order 1001")
    await alice.send("/order 1001")
    answer = await alice.receives()
    assert "Kampala" not in answer.text
    assert family.messages[min(family.messages)].from_bot is False
    assert len(family.messages) == 1
    await asks(alice, office)


async def test_help_says_what_the_staff_can_do_there(
    order: None, office: Chat, alice: Person, bob: Person
) -> None:
    told = (await asks(alice, office, "/help")).text
    assert told.startswith("What you can do here\n/order 1001, with a number or an id,")
    assert [command in told for command in ("/resend", "/console", "/track")] == [True, True, False]
    assert "topic of a conversation" not in told  # the group is not a forum
    others = (await asks(bob, office, "/help")).text
    assert others == "Orders are a private matter: please write to me in our own chat."


async def test_customers_commands_are_answered_there_as_in_any_group(
    order: None, office: Chat, alice: Person
) -> None:
    answer = await asks(alice, office, "/track 1001")
    assert answer.text == "Orders are a private matter: please write to me in our own chat."


@pytest.mark.parametrize("who", ["bob", "charlie in private"])
async def test_who_may_not_press_changes_nothing(
    order: None,
    office: Chat,
    alice: Person,
    bob: Person,
    charlie: Person,
    link: Link,
    orders: Orders,
    who: str,
) -> None:
    await link(bob, "customer-1")
    sheet = await asks(alice, office)
    before = await orders.get("ord_1")
    if who == "bob":
        answer = await bob.press_data(again(sheet), sheet)
    else:
        await charlie.send("/help")
        await charlie.receives()
        answer = await charlie.press_data(again(sheet))
    assert answer.text is None
    assert await orders.get("ord_1") == before


# The update again


async def test_without_a_button_the_answer_says_nothing_of_buttons(
    order: None, sandbox: Sandbox, office: Chat, alice: Person
) -> None:
    await asks(alice, office)
    assert "reply_markup" not in sandbox.calls_of("sendMessage")[-1].params


async def test_the_update_is_told_again_to_all_who_are_connected(
    shop: ShopBackend, office: Chat, alice: Person, bob: Person, charlie: Person, link: Link
) -> None:
    for person in (bob, charlie):
        await link(person, "customer-1")
    await shop.create("ord_1", "customer-1", status="shipped", order_number="1001")
    for person in (bob, charlie):
        await person.receives(containing="has been shipped")
    sheet = await asks(alice, office)
    assert "2 chats connected, 2 of them hearing of it" in sheet.text
    assert (await alice.press_data(again(sheet), sheet)).text == "It is on its way again."
    for person in (bob, charlie):
        await person.receives(containing="has been shipped")


async def test_of_an_order_that_was_never_told_of_the_state_is_told(
    order: None, office: Chat, alice: Person, bob: Person, link: Link
) -> None:
    await link(bob, "customer-1")
    sheet = await asks(alice, office)
    await alice.press_data(again(sheet), sheet)
    await bob.receives(containing="has been shipped")


async def test_a_button_works_once_and_not_after_other_news(
    shop: ShopBackend, order: None, office: Chat, alice: Person, bob: Person, link: Link
) -> None:
    await link(bob, "customer-1")
    sheet = await asks(alice, office)
    await alice.press_data(again(sheet), sheet)
    await bob.receives(containing="has been shipped")
    answer = await alice.press_data(again(sheet), sheet)
    assert answer.text == "There was other news since. Ask with /order again."
    sheet = await asks(alice, office)
    await shop.tell("ord_1", "delivered")
    await bob.receives(containing="has been delivered")
    answer = await alice.press_data(again(sheet), sheet)
    assert answer.text == "There was other news since. Ask with /order again."


async def test_who_has_muted_the_order_is_not_told_again(
    order: None, office: Chat, alice: Person, bob: Person, link: Link, chats: Chats, mongo: Mongo
) -> None:
    await link(bob, "customer-1")
    chat = await chats.get(bob.id)
    assert chat
    await chats.mute(chat, "ord_1")
    sheet = await asks(alice, office)
    assert "1 chat connected, 0 of them" in sheet.text
    said = len(bob.inbox)
    await alice.press_data(again(sheet), sheet)
    await bob.send("/help")
    await bob.receives(containing="how your orders")
    assert len(bob.inbox) == said + 1


@pytest.mark.parametrize("forged", ["", ":", "~:1", f"{button_key('ord_1')}:x", "ord_99:0", "1:²"])
async def test_a_forged_button_of_a_member_s_does_nothing(
    order: None, office: Chat, alice: Person, forged: str
) -> None:
    sheet = await asks(alice, office)
    answer = await alice.press_data(f"staff:again:{forged}", sheet)
    assert answer.text == "There was other news since. Ask with /order again."
