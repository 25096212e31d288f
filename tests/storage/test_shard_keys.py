"""The table of shard keys in docs/scale.md, held against the code.

What the service asks the database carries the collection's shard key, or the table names it among
the queries that go to all shards.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
import pytest

from bot.app import Trackline
from bot.services.orders.references import button_key
from sandbox import Person
from storage.chats import Chats
from storage.checkpoints import Checkpoints
from storage.dead_letters import DeadLetters
from storage.erasures import Erasures
from storage.feedback import Opinions
from storage.indexes import FOR_STAFF, INDEXES
from storage.mongo import AT_START, Document, Driver, Mongo
from storage.newcomers import WaitingNewcomers
from storage.orders import Orders
from storage.shop_events import ShopEvents
from storage.staff import StaffNotes
from tests.chat.opinions import is_asked
from tests.chat.test_privacy_command import asks, deletes
from tests.conftest import Link, unlinks
from tests.support.commands import COMMANDS
from tests.support.drivers import one
from tests.support.replica import a_replica_s_jobs
from tests.support.shop import ShopBackend

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
ALL_OF_IT = "everything"
"""How the table calls a query without a condition."""
NO_QUERIES = {
    "createIndexes",
    "dropIndexes",
    "getMore",
    "hello",
    "killCursors",
    "listIndexes",
    "ping",
}


@dataclass(frozen=True)
class Row:
    """``key``: the fields of the shard key. ``to_all``: the fields of each query without it."""

    key: Sequence[str]
    to_all: frozenset[frozenset[str]]


def table(page: str) -> dict[str, Row]:
    """The rows by the name of their collection."""
    found = re.search(r"^\| collection \| shard key .*\n\|[-| ]+\n((\|.*\n)+)", page, re.MULTILINE)
    assert found, "docs/scale.md has no table of shard keys"
    cells = [line.strip("|").split("|") for line in found[1].splitlines()]
    return {quoted(name)[0]: _row(key, to_all) for name, key, _, to_all in cells}


def _row(key: str, to_all: str) -> Row:
    assert all(re.fullmatch(r"[\w.]+(, [\w.]+)*", each) for each in quoted(to_all)), to_all
    shapes = (each.split(", ") for each in quoted(to_all))
    return Row(quoted(key), frozenset(frozenset(each) - {ALL_OF_IT} for each in shapes))


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


TABLE = table(PAGE.read_text())


# What the database was asked


@dataclass(frozen=True)
class Asked:
    """One query of one command. ``is_single``: it writes to one document and no more."""

    verb: str
    collection: str
    where: Document
    is_single: bool = False
    inserts: bool = False


def asked(commands: Sequence[Document]) -> Iterator[Asked]:
    for command in commands:
        verb, collection = next(iter(command.items()))
        if verb not in NO_QUERIES and command.get("comment") != AT_START:
            yield from _of(verb, collection, command)


def _of(verb: str, collection: str, command: Document) -> Iterator[Asked]:
    match verb:
        case "find":
            yield Asked(verb, collection, command["filter"])
        case "aggregate":
            yield Asked(verb, collection, command["pipeline"][0]["$match"])
        case "count":
            yield Asked(verb, collection, command.get("query", {}))
        case "update":
            for update in command["updates"]:
                is_single, inserts = not update.get("multi"), bool(update.get("upsert"))
                yield Asked(verb, collection, update["q"], is_single, inserts)
        case "delete":
            for delete in command["deletes"]:
                yield Asked(verb, collection, delete["q"], is_single=delete["limit"] == 1)
        case "insert":
            for document in command["documents"]:
                yield Asked(verb, collection, document, is_single=True, inserts=True)
        case _:
            pytest.fail(f"nobody knows where {verb} of {collection} goes on a sharded cluster")


def trouble(query: Asked, rows: Mapping[str, Row]) -> str | None:
    """Why the query is not as the table has it."""
    what = f"{query.verb} of {query.collection} by {', '.join(sorted(query.where)) or ALL_OF_IT}"
    row = rows.get(query.collection)
    if row is None:
        return f"{what}: the table in docs/scale.md has no row for {query.collection}"
    if all(_is_carried(query.where.get(name), query) for name in row.key):
        return None
    key = ", ".join(row.key)
    if query.is_single:
        return f"{what}: a write to one document has to carry its shard key {key}"
    if frozenset(query.where) in row.to_all:
        return None
    return (
        f"{what}: without the shard key {key} it goes to all shards. Give it the key, "
        f"or say in the row of {query.collection} in docs/scale.md how often it runs"
    )


def _is_carried(value: object, query: Asked) -> bool:
    """By equality, or `$in` where nothing is to be inserted."""
    if not isinstance(value, dict):
        return value is not None
    return not query.inserts and value.keys() <= {"$in", "$eq"}


class Sent:
    """What was sent while the test ran."""

    def __init__(self, commands: Sequence[Document]) -> None:
        self._commands = commands

    def held_to_the_table(self, *must_be_there: tuple[str, str]) -> None:
        """``must_be_there``: (verb, collection) without which the test would test nothing."""
        queries = list(asked(list(self._commands)))
        missing = set(must_be_there) - {(query.verb, query.collection) for query in queries}
        assert not missing
        if troubles := {why for query in queries if (why := trouble(query, TABLE))}:
            pytest.fail("\n".join(sorted(troubles)), pytrace=False)


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def sent(mongo: Mongo) -> Iterator[Sent]:
    """Asked for before the service, it hears how that starts."""
    with COMMANDS.of(mongo.database.name) as commands:
        yield Sent(commands)


# The table itself


def test_every_collection_has_a_row() -> None:
    assert INDEXES.keys() | {"erasures", "pace", "service"} == TABLE.keys()
    assert all(row.key for row in TABLE.values())


@pytest.mark.parametrize("collection", INDEXES)
def test_unique_is_only_what_begins_with_the_shard_key(collection: str) -> None:
    models = [*INDEXES[collection], *FOR_STAFF.get(collection, [])]
    unique = [model.document for model in models if model.document.get("unique")]
    key = list(TABLE[collection].key)
    assert [index["name"] for index in unique if [*index["key"]][: len(key)] != key] == []


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (Asked("find", "orders", {"note": "x"}), "find of orders by note"),
        (Asked("find", "orders", {"_id": {"$gt": ""}}), "goes to all shards"),
        (Asked("find", "baskets", {"_id": "1"}), "no row for baskets"),
        (Asked("update", "chats", {"customer_id": "1"}, is_single=True), "to one document"),
        (
            Asked("update", "chats", {"_id": {"$in": [1]}}, is_single=True, inserts=True),
            "to one document",
        ),
    ],
)
def test_what_the_table_does_not_name_is_told(query: Asked, says: str) -> None:
    assert says in (trouble(query, TABLE) or "nothing")


# What the service does


async def test_a_new_order(sent: Sent, shop: ShopBackend) -> None:
    assert (await shop.create("ord_1", "customer-1", order_number="1001")).status == 202
    sent.held_to_the_table(("find", "erasures"), ("find", "chats"), ("insert", "orders"))


async def test_an_event_of_a_known_order_that_a_chat_is_told_of(
    sent: Sent, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "shipped")
    await alice.receives(containing="has been shipped")
    await alice.send("/help")  # time enough for the mark
    await alice.receives(containing="how your orders")
    sent.held_to_the_table(("update", "orders"), ("update", "chats"), ("update", "pace"))


async def test_a_link_by_its_token_and_by_its_code(
    sent: Sent, shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await bob.send(f"/link {(await shop.connect('customer-1'))['code']}")
    await bob.receives(containing="Connect this chat")
    await bob.press("Yes, connect")
    await bob.receives(containing="at hand")
    assert (await shop.api("GET", "/api/v1/customers/customer-1/links")).status == 200
    await unlinks(bob)
    sent.held_to_the_table(
        ("insert", "link_tokens"), ("find", "link_tokens"), ("update", "updates")
    )


async def test_what_a_customer_asks_for(
    sent: Sent, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    for n in range(8):
        await shop.create(f"ord_{n}", "customer-1", order_number=f"100{n}", notify=False)
    await alice.send("/track 1001")
    await alice.receives(containing="1001")
    await alice.send("/track 4711")
    await alice.receives(containing="can't find that one")
    await alice.send("/orders")
    await alice.receives(containing="Your latest orders")
    await asks(alice)
    sent.held_to_the_table(("find", "orders"), ("find", "chats"), ("aggregate", "orders"))


async def test_somebody_who_is_not_linked(sent: Sent, shop: ShopBackend, charlie: Person) -> None:
    await charlie.send("/track 1001")
    await charlie.receives()
    await charlie.send("/link ABCD-EFGH")
    await charlie.receives(containing="no longer valid")
    sent.held_to_the_table(("find", "phones"), ("find", "link_tokens"), ("update", "throttles"))


async def test_an_opinion_and_a_share(
    sent: Sent, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "delivered")
    await alice.receives(containing="has been delivered")
    await is_asked(alice)
    await alice.send("It was quick.")
    await alice.receives(containing="Thank you")
    await alice.press_data(f"share:{button_key('ord_1')}")
    await alice.receives(containing="Share order")
    for path in ("orders/ord_1/feedback", "feedback"):
        assert (await shop.api("GET", f"/api/v1/{path}")).status == 200
    sent.held_to_the_table(("update", "feedback"), ("insert", "shares"))


async def test_a_batch(sent: Sent, shop: ShopBackend) -> None:
    now = datetime.now(UTC).isoformat()
    events = [
        {
            "id": f"evt_{n}",
            "type": "order.created",
            "timestamp": now,
            "data": {"order_id": f"ord_{n % 4}", "customer_id": "customer-1", "note": str(n)},
        }
        for n in range(12)
    ]
    answer = await shop.api("POST", "/api/v1/events/batch", json={"events": events})
    assert {result["status"] for result in answer.body["results"]} == {200}
    sent.held_to_the_table(("find", "orders"), ("insert", "orders"))


async def test_what_the_shop_asks_for(
    sent: Sent, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tracking("ord_1")
    number = {"phone": "+256700000000", "account_hint": "a•••@example.com"}
    await shop.api("PUT", "/api/v1/customers/customer-1/phone", json=number)
    await alice.share_contact("256700000000", of=alice)
    await alice.receives(containing="Connect this chat")
    theirs = "customers/customer-1"
    listed = "orders?customer_id=customer-1&limit=1"
    for path in (listed, f"{theirs}/export", f"{theirs}/deliveries", "dead-letters"):
        assert (await shop.api("GET", f"/api/v1/{path}")).status == 200
    sent.held_to_the_table(("find", "orders"), ("update", "phones"))


async def test_an_erasure(sent: Sent, shop: ShopBackend, alice: Person, link: Link) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", notify=False)
    assert (await shop.api("DELETE", "/api/v1/customers/customer-1")).status == 204
    sent.held_to_the_table(
        ("update", "erasures"), ("update", "removals"), ("delete", "orders"), ("delete", "chats")
    )


async def test_what_somebody_deletes_themselves(
    sent: Sent, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", notify=False)
    await deletes(alice)
    sent.held_to_the_table(("delete", "orders"), ("delete", "chats"))


async def test_the_jobs(sent: Sent, service: Trackline, mongo: Mongo) -> None:
    """And the dispatcher's looks, which go on meanwhile."""
    await Erasures(mongo).begin("customer-1", datetime.now(UTC))
    jobs = a_replica_s_jobs(mongo)
    await jobs.sweep_unfanned()
    await jobs.post_reminders()
    await jobs.recover_leases()
    await jobs.repeat_erasures()
    await jobs.purge_tokens()
    await WaitingNewcomers(mongo).due(datetime.now(UTC), 10)
    sent.held_to_the_table(("find", "orders"), ("find", "chats"), ("delete", "link_tokens"))


async def test_what_is_read_page_by_page(sent: Sent, mongo: Mongo) -> None:
    now = datetime.now(UTC)
    behind = now, "the last"
    await Orders(mongo).page_of_customer("customer-1", behind, 10)
    await Opinions(mongo).page(behind, until=now, limit=10)
    await DeadLetters(mongo).page(behind, 10)
    sent.held_to_the_table(("find", "orders"), ("find", "feedback"), ("find", "dead_letters"))


async def test_what_is_off_until_a_setting_turns_it_on(sent: Sent, mongo: Mongo) -> None:
    now = datetime.now(UTC)
    await ShopEvents(mongo).due(now, 10)
    await ShopEvents(mongo).remove_of(1001)
    await Orders(mongo).standing(now - timedelta(days=7), now, 10)
    await Orders(mongo).known_as(["1001"], 10)
    await Chats(mongo).count()
    letters = DeadLetters(mongo)
    await letters.fresh(10)
    await letters.get("reference")
    await letters.count()
    await StaffNotes(mongo).take_turn("report", now, now)
    await Checkpoints(mongo).claim("shop", now, now)
    sent.held_to_the_table(("find", "shop_events"), ("update", "staff"), ("update", "checkpoints"))


# What an order takes

CARRIER = {
    "name": "DHL",
    "tracking_number": "JD014600006281230701",
    "tracking_url": "https://www.dhl.com/track?id=JD014600006281230701",
}
STEPS: Sequence[tuple[str, Mapping[str, Any]]] = [
    ("confirmed", {}),
    ("packed", {"note": "Packed with care", "location": "Kampala"}),
    ("shipped", {"carrier": CARRIER, "location": "Kampala"}),
    ("out_for_delivery", {"location": "Entebbe"}),
    ("delivered", {"note": "Left at the front desk", "location": "Entebbe"}),
]
"""After the order was created: the typical one of docs/scale.md."""


async def test_an_order_of_six_events_is_as_large_as_the_page_says(
    shop: ShopBackend, mongo: Mongo
) -> None:
    order_id, customer_id = "665f0c1e8b3e4a0012ab34c0", "665f0c1e8b3e4a0012ab34cd"
    now = datetime.now(UTC)
    window = {"earliest": now.isoformat(), "latest": (now + timedelta(days=1)).isoformat()}
    await shop.create(order_id, customer_id, order_number="1000421", items=3)
    with COMMANDS.of(mongo.database.name) as commands:
        for status, more in STEPS:
            told = {**more, "estimated_delivery": window} if "carrier" in more else more
            assert (await shop.tell(order_id, status, **told)).status == 202
    order = await mongo.database["orders"].find_one({"_id": order_id})
    assert order is not None
    updates = [each["u"] for c in commands if c.get("update") == "orders" for each in c["updates"]]
    found = {
        "an order of six events": len(bson.encode(order)),
        "one more event": sum(len(bson.encode(update)) for update in updates) / len(updates),
        "its entries in `found_by`": len(order["keys"]),
    }
    assert said(PAGE.read_text(), found) == pytest.approx(found, rel=0.05)


def said(page: str, what: Mapping[str, float]) -> dict[str, float]:
    """The figures of the rows that begin with these words."""
    rows = {name: re.search(rf"^\| {re.escape(name)} \| ([\d,]+)", page, re.M) for name in what}
    return {name: float(row[1].replace(",", "")) for name, row in rows.items() if row}


def test_the_commands_shard_every_collection_that_the_table_says_to() -> None:
    """A whole collection is named with a reason and no command."""
    lines = re.findall(r'sh\.shardCollection\("trackline\.(\w+)", (\{.*\})\)', PAGE.read_text())
    shard = {name: [*json.loads(re.sub(r"(\w+):", r'"\1":', key))] for name, key in lines}
    assert shard
    assert shard == {name: list(TABLE[name].key) for name in shard}
