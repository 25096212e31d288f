"""What people ask in their own words is answered, and nothing else is taken for it."""

import pytest

from bot.settings import Settings
from bot.texts.phrases import ours
from sandbox import Message, Person
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.texts.test_phrases import ORDERS, SAID

SUPPORT = "https://nile.example/contact"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"support_url": SUPPORT})


async def says(person: Person, text: str) -> Message:
    """The bot's answer."""
    await person.send(text)
    return await person.receives()


def labels(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


@pytest.fixture
async def customer(shop: ShopBackend, alice: Person, link: Link) -> Person:
    """Alice, linked, with the open order 1001."""
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await link(alice, "customer-1")
    return alice


# Where is my order?


@pytest.mark.parametrize("language", ours())
async def test_in_every_language_the_one_open_order_is_shown(
    customer: Person, shop: ShopBackend, language: str
) -> None:
    await shop.create("ord_0", "customer-1", order_number="1000", status="delivered", notify=False)
    question = next(said for said, meant in SAID[language].items() if meant == ORDERS)
    assert "Order #1001" in (await says(customer, question)).text


async def test_of_several_open_orders_the_list_is_shown(
    customer: Person, shop: ShopBackend
) -> None:
    await shop.create("ord_2", "customer-1", order_number="1002", notify=False)
    answer = await says(customer, "where's my order?")
    assert "Your latest orders" in answer.text
    assert {"1001", "1002"} <= {label[-4:] for label in _numbers(answer)}


def _numbers(answer: Message) -> list[str]:
    return [label.split(" · ")[0] for label in labels(answer)]


async def test_the_only_order_is_shown_when_it_has_arrived_and_asked_about(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", status="delivered", notify=False)
    answer = await says(alice, "status")
    assert "Order #1001" in answer.text
    assert "How was your delivery?" in answer.text


async def test_who_has_no_order_is_told_what_comes(alice: Person, link: Link) -> None:
    await link(alice, "customer-1")
    assert "No orders here yet" in (await says(alice, "where is my order?")).text


@pytest.mark.parametrize("said", ["Where is my order?", "hello", "track"])
async def test_who_is_not_linked_is_told_how_to_be(
    shop: ShopBackend, alice: Person, said: str
) -> None:
    assert "Connect Telegram" in (await says(alice, said)).text


async def test_a_stranger_s_greeting_is_answered_in_one_sentence(
    shop: ShopBackend, alice: Person
) -> None:
    hello = await says(alice, "Hello!")
    assert hello.text.startswith("👋 Hello! To see where your orders are, connect this chat")
    assert "\n" not in hello.text
    await alice.press("My orders")
    await alice.receives(containing="Have a code? Just send it here.")


@pytest.mark.parametrize("said", ["yes", "yes pls", "No", "no thanks", "oui", "sí"])
async def test_a_typed_yes_or_no_connects_nothing_and_leads_to_the_buttons(
    shop: ShopBackend, alice: Person, said: str
) -> None:
    code = (await shop.connect("customer-1"))["code"]
    question = await says(alice, code)
    assert "press one of the buttons below my question" in (await says(alice, said)).text
    await alice.press("Yes, connect", question)
    await alice.receives(containing="Connected.")


async def test_who_mistypes_a_code_is_told_to_check_it(shop: ShopBackend, alice: Person) -> None:
    answer = await says(alice, "UU2B 5RKX")
    assert "Typed it? Please check each letter, too." in answer.text


async def test_another_s_orders_are_not_shown(
    customer: Person, shop: ShopBackend, charlie: Person, link: Link
) -> None:
    await link(charlie, "customer-2")
    assert "1001" not in (await says(charlie, "where is my order?")).text


# The rest


async def test_thanks_and_greetings_get_a_kind_word(customer: Person) -> None:
    assert (await says(customer, "Thank you!")).text == "😊 Happy to help!"
    assert (await says(customer, "👍")).text == "😊 Happy to help!"
    hello = await says(customer, "Hi!")
    assert hello.text.startswith("👋 Hello!")
    assert labels(hello) == ["My orders"]


async def test_stop_asks_what_is_meant_and_ends_nothing(
    customer: Person, shop: ShopBackend
) -> None:
    stop = await says(customer, "STOP")
    assert labels(stop) == ["📣 Choose my updates", "Disconnect this chat"]
    await customer.press("Disconnect this chat")
    question = await customer.receives(containing="Disconnect this chat?")
    assert labels(question) == ["Yes, disconnect", "No, stay connected"]
    await customer.press("No, stay connected")
    await customer.receives(containing="All right, you stay connected.")
    await shop.tell("ord_1", "shipped")
    await customer.receives(containing="has been shipped")
    await customer.press("📣 Choose my updates", stop)
    assert "Which updates" in customer.chat.messages[stop.id].text


@pytest.mark.parametrize("said", ["stop notifying me about 1001", "mute #1001", "Stop 1001"])
async def test_stop_with_an_order_offers_to_mute_that_order(customer: Person, said: str) -> None:
    stop = await says(customer, said)
    assert stop.text.startswith("Options for order #1001")
    await customer.press("Mute this order", stop)
    assert "This order is muted" in customer.chat.messages[stop.id].text


async def test_a_stranger_who_says_stop_gets_nothing_anyway(
    shop: ShopBackend, alice: Person
) -> None:
    assert "I send you nothing" in (await says(alice, "stop")).text


async def test_what_only_the_shop_can_do_leads_to_the_shop(customer: Person) -> None:
    answer = await says(customer, "I want to cancel my order")
    assert answer.text == "Only Nile Coffee can do that: please ask them."
    assert [button.url for row in answer.buttons for button in row] == [SUPPORT]


@pytest.mark.parametrize(
    "said", ["i want to cancel order 1002", "Cancel #1002", "refund 1002 pls", "/cancel 1002"]
)
async def test_such_a_wish_for_an_order_that_is_named_leads_to_the_shop_for_that_very_one(
    customer: Person, shop: ShopBackend, said: str
) -> None:
    await shop.create("ord_2", "customer-1", order_number="1002", notify=False)
    answer = await says(customer, said)
    assert answer.text == "Only Nile Coffee can do that: please ask them."


async def test_such_a_wish_with_a_number_that_is_no_order_leads_to_the_shop_too(
    customer: Person,
) -> None:
    answer = await says(customer, "Change the address to 1200 Main Street")
    assert answer.text == "Only Nile Coffee can do that: please ask them."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/disconnect", "fewer messages from me, or none"),
        ("/stop@nile_bot", "fewer messages from me, or none"),
        ("/status", "Order #1001"),
        ("/where_is_my_order", "Order #1001"),
        ("/status 1001", "Order #1001"),
        ("/language", "Settings"),
        ("/unknown", "I didn't get that"),
    ],
)
async def test_a_command_that_is_none_of_ours_is_read_as_its_words(
    customer: Person, said: str, told: str
) -> None:
    assert told in (await says(customer, said)).text


async def test_help_and_settings_are_opened(customer: Person) -> None:
    assert "how your orders from" in (await says(customer, "what can you do?")).text
    assert "Settings" in (await says(customer, "change the language")).text


async def test_what_is_not_understood_has_the_way_to_the_shop(customer: Person) -> None:
    answer = await says(customer, "what about the green tea")
    assert "I didn't get that" in answer.text
    assert labels(answer) == ["My orders", "Help", "💬 Ask the shop"]


# What has a meaning of its own comes first


@pytest.mark.parametrize("said", ["where is my order 1002?", "status 1002", "thanks! and #1002?"])
async def test_a_number_is_looked_up_whatever_else_is_said(
    customer: Person, shop: ShopBackend, said: str
) -> None:
    await shop.create("ord_2", "customer-1", order_number="1002", notify=False)
    assert "Order #1002" in (await says(customer, said)).text


async def test_a_code_is_a_code(customer: Person, shop: ShopBackend) -> None:
    code = (await shop.connect("customer-2"))["code"]
    assert "Connect this chat to" in (await says(customer, code)).text


async def test_a_comment_that_was_asked_for_is_one_whatever_it_says(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", status="delivered")
    await alice.receives(containing="How was your delivery?")
    await alice.press("😀 Great")
    await alice.press("✍️ Add a comment")
    await alice.receives(containing="What would you like to tell")
    await alice.send("Thanks, where is my next order?")
    await alice.receives(containing="will read it")
