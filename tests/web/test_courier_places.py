"""`order.courier_moved`: what is taken, what is refused, and what it costs."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import Trackline
from bot.settings import Settings
from sandbox import Person
from storage.couriers import Couriers
from storage.mongo import Driver, Mongo
from tests.conftest import Link
from tests.support.commands import COMMANDS
from tests.support.drivers import one
from tests.support.quiet import asked, quiet
from tests.support.shop import MILLISECOND, ShopBackend
from tests.support.waiting import until

__all__ = ["quiet"]

NTINDA = {"latitude": 0.3541, "longitude": 32.6126}


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
async def out(shop: ShopBackend) -> None:
    """An order that is out for delivery."""
    await shop.create("ord_1", "customer-1", notify=False)
    await shop.tell("ord_1", "out_for_delivery", notify=False)


async def kept(mongo: Mongo, latitude: float) -> None:
    couriers = Couriers(mongo)

    async def look() -> bool:
        courier = await couriers.get("ord_1")
        return bool(courier and courier.place and courier.place.latitude == latitude)

    await until(look)


async def test_the_last_place_of_an_order_that_is_out_is_kept_and_no_other(
    out: None, shop: ShopBackend, mongo: Mongo
) -> None:
    told_of = {"_id": "ord_1", "unfanned_since": {"$exists": False}}
    before = await until(partial(mongo.database["orders"].find_one, told_of))
    for latitude in (0.31, 0.32, 0.33):
        answer = await shop.move("ord_1", latitude=latitude, longitude=32.6)
        assert (answer.status, answer.result) == (202, "recorded")
    await kept(mongo, 0.33)
    assert await mongo.database["couriers"].count_documents({}) == 1
    assert await mongo.database["orders"].find_one({"_id": "ord_1"}) == before
    assert len((await shop.tracking("ord_1"))["tracking_info"]) == 2


async def test_a_delivery_takes_the_place_away(out: None, shop: ShopBackend, mongo: Mongo) -> None:
    await shop.move("ord_1", NTINDA)
    await kept(mongo, NTINDA["latitude"])
    await shop.tell("ord_1", "delivered")

    async def is_gone() -> bool:
        return await mongo.database["couriers"].find_one({}) is None

    await until(is_gone)
    answer = await shop.move("ord_1", NTINDA)
    assert (answer.status, answer.result) == (200, "ignored")


async def test_what_another_replica_knows_to_be_there_is_kept_nowhere(
    out: None, shop: ShopBackend, settings: Settings, mongo: Mongo
) -> None:
    async with Trackline(settings) as other, aiohttp.ClientSession() as session:
        elsewhere = ShopBackend(other.url, session)
        await elsewhere.move("ord_1", NTINDA)
        await kept(mongo, NTINDA["latitude"])
        await shop.tell("ord_1", "delivered")

        async def is_gone() -> bool:
            return await mongo.database["couriers"].find_one({}) is None

        await until(is_gone)
        await elsewhere.move("ord_1", {"latitude": 0.33, "longitude": 32.6})
    assert await mongo.database["couriers"].find_one({}) is None  # its end has written all


async def test_places_that_come_at_once_leave_the_newest(
    out: None, shop: ShopBackend, mongo: Mongo
) -> None:
    now = datetime.now(UTC)
    steps = [3, 9, 1, 7, 5]
    await asyncio.gather(
        *(
            shop.move(
                "ord_1", {"latitude": step / 100, "longitude": 32.6}, at=now + step * MILLISECOND
            )
            for step in steps
        )
    )
    await kept(mongo, 0.09)


async def test_an_order_that_was_never_seen_is_not_found(shop: ShopBackend) -> None:
    assert (await shop.move("ord_1", NTINDA)).status == 404


async def test_a_place_of_an_order_that_is_not_out_is_taken_and_ignored(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await shop.create("ord_1", "customer-1")
    for status in ("placed", "shipped"):
        await shop.tell("ord_1", status)
        answer = await shop.move("ord_1", NTINDA)
        assert (answer.status, answer.result) == (200, "ignored")
    assert await mongo.database["couriers"].find_one({}) is None


async def test_one_parcel_that_is_out_is_enough(shop: ShopBackend, mongo: Mongo) -> None:
    await shop.create("ord_1", "customer-1")
    await shop.tell("ord_1", "out_for_delivery", parcel="1")
    await shop.tell("ord_1", "in_transit", parcel="2")
    assert (await shop.move("ord_1", NTINDA)).status == 202
    await shop.tell("ord_1", "delivered", parcel="1")
    assert (await shop.move("ord_1", NTINDA)).status == 200


@pytest.mark.parametrize("ahead", [timedelta(hours=-1), timedelta(minutes=-6)])
async def test_a_place_that_is_long_past_is_ignored(
    out: None, shop: ShopBackend, ahead: timedelta
) -> None:
    answer = await shop.move("ord_1", NTINDA, at=datetime.now(UTC) + ahead)
    assert (answer.status, answer.result) == (200, "ignored")


async def test_a_clock_that_is_ahead_blocks_nothing(out: None, shop: ShopBackend) -> None:
    now = datetime.now(UTC)
    later = now + timedelta(seconds=30)
    assert (await shop.move("ord_1", NTINDA, at=now + timedelta(hours=5))).status == 202
    assert (await shop.move("ord_1", latitude=0.33, longitude=32.6, at=later)).status == 202


@pytest.mark.parametrize(
    ("told", "field", "problem"),
    [
        ({"latitude": 90.01}, "data.latitude", "it should be at most 90"),
        ({"latitude": -90.01}, "data.latitude", "it should be at least -90"),
        ({"longitude": 180.5}, "data.longitude", "it should be at most 180"),
        ({"longitude": -181}, "data.longitude", "it should be at least -180"),
        ({"latitude": "0.35"}, "data.latitude", "it should be a number"),
        ({"latitude": True}, "data.latitude", "it should be a number"),
        ({"latitude": None}, "data.latitude", "it should be a number"),
        ({"accuracy": -1}, "data.accuracy", "it should be at least 0"),
        ({"accuracy": 1501}, "data.accuracy", "it should be at most 1500"),
        ({"heading": 361}, "data.heading", "it should be at most 360"),
        ({"heading": -1}, "data.heading", "it should be at least 0"),
        ({"order_id": "no spaces"}, "data.order_id", "it should hold only"),
    ],
)
async def test_what_is_out_of_its_range_is_a_422_for_that_field(
    out: None, shop: ShopBackend, told: dict[str, Any], field: str, problem: str
) -> None:
    place: dict[str, Any] = {**NTINDA, **told}
    answer = await shop.move(place.pop("order_id", "ord_1"), place)
    assert answer.status == 422
    [wrong] = answer.body["errors"]
    assert wrong["field"] == field
    assert wrong["problem"].startswith(problem)


async def test_a_latitude_that_is_missing_is_a_422(out: None, shop: ShopBackend) -> None:
    answer = await shop.move("ord_1", longitude=32.6)
    assert (answer.status, answer.body["errors"]) == (
        422,
        [{"field": "data.latitude", "problem": "it is missing"}],
    )


async def test_places_come_by_the_api_and_in_batches_too(shop: ShopBackend, mongo: Mongo) -> None:
    await shop.create("ord_1", "customer-1")
    now = datetime.now(UTC).isoformat()

    def event(name: str, kind: str, **data: Any) -> dict[str, Any]:
        told = {"order_id": "ord_1", **data}
        return {"id": name, "type": kind, "timestamp": now, "data": told}

    alone = event("evt_1", "order.courier_moved", **NTINDA)
    answer = await shop.api("POST", "/api/v1/events", json=alone)
    assert (answer.status, answer.body) == (200, {"id": "evt_1", "result": "ignored"})
    batch = [
        event("evt_2", "order.courier_moved", **NTINDA),
        event("evt_3", "order.status_changed", status="out_for_delivery"),
        event("evt_4", "order.courier_moved", latitude=99, longitude=0),
        event("evt_5", "order.courier_moved", **NTINDA) | {"data": {"order_id": "x", **NTINDA}},
    ]
    answer = await shop.api("POST", "/api/v1/events/batch", json={"events": batch})
    results = [(each["id"], each["status"], each["result"]) for each in answer.body["results"]]
    assert results == [
        ("evt_2", 200, "recorded"),
        ("evt_3", 200, "recorded"),
        (None, 422, None),
        ("evt_5", 404, None),
    ]
    await kept(mongo, NTINDA["latitude"])


async def test_switched_off_nothing_is_kept_and_nobody_is_offered_anything(
    settings: Settings, mongo: Mongo, alice: Person
) -> None:
    off = settings.model_copy(update={"courier_map": "off"})
    async with Trackline(off) as service, aiohttp.ClientSession() as session:
        shop = ShopBackend(service.url, session)
        offer = await shop.connect("customer-1")
        await alice.send(f"/link {offer['code']}")
        await alice.receives(containing="Connect this chat")
        await alice.press("Yes, connect")
        await alice.receives(containing="at hand")
        await shop.create("ord_1", "customer-1", notify=False)
        await shop.tell("ord_1", "out_for_delivery")
        told = await alice.receives(containing="out for delivery")
        assert "Show on the map" not in [b.text for row in told.buttons for b in row]
        answer = await shop.move("ord_1", NTINDA)
        assert (answer.status, answer.result) == (200, "ignored")
        assert (await shop.move("ord_2", NTINDA)).status == 404
        shown = next(b.data for row in told.buttons for b in row if b.data)
        pressed = await alice.press_data(shown.replace("show:", "map:"))
        assert pressed.text
        assert pressed.text.startswith("There is nothing to see")
        assert await mongo.database["couriers"].find_one({}) is None


# What it costs


async def test_places_of_an_order_that_nobody_watches_cost_next_to_nothing(
    quiet: None, out: None, shop: ShopBackend, mongo: Mongo
) -> None:
    """The first: three reads and a write. Those of the next ten seconds: nothing."""
    look_at_order, look, write = ("find", "orders"), ("find", "couriers"), ("insert", "couriers")
    with COMMANDS.of(mongo.database.name) as commands:
        await shop.move("ord_1", NTINDA)

        async def is_settled() -> bool:
            return asked(commands) == [look_at_order, look, write, look_at_order]

        await until(is_settled)
        commands.clear()
        now = datetime.now(UTC)
        for step in range(20):
            place = {"latitude": 0.3 + step / 1000, "longitude": 32.6}
            answer = await shop.move("ord_1", place, at=now + step * MILLISECOND)
            assert answer.status == 202
        assert asked(commands) == []


async def test_a_place_of_a_watched_order_is_one_read_and_one_write(
    quiet: None, shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", notify=False)
    await shop.tell("ord_1", "out_for_delivery")
    told = await alice.receives(containing="out for delivery")
    await alice.press("Show on the map", told)
    await shop.move("ord_1", NTINDA)
    await kept(mongo, NTINDA["latitude"])
    with COMMANDS.of(mongo.database.name) as commands:
        await shop.move("ord_1", latitude=0.33, longitude=32.6)

        async def is_written() -> bool:
            return ("update", "couriers") in asked(commands)

        await until(is_written)
        assert asked(commands) == [("find", "couriers"), ("update", "couriers")]


async def test_an_order_that_comes_to_its_end_costs_nothing_where_it_was_not_out(
    quiet: None, shop: ShopBackend, mongo: Mongo
) -> None:
    await shop.create("ord_1", "customer-1")
    with COMMANDS.of(mongo.database.name) as commands:
        await shop.tell("ord_1", "delivered", notify=False)
    assert {collection for _, collection in asked(commands)} <= {"orders", "chats"}


async def test_no_key_is_no_way_in(shop: ShopBackend, settings: Settings) -> None:
    shop.secret = "whsec_" + "A" * 32
    assert (await shop.move("ord_1", NTINDA)).status == 401
    assert SecretStr(shop.secret) not in settings.webhook_secrets
