"""The shop's own buttons, all the way: told, pressed, heard by the shop, and answered."""

import json
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from bot.settings import Settings
from sandbox import Message, Person
from storage.mongo import Mongo
from storage.orders import Orders
from tests.conftest import Link
from tests.support.listening_shop import WAITING, ListeningShop, telling
from tests.support.shop import ShopBackend
from tests.support.waiting import until

DOOR: dict[str, Any] = {"id": "door", "label": "Leave at the door"}
CHOSEN = "order.action_chosen"


@pytest.fixture
def settings(settings: Settings, listener: ListeningShop) -> Settings:
    return telling(settings, listener)


@pytest.fixture
async def question(shop: ShopBackend, alice: Person, link: Link) -> Message:
    """Whether to tell the shop, on alice's phone."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", status="out_for_delivery", actions=[DOOR])
    told = await alice.receives(containing="out for delivery")
    await alice.press("Leave at the door", told)
    return await alice.receives(containing="Shall I tell")


async def heard(mongo: Mongo, listener: ListeningShop) -> list[Any]:
    """What was chosen, as the shop has it once nothing waits."""

    async def settled() -> bool:
        return await mongo.database["shop_events"].count_documents(WAITING) == 0

    await until(settled)
    return [json.loads(a.body)["data"] for a in listener.attempts if CHOSEN in a.body.decode()]


async def test_a_choice_reaches_the_shop_and_its_answer_the_whole_household(
    question: Message,
    shop: ShopBackend,
    listener: ListeningShop,
    mongo: Mongo,
    alice: Person,
    bob: Person,
    link: Link,
) -> None:
    await link(bob, "customer-1")
    await alice.press("Yes, tell them", question)
    (told,) = await heard(mongo, listener)
    assert (told["order_id"], told["action_id"], told["label"]) == ("ord_1", *DOOR.values())
    await shop.tell("ord_1", kind="order.updated", note="Gladly, behind the gate")
    for person in (alice, bob):
        answer = await person.receives(containing="answers about your order ord_1")
        assert "Gladly, behind the gate" in answer.text
    await shop.tell("ord_1", kind="order.updated", note="The gate is blue")
    await shop.tell("ord_1", "delivered")
    await alice.receives(containing="has been delivered")
    assert not any("The gate is blue" in message.text for message in alice.inbox)


async def test_a_choice_that_was_not_marked_is_told_once_when_it_is_made_again(
    question: Message,
    listener: ListeningShop,
    mongo: Mongo,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save = Orders.save

    async def broken(*_: Any) -> None:
        raise AutoReconnect("the cable was cut behind the event")

    monkeypatch.setattr(Orders, "save", broken)
    await alice.press("Yes, tell them", question)
    await alice.receives(containing="Sorry")
    monkeypatch.setattr(Orders, "save", save)
    await alice.press("Yes, tell them", question)
    await alice.receives(containing="I have told")
    assert len(await heard(mongo, listener)) == 1


async def test_a_choice_is_in_the_export_of_what_is_held(
    question: Message, shop: ShopBackend, alice: Person
) -> None:
    await alice.press("Yes, tell them", question)
    await alice.receives(containing="I have told")
    for path in ("customers/customer-1", "orders/ord_1"):
        (told,) = (await shop.api("GET", f"/api/v1/{path}/export")).body["choices"]
        assert (told["order_id"], told["action_id"]) == ("ord_1", "door")


async def test_who_deletes_their_data_takes_a_choice_along_that_waits_for_the_shop(
    question: Message,
    listener: ListeningShop,
    mongo: Mongo,
    alice: Person,
    bob: Person,
    link: Link,
) -> None:
    await link(bob, "customer-1")
    listener.answers = [500] * 1000
    await alice.press("Yes, tell them", question)
    await alice.receives(containing="I have told")
    await alice.send("/privacy")
    await alice.receives(containing="What I keep about you")
    await alice.press("Delete my data")
    await alice.press("Yes, delete it")
    await alice.receives(containing="is deleted")
    left = await mongo.database["shop_events"].find({"type": CHOSEN}).to_list(None)
    assert left == []
    order = await mongo.database["orders"].find_one({"_id": "ord_1"})
    assert order
    assert str(alice.id) not in repr(order["chosen"])
