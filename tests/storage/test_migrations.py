"""What the version before documents had versions has left is read, shown and carried on.

`older/before_versions.json` is what its code (344efd2) wrote when it was cut off in the middle of
its work: what it was told, what it showed then, all documents and all indexes.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from bot.app import Trackline
from bot.database import bring_up
from bot.settings import Settings
from sandbox import Person, Sandbox
from storage.chats import Chats
from storage.indexes import OUTDATED
from storage.models import OVERDUE, Preferences
from storage.mongo import Document, Driver, Mongo
from storage.orders import Orders
from storage.whose import account
from tests.storage import older
from tests.support.drivers import BOTH, one
from tests.support.shop import ShopBackend
from tests.support.waiting import until

pytestmark = pytest.mark.own_database


@dataclass(frozen=True)
class Left:
    """``told``: ids and bodies of events; ``shown``: the tracking information of each order, its
    moments moved like all others; ``link``: a token and another link's code, both unused."""

    told: list[dict[str, str]]
    shown: dict[str, Any]
    link: dict[str, str]


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
async def left(mongo: Mongo) -> Left:
    """Stands in the database, with the indexes of then and none of today."""
    read = await older.put(mongo, "before_versions")
    shown = older.moved(as_moments(read["shown"]), read["by"])
    return Left(read["told"], shown, read["link"])


def as_moments(value: Any) -> Any:
    """ISO 8601 in the answer of the API → the moment."""
    match value:
        case dict():
            return {name: as_moments(inner) for name, inner in value.items()}
        case list():
            return [as_moments(inner) for inner in value]
        case str() if value.endswith("Z") and value[:2] == "20":
            return datetime.fromisoformat(value)
    return value


@pytest.fixture
def people(sandbox: Sandbox) -> dict[str, Person]:
    """Those whose chats are linked: alice and bob to cus_1, the others to cus_2, cus_3, cus_4."""
    names = ("alice", "bob", "charlie", "dave", "erin")
    return {name: sandbox.person(name.title(), id=1001 + n) for n, name in enumerate(names)}


@pytest.fixture
async def started(left: Left, people: dict[str, Person], settings: Settings) -> Trackline:
    """Everybody has written to the bot at some time."""
    for person in people.values():
        await person.send("/help")
    return Trackline(settings)


@pytest.fixture
async def service(started: Trackline) -> AsyncIterator[Trackline]:
    async with started:
        yield started


async def names_of_indexes(mongo: Mongo, collection: str) -> set[str]:
    return set(await mongo.database[collection].index_information())


async def orders_in(mongo: Mongo) -> list[Document]:
    return await mongo.database["orders"].find({}).sort("_id").to_list(None)


# Starting on it


async def test_the_indexes_of_then_are_gone_and_those_of_today_are_there(
    left: Left, mongo: Mongo, service: Trackline, shop: ShopBackend
) -> None:
    for collection, outdated in OUTDATED.items():
        assert not await names_of_indexes(mongo, collection) & set(outdated)
    assert await mongo.wrong_indexes() == []

    async def is_ready() -> bool:
        return (await shop.request("GET", "/readyz")).status == 200

    await until(is_ready)


@pytest.mark.parametrize("driver", BOTH, indirect=True)
async def test_several_replicas_may_start_on_it_at_once_and_again(left: Left, mongo: Mongo) -> None:
    before = await orders_in(mongo)
    assert await names_of_indexes(mongo, "orders") >= {"event_once", "open_first"}
    await asyncio.gather(*(bring_up(mongo) for _ in range(3)))
    await bring_up(mongo)
    assert await mongo.wrong_indexes() == []
    assert not await names_of_indexes(mongo, "orders") & set(OUTDATED["orders"])
    for was, order in zip(before, await orders_in(mongo), strict=True):
        whose = account(order["customer_id"])
        assert sorted(order.pop("keys")) == sorted([*was.pop("keys"), whose])
        unfanned = was.get("unfanned_since")
        marks = [unfanned + OVERDUE if unfanned else None, was.get("remind_at")]
        assert order.pop("look_at", None) == min(filter(None, marks), default=None)
        assert order == was


# Showing it


async def test_orders_are_shown_as_they_were(
    left: Left, mongo: Mongo, service: Trackline, shop: ShopBackend
) -> None:
    for order_id, tracking in left.shown.items():
        shown = as_moments(await shop.tracking(order_id))
        assert shown.pop("items") == []  # came later
        assert shown == tracking


async def test_a_customer_s_orders_are_found_by_the_shop_and_by_their_owner(
    service: Trackline, shop: ShopBackend, people: dict[str, Person]
) -> None:
    answer = await shop.api("GET", "/api/v1/orders?customer_id=cus_1")
    assert [order["order_id"] for order in answer.body["orders"]] == ["ord_1", "ord_2", "ord_8"]
    alice, charlie = people["alice"], people["charlie"]
    await alice.send("/orders")
    listed = (await alice.receives(containing="Your latest orders")).buttons
    open_ones_first = zip(listed, ("#1001", "#1008", "#1002"), strict=True)
    assert all(number in row[0].text for row, number in open_ones_first)
    await alice.send("/track 1001")
    assert "Left our shop" in (await alice.receives(containing="Out for delivery")).text
    await charlie.send("/track 1001")
    assert "Left our shop" not in (await charlie.receives(containing="Cancelled")).text


# Going on with what was under way


async def test_what_was_stored_and_not_yet_told_is_told(
    service: Trackline, people: dict[str, Person]
) -> None:
    """A sweep takes it up."""
    await service._jobs.sweep_unfanned()
    for name in ("alice", "bob"):
        told = await people[name].receives(containing="#1001")
        assert "Today before noon" in told.text


async def test_what_waited_in_a_mailbox_is_told_once(
    service: Trackline, mongo: Mongo, people: dict[str, Person]
) -> None:
    for name in ("alice", "bob"):
        await people[name].receives(containing="#1002 has come back")

        async def is_idle(person: Person = people[name]) -> bool:
            chat = await Chats(mongo).get(person.id)
            return bool(chat and not chat.entries and chat.lease is None and chat.version)

        await until(is_idle)
        told = [message for message in people[name].inbox if "#1002" in message.text]
        assert len(told) == 1


async def test_what_a_sender_that_is_gone_had_in_hand_is_told(
    service: Trackline, people: dict[str, Person]
) -> None:
    await service._jobs.recover_leases()
    await people["charlie"].receives(containing="#1001 has been cancelled")


async def test_what_is_held_back_waits_until_its_reader_wants_it(
    service: Trackline, mongo: Mongo, people: dict[str, Person]
) -> None:
    chats, dave = Chats(mongo), people["dave"]
    await people["alice"].receives(containing="#1002")  # so what is due has been looked for
    waits = await chats.get(dave.id)
    assert waits is not None
    assert [entry.order_id for entry in waits.entries] == ["ord_6"]
    assert not any("#1006" in message.text for message in dave.inbox)
    await chats.prefer(dave.id, Preferences())
    await dave.receives(containing="Thank you for your order #1006")


async def test_what_gathered_for_who_had_blocked_the_bot_is_told_when_they_are_back(
    service: Trackline, people: dict[str, Person]
) -> None:
    erin = people["erin"]
    erin.block()
    erin.unblock()
    await erin.receives(containing="Thank you for your order #1007")


async def test_a_link_that_was_offered_can_be_used(
    left: Left, service: Trackline, sandbox: Sandbox
) -> None:
    by_token, by_code = sandbox.person("Frank", id=2001), sandbox.person("Grace", id=2002)
    for person, says, number in (
        (by_token, f"/start {left.link['token']}", "#1008"),
        (by_code, f"/link {left.link['code']}", "#1004"),
    ):
        await person.send(says)
        await person.receives(containing="Connect this chat")
        await person.press("Yes, connect")
        await person.receives(containing="Connected.")
        await person.receives(containing="at hand")
        await person.send(f"/track {number}")
        await person.receives(containing=number)


# Going on with the orders


async def test_an_event_for_an_order_of_then_is_recorded_and_told(
    service: Trackline, shop: ShopBackend, mongo: Mongo, people: dict[str, Person]
) -> None:
    """Whatever has become of it: on its way, closed, described as a whole, out of a book."""
    alice, charlie = people["alice"], people["charlie"]
    await service._jobs.recover_leases()
    for order_id, number, who in (
        ("ord_1", "#1001", alice),
        ("ord_2", "#1002", alice),
        ("ord_4", "#1004", charlie),
        ("ord_5", "#1005", charlie),
        ("ord_8", "#1008", alice),
    ):
        steps = len((await shop.tracking(order_id))["tracking_info"])
        answer = await shop.tell(order_id, "problem", note=f"Wet: {number}")
        assert (answer.status, answer.result) == (202, "recorded")
        assert f"Wet: {number}" in (await who.receives(containing=f"Wet: {number}")).text
        assert len((await shop.tracking(order_id))["tracking_info"]) == steps + 1
        order = await Orders(mongo).get(order_id)
        assert order is not None
        assert order.version


async def test_an_event_of_then_is_a_duplicate_and_its_id_with_another_body_a_conflict(
    left: Left, service: Trackline, shop: ShopBackend, mongo: Mongo
) -> None:
    """Also where the order has been described as a whole since."""
    before = {order["_id"]: order["events"] for order in await orders_in(mongo)}
    for event in left.told:
        body = event["body"].encode()
        answer = await shop.post(body, event_id=event["id"])
        assert (answer.status, answer.result) == (200, "duplicate")
        answer = await shop.post(body + b" ", event_id=event["id"])
        assert answer.status == 409
    assert {order["_id"]: order["events"] for order in await orders_in(mongo)} == before


async def test_an_id_of_then_is_free_for_other_orders(
    service: Trackline, shop: ShopBackend
) -> None:
    for order_id, customer_id in (("ord_4", "cus_2"), ("ord_9", "cus_1")):
        answer = await shop.tell(order_id, "shipped", customer_id=customer_id, event_id="msg_1")
        assert (answer.status, answer.result) == (202, "recorded")


async def test_who_was_erased_stays_so_and_who_is_erased_now_is_gone(
    service: Trackline, shop: ShopBackend, mongo: Mongo
) -> None:
    assert (await shop.create("ord_9", "cus_gone")).status == 422
    await service._jobs.recover_leases()
    assert (await shop.api("DELETE", "/api/v1/customers/cus_1")).status == 204
    assert [order["_id"] for order in await orders_in(mongo)] == [f"ord_{n}" for n in range(3, 8)]
