"""What people say in their own words is understood where it can be."""

import pytest

from bot.services.people.throttle import CODES
from bot.texts import general
from bot.texts.languages import LANGUAGES, translations
from sandbox import Person
from storage.chats import Chats
from storage.mongo import Mongo
from storage.throttles import Throttles
from tests.conftest import Link
from tests.support.shop import ShopBackend

NOT_FOUND = "I can't find that one"
INVALID = "no longer valid"


@pytest.fixture
async def customer(shop: ShopBackend, alice: Person, link: Link) -> Person:
    """Alice, linked, with the orders 1001 and AB-77."""
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.create("ord_2", "customer-1", order_number="AB-77", notify=False)
    await link(alice, "customer-1")
    return alice


async def misses(mongo: Mongo, person: Person) -> tuple[int, int]:
    """How many of orders, and of codes, are counted."""
    chat = await Chats(mongo).get(person.id)
    [codes] = await Throttles(mongo).misses((CODES.kind, person.id))
    return len(chat.misses) if chat else 0, len(codes)


# Orders


@pytest.mark.parametrize("said", ["1001", "#1001 ", "where is 1001?", "Où est la 1001 ?", "١٠٠١"])
async def test_an_order_number_is_understood_as_track(customer: Person, said: str) -> None:
    await customer.send(said)
    await customer.receives(containing="Order #1001")


async def test_of_several_numbers_the_first_that_is_an_order_is_shown(customer: Person) -> None:
    await customer.send("I paid 5000 for order AB-77 please")
    await customer.receives(containing="Order AB-77")


async def test_an_order_of_nobody_is_answered_as_by_track(customer: Person) -> None:
    await customer.send("where is 2002 or 3003?")
    answer = await customer.receives(containing=NOT_FOUND)
    assert [button.text for button in answer.buttons[0]] == ["My orders"]


async def test_an_order_of_somebody_else_is_one_of_nobody(
    customer: Person, charlie: Person, link: Link
) -> None:
    await link(charlie, "customer-2")
    await charlie.send("where is 1001?")
    theirs = await charlie.receives()
    await charlie.send("where is 9009?")
    assert (await charlie.receives()).text == theirs.text


async def test_who_is_not_linked_is_told_how_to_be(shop: ShopBackend, alice: Person) -> None:
    await alice.send("where is 1001?")
    await alice.receives(containing="Connect your account")


# Parcels


@pytest.fixture
async def parcel(customer: Person, shop: ShopBackend) -> str:
    """The number of one of two parcels of alice's order 1001."""
    for number in ("1Z999AA10123456784", "JD014600003"):
        carrier = {"name": "DHL", "tracking_number": number}
        await shop.tell("ord_1", "shipped", parcel=number, carrier=carrier, notify=False)
    return "JD014600003"


@pytest.mark.parametrize(
    "said",
    [
        *("{}", "jd 0146 00003", "JD-0146-00003", "/track jd 0146 00003"),
        "DHL: your parcel {} is on its way. Details: https://dhl.example/x",
        *("https://www.dhl.de/track?piececode={}&lang=en", "/track https://dhl.example/{}"),
        "is 1Z 999 AA1 01 2345 6784 lost?",
    ],
)
async def test_a_carrier_s_number_text_or_link_finds_the_order(
    customer: Person, parcel: str, said: str
) -> None:
    await customer.send(said.format(parcel))
    await customer.receives(containing="Order #1001")


async def test_of_several_orders_in_one_parcel_the_customer_is_asked_which(
    customer: Person, shop: ShopBackend, parcel: str
) -> None:
    carrier = {"name": "DHL", "tracking_number": parcel}
    await shop.tell("ord_2", "shipped", parcel=parcel, carrier=carrier, notify=False)
    await customer.send(f"https://dhl.example/{parcel}")
    answer = await customer.receives()
    labels = " ".join(button.text for row in answer.buttons for button in row)
    assert "1001" in labels
    assert "AB-77" in labels


async def test_a_stranger_s_parcel_is_one_of_nobody_in_a_link_as_well(
    customer: Person, charlie: Person, link: Link, parcel: str
) -> None:
    await link(charlie, "customer-2")
    await charlie.send(f"https://dhl.example/{parcel}")
    theirs = await charlie.receives(containing=NOT_FOUND)
    await charlie.send("https://dhl.example/JD099999999")
    assert (await charlie.receives()).text == theirs.text


# Codes


async def test_a_code_by_itself_is_understood_as_link(
    shop: ShopBackend, alice: Person, chats: Chats
) -> None:
    await alice.send((await shop.connect("customer-1"))["code"].lower())
    await alice.receives(containing="Connect this chat")
    await alice.press("Yes, connect")
    await alice.receives(containing="Connected.")
    assert await chats.get(alice.id) is not None


async def test_a_code_is_understood_by_who_is_linked_already(
    customer: Person, shop: ShopBackend
) -> None:
    await customer.send((await shop.connect("customer-2"))["code"])
    await customer.receives(containing="Connect this chat to")


async def test_an_order_that_is_called_like_a_code_is_shown(
    customer: Person, shop: ShopBackend
) -> None:
    await shop.create("ord_3", "customer-1", order_number="K7WM-3XQP", notify=False)
    await shop.create("ord_4", "customer-1", order_number="K7WM3XQA", notify=False)
    await customer.send("K7WM3XQA")
    await customer.receives(containing="Order K7WM3XQA")
    await customer.send("k7wm-3xqp")
    await customer.receives(containing="Order K7WM-3XQP")


# The keyboard that is always at hand


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_texts_of_the_keyboard_work_in_every_language(
    customer: Person, language: str
) -> None:
    for command, answer in (("orders", "Your latest orders"), ("help", "how your orders from")):
        emoji, text = general.KEYBOARD[command]
        await customer.send(f"{emoji} {translations(language).gettext(text)}")
        await customer.receives(containing=answer)


# Throttles


@pytest.mark.parametrize(
    ("said", "of_orders", "of_codes"),
    [
        ("hello", 0, 0),
        ("I have 2 questions", 0, 0),
        ("december", 0, 0),
        ("📦 My orders", 0, 0),
        ("where is 1001?", 0, 0),
        ("where is 2002?", 1, 0),
        ("2002 3003, 4004 or 5005?", 3, 0),
        ("K7WM-3XQP", 1, 1),
    ],
)
async def test_only_what_looks_like_a_try_counts_as_one(
    customer: Person, mongo: Mongo, said: str, of_orders: int, of_codes: int
) -> None:
    await customer.send(said)
    await customer.receives()
    assert await misses(mongo, customer) == (of_orders, of_codes)


async def test_who_guesses_in_words_is_slowed_down_too(customer: Person, mongo: Mongo) -> None:
    for n in range(2, 9):
        await customer.send(f"{n}001, {n}002 or A-{n}003?")
        await customer.receives()
    await customer.send("1001")
    await customer.receives(containing="Please try again in 10 minutes")


async def test_who_guesses_codes_in_words_is_slowed_down_too(
    shop: ShopBackend, alice: Person
) -> None:
    for letter in "ABCDE":
        await alice.send(f"{letter}7WM-3XQP")
        await alice.receives(containing=INVALID)
    await alice.send((await shop.connect("customer-1"))["code"])
    await alice.receives(containing="Please try again in 15 minutes")


@pytest.mark.parametrize("said", ["/track {}", "{}", "where is {}?"])
async def test_a_number_that_was_copied_out_of_a_message_is_found(
    shop: ShopBackend, alice: Person, link: Link, said: str
) -> None:
    """Out of one that is read from right to left, with its marks."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="AB-1002", notify=False)
    await alice.send(said.format("\u2068#AB\u20131002\u2069"))
    await alice.receives(containing="AB-1002")


async def test_a_code_with_such_marks_connects(shop: ShopBackend, alice: Person) -> None:
    code = (await shop.connect("customer-1"))["code"]
    await alice.send(f"\u200e{code}\u200e")
    await alice.receives(containing="Connect this chat")
