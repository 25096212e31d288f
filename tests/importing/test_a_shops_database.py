"""Orders are brought in from the shop's own MongoDB: all of them, once, and nobody is told."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from pymongo.asynchronous.database import AsyncDatabase

from bot.app import Trackline
from bot.errors import CommandFailed
from sandbox import Person
from storage.erasures import Erasures
from storage.mongo import AT_START, Document, Driver, Mongo
from storage.orders import Orders
from storage.rounds import LARGEST
from tests.conftest import Link
from tests.importing.conftest import Import
from tests.support.book import CUSTOMER, MONDAY, document, hours, order_id
from tests.support.commands import COMMANDS
from tests.support.drivers import BOTH
from tests.support.shop import ShopBackend

Shop = AsyncDatabase[Document]


@pytest.mark.parametrize("driver", BOTH, indirect=True)
async def test_an_order_is_brought_in_with_its_steps_as_they_happened(
    bring: Import, shop_database: Shop, shop_uri: str, orders: Orders
) -> None:
    await shop_database["orders"].insert_one(document(1))
    told = await bring(shop_uri)
    assert (told.code, told.out) == (
        0,
        [
            "Orders: 1 read, 1 new, 0 lacked something.",
            "Events: 4 recorded, 0 known before.",
        ],
    )
    order = await orders.get(order_id(1))
    assert order is not None
    assert (order.customer_id, order.closed, order.news) == (CUSTOMER, True, 0)
    assert [(event.status, event.occurred_at) for event in order.events] == [
        (state, MONDAY + hours(n))
        for n, state in enumerate(["placed", "packed", "shipped", "delivered"])
    ]


@pytest.mark.parametrize("driver", BOTH, indirect=True)
async def test_a_repeat_records_nothing(
    bring: Import, shop_database: Shop, shop_uri: str, mongo: Mongo
) -> None:
    await shop_database["orders"].insert_many([document(n) for n in range(450)])
    await bring(shop_uri)
    before = await mongo.database["orders"].find({}).to_list(None)
    told = await bring(shop_uri)
    assert told.out == [
        "Orders: 450 read, 0 new, 0 lacked something.",
        "Events: 0 recorded, 1,800 known before.",
    ]
    assert len(before) == 450
    assert await mongo.database["orders"].find({}).to_list(None) == before


async def test_nobody_is_told_and_the_timeline_is_there(
    bring: Import,
    shop_database: Shop,
    shop_uri: str,
    shop: ShopBackend,
    orders: Orders,
    alice: Person,
    link: Link,
) -> None:
    await link(alice, CUSTOMER)
    await shop_database["orders"].insert_one(document(1, "placed", "shipped"))
    await bring(shop_uri)
    in_a_day = datetime.now(UTC) + timedelta(days=1)
    assert await orders.unfanned(in_a_day, 10) == await orders.to_remind(in_a_day, 10) == []
    await shop.create("ord_after", CUSTOMER)
    assert "ord_after" in (await alice.receives()).text  # and nothing before it
    await alice.send("/track 1001")
    timeline = await alice.receives(containing="#1001")
    assert "Shipped" in timeline.text
    tracking = (await shop.tracking(order_id(1)))["tracking_info"]
    assert [step["status"] for step in tracking] == ["placed", "shipped"]


async def test_what_comes_next_by_webhook_is_told(
    bring: Import, shop_database: Shop, shop_uri: str, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, CUSTOMER)
    await shop_database["orders"].insert_one(document(1, "placed", "shipped"))
    await bring(shop_uri)
    await shop.tell(order_id(1), "delivered")
    await alice.receives(containing="#1001")


async def test_the_shop_s_own_words_are_mapped(
    bring: Import, shop_database: Shop, shop_uri: str, orders: Orders
) -> None:
    await shop_database["orders"].insert_one(document(1, "Order Received", "dispatched"))
    words = "order received=placed, dispatched=shipped"
    await bring(shop_uri, status_words=words)
    order = await orders.get(order_id(1))
    assert order is not None
    assert [event.status for event in order.events] == ["placed", "shipped"]


async def test_words_that_are_mapped_later_do_not_record_anything_twice(
    bring: Import, shop_database: Shop, shop_uri: str
) -> None:
    await shop_database["orders"].insert_one(document(1, "placed", "dispatched"))
    await bring(shop_uri)
    told = await bring(shop_uri, status_words="dispatched=shipped")
    assert told.out[1] == "Events: 0 recorded, 2 known before."


async def test_ids_of_any_kind_are_all_read(
    bring: Import, shop_database: Shop, shop_uri: str, mongo: Mongo
) -> None:
    ids = ["A-1", 7, ObjectId(order_id(1)), "B-2", ObjectId(order_id(2))]
    await shop_database["sales"].insert_many([document(_id=one, customer="cus_7") for one in ids])
    await bring(shop_uri, reconcile_collection="sales")
    held = await mongo.database["orders"].find({}).to_list(None)
    assert {order["_id"] for order in held} == {str(one) for one in ids}


async def test_an_order_without_a_log_has_its_state_since_it_was_touched_last(
    bring: Import, shop_database: Shop, shop_uri: str, orders: Orders
) -> None:
    bare = {"trackingInfo": [], "status": "shipped", "updatedAt": MONDAY + hours(5)}
    await shop_database["orders"].insert_one(document(1) | bare)
    await bring(shop_uri)
    touched = {"$set": {"updatedAt": MONDAY + hours(90)}}
    await shop_database["orders"].update_one({}, touched)
    told = await bring(shop_uri)
    assert told.out[1] == "Events: 0 recorded, 1 known before."
    order = await orders.get(order_id(1))
    assert order is not None
    assert [(e.status, e.occurred_at) for e in order.events] == [("shipped", MONDAY + hours(5))]


async def test_a_state_that_contradicts_the_log_is_recorded_once(
    bring: Import, shop_database: Shop, shop_uri: str
) -> None:
    log = document(1, "placed", "packed")["trackingInfo"]
    odd = {"trackingInfo": log[:1], "status": "placed", "updatedAt": MONDAY + hours(1)}
    await shop_database["orders"].insert_one(document(1) | odd)
    await bring(shop_uri)
    for touched in (1, 5, 9):
        change = {"trackingInfo": log, "updatedAt": MONDAY + hours(touched)}
        await shop_database["orders"].update_one({}, {"$set": change})
        await bring(shop_uri)
        assert (await bring(shop_uri)).out[0] == "Orders: 1 read, 0 new, 0 lacked something."


async def test_an_erased_customer_s_orders_stay_away_and_that_is_no_error(
    bring: Import, shop_database: Shop, shop_uri: str, mongo: Mongo, orders: Orders
) -> None:
    await Erasures(mongo).begin("cus_gone", datetime.now(UTC))
    await shop_database["orders"].insert_many([document(1, customer="cus_gone"), document(2)])
    told = await bring(shop_uri)
    assert (told.code, told.out[0]) == (
        0,
        "Orders: 2 read, 1 new, 0 lacked something, 1 left out, as their customers were erased.",
    )
    assert await orders.get(order_id(1)) is None
    assert await orders.get(order_id(2)) is not None


async def test_wrong_orders_do_not_stop_the_rest_and_are_told_by_their_id(
    bring: Import, shop_database: Shop, shop_uri: str, orders: Orders
) -> None:
    await shop_database["orders"].insert_many(
        [document(1, customer="CANARY CANARY"), document(2, customer=7.5), document(3)]
    )
    told = await bring(shop_uri)
    assert (told.code, told.out[0]) == (1, "Orders: 3 read, 1 new, 0 lacked something, 2 refused.")
    assert told.err[1] == f"Refused: _id {order_id(2)}: user: it should be text, and not empty"
    assert "CANARY" not in "".join(told.out + told.err)
    assert await orders.get(order_id(3)) is not None


async def test_many_refusals_are_told_by_the_first_of_them_and_their_number(
    bring: Import, shop_database: Shop, shop_uri: str
) -> None:
    await shop_database["orders"].insert_many([document(n, customer="c !") for n in range(30)])
    told = await bring(shop_uri)
    assert len(told.err) == 21
    assert told.err[-1] == "… and 10 more: --refused FILE keeps all of them."


async def test_an_order_that_we_hold_as_another_customer_s_is_refused(
    bring: Import, shop_database: Shop, shop_uri: str, shop: ShopBackend
) -> None:
    await shop.create(order_id(1), "cus_other", notify=False)
    await shop_database["orders"].insert_one(document(1))
    told = await bring(shop_uri)
    assert (told.code, told.err) == (
        1,
        [f"Refused: _id {order_id(1)}: we hold this order as another customer's"],
    )


async def test_a_look_writes_nothing(
    bring: Import, shop_database: Shop, shop_uri: str, mongo: Mongo
) -> None:
    await shop_database["orders"].insert_one(document(1))
    told = await bring(shop_uri, dry=True)
    assert told.out[1] == "Events: 4 missing, 0 known before."
    for collection in ("orders", "checkpoints"):
        assert await mongo.database[collection].find({}).to_list(None) == []


async def test_two_hundred_orders_cost_a_handful_of_round_trips(
    bring: Import, shop_database: Shop, shop_uri: str, mongo: Mongo
) -> None:
    await shop_database["orders"].insert_many([document(n) for n in range(200)])
    with COMMANDS.of(mongo.database.name) as commands:
        await bring(shop_uri)
    named = [
        next(iter(command.items())) for command in commands if command.get("comment") != AT_START
    ]
    at_start = {"createIndexes", "listIndexes"}
    sent = [each for each in named if each[0] not in at_start and each[1] != "service"]
    rounds = -(-200 // LARGEST)
    assert Counter(each for each in sent if each[1] != "checkpoints") == {
        ("find", "orders"): rounds,
        ("find", "erasures"): rounds,
        ("insert", "orders"): rounds,
    }
    assert [each[0] for each in sent if each[1] == "checkpoints"] == ["find", "update", "delete"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("mongodb://127.0.0.1:9/", "the address names no database"),
        ("mongodb://user:pass%%word@127.0.0.1/shop", "is the password percent-encoded"),
    ],
)
async def test_an_address_that_cannot_be_used_is_told_without_it(
    bring: Import, address: str, says: str
) -> None:
    with pytest.raises(CommandFailed, match=says) as refused:
        await bring(address)
    assert "127.0.0.1" not in str(refused.value)


async def test_a_shop_s_database_that_is_away_is_told(
    bring: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.shop_orders.TIMEOUT", 0.3)
    with pytest.raises(CommandFailed, match="the shop's database does not let us read"):
        await bring("mongodb://127.0.0.1:9/shop")


async def test_what_an_unfinished_run_remembers_goes_after_a_week(
    service: Trackline, mongo: Mongo, driver: Driver
) -> None:
    indexes = await mongo.database["checkpoints"].index_information()
    assert timedelta(seconds=indexes["a_week"]["expireAfterSeconds"]) == timedelta(days=7)
