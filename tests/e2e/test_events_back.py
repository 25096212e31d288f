"""What customers do is told to the shop, as `docs/connect/events-back.md` says."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.settings import Settings
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.models import Preferences
from storage.mongo import Driver, Mongo
from tests.conftest import Link, unlinks
from tests.e2e.test_database_operations import HAND_OVER, STORE
from tests.support.commands import COMMANDS
from tests.support.drivers import one
from tests.support.listening_shop import WAITING, ListeningShop, telling
from tests.support.quiet import asked
from tests.support.shop import ShopBackend
from tests.support.waiting import until

PAGE = Path(__file__).parents[2] / "docs/connect/events-back.md"


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def settings(settings: Settings, listener: ListeningShop) -> Settings:
    return telling(settings, listener)


async def hears(listener: ListeningShop, kind: str, count: int = 1) -> list[Any]:
    """The data of so many events of this type, once they are taken."""

    async def look() -> list[Any]:
        told = listener.events_of(kind)
        return told if len(told) >= count else []

    return await until(look)


async def settles(mongo: Mongo, listener: ListeningShop) -> list[tuple[str, Any]]:
    """(type, data) of all that the shop has heard, once nothing waits."""

    async def look() -> bool:
        return await mongo.database["shop_events"].count_documents(WAITING) == 0

    await until(look)
    return [(attempt.event["type"], attempt.event["data"]) for attempt in listener.taken]


async def test_each_event_is_as_the_page_shows_it(
    listener: ListeningShop, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "cus_7")
    door = {"id": "door", "label": "Leave at the door"}
    await shop.create("ord_1", "cus_7", event_id="msg_1", actions=[door], notify=False)
    await alice.send("/track ord_1")
    await alice.receives(containing="Order placed")
    await alice.press("Leave at the door")
    await alice.receives(containing="Shall I tell")
    await alice.press("Yes, tell them")
    await alice.receives(containing="I have told")
    await hears(listener, "order.action_chosen")
    await shop.tell("ord_1", "delivered")
    await alice.receives(containing="has been delivered")
    await alice.press("🙁 Not great")
    await alice.press("✍️ Add a comment")
    asks = await alice.receives(containing="What would you like to tell")
    await alice.send("The box was wet", reply_to=asks)
    await alice.receives()
    alice.block()
    await hears(listener, "customer.blocked")
    alice.unblock()
    await hears(listener, "customer.unblocked")
    await unlinks(alice)
    await hears(listener, "customer.unlinked")
    await hears(listener, "feedback.given", 2)

    sent = {attempt.event["type"]: attempt.event for attempt in listener.taken}
    examples = [
        json.loads(e) for e in re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    ]
    examples = [each for each in examples if each["type"] != "order.code_requested"]
    assert {example["type"] for example in examples} == set(sent)
    for example in examples:
        assert masked(sent[example["type"]]) == masked(example)
    assert {event["data"]["link_id"] for event in sent.values()} == {sent_member(sent)}


def masked(event: Any) -> Any:
    """With what differs each time told by its form, and fields in their order."""
    values = {
        "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
        "link_id": "[0-9a-f]{16}",
        "feedback_id": "[0-9a-f]{16}",
    }
    if not isinstance(event, dict):
        return event
    return [
        (name, form if (form := values.get(name)) and re.fullmatch(form, value) else masked(value))
        for name, value in event.items()
    ]


def sent_member(sent: dict[str, Any]) -> str:
    return str(sent["customer.linked"]["data"]["link_id"])


async def test_no_event_tells_whose_chat_it_is(
    listener: ListeningShop, shop: ShopBackend, alice: Person, bob: Person, link: Link, mongo: Mongo
) -> None:
    await link(alice, "cus_7")
    await link(bob, "cus_7")
    await shop.create("ord_1", "cus_7", status="shipped")
    delivered = await hears(listener, "message.delivered", 2)
    assert len({each["link_id"] for each in delivered}) == 2
    for attempt in listener.attempts:
        for personal in (str(alice.id), str(bob.id), "Alice", "Bob", alice.account.phone):
            assert personal not in f"{attempt.id} {attempt.body.decode()}"


# Why a link ended


async def test_a_link_that_the_household_ends(
    listener: ListeningShop, shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "cus_7")
    await link(bob, "cus_7")
    _, of_bob = await hears(listener, "customer.linked", 2)
    await alice.send("/settings")
    await alice.receives(containing="Settings")
    for label in ("👥 Connected chats", "Disconnect the other chat", "Yes, disconnect it"):
        await alice.press(label)
    (ended,) = await hears(listener, "customer.unlinked")
    assert (ended["link_id"], ended["reason"]) == (of_bob["link_id"], "household")


async def test_a_chat_that_is_linked_to_another_account(
    listener: ListeningShop, shop: ShopBackend, alice: Person, link: Link, mongo: Mongo
) -> None:
    await link(alice, "cus_7")
    offer = await shop.connect("cus_8")
    await alice.send(f"/link {offer['code']}")
    await alice.receives(containing="Connect this chat")
    await alice.press("Yes, connect")
    await hears(listener, "customer.linked", 2)
    heard = await settles(mongo, listener)
    assert {(kind, data["customer_id"]) for kind, data in heard} == {
        ("customer.linked", "cus_7"),
        ("customer.linked", "cus_8"),
    }  # which are not promised to come in order
    assert len(heard) == 2
    assert len({data["link_id"] for _, data in heard}) == 2


async def test_an_account_that_is_no_more(
    listener: ListeningShop, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "cus_7")
    alice.deactivate()
    await shop.create("ord_1", "cus_7")
    (ended,) = await hears(listener, "customer.unlinked")
    assert ended["reason"] == "gone"
    assert listener.events_of("message.delivered") == []


async def test_who_deletes_their_data_takes_all_along_but_that(
    listener: ListeningShop,
    shop: ShopBackend,
    alice: Person,
    charlie: Person,
    link: Link,
    mongo: Mongo,
) -> None:
    listener.answers = [500] * 1000
    await link(charlie, "cus_8")
    await link(alice, "cus_7")
    await shop.create("ord_1", "cus_7")
    await alice.receives(containing="Thank you for your order")
    await alice.send("/privacy")
    await alice.receives(containing="What I keep about you")
    await alice.press("Delete my data")
    await alice.press("Yes, delete it")
    await alice.receives(containing="is deleted")
    left = [("customer.linked", "cus_8"), ("customer.unlinked", "cus_7")]

    async def is_all_else_gone() -> bool:
        kept = await mongo.database["shop_events"].find({}).sort("type").to_list(None)
        return [(event["type"], event["customer_id"]) for event in kept] == left

    await until(is_all_else_gone)
    kept = await mongo.database["shop_events"].find_one({"type": "customer.unlinked"})
    assert str(alice.id) not in repr(kept)


async def test_what_is_on_its_way_while_they_delete_their_data_is_not_told(
    listener: ListeningShop,
    shop: ShopBackend,
    sandbox: Sandbox,
    alice: Person,
    link: Link,
    mongo: Mongo,
) -> None:
    listener.answers = [500] * 1000
    await link(alice, "cus_7")
    sandbox.fail(Fault(method="sendMessage", delay=10))
    await shop.create("ord_1", "cus_7")
    await alice.receives(containing="ord_1")

    async def is_only_that_they_left() -> bool:
        kept = await mongo.database["shop_events"].find({}).to_list(None)
        return [event["type"] for event in kept] == ["customer.unlinked"]

    with capture_logs() as logs:
        await alice.send("/privacy")
        await alice.receives(containing="What I keep about you")
        await alice.press("Delete my data")
        await alice.press("Yes, delete it")
        await alice.receives(containing="is deleted")
        sandbox.clear_faults()
        await until(lambda: _has_lost_its_lease(logs))
    await until(is_only_that_they_left)


async def _has_lost_its_lease(logs: Sequence[EventDict]) -> bool:
    return any(line["event"] == "lease_lost" for line in logs)


# What is not told, and what does not wait


async def test_what_is_erased_is_not_sent(
    listener: ListeningShop, shop: ShopBackend, alice: Person, link: Link, mongo: Mongo
) -> None:
    listener.answers = [500] * 1000
    await link(alice, "cus_7")
    await hears_of_attempts(listener)
    assert (await shop.api("DELETE", "/api/v1/customers/cus_7")).status == 204
    listener.answers = []
    assert await settles(mongo, listener) == []


async def hears_of_attempts(listener: ListeningShop) -> None:
    async def look() -> bool:
        return bool(listener.attempts)

    await until(look)


async def test_who_wants_to_hear_less_is_not_told_and_nor_is_the_shop(
    listener: ListeningShop,
    shop: ShopBackend,
    alice: Person,
    bob: Person,
    link: Link,
    chats: Chats,
    mongo: Mongo,
) -> None:
    await link(alice, "cus_7")
    await link(bob, "cus_7")
    await chats.prefer(alice.id, Preferences(hear="none"))
    await shop.create("ord_1", "cus_7", status="shipped")
    await hears(listener, "message.delivered")
    heard = await settles(mongo, listener)
    assert [kind for kind, _ in heard].count("message.delivered") == 1


async def test_a_message_that_fails_is_told_when_it_is_through(
    listener: ListeningShop,
    shop: ShopBackend,
    sandbox: Sandbox,
    alice: Person,
    link: Link,
    mongo: Mongo,
) -> None:
    await link(alice, "cus_7")
    sandbox.fail(Fault(method="sendMessage", status=502, times=1))
    await shop.create("ord_1", "cus_7", status="shipped")
    await alice.receives(containing="has been shipped")
    (told,) = await hears(listener, "message.delivered")
    assert (told["order_id"], told["status"]) == ("ord_1", "shipped")


async def test_customers_do_not_wait_for_a_shop_that_hangs(
    listener: ListeningShop, shop: ShopBackend, alice: Person, link: Link
) -> None:
    listener.delay = 60
    await link(alice, "cus_7")
    for n in range(5):
        await shop.create(f"ord_{n}", "cus_7", status="shipped")
        await alice.receives(containing="has been shipped", timeout=10)


async def test_a_push_costs_no_more_until_telegram_has_the_call(
    quiet: None,
    listener: ListeningShop,
    shop: ShopBackend,
    sandbox: Sandbox,
    mongo: Mongo,
    alice: Person,
    link: Link,
) -> None:
    await shop.create("ord_1", "cus_7", notify=False)
    await link(alice, "cus_7")
    await settles(mongo, listener)
    sandbox.fail(Fault(method="sendMessage", times=None, delay=10))
    with COMMANDS.of(mongo.database.name) as commands:
        await shop.tell("ord_1", "shipped")
        await alice.receives(containing="has been shipped")
        sent = [command for command in asked(commands) if command != ("find", "shop_events")]
    sandbox.clear_faults()
    assert sent == [*STORE, HAND_OVER]
    await hears(listener, "message.delivered")


async def test_who_writes_after_a_block_is_told_of_though_telegram_never_said_that_it_ended(
    shop: ShopBackend, listener: ListeningShop, alice: Person, link: Link, mongo: Mongo
) -> None:
    await link(alice, "customer-1")
    alice.block()
    await hears(listener, "customer.blocked")
    alice.account.blocked = False
    for _ in range(2):
        await alice.send("/help")
        await alice.receives(containing="how your orders")
    heard = [kind for kind, _ in await settles(mongo, listener)]
    assert heard == ["customer.linked", "customer.blocked", "customer.unblocked"]
