"""The shop's own buttons: pressing one asks once, and tells the shop at most once."""

import asyncio
from typing import Any

import pytest

from bot.services.orders.offers import action_key
from bot.services.orders.references import button_key
from bot.settings import Settings
from sandbox import Message, Person
from tests.chat.opinions import labels
from tests.conftest import Link, unlinks
from tests.support.listening_shop import ListeningShop, telling
from tests.support.shop import ShopBackend
from tests.support.waiting import until

DOOR: dict[str, Any] = {"id": "door", "label": "Leave at the door"}
OUT: dict[str, Any] = {"id": "out", "label": "I will be out"}
OFFERED = "order.action_chosen"


@pytest.fixture
def settings(settings: Settings, listener: ListeningShop) -> Settings:
    return telling(settings, listener)


@pytest.fixture
async def asked(shop: ShopBackend, alice: Person, link: Link) -> Message:
    """The news with the shop's buttons, on alice's phone."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "out_for_delivery", event_id="msg_out", actions=[OUT, DOOR])
    return await alice.receives(containing="out for delivery")


async def hears(listener: ListeningShop, count: int = 1) -> list[Any]:
    async def look() -> list[Any]:
        told = listener.events_of(OFFERED)
        return told if len(told) >= count else []

    return await until(look)


async def test_the_news_has_the_shop_s_buttons_and_so_has_the_timeline(
    asked: Message, alice: Person
) -> None:
    assert labels(asked) == [
        ["Show on the map"],
        ["I will be out", "Leave at the door"],
        ["Show timeline"],
    ]
    await alice.press("Show timeline")
    shown = await alice.receives(containing="Next: Delivered")
    assert labels(shown)[1] == ["I will be out", "Leave at the door"]


async def test_a_choice_is_asked_once_told_to_the_shop_and_answered_by_its_next_words(
    asked: Message, shop: ShopBackend, listener: ListeningShop, alice: Person
) -> None:
    await alice.press("Leave at the door", asked)
    question = await alice.receives(containing="Shall I tell Nile Coffee: “Leave at the door”?")
    assert labels(question) == [["Yes, tell them", "No, rather not"]]
    assert listener.events_of(OFFERED) == []
    await alice.press("Yes, tell them", question)
    assert "I have told Nile Coffee" in alice.chat.messages[question.id].text
    (told,) = await hears(listener)
    assert told == {
        "customer_id": "customer-1",
        "link_id": told["link_id"],
        "order_id": "ord_1",
        "action_id": "door",
        "label": "Leave at the door",
        "event_id": "msg_out",
    }
    await shop.tell("ord_1", kind="order.updated", note="Gladly, behind the gate")
    answer = await alice.receives(containing="answers about your order #1001")
    assert "Gladly, behind the gate" in answer.text
    assert answer.text.endswith("🛵 Out for delivery")


async def test_who_declines_has_told_nothing(
    asked: Message, listener: ListeningShop, alice: Person
) -> None:
    await alice.press("I will be out", asked)
    question = await alice.receives(containing="Shall I tell")
    await alice.press("No, rather not", question)
    assert "I have told Nile Coffee nothing" in alice.chat.messages[question.id].text
    assert listener.events_of(OFFERED) == []


async def test_a_second_press_is_told_that_the_shop_knows(
    asked: Message, listener: ListeningShop, alice: Person
) -> None:
    question = await choose(alice, asked)
    assert (
        await alice.press("Leave at the door", asked)
    ).text == "Told already: Nile Coffee knows."
    yes = button(question, "Yes, tell them")
    await alice.press_data(yes, question)
    assert "Nile Coffee knows already" in alice.chat.messages[question.id].text
    await alice.press("Show timeline", asked)
    shown = await alice.receives(containing="Next: Delivered")
    assert labels(shown)[1] == ["I will be out", "✅ Leave at the door"]
    assert len(await hears(listener)) == 1


async def choose(person: Person, asked: Message) -> Message:
    await person.press("Leave at the door", asked)
    question = await person.receives(containing="Shall I tell")
    await person.press("Yes, tell them", question)
    return question


def button(message: Message, label: str) -> str:
    found = [b.data for row in message.buttons for b in row if b.text == label]
    assert found[0]
    return found[0]


async def test_of_a_household_that_presses_at_once_the_shop_hears_once(
    shop: ShopBackend, listener: ListeningShop, alice: Person, bob: Person, link: Link
) -> None:
    questions = []
    for person in (alice, bob):
        await link(person, "customer-1")
    await shop.create("ord_1", "customer-1", status="out_for_delivery", actions=[DOOR])
    for person in (alice, bob):
        asked = await person.receives(containing="out for delivery")
        await person.press("Leave at the door", asked)
        questions.append(await person.receives(containing="Shall I tell"))
    await asyncio.gather(
        *(p.press("Yes, tell them", q) for p, q in zip((alice, bob), questions, strict=True))
    )
    texts = [p.chat.messages[q.id].text for p, q in zip((alice, bob), questions, strict=True)]
    assert sorted("knows already" in text for text in texts) == [False, True]
    await hears(listener)
    assert len({attempt.id for attempt in listener.attempts if OFFERED in str(attempt.event)}) == 1


# Old and forged buttons


async def test_a_choice_that_is_over_is_said_to_be(
    asked: Message, shop: ShopBackend, listener: ListeningShop, alice: Person
) -> None:
    await alice.press("Leave at the door", asked)
    question = await alice.receives(containing="Shall I tell")
    await shop.tell("ord_1", "attempt_failed", notify=False)
    await alice.press("Yes, tell them", question)
    late = alice.chat.messages[question.id]
    assert "it is too late for that now, and I have told Nile Coffee nothing" in late.text
    assert labels(late) == [["Show timeline"]]
    await alice.press("I will be out", asked)
    await alice.receives(containing="it is too late for that now")
    assert listener.events_of(OFFERED) == []


@pytest.mark.parametrize("prefix", ["choose:", "chosen:", "unchoose:"])
async def test_charlie_chooses_nothing_of_what_is_not_his(
    asked: Message,
    listener: ListeningShop,
    alice: Person,
    charlie: Person,
    link: Link,
    prefix: str,
) -> None:
    await link(charlie, "customer-2")
    key = button(asked, "Leave at the door").rpartition(":")[2]
    answers = []
    for order in (button_key("ord_1"), button_key("ord_99"), "1001", ""):
        await charlie.send("/help")
        shown = await charlie.receives(containing="how your orders")
        await charlie.press_data(f"{prefix}{order}:{key}", shown)
        answers.append((await charlie.receives()).text)
    assert "I can't find that one" in answers[0]
    assert len(set(answers)) == 1
    assert listener.events_of(OFFERED) == []


@pytest.mark.parametrize("key", ["", ":", "0" * 16, "door", "é" * 8])
async def test_a_forged_key_leads_to_no_choice(
    asked: Message, listener: ListeningShop, alice: Person, key: str
) -> None:
    for prefix in ("choose:", "chosen:"):
        await alice.press_data(f"{prefix}{button_key('ord_1')}:{key}", asked)
        await alice.receives(containing="it is too late for that now")
    assert listener.events_of(OFFERED) == []


async def test_a_button_with_a_page_is_told_to_nobody(
    shop: ShopBackend, listener: ListeningShop, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    page = {"id": "tips", "label": "How to store it", "url": "https://nile.example.com/tips"}
    await shop.create("ord_1", "customer-1", event_id="msg_1", actions=[page])
    asked = await alice.receives(containing="ord_1")
    assert asked.buttons[0][0].url == page["url"]
    await alice.press_data(f"chosen:{button_key('ord_1')}:{action_key('msg_1', 'tips')}", asked)
    await alice.receives(containing="it is too late for that now")
    assert listener.events_of(OFFERED) == []


async def test_who_is_not_linked_any_more_is_told_how_to(
    asked: Message, listener: ListeningShop, alice: Person
) -> None:
    await alice.press("Leave at the door", asked)
    question = await alice.receives(containing="Shall I tell")
    await unlinks(alice)
    await alice.press("Yes, tell them", question)
    assert "Connect your account" in alice.chat.messages[question.id].text
    assert listener.events_of(OFFERED) == []
