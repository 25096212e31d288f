"""`/privacy`: what is held about a person, and how they end it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.services.people.privacy import HeldOrders
from sandbox import Message, Person, Sandbox
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.erasures import HELD, Erasures
from storage.feedback import Opinions
from storage.models import DeadLetter, Share
from storage.mongo import Document, Mongo
from storage.orders import Orders
from storage.shares import Shares
from storage.whose import account, single
from tests.conftest import Link
from tests.support.commands import COMMANDS
from tests.support.news import NOON, chat, event, opinion, record
from tests.support.replica import a_privacy
from tests.support.shop import ShopBackend


async def asks(person: Person) -> Message:
    await person.send("/privacy")
    return await person.receives(containing="What I keep about you")


async def deletes(person: Person) -> None:
    await asks(person)
    await person.press("Delete my data")
    await person.receives(containing="Delete what I keep about you?")
    await person.press("Yes, delete it")
    await person.receives(containing="is deleted")


def share_of(order_id: str, chat_id: int) -> Share:
    now = datetime.now(UTC)
    return Share(
        id=f"hash of {chat_id}",
        chat_id=chat_id,
        order_id=order_id,
        whose=account("customer-1"),
        created_at=now,
        expires_at=now + timedelta(days=1),
    )


async def counts(mongo: Mongo) -> dict[str, int]:
    names = ("orders", "chats", "link_tokens", "dead_letters", "shares", "feedback")
    found = {name: await mongo.database[name].count_documents({}) for name in names}
    return {name: count for name, count in found.items() if count}


async def test_it_says_what_is_held_and_why(shop: ShopBackend, alice: Person, link: Link) -> None:
    await link(alice, "customer-1")
    for n in range(3):
        await shop.create(f"ord_{n}", "customer-1", notify=False)
    text = (await asks(alice)).text
    assert "a•••@example.com at Nile Coffee since" in text
    assert "3 now" in text
    assert text.count("•\N{SPACE}") == 12
    assert "I fetch one to show it to you, and keep no copy" in text
    assert "which one that is, so that I keep it up to date" in text
    assert text.count(": to ") == 3
    assert "nor your name or phone number" in text


async def test_who_is_not_linked_is_told_that_little_is_held(
    shop: ShopBackend, alice: Person
) -> None:
    text = (await asks(alice)).text
    assert "not connected to any account" in text
    assert "Copies" not in text


async def test_the_question_s_first_button_agrees_and_its_second_declines(
    shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    before = await counts(mongo)
    await asks(alice)
    await alice.press("Delete my data")
    question = await alice.receives(containing="Delete what I keep about you?")
    assert [button.text for button in question.buttons[0]] == ["Yes, delete it", "No, keep it"]
    assert await counts(mongo) == before
    await alice.press("No, keep it")
    assert (await alice.receives(containing="everything stays")).buttons == []
    assert await counts(mongo) == before


async def test_after_yes_nothing_is_held(
    shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", note="To Kampala", notify=False)
    now = datetime.now(UTC)
    letter = DeadLetter(
        id="x", chat_id=alice.id, order_id="ord_1", news=1, since=now, reason="too long"
    )
    await DeadLetters(mongo).keep(letter)
    await Shares(mongo).add(share_of("ord_1", alice.id))
    await Opinions(mongo).say(opinion(alice.id), since=now - timedelta(days=7))
    assert len(await counts(mongo)) == 6
    await deletes(alice)
    assert await counts(mongo) == {}
    await alice.send("/track ord_1")
    await alice.receives(containing="Connect your account")


async def test_what_waits_goes_with_the_chat(
    shop: ShopBackend, mongo: Mongo, alice: Person, bob: Person, link: Link, chats: Chats
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-1")
    await deletes(alice)
    said = len(alice.inbox)
    await shop.create("ord_1", "customer-1")
    await bob.receives(containing="Thank you for your order")
    assert len(alice.inbox) == said
    assert await chats.get(alice.id) is None


async def test_orders_stay_while_somebody_else_is_linked_to_them(
    shop: ShopBackend, mongo: Mongo, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await asks(alice)
    await alice.press("Delete my data")
    await alice.receives(containing="because somebody else")
    await alice.press("Yes, delete it")
    await alice.receives(containing="is deleted")
    tokens = await mongo.database["link_tokens"].find({}).to_list(None)
    assert [token["used_by"] for token in tokens] == [bob.id]
    await bob.send("/track 1001")
    await bob.receives(containing="#1001")
    await deletes(bob)
    assert await counts(mongo) == {}


async def test_nobody_is_barred_orders_and_links_may_come_back(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", notify=False)
    await deletes(alice)
    assert (await shop.create("ord_1", "customer-1", order_number="1001")).status == 202
    await link(alice, "customer-1")
    await alice.send("/track 1001")
    await alice.receives(containing="#1001")


@pytest.mark.parametrize("forged", ["privacy:delete", "privacy:delete:1001", "privacy:deletex"])
async def test_a_forged_button_deletes_nobody_else_s(
    shop: ShopBackend, mongo: Mongo, alice: Person, charlie: Person, link: Link, forged: str
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", notify=False)
    before = await counts(mongo)
    await charlie.send("/help")
    await charlie.receives()
    await charlie.press_data(forged)
    await charlie.press_data(forged, alice.inbox[-1])
    assert await counts(mongo) == before


async def test_in_a_group_nothing_is_said_or_deleted(
    shop: ShopBackend, sandbox: Sandbox, chats: Chats, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    family = sandbox.group("Family", members=[alice, bob])
    await alice.send_in_group(family, "/privacy")

    def said() -> list[Message]:
        return [message for message in family.messages.values() if message.from_bot]

    await family.changed.until(said, 5)
    assert "a private matter" in said()[0].text
    await alice.press_data("privacy:delete", said()[0])
    assert await chats.get(alice.id) is not None


async def test_it_is_in_the_help(shop: ShopBackend, alice: Person) -> None:
    await alice.send("/help")
    await alice.receives(containing="/privacy says what I keep")


# Cut off, and at the same time


@pytest.mark.parametrize("collection", [held.collection for held in HELD])
async def test_a_deletion_that_was_cut_off_is_finished_by_the_next(
    mongo: Mongo, monkeypatch: pytest.MonkeyPatch, collection: str
) -> None:
    remove = Erasures._remove

    async def fails(self: Erasures, among: str, which: Document) -> None:
        if among == collection:
            raise ConnectionError
        await remove(self, among, which)

    await record(Orders(mongo), "ord_1", event())
    await Chats(mongo).link(chat(1001))
    await Shares(mongo).add(share_of("ord_1", 1001))
    await Opinions(mongo).say(opinion(), since=NOON - timedelta(days=7))
    privacy = a_privacy(mongo)
    with monkeypatch.context() as broken:
        broken.setattr(Erasures, "_remove", fails)
        with pytest.raises(ConnectionError):
            await privacy.forget(1001)
    await privacy.forget(1001)
    assert await counts(mongo) == {}


async def test_of_two_who_go_at_the_same_time_the_last_takes_the_orders(mongo: Mongo) -> None:
    for n in range(10):
        await record(Orders(mongo), "ord_1", event())
        for person in (1001, 1002):
            await Chats(mongo).link(chat(person))
        privacy = a_privacy(mongo)
        await asyncio.gather(privacy.forget(1001), privacy.forget(1002))
        assert (n, await counts(mongo)) == (n, {})


async def test_many_single_orders_cost_as_many_looks_as_one(mongo: Mongo, chats: Chats) -> None:
    orders = Orders(mongo)
    privacy = a_privacy(mongo, orders)
    asked: list[list[str]] = []
    for order_id in ("guest-1", "guest-2", "guest-3"):
        await record(orders, order_id, event("placed"))
        linked = await chats.link(chat(1001, whose=single(order_id)))
        with COMMANDS.of(mongo.database.name) as commands:
            assert await privacy.held(linked) == HeldOrders(orders=len(asked) + 1, shared=True)
        asked.append([next(iter(command)) for command in commands])
    assert asked[0] == asked[1] == asked[2]
