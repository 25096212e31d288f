"""Orders without an account: followed by a link to them, or by what was given for them."""

import re
from typing import Any

import pytest

from bot.settings import Settings, load
from sandbox import Message, Person
from storage.chats import Chats
from storage.mongo import Mongo
from storage.whose import account, single
from tests.conftest import Link, start_token
from tests.support.listening_shop import SHOP_SECRET, ListeningShop
from tests.support.shop import Answer, ShopBackend
from tests.support.waiting import until

MAIL, PHONE = "Anna@Example.com", "0772 123 456"
UNKNOWN = "I found no order at"


async def guest(
    shop: ShopBackend, order_id: str = "g_1", number: str = "2001", **data: Any
) -> None:
    """An order is placed without an account."""
    answer = await shop.tell(order_id, kind="order.created", order_number=number, **data)
    assert answer.status == 202, answer


async def offered(shop: ShopBackend, order_id: str = "g_1", **more: Any) -> Any:
    answer = await shop.api("POST", "/api/v1/links", json={"order_id": order_id, **more})
    assert answer.status == 201, answer
    return answer.body


async def opens(person: Person, offer: Any) -> Message:
    await person.send(f"/start {start_token(offer['url'])}")
    return await person.receives()


async def follows(person: Person, offer: Any) -> Message:
    await opens(person, offer)
    await person.press("Yes, follow it")
    shown = await person.receives(containing="You are following this order")
    await person.receives(containing="at hand")
    return shown


def labels(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


async def numbers(person: Person) -> list[str]:
    """Of the orders that `/orders` shows."""
    await person.send("/orders")
    listed = await person.receives(containing="Your latest orders")
    return [label.split()[1] for label in labels(listed) if "#" in label]


# By a link


async def test_a_guest_s_order_is_followed_by_its_link_and_told_of(
    shop: ShopBackend, alice: Person
) -> None:
    await guest(shop)
    question = await opens(alice, await offered(shop))
    assert question.text.startswith("Follow order 2001 from Nile Coffee here?")
    await alice.press("Yes, follow it")
    shown = await alice.receives(containing="You are following this order")
    assert "Order #2001" in shown.text
    assert (await shop.tell("g_1", "shipped")).status == 202
    await alice.receives(containing="Your order #2001 has been shipped")
    await alice.send("/track 2001")
    await alice.receives(containing="Order #2001")
    assert await numbers(alice) == ["#2001"]


async def test_its_link_works_before_the_order_is_known_and_for_everybody_who_has_it(
    shop: ShopBackend, alice: Person, bob: Person
) -> None:
    offer = await offered(shop, account_hint="#2001")
    for person in (alice, bob):
        assert "Follow order #2001 from" in (await opens(person, offer)).text
        await person.press("Yes, follow it")
        await person.receives(containing="as soon as Nile Coffee sends it to me")
    await guest(shop, status="packed")
    for person in (alice, bob):
        await person.receives(containing="#2001")


async def test_who_opens_the_link_once_more_is_shown_the_order(
    shop: ShopBackend, alice: Person
) -> None:
    await guest(shop)
    offer = await offered(shop)
    await follows(alice, offer)
    assert "Order #2001" in (await opens(alice, offer)).text


async def test_its_code_is_longer_and_typed_like_any(shop: ShopBackend, alice: Person) -> None:
    await guest(shop)
    code = (await offered(shop))["code"]
    assert [len(part) for part in code.split("-")] == [4, 4, 4]
    await alice.send(code.lower())
    await alice.receives(containing="Follow order 2001 from")
    await alice.send(f"/link {code}")
    await alice.receives(containing="Follow order 2001 from")


async def test_who_says_no_can_say_yes_later(shop: ShopBackend, alice: Person) -> None:
    await guest(shop)
    offer = await offered(shop)
    await opens(alice, offer)
    await alice.press("No, thanks")
    await alice.receives(containing="nothing was connected")
    await follows(alice, offer)


async def test_nobody_else_sees_a_guest_s_order(
    shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> None:
    await guest(shop)
    await link(bob, "customer-1")
    await bob.send("/track 2001")
    await bob.receives(containing="I can't find that one")
    await alice.send("/track 2001")
    await alice.receives(containing="connect your account")


# Several


async def test_accounts_and_single_orders_are_shown_together_and_each_can_be_ended(
    shop: ShopBackend, alice: Person, link: Link, chats: Chats
) -> None:
    await link(alice, "customer-1")
    await link(alice, "customer-2")
    await guest(shop)
    await follows(alice, await offered(shop))
    await shop.create("ord_1", "customer-1", order_number="1001")
    await shop.create("ord_2", "customer-2", order_number="1002")
    await alice.receives(containing="#1002")
    assert sorted(await numbers(alice)) == ["#1001", "#1002", "#2001"]

    await alice.send("/settings")
    await alice.receives(containing="Settings")
    await alice.press("🔗 What you follow")
    await alice.press("Stop: Order 2001")
    await alice.press("Yes, stop")
    held = await chats.get(alice.id)
    assert held is not None
    assert held.whose == {account("customer-1"), account("customer-2")}
    assert sorted(await numbers(alice)) == ["#1001", "#1002"]


async def test_who_follows_several_is_asked_what_to_end(
    shop: ShopBackend, alice: Person, link: Link, chats: Chats
) -> None:
    await link(alice, "customer-1")
    await guest(shop)
    await follows(alice, await offered(shop))
    await alice.send("/unlink")
    question = await alice.receives(containing="Which updates should I stop?")
    assert labels(question) == ["Stop: Order 2001", "Stop: a•••@example.com", "Everything"]
    await alice.press("Everything")
    await alice.press("Yes, disconnect")
    await until_gone(chats, alice)


async def until_gone(chats: Chats, person: Person) -> None:
    async def look() -> bool:
        return await chats.get(person.id) is None

    await until(look)


async def test_two_accounts_that_are_called_alike_are_told_apart(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await link(alice, "customer-2")
    await alice.send("/unlink")
    question = await alice.receives(containing="Which updates should I stop?")
    assert labels(question)[:2] == ["Stop: a•••@example.com (1)", "Stop: a•••@example.com (2)"]
    assert "a•••@example.com (2), since" in question.text


async def test_an_order_of_an_account_may_be_followed_alone(
    shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.create("ord_2", "customer-1", order_number="1002", notify=False)
    await follows(bob, await offered(shop, "ord_1"))
    assert await numbers(bob) == ["#1001"]
    await shop.tell("ord_2", "shipped")
    await alice.receives(containing="#1002 has been shipped")
    await shop.tell("ord_1", "shipped")
    for person in (alice, bob):
        await person.receives(containing="#1001 has been shipped")
    assert not any("#1002" in message.text for message in bob.inbox)


async def test_who_follows_an_order_twice_is_told_once(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await follows(alice, await offered(shop, "ord_1"))
    await shop.tell("ord_1", "shipped")
    await alice.receives(containing="#1001 has been shipped")
    await shop.tell("ord_1", "delivered")
    await alice.receives(containing="has been delivered")
    assert sum("has been shipped" in message.text for message in alice.inbox) == 1


async def test_when_a_guest_s_order_gets_an_account_its_followers_stay(
    shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> None:
    await guest(shop)
    await follows(alice, await offered(shop))
    await link(bob, "customer-1")
    assert (await shop.tell("g_1", "packed", customer_id="customer-1")).status == 202
    for person in (alice, bob):
        await person.receives(containing="#2001")
    assert await numbers(bob) == ["#2001"]
    refused = await shop.tell("g_1", "shipped", customer_id="customer-2")
    assert refused.body["errors"][0]["problem"] == "This order is another customer's."


async def test_a_newcomer_to_an_order_is_told_of_and_can_be_sent_away(
    shop: ShopBackend, alice: Person, bob: Person
) -> None:
    await guest(shop)
    offer = await offered(shop)
    await follows(alice, offer)
    await follows(bob, offer)
    told = await alice.receives(containing="Another chat now follows one of your orders")
    await alice.press("Disconnect the other chat", told)
    await alice.press("Yes, disconnect it")
    await bob.receives(containing="has disconnected this chat")


# What is refused, and what goes


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "customer_id"),
        ({"customer_id": "c", "order_id": "o"}, "customer_id"),
        ({"order_id": "o", "confirm": True}, "confirm"),
        ({"order_id": ""}, "order_id"),
        ({"order_id": "o", "qr": "yes"}, "qr"),
    ],
)
async def test_a_link_is_to_one_account_or_to_one_order(
    shop: ShopBackend, asked: Any, field: str
) -> None:
    answer = await shop.api("POST", "/api/v1/links", json=asked)
    assert answer.status == 422
    assert field in {error["field"] for error in answer.body["errors"]}


async def test_an_order_never_seen_is_begun_by_its_creation_alone(shop: ShopBackend) -> None:
    assert (await shop.tell("g_1", "shipped")).status == 404
    await guest(shop)
    assert (await shop.tell("g_1", "shipped")).status == 202
    told = await shop.api("GET", "/api/v1/orders/g_1")
    assert told.body["customer_id"] is None


async def test_an_erased_order_is_gone_with_all_who_followed_it_alone(
    shop: ShopBackend, alice: Person, bob: Person, link: Link, chats: Chats, mongo: Mongo
) -> None:
    await guest(shop)
    offer = await offered(shop)
    await link(bob, "customer-1")
    for person in (alice, bob):
        await follows(person, offer)
    assert (await shop.api("DELETE", "/api/v1/orders/g_1")).status == 204
    assert await chats.get(alice.id) is None
    kept = await chats.get(bob.id)
    assert kept is not None
    assert kept.whose == {account("customer-1")}
    assert "g_1" not in repr(kept)
    names = await mongo.database.list_collection_names()
    for name in set(names) - {"removals", "updates", "chats"}:
        assert "g_1" not in repr(await mongo.database[name].find({}).to_list(None)), name
    refused = await shop.tell("g_1", kind="order.created")
    assert refused.status == 422
    assert "no longer valid" in (await opens(alice, offer)).text


async def test_who_deletes_their_data_takes_their_guest_s_order_along_and_no_account_s(
    shop: ShopBackend, alice: Person, mongo: Mongo
) -> None:
    await guest(shop)
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    for order_id in ("g_1", "ord_1"):
        await follows(alice, await offered(shop, order_id))
    await alice.send("/privacy")
    shown = await alice.receives(containing="What I keep")
    assert "followed Order 2001 of Nile Coffee" in shown.text
    await alice.press("Delete my data")
    await alice.press("Yes, delete it")
    await alice.receives(containing="is deleted")
    left = await mongo.database["orders"].find({}, {"_id": 1}).to_list(None)
    assert [order["_id"] for order in left] == ["ord_1"]


async def test_who_deletes_their_data_leaves_what_somebody_else_follows(
    shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await follows(bob, await offered(shop, "ord_1"))
    await alice.send("/privacy")
    await alice.receives(containing="What I keep")
    await alice.press("Delete my data")
    question = await alice.receives(containing="Delete what I keep")
    assert "because somebody else follows them" in question.text
    await alice.press("Yes, delete it")
    await alice.receives(containing="is deleted")
    assert await numbers(bob) == ["#1001"]


async def test_what_a_guest_says_of_a_delivery_is_read_by_the_shop(
    shop: ShopBackend, alice: Person
) -> None:
    await guest(shop)
    await follows(alice, await offered(shop))
    await shop.tell("g_1", "delivered")
    await alice.receives(containing="has been delivered")
    await alice.press("🙁 Not great")
    [said] = (await shop.api("GET", "/api/v1/orders/g_1/feedback")).body["feedback"]
    assert (said["customer_id"], said["rating"]) == (None, "bad")


async def test_all_that_is_held_of_a_guest_s_order_is_exported_and_nothing_else(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await guest(shop, contact={"email": MAIL})
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await follows(alice, await offered(shop))
    await shop.tell("g_1", "shipped")
    await alice.receives(containing="has been shipped")

    async def told() -> Any:
        exported = (await shop.api("GET", "/api/v1/orders/g_1/export")).body
        return exported if exported["deliveries"] else None

    exported = await until(told)
    assert [order["order_id"] for order in exported["orders"]] == ["g_1"]
    assert [chat["telegram_id"] for chat in exported["chats"]] == [alice.id]
    assert len(exported["offers"]) == 1
    assert "ord_1" not in repr(exported)
    assert "customer-1" not in repr(exported)


async def test_the_shop_lists_and_ends_the_links_of_an_order(
    shop: ShopBackend, alice: Person, chats: Chats
) -> None:
    await guest(shop)
    offer = await offered(shop)
    await follows(alice, offer)
    path = "/api/v1/orders/g_1/links"
    links = (await shop.api("GET", path)).body["links"]
    assert [link["state"] for link in links] == ["linked", "offered"]
    for each in links:
        assert (await shop.api("DELETE", f"{path}/{each['link_id']}")).status == 204
    await until_gone(chats, alice)
    await alice.receives(containing="no longer connected")
    assert (await shop.api("GET", path)).body["links"] == []


async def test_a_qr_code_comes_with_the_link_if_it_is_wanted(shop: ShopBackend) -> None:
    assert (await offered(shop))["qr"] is None
    code = (await offered(shop, qr=True))["qr"]
    assert re.match(r'<svg xmlns="http://www.w3.org/2000/svg" .*viewBox=', code["svg"])
    assert code["png"].startswith("data:image/png;base64,")


# By what was given for it


@pytest.fixture
def lookup() -> str:
    return "contact"


@pytest.fixture
def settings(settings: Settings, lookup: str, listener: ListeningShop) -> Settings:
    changed: dict[str, Any] = {
        "order_lookup": lookup,
        "shop_webhook_url": listener.url,
        "shop_webhook_secret": SHOP_SECRET,
    }
    return load(env_file=None, **settings.model_dump(exclude=set(changed)), **changed)


@pytest.mark.parametrize(
    "said",
    [
        "2001 anna@example.com",
        "#2001 ANNA@EXAMPLE.COM",
        "my order is #2001 and my mail anna@example.com.",
        "2001 +256 772 123456",
        "0772-123456 for 2001",
        "2001 0772 123 456",
        "0772123456 2001",
        "/track 2001 anna@example.com",
        "/link 2001 anna@example.com",
    ],
)
async def test_number_and_contact_in_one_message_lead_to_the_question(
    shop: ShopBackend, alice: Person, said: str
) -> None:
    await guest(shop, contact={"email": MAIL, "phone": PHONE})
    await alice.send(said)
    await alice.receives(containing="Follow order 2001 from Nile Coffee here?")
    await alice.press("Yes, follow it")
    await alice.receives(containing="You are following this order")


@pytest.mark.parametrize("said", ["2001 bob@example.com", "2002 anna@example.com", "2001 07721234"])
async def test_a_wrong_number_and_a_wrong_contact_have_one_answer(
    shop: ShopBackend, alice: Person, said: str
) -> None:
    await guest(shop, contact={"email": MAIL, "phone": PHONE})
    await alice.send(said)
    await alice.receives(containing=UNKNOWN)


async def test_who_guesses_contacts_is_slowed_down(shop: ShopBackend, alice: Person) -> None:
    await guest(shop, contact={"email": MAIL})
    for n in range(5):
        await alice.send(f"2001 guess{n}@example.com")
        await alice.receives(containing=UNKNOWN)
    await alice.send("2001 anna@example.com")
    await alice.receives(containing="too many tries")


@pytest.mark.parametrize("said", ["/track 2001", "2001", "where's 2001", "cancel 2001"])
async def test_who_is_not_connected_is_asked_for_the_contact_of_the_order_that_they_name(
    shop: ShopBackend, alice: Person, said: str
) -> None:
    await alice.send(said)
    told = await alice.receives(containing="For order 2001, I also need the e-mail address")
    assert "2001 you@example.com" in told.text


async def test_who_is_not_connected_and_names_no_order_is_told_of_that_way(
    shop: ShopBackend, alice: Person
) -> None:
    await alice.send("/track")
    await alice.receives(containing="1001 you@example.com")


async def test_of_a_contact_only_a_fingerprint_is_kept_and_of_each_order_another(
    shop: ShopBackend, mongo: Mongo
) -> None:
    for order_id in ("g_1", "g_2"):
        await guest(shop, order_id, contact={"email": MAIL, "phone": PHONE})
    stored = await mongo.database["orders"].find({}).to_list(None)
    assert MAIL.lower() not in repr(stored).lower()
    assert "123456" not in repr(stored).replace(" ", "")
    first, second = ({bytes(mark) for mark in order["contacts"]} for order in stored)
    assert len(first) == 2
    assert first.isdisjoint(second)


@pytest.mark.parametrize("lookup", ["off"])
async def test_where_the_shop_does_not_want_it_nothing_is_looked_up(
    shop: ShopBackend, alice: Person
) -> None:
    await guest(shop, contact={"email": MAIL})
    await alice.send("2001 anna@example.com")
    told = await alice.receives(containing="Connect your account")
    assert "you@example.com" not in told.text


@pytest.mark.parametrize("lookup", ["code"])
async def test_where_the_shop_wants_proof_it_mails_a_code(
    shop: ShopBackend, alice: Person, listener: ListeningShop, chats: Chats
) -> None:
    await guest(shop, contact={"email": MAIL})
    for said in ("2001 bob@example.com", "2001 anna@example.com"):
        await alice.send(said)
        await alice.receives(containing="is sending you a code now")

    async def asked() -> Any:
        return listener.events_of("order.code_requested")

    [data] = await until(asked)
    assert data["order_id"] == "g_1"
    assert set(data) == {"order_id", "code", "expires_at"}
    await alice.send(data["code"])
    await alice.receives(containing="Follow order 2001 from")
    await alice.press("Yes, follow it")
    await alice.receives(containing="You are following this order")
    held = await chats.get(alice.id)
    assert held is not None
    assert held.whose == {single("g_1")}


@pytest.mark.parametrize("lookup", ["code"])
async def test_nobody_is_mailed_more_codes_than_a_few(
    shop: ShopBackend, alice: Person, bob: Person, listener: ListeningShop
) -> None:
    await guest(shop, contact={"email": MAIL})
    for person in (alice, bob):
        for _ in range(3):
            await person.send("2001 anna@example.com")
            await person.receives(containing="is sending you a code now")
    answer: Answer = await shop.api("GET", "/api/v1/orders/g_1/links")
    assert len(answer.body["links"]) == 3
