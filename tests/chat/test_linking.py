"""How a chat comes to belong to a customer, and stops belonging."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from sandbox import Message, Person, Sandbox
from storage.chats import Chats
from storage.link_tokens import LinkTokens
from storage.models import LinkToken
from storage.mongo import Mongo
from storage.whose import account
from tests.conftest import Link, start_token, unlinks
from tests.support.shop import ShopBackend
from tests.support.waiting import until

INVALID = "no longer valid"


async def token_for(shop: ShopBackend, customer_id: str = "customer-1") -> str:
    return start_token((await shop.connect(customer_id))["url"])


async def opens(person: Person, token: str) -> Message:
    """Follows the deep link; the bot's question, or its refusal."""
    await person.send(f"/start {token}")
    return await person.receives()


async def agrees(person: Person) -> None:
    await person.press("Yes, connect")
    await person.receives(containing="Connected.")
    await person.receives(containing="at hand")


async def stored(mongo: Mongo, token: str) -> LinkToken:
    found = await LinkTokens(mongo).find(
        {"_id": hashlib.sha256(token.encode()).hexdigest()}, datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert found is not None
    return found


async def expire(mongo: Mongo, token: str) -> None:
    await mongo.database["link_tokens"].update_one(
        {"_id": (await stored(mongo, token)).id},
        {"$set": {"expires_at": datetime.now(UTC) - timedelta(seconds=1)}},
    )


# Consent


async def test_a_link_shows_the_account_and_asks_before_anything_is_linked(
    shop: ShopBackend, alice: Person, chats: Chats
) -> None:
    offer = await shop.connect("customer-1", hint="a•••@example.com <b>")
    question = await opens(alice, start_token(offer["url"]))

    assert "a•••@example.com <b>" in question.text
    assert "Nile Coffee" in question.text
    assert [button.text for button in question.buttons[0]] == ["Yes, connect", "No, thanks"]
    assert await chats.get(alice.id) is None


async def test_after_yes_the_bot_says_what_happens_next_and_lists_open_orders(
    shop: ShopBackend, alice: Person, chats: Chats
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001")
    await shop.create("ord_2", "customer-1", order_number="1002", status="delivered")
    await opens(alice, await token_for(shop))
    await alice.press("Yes, connect")

    welcome = await alice.receives(containing="Connected.")
    assert "whenever one of your orders moves" in welcome.text
    assert "Where is my order?" in welcome.text
    labels = [button.text for row in welcome.buttons for button in row]
    assert labels == ["📝 #1001 · Order placed"]
    linked = await chats.get(alice.id)
    assert linked is not None
    assert linked.whose == {account("customer-1")}
    assert linked.language == "en"


async def test_the_question_goes_when_it_is_answered(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    assert not any("Connect this chat" in message.text for message in alice.inbox)


async def test_after_no_nothing_is_linked_and_the_link_is_used_up(
    shop: ShopBackend, alice: Person, chats: Chats
) -> None:
    token = await token_for(shop)
    await opens(alice, token)
    await alice.press("No, thanks")
    await alice.receives(containing="nothing was connected")
    assert await chats.get(alice.id) is None
    assert INVALID in (await opens(alice, token)).text


async def test_yes_pressed_twice_is_yes_once(
    shop: ShopBackend, alice: Person, chats: Chats
) -> None:
    question = await opens(alice, await token_for(shop))
    agree = question.buttons[0][0].data
    assert agree is not None
    await asyncio.gather(*(alice.press_data(agree, question) for _ in range(2)))
    await alice.receives(containing="at hand")
    assert not any(INVALID in message.text for message in alice.inbox)
    assert await chats.get(alice.id) is not None


async def test_who_is_linked_has_the_keyboard_that_is_always_at_hand(
    shop: ShopBackend, alice: Person
) -> None:
    await opens(alice, await token_for(shop))
    await alice.press("Yes, connect")
    at_hand = await alice.receives(containing="at hand")
    assert at_hand.reply_keyboard is not None
    labels = [[button.text for button in row] for row in at_hand.reply_keyboard]
    assert labels == [["📦 My orders"], ["⚙️ Settings", "❓ Help"]]


# Codes


@pytest.mark.parametrize("typed", ["{}", "{} ", "lower", "no dash", "spaced", "odd dashes"])
async def test_a_code_is_taken_however_it_is_typed(
    shop: ShopBackend, alice: Person, typed: str
) -> None:
    code: str = (await shop.connect("customer-1"))["code"]
    ways = {
        "lower": code.lower(),
        "no dash": code.replace("-", ""),
        "spaced": " ".join(code.replace("-", "").lower()),
        "odd dashes": code.replace("-", " – "),
    }
    await alice.send("/link " + ways.get(typed, typed.format(code)))
    await alice.receives(containing="Connect this chat")
    await agrees(alice)


async def test_link_without_a_code_asks_for_one(shop: ShopBackend, alice: Person) -> None:
    await alice.send("/link")
    await alice.receives(containing="/link ABCD-EFGH")


async def test_a_code_and_its_link_are_one_and_work_once(
    shop: ShopBackend, alice: Person, bob: Person
) -> None:
    offer = await shop.connect("customer-1")
    await alice.send(f"/link {offer['code']}")
    await alice.receives(containing="Connect this chat")
    await agrees(alice)
    assert INVALID in (await opens(bob, start_token(offer["url"]))).text


# Links that are worth nothing


async def test_unknown_used_and_expired_links_get_one_and_the_same_text(
    shop: ShopBackend, mongo: Mongo, alice: Person, bob: Person
) -> None:
    used = await token_for(shop)
    await opens(alice, used)
    await agrees(alice)
    expired = await token_for(shop)
    await expire(mongo, expired)

    refusals = {(await opens(bob, token)).html for token in (used, expired, "unknown", "A" * 43)}
    await bob.send("/link ABCD-EFGH")
    refusals.add((await bob.receives()).html)
    assert len(refusals) == 1
    assert INVALID in refusals.pop()


async def test_a_link_that_expires_under_the_question_links_nothing(
    shop: ShopBackend, mongo: Mongo, alice: Person, chats: Chats
) -> None:
    token = await token_for(shop)
    await opens(alice, token)
    await expire(mongo, token)
    await alice.press("Yes, connect")
    await alice.receives(containing=INVALID)
    assert await chats.get(alice.id) is None


async def test_a_used_link_says_to_the_chat_that_it_has_linked_that_it_is_connected(
    shop: ShopBackend, alice: Person
) -> None:
    offer = await shop.connect("customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await opens(alice, start_token(offer["url"]))
    await agrees(alice)
    for secret in (f"/start {start_token(offer['url'])}", f"/link {offer['code']}"):
        await alice.send(secret)
        answer = await alice.receives(containing="Already connected.")
        assert "Your latest orders" in answer.text
        assert "#1001" in answer.buttons[0][0].text


async def test_a_used_link_is_refused_after_unlinking(
    shop: ShopBackend, alice: Person, chats: Chats
) -> None:
    token = await token_for(shop)
    question = await opens(alice, token)
    await agrees(alice)
    goodbye = await unlinks(alice)

    assert INVALID in (await opens(alice, token)).text
    agree = question.buttons[0][0].data
    assert agree is not None
    await alice.press_data(agree, goodbye)
    await alice.receives(containing=INVALID)
    assert await chats.get(alice.id) is None


async def test_of_fifty_people_who_agree_at_once_one_is_linked(
    shop: ShopBackend, sandbox: Sandbox, mongo: Mongo
) -> None:
    token = await token_for(shop)
    people = [sandbox.person(f"Person {n}") for n in range(50)]
    await asyncio.gather(*(opens(person, token) for person in people))
    await asyncio.gather(*(person.press("Yes, connect") for person in people))

    winners = [p for p in people if any("Connected." in message.text for message in p.inbox)]
    assert len(winners) == 1
    assert all(INVALID in p.inbox[-1].text for p in people if p not in winners)
    linked = await Chats(mongo).following(account("customer-1"))
    assert [chat.id for chat in linked] == [winners[0].id]


async def test_a_redeem_that_a_crash_cut_off_is_finished_by_the_same_chat_only(
    shop: ShopBackend, mongo: Mongo, alice: Person, bob: Person
) -> None:
    token = await token_for(shop)
    await LinkTokens(mongo).use(await stored(mongo, token), alice.id, datetime.now(UTC))

    assert INVALID in (await opens(bob, token)).text
    assert "Connect this chat" in (await opens(alice, token)).text
    await agrees(alice)
    assert (await stored(mongo, token)).done


async def test_a_forged_agreement_to_nothing_links_nothing(
    shop: ShopBackend, alice: Person, chats: Chats
) -> None:
    await opens(alice, await token_for(shop))
    for forged in ("link:", "link:AAAA", "nolink:", "link:$ne"):
        await alice.press_data(forged)
    assert await chats.get(alice.id) is None


# Households, and changing sides


async def test_a_customer_linked_from_two_accounts_is_told_on_both(
    shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001")
    for person in (alice, bob):
        await person.receives(containing="Thank you for your order #1001")


async def test_another_account_comes_beside_the_first_and_what_waited_is_sent(
    shop: ShopBackend, alice: Person, link: Link, chats: Chats
) -> None:
    await link(alice, "customer-1")
    await chats.pause(alice.id, "blocked")
    await shop.create("ord_1", "customer-1", order_number="1001")
    await something_waits(chats, alice)

    await opens(alice, await token_for(shop, "customer-2"))
    await agrees(alice)
    await alice.receives(containing="#1001")
    await shop.create("ord_2", "customer-2", order_number="2001")
    await alice.receives(containing="#2001")
    await alice.send("/orders")
    listed = await alice.receives(containing="Your latest orders")
    labels = [button.text for row in listed.buttons for button in row]
    assert [label.split()[1] for label in labels] == ["#2001", "#1001"]


async def test_linking_the_same_customer_again_sends_what_waited(
    shop: ShopBackend, alice: Person, link: Link, chats: Chats
) -> None:
    """The unblocking was never heard of; but who links again has not blocked the bot."""
    await link(alice, "customer-1")
    await chats.pause(alice.id, "blocked")
    await shop.create("ord_1", "customer-1", order_number="1001")
    await something_waits(chats, alice)

    question = await opens(alice, await token_for(shop))
    assert "another account" not in question.text
    await alice.press("Yes, connect")
    await alice.receives(containing="Thank you for your order #1001")


async def something_waits(chats: Chats, person: Person) -> None:
    async def waiting() -> bool:
        chat = await chats.get(person.id)
        return chat is not None and bool(chat.entries)

    await until(waiting)
