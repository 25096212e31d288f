"""How it went: asked once an order has arrived, answered with a button."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.services.orders.references import button_key
from bot.services.people.feedback import CHANGEABLE
from sandbox import Message, Person, Sandbox
from storage.chats import Chats
from storage.models import Preferences
from storage.mongo import Mongo
from tests.chat.opinions import (
    BAD,
    FAIR,
    GOOD,
    KEY,
    backdate,
    is_asked,
    labels,
    none_is_kept,
    opinion,
)
from tests.conftest import Link, unlinks
from tests.support.shop import ShopBackend

# The question and its answers


async def test_the_news_of_a_delivery_asks_how_it_went(delivered: Message) -> None:
    assert delivered.text.endswith("How was your delivery?")
    assert labels(delivered) == [["Show timeline"], [GOOD, FAIR, BAD]]


async def test_news_of_other_steps_asks_nothing(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", status="shipped")
    assert (
        "How was your delivery?" not in (await alice.receives(containing="has been shipped")).text
    )


@pytest.mark.parametrize(
    ("label", "rating", "says"),
    [
        (GOOD, "good", "Nile Coffee will be glad to read it"),
        (FAIR, "fair", "Thank you for saying so"),
        (BAD, "bad", "I'm sorry that it went badly. Nile Coffee will see what you said."),
    ],
)
async def test_an_answer_is_kept_thanked_for_and_shown_on_the_buttons(
    delivered: Message, alice: Person, mongo: Mongo, label: str, rating: str, says: str
) -> None:
    said = len(alice.inbox)
    assert says in str((await alice.press(label)).text)
    shown = alice.chat.messages[delivered.id]
    assert labels(shown) == [
        ["Show timeline"],
        [f"{label} ✓", "Change"],
        ["✍️ Add a comment"],
    ]
    assert len(alice.inbox) == said
    assert shown.text == delivered.text
    kept = await opinion(mongo, alice)
    assert (kept.rating, kept.customer_id, kept.comment) == (rating, "customer-1", None)


async def test_the_same_answer_again_is_told_so_and_nothing_more(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    assert "glad to read it" in str((await alice.press(GOOD)).text)
    said, before = len(alice.inbox), await opinion(mongo, alice)
    answer = await alice.press_data(f"rate:good:{KEY}", delivered)
    assert answer.text == "You have said so already, thank you."
    assert (len(alice.inbox), await opinion(mongo, alice)) == (said, before)


async def test_another_answer_takes_the_place_of_the_first_for_a_week(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    await alice.press(GOOD)
    nearly = datetime.now(UTC) - CHANGEABLE + timedelta(minutes=1)
    await backdate(mongo, since=nearly)
    await alice.press("Change")
    assert labels(alice.chat.messages[delivered.id])[-1] == [GOOD, FAIR, BAD]
    assert "sorry that it went badly" in str((await alice.press(BAD)).text)
    assert labels(alice.chat.messages[delivered.id])[-2] == ["🙁 Not great ✓", "Change"]
    assert (await opinion(mongo, alice)).rating == "bad"
    await backdate(mongo, since=nearly - timedelta(minutes=2))
    await alice.press("Change")
    await alice.press(FAIR)
    late = await alice.receives(containing="more than a week ago")
    assert labels(late) == [["My orders"]]
    assert (await opinion(mongo, alice)).rating == "bad"
    await alice.press_data(f"comment:{KEY}")
    await alice.receives(containing="more than a week ago")


async def test_everybody_of_a_household_says_it_for_themselves(
    shop: ShopBackend, alice: Person, bob: Person, link: Link, mongo: Mongo
) -> None:
    for person in (alice, bob):
        await link(person, "customer-1")
    await shop.create("ord_1", "customer-1", status="delivered")
    for person, label in ((alice, GOOD), (bob, BAD)):
        await person.receives(containing="How was your delivery?")
        await person.press(label)
    assert (await opinion(mongo, alice)).rating == "good"
    assert (await opinion(mongo, bob)).rating == "bad"
    assert labels(alice.inbox[-1])[-2] == ["😀 Great ✓", "Change"]


async def test_who_has_live_messages_is_asked_below_the_last(
    shop: ShopBackend, alice: Person, link: Link, chats: Chats, mongo: Mongo
) -> None:
    await link(alice, "customer-1")
    await chats.prefer(alice.id, Preferences(cards=True))
    await shop.create("ord_1", "customer-1", notify=False)
    await shop.tell("ord_1", "delivered")
    card = await alice.receives(containing="How was your delivery?")
    assert "sorry that it went badly" in str((await alice.press(BAD)).text)
    assert labels(alice.chat.messages[card.id])[-2] == ["🙁 Not great ✓", "Change"]
    assert (await opinion(mongo, alice)).rating == "bad"


async def test_a_timeline_keeps_the_question_and_what_was_said_to_it(
    shop: ShopBackend, alice: Person, link: Link, chats: Chats, mongo: Mongo
) -> None:
    await link(alice, "customer-1")
    await chats.prefer(alice.id, Preferences(cards=True))
    await shop.create("ord_1", "customer-1", notify=False)
    await shop.tell("ord_1", "delivered")
    card = await alice.receives(containing="How was your delivery?")
    refresh = f"refresh:{KEY}"
    await alice.press_data(refresh, card)
    assert alice.chat.messages[card.id].text == card.text
    assert "Thank you for saying so" in str((await alice.press(FAIR)).text)
    for path in ([refresh], [f"options:{KEY}", refresh]):
        for data in path:
            await alice.press_data(data, alice.chat.messages[card.id])
        assert labels(alice.chat.messages[card.id])[-2] == ["😐 OK ✓", "Change"]


async def test_a_week_after_the_delivery_a_timeline_asks_no_more(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    for age, asks in ((CHANGEABLE - timedelta(minutes=1), True), (CHANGEABLE, False)):
        order_id, at = f"ord_{age.days}", datetime.now(UTC) - age
        await shop.create(
            order_id, "customer-1", order_number=order_id, status="delivered", at=at, notify=False
        )
        await alice.send(f"/track {order_id}")
        shown = await alice.receives(containing=order_id)
        assert ("How was your delivery?" in shown.text) == asks


async def test_a_summary_leads_to_the_question_about_each_order(
    shop: ShopBackend, alice: Person, link: Link, mongo: Mongo
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", status="delivered", notify=False)
    for said, last in ((None, [GOOD, FAIR, BAD]), (BAD, ["🙁 Not great ✓", "Change"])):
        if said:
            assert "sorry that it went badly" in str((await alice.press(said)).text)
        await alice.press_data(f"how:{KEY}")
        asked = await alice.receives(containing="How was the delivery of order #1001?")
        assert labels(asked)[0] == last
    await shop.create("ord_2", "customer-1", status="shipped", notify=False)
    await alice.press_data(f"how:{button_key('ord_2')}")
    await alice.receives(containing="not there yet")


# Old and forged buttons


@pytest.mark.parametrize("data", ["rate:bad:", "rerate:", "comment:", "how:"])
async def test_charlie_says_nothing_of_what_is_not_his(
    delivered: Message, alice: Person, charlie: Person, link: Link, mongo: Mongo, data: str
) -> None:
    await link(charlie, "customer-2")
    answers = []
    for key in (KEY, button_key("ord_99"), "1001", ""):
        await charlie.press_data(data + key)
        answers.append((await charlie.receives()).text)
    assert "I can't find that one" in answers[0]
    assert len(set(answers)) == 1
    assert await none_is_kept(mongo)


async def test_who_is_not_linked_any_more_is_told_how_to(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    await unlinks(alice)
    for data in ("rate:bad:", "rerate:", "comment:"):
        await alice.press_data(data + KEY, delivered)
        await alice.receives(containing="Connect your account")
    assert await none_is_kept(mongo)


async def test_while_a_parcel_is_on_its_way_nothing_can_be_said(
    shop: ShopBackend, alice: Person, link: Link, mongo: Mongo
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", notify=False)
    await shop.tell("ord_1", "shipped", parcel="A", notify=False)
    await shop.tell("ord_1", "delivered", parcel="B", notify=False)
    await alice.press_data(f"rate:good:{KEY}")
    await alice.receives(containing="not there yet")
    assert await none_is_kept(mongo)


async def test_of_an_order_that_is_not_there_nothing_can_be_said(
    shop: ShopBackend, alice: Person, link: Link, mongo: Mongo
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", status="shipped", notify=False)
    await alice.press_data(f"rate:good:{KEY}")
    await alice.receives(containing="not there yet")
    await shop.tell("ord_1", "cancelled", notify=False)
    await alice.press_data(f"rate:good:{KEY}")
    await alice.receives(containing="not there yet")
    assert await none_is_kept(mongo)


async def test_of_what_was_sent_back_it_can_still_be_said(
    delivered: Message, shop: ShopBackend, alice: Person, mongo: Mongo
) -> None:
    await shop.tell("ord_1", "returned", notify=False)
    assert "sorry that it went badly" in str((await alice.press(BAD)).text)
    assert labels(alice.chat.messages[delivered.id])[-2] == ["🙁 Not great ✓", "Change"]


@pytest.mark.parametrize("forged", ["rate:", "rate:best:{}", "rate:good", "rate:good{}"])
async def test_what_is_no_answer_is_answered_with_help(
    delivered: Message, alice: Person, mongo: Mongo, forged: str
) -> None:
    await alice.press_data(forged.format(KEY))
    await alice.receives(containing="I didn't get that")
    assert await none_is_kept(mongo)


async def test_forged_into_a_group_it_says_and_keeps_nothing(
    delivered: Message, sandbox: Sandbox, alice: Person, bob: Person, mongo: Mongo
) -> None:
    family = sandbox.group("Family", members=[alice, bob])
    await alice.send_in_group(family, "/track")

    def said() -> list[Message]:
        return [message for message in family.messages.values() if message.from_bot]

    await family.changed.until(said, 5)
    for data in ("rate:bad:", "rerate:", "comment:"):
        assert (await alice.press_data(data + KEY, said()[0])).text is None
    assert len(said()) == 1
    assert await none_is_kept(mongo)


# Privacy


async def test_privacy_names_it_and_removes_it_of_who_is_linked_and_who_was(
    delivered: Message, alice: Person, mongo: Mongo, chats: Chats
) -> None:
    prompt = await is_asked(alice)
    await alice.send("The box was wet", reply_to=prompt)
    await alice.receives(containing="will read it")
    await chats.unlink(alice.id)
    await alice.send("/privacy")
    held = await alice.receives(containing="What I keep about you")
    assert "How you said that a delivery went" in held.text
    assert "I keep nothing else that you write" in held.text
    await alice.press("Delete my data")
    await alice.receives(containing="Delete what I keep about you?")
    await alice.press("Yes, delete it")
    await alice.receives(containing="is deleted")
    assert await none_is_kept(mongo)
