"""Linking by phone: who shares their own number may find their account by it, and nobody else."""

from typing import Any

import pytest

from bot.services.people.throttle import CODES
from sandbox import Message, Person, Sandbox
from storage.chats import Chats
from storage.mongo import Mongo
from storage.whose import customers
from tests.conftest import Link, unlinks
from tests.support.shop import ShopBackend

SHARE = "📱 Share my phone number"
FOUND = "Nile Coffee knows your number"
UNKNOWN = "I know no account at Nile Coffee with your number"
NOT_YOURS = "only by your own number"
OFFER = "Or share your phone number"


async def give(shop: ShopBackend, person: Person, customer_id: str, hint: str | None) -> None:
    """The shop gives this person's number, as a number of the customer's."""
    body = {"phone": f"+{person.account.phone}", "account_hint": hint}
    answer = await shop.api("PUT", f"/api/v1/customers/{customer_id}/phone", json=body)
    assert answer.status == 204


async def customer_of(chats: Chats, person: Person) -> str | None:
    chat = await chats.get(person.id)
    return customers(chat.whose)[0] if chat else None


def brings_the_usual_keyboard(message: Message) -> bool:
    keyboard = message.reply_keyboard
    return keyboard is not None and "📦 My orders" in str(keyboard)


@pytest.fixture
async def known(shop: ShopBackend, alice: Person) -> Person:
    """Alice, whose number the shop gave."""
    await give(shop, alice, "customer-1", "a•••@example.com")
    return alice


# The offer


@pytest.mark.parametrize("said", ["/link", "/orders", "/start", "/track 1001"])
async def test_who_is_not_linked_may_share_their_number(known: Person, said: str) -> None:
    await known.send(said)
    answer = await known.receives(containing=OFFER)
    assert answer.reply_keyboard is not None
    [[share]] = answer.reply_keyboard
    assert (share.text, share.request) == (SHARE, "contact")
    assert "code" in answer.text


@pytest.mark.parametrize("said", ["/link", "/orders"])
async def test_nobody_is_asked_for_a_number_where_the_shop_gives_none(
    shop: ShopBackend, alice: Person, said: str
) -> None:
    await alice.send(said)
    answer = await alice.receives()
    assert "code" in answer.text
    assert OFFER not in answer.text
    assert answer.reply_keyboard is None


async def test_the_offer_comes_anew_where_a_button_s_message_cannot_hold_it(
    shop: ShopBackend, known: Person, link: Link
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await link(known, "customer-1")
    await known.send("/track 1001")
    await known.receives(containing="#1001")
    await unlinks(known)
    await known.press("🔄 Refresh")
    assert (await known.receives(containing=OFFER)).reply_keyboard


# A person's own number


@pytest.mark.parametrize("form", ["{}", "+{}", "+256 700 00 1001"])
async def test_a_known_number_is_asked_about_like_a_link_however_telegram_writes_it(
    known: Person, chats: Chats, form: str
) -> None:
    await known.share_contact(form.format(known.account.phone), of=known)

    thanks = await known.receives(containing=FOUND)
    assert "I have not kept it" in thanks.text
    assert brings_the_usual_keyboard(thanks)
    question = await known.receives(containing="Connect this chat to a•••@example.com")
    assert [button.text for button in question.buttons[0]] == ["Yes, connect", "No, thanks"]
    assert await customer_of(chats, known) is None

    await known.press("Yes, connect")
    await known.receives(containing="Connected.")
    assert await customer_of(chats, known) == "customer-1"


async def test_after_no_nothing_is_linked(known: Person, chats: Chats) -> None:
    await known.share_phone()
    await known.receives(containing="Connect this chat")
    await known.press("No, thanks")
    await known.receives(containing="nothing was connected")
    assert await customer_of(chats, known) is None


async def test_who_was_recognised_hears_news_of_their_orders(
    shop: ShopBackend, known: Person
) -> None:
    await known.share_phone()
    await known.receives(containing="Connect this chat")
    await known.press("Yes, connect")
    await known.receives(containing="Connected.")
    await shop.create("ord_1", "customer-1", order_number="1001")
    await known.receives(containing="Thank you for your order #1001")


async def test_who_is_not_known_hears_what_to_do_and_has_the_usual_keyboard_again(
    known: Person, bob: Person, chats: Chats
) -> None:
    await bob.share_phone()
    answer = await bob.receives(containing=UNKNOWN)
    assert "I have not kept the number" in answer.text
    assert "Connect Telegram" in answer.text
    assert brings_the_usual_keyboard(answer)
    assert await customer_of(chats, bob) is None


@pytest.mark.parametrize("number", ["+88800123456", "", "0700001001", "?", "9" * 300])
async def test_a_number_that_is_none_is_unknown(known: Person, number: str) -> None:
    await known.share_contact(number, of=known)
    await known.receives(containing=UNKNOWN)


async def test_a_number_that_the_shop_took_back_is_unknown(
    shop: ShopBackend, known: Person
) -> None:
    await shop.api("DELETE", "/api/v1/customers/customer-1/phone")
    await known.share_phone()
    await known.receives(containing=UNKNOWN)


async def test_neither_the_number_nor_anything_like_it_is_kept(
    known: Person, bob: Person, mongo: Mongo
) -> None:
    await known.share_phone()
    await known.receives(containing="Connect this chat")
    await bob.share_phone()
    await bob.receives(containing=UNKNOWN)
    names = await mongo.database.list_collection_names()
    kept = repr([await mongo.database[name].find({}).to_list(None) for name in names])
    assert known.account.phone not in kept
    assert bob.account.phone not in kept


# Several accounts


@pytest.fixture
async def household(shop: ShopBackend, known: Person) -> Person:
    """Alice, whose number stands in three accounts."""
    await give(shop, known, "customer-2", None)
    await give(shop, known, "customer-3", "office@example.com")
    return known


async def test_of_several_accounts_the_person_chooses_and_is_asked_as_ever(
    household: Person, chats: Chats
) -> None:
    await household.share_phone()
    await household.receives(containing=FOUND)
    choice = await household.receives(containing="more than one account")
    labels = [button.text for row in choice.buttons for button in row]
    assert labels == ["a•••@example.com", "Account 2", "office@example.com", "No, thanks"]

    await household.press("office@example.com")
    await household.receives(containing="Connect this chat to office@example.com")
    assert not any("more than one account" in message.text for message in household.inbox)
    await household.press("Yes, connect")
    await household.receives(containing="Connected.")
    assert await customer_of(chats, household) == "customer-3"


async def test_none_of_several_may_be_right(household: Person, chats: Chats) -> None:
    await household.share_phone()
    await household.receives(containing="more than one account")
    await household.press("No, thanks")
    await household.receives(containing="nothing was connected")
    assert await customer_of(chats, household) is None


async def test_a_forged_choice_is_worth_nothing(known: Person, charlie: Person) -> None:
    await charlie.send("/help")
    await charlie.receives()
    await charlie.press_data("account:customer-1")
    await charlie.receives(containing="no longer valid")


# Anybody else's contact


@pytest.mark.parametrize("whose", ["alice's", "without Telegram", "forwarded", "alice's forwarded"])
async def test_a_contact_that_is_not_the_person_s_own_links_nobody(
    known: Person, charlie: Person, chats: Chats, mongo: Mongo, whose: str
) -> None:
    of = {"alice's": known, "alice's forwarded": known, "forwarded": charlie}.get(whose)
    await charlie.share_contact(known.account.phone, of=of, forwarded="forwarded" in whose)
    answer = await charlie.receives()
    assert NOT_YOURS in answer.text
    assert answer.reply_keyboard  # to do it right
    assert await mongo.database["link_tokens"].count_documents({}) == 0
    assert await customer_of(chats, charlie) is None


async def test_a_contact_in_a_group_is_nobody_s(
    sandbox: Sandbox, known: Person, mongo: Mongo
) -> None:
    group = sandbox.group("Neighbours", [known])
    contact = {"phone_number": known.account.phone, "first_name": "Alice", "user_id": known.id}
    update: dict[str, Any] = {
        "message_id": 77,
        "from": known.account.as_json(),
        "chat": group.as_json(),
        "date": 1_800_000_000,
        "contact": contact,
    }
    sandbox._world.updates.put("message", update, group.id)
    await known.send("/help")
    await known.receives(containing="how your orders from Nile Coffee are getting on")
    assert group.messages == {}
    assert await mongo.database["link_tokens"].count_documents({}) == 0


# Guessing


async def test_unknown_numbers_are_misses_like_codes(
    known: Person, charlie: Person, mongo: Mongo
) -> None:
    for _ in range(CODES.misses - 1):
        await charlie.share_phone()
        await charlie.receives(containing=UNKNOWN)
    await charlie.send("/link ABCD-EFGH")
    await charlie.receives(containing="no longer valid")
    await charlie.share_contact(known.account.phone, of=charlie)
    answer = await charlie.receives(containing="Please try again in 15 minutes")
    assert brings_the_usual_keyboard(answer)
    assert await mongo.database["link_tokens"].count_documents({}) == 0


# Privacy


async def test_privacy_names_the_fingerprint(known: Person) -> None:
    await known.send("/privacy")
    await known.receives(containing="a fingerprint of it")


async def test_who_deletes_their_data_is_no_longer_recognised(
    known: Person, mongo: Mongo, link: Link
) -> None:
    await link(known, "customer-1")
    await known.send("/privacy")
    await known.receives(containing="What I keep")
    await known.press("Delete my data")
    await known.press("Yes, delete it")
    await known.receives(containing="is deleted")
    assert await mongo.database["phones"].count_documents({}) == 0
