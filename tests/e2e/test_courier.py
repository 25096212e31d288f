"""The courier on the map, from the shop's post to Telegram's live location, as the service runs."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.app import Trackline
from bot.services.news import courier_maps
from bot.settings import Settings
from sandbox import Fault, Message, Person, Sandbox
from storage.couriers import Couriers
from storage.mongo import Mongo
from tests.chat.test_privacy_command import deletes
from tests.conftest import Link, unlinks
from tests.support.shop import ShopBackend
from tests.support.waiting import until

NTINDA = {"latitude": 0.3541, "longitude": 32.6126}
BUKOTO = {"latitude": 0.3420, "longitude": 32.5960}
EQUATOR = {"latitude": 0.0, "longitude": 32.4437}
SOON = 15.0
"""Seconds that a test waits for a map on a busy machine."""


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier_maps, "STEP", timedelta(seconds=0.1))
    monkeypatch.setattr(courier_maps, "LOOK", timedelta(seconds=0.2))
    monkeypatch.setattr("bot.delivery.maps.TICK", 0.1)


@pytest.fixture
async def out(shop: ShopBackend, alice: Person, link: Link) -> Message:
    """The news on alice's phone that her order is out for delivery."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "out_for_delivery")
    return await alice.receives(containing="out for delivery")


def maps(person: Person) -> list[dict[str, Any]]:
    """What stands in the chat of live locations, and what has been."""
    return [m.place or {} for m in person.inbox if m.location]


async def shows(person: Person, place: dict[str, float], *, live: bool = True) -> Message:
    """Waits until the last map in the chat shows this place."""

    async def look() -> Message | None:
        last = [message for message in person.inbox if message.location]
        is_so = last and last[-1].place and place.items() <= last[-1].place.items()
        return last[-1] if is_so and last[-1].is_live == live else None

    found = await until(look, SOON)
    assert found
    return found


async def test_a_courier_is_shown_moves_and_stops_at_the_door(
    shop: ShopBackend, sandbox: Sandbox, mongo: Mongo, alice: Person, out: Message
) -> None:
    assert (await shop.move("ord_1", NTINDA, heading=225.4, accuracy=12)).status == 202
    answer = await alice.press("Show on the map", out)
    assert answer.text == "Here comes the map. It moves with your courier."
    shown = await shows(alice, NTINDA)
    assert shown.reply_to == out.id  # so it is seen which order it is
    assert shown.place == {
        **NTINDA,
        "heading": 225,
        "horizontal_accuracy": 12,
        "live_period": 7200,
    }
    await shop.move("ord_1", BUKOTO, heading=0)
    moved = await shows(alice, BUKOTO | {"heading": 360})
    assert moved.id == shown.id
    assert [b.text for row in moved.buttons for b in row] == ["Stop the map"]
    await shop.tell("ord_1", "delivered")
    await alice.receives(containing="has been delivered")
    ended = await shows(alice, BUKOTO, live=False)
    assert (ended.id, ended.buttons) == (shown.id, [])
    assert len(sandbox.calls_of("stopMessageLiveLocation")) == 1

    async def is_empty() -> bool:
        return await mongo.database["couriers"].find_one({}) is None

    await until(is_empty, SOON)


async def test_the_equator_is_a_place(shop: ShopBackend, alice: Person, out: Message) -> None:
    await shop.move("ord_1", EQUATOR)
    await alice.press("Show on the map", out)
    await shows(alice, EQUATOR)


async def test_who_asks_too_early_gets_the_map_with_the_first_place(
    shop: ShopBackend, alice: Person, out: Message
) -> None:
    answer = await alice.press("Show on the map", out)
    assert answer.text
    assert answer.text.startswith("I don't know yet where your courier is")
    assert maps(alice) == []
    await shop.move("ord_1", NTINDA)
    await shows(alice, NTINDA)


async def test_the_timeline_has_the_button_while_the_order_is_out_and_no_longer(
    shop: ShopBackend, alice: Person, link: Link, out: Message
) -> None:
    await alice.send("/track 1001")
    timeline = await alice.receives(containing="Order #1001")
    assert "Show on the map" in [b.text for row in timeline.buttons for b in row]
    await shop.tell("ord_1", "delivered")
    await alice.receives(containing="has been delivered")
    answer = await alice.press("Show on the map", timeline)
    assert answer.text
    assert answer.text.startswith("There is nothing to see on the map now")
    await alice.send("/track 1001")
    timeline = await alice.receives(containing="Order #1001")
    assert "Show on the map" not in [b.text for row in timeline.buttons for b in row]


async def test_nobody_is_shown_a_map_who_did_not_ask(
    shop: ShopBackend, alice: Person, bob: Person, charlie: Person, link: Link, out: Message
) -> None:
    await link(bob, "customer-1")
    await link(charlie, "customer-2")
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)
    [button] = [b for row in out.buttons for b in row if b.text == "Show on the map"]
    assert button.data
    await charlie.press_data(button.data)
    await charlie.receives(containing="can't find that one")
    await shop.move("ord_1", BUKOTO)
    await shows(alice, BUKOTO)
    assert (maps(bob), maps(charlie)) == ([], [])


async def test_an_older_place_never_takes_the_place_of_a_newer(
    shop: ShopBackend, alice: Person, out: Message
) -> None:
    now = datetime.now(UTC)
    await shop.move("ord_1", BUKOTO, at=now)
    await alice.press("Show on the map", out)
    await shows(alice, BUKOTO)
    answer = await shop.move("ord_1", NTINDA, at=now - timedelta(seconds=5))
    assert (answer.status, answer.result) == (200, "ignored")
    answer = await shop.move("ord_1", NTINDA, at=now)
    assert (answer.status, answer.result) == (200, "ignored")
    await shop.move("ord_1", EQUATOR)
    await shows(alice, EQUATOR)
    assert len(maps(alice)) == 1


async def test_its_person_stops_it_and_asks_again(
    shop: ShopBackend, alice: Person, out: Message
) -> None:
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    shown = await shows(alice, NTINDA)
    answer = await alice.press("Stop the map", shown)
    assert answer.text == "All right, the map has stopped."
    await shows(alice, NTINDA, live=False)
    await shop.move("ord_1", BUKOTO)
    await alice.press("Show on the map", out)
    again = await shows(alice, BUKOTO)
    assert again.id != shown.id


async def test_a_map_that_is_asked_for_again_moves_to_the_end_of_the_chat(
    shop: ShopBackend, mongo: Mongo, alice: Person, out: Message
) -> None:
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    first = await shows(alice, NTINDA)

    async def is_known() -> bool:
        courier = await Couriers(mongo).get("ord_1")
        return bool(courier and courier.maps[0].message_id)

    await until(is_known, SOON)
    await alice.press("Show on the map", out)

    async def is_replaced() -> bool:
        standing = [message.id for message in alice.inbox if message.location]
        return len(standing) == 1 and standing != [first.id]

    await until(is_replaced, SOON)


# What goes wrong


async def test_a_429_while_it_moves_is_waited_for_and_holds_up_nobody_else(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, bob: Person, link: Link, out: Message
) -> None:
    await link(bob, "customer-2")
    await shop.create("ord_2", "customer-2", order_number="1002", notify=False)
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)
    sandbox.fail(Fault(method="editMessageLiveLocation", retry_after=2))
    await shop.move("ord_1", latitude=0.35, longitude=32.61)

    async def is_limited() -> bool:
        return any(call.status == 429 for call in sandbox.calls_of("editMessageLiveLocation"))

    await until(is_limited, SOON)
    limited_at = sandbox.calls_of("editMessageLiveLocation")[-1].at
    await shop.move("ord_1", latitude=0.345, longitude=32.60)
    await shop.move("ord_1", BUKOTO)
    await shop.tell("ord_2", "shipped")
    await bob.receives(containing="has been shipped")
    assert maps(alice)[0].items() >= NTINDA.items()
    await shows(alice, BUKOTO)
    moves = sandbox.calls_of("editMessageLiveLocation")
    assert (moves[-1].at - limited_at).total_seconds() >= 2
    assert len(moves) == 2  # what was in between was skipped


async def test_a_429_for_several_maps_does_not_hold_up_everybody_s_news(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, charlie: Person, link: Link, out: Message
) -> None:
    others = [sandbox.person(name) for name in ("Dora", "Emil")]
    for person in others:
        await link(person, "customer-1")
    await link(charlie, "customer-2")
    await shop.create("ord_2", "customer-2", order_number="1002", notify=False)
    await shop.move("ord_1", NTINDA)
    [button] = [b.data for row in out.buttons for b in row if b.text == "Show on the map"]
    assert button
    for person in (alice, *others):
        await person.press_data(button)
    for person in (alice, *others):
        await shows(person, NTINDA)
    sandbox.fail(Fault(method="editMessageLiveLocation", retry_after=60, times=3))
    await shop.move("ord_1", BUKOTO)

    async def are_limited() -> bool:
        calls = sandbox.calls_of("editMessageLiveLocation")
        return len([call for call in calls if call.status == 429]) == 3

    await until(are_limited, SOON)
    await shop.tell("ord_2", "shipped")
    await charlie.receives(containing="has been shipped")


@pytest.mark.parametrize(
    "says",
    [
        "Bad Request: message can't be edited",
        "Bad Request: message to edit not found",
        "Bad Request: there is no live location in the message to edit",
    ],
)
async def test_a_map_that_can_be_moved_no_more_is_forgotten_and_can_be_asked_for_again(
    shop: ShopBackend, sandbox: Sandbox, mongo: Mongo, alice: Person, out: Message, says: str
) -> None:
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)
    sandbox.fail(Fault(method="editMessageLiveLocation", status=400, description=says))
    await shop.move("ord_1", BUKOTO)
    await nobody_watches(mongo)
    await alice.press("Show on the map", out)
    await shows(alice, BUKOTO)
    assert len(maps(alice)) == 2


async def nobody_watches(mongo: Mongo) -> None:
    couriers = Couriers(mongo)

    async def look() -> bool:
        courier = await couriers.get("ord_1")
        return courier is None or courier.maps == []

    await until(look, SOON)


async def test_a_move_to_where_it_is_is_a_success(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, out: Message
) -> None:
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)
    same = "Bad Request: message is not modified: specified new message content"
    sandbox.fail(Fault(method="editMessageLiveLocation", status=400, description=same))
    await shop.move("ord_1", EQUATOR)

    async def was_refused() -> bool:
        return bool(sandbox.calls_of("editMessageLiveLocation"))

    await until(was_refused, SOON)
    await shop.move("ord_1", BUKOTO)
    await shows(alice, BUKOTO)
    assert len(maps(alice)) == 1


async def test_a_chat_that_has_blocked_the_bot_is_shown_nothing_more(
    shop: ShopBackend, sandbox: Sandbox, mongo: Mongo, alice: Person, out: Message
) -> None:
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)
    alice.block()
    await shop.move("ord_1", BUKOTO)
    await nobody_watches(mongo)


async def test_a_silent_courier_is_shown_no_longer(
    shop: ShopBackend,
    mongo: Mongo,
    alice: Person,
    out: Message,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)
    monkeypatch.setattr(courier_maps, "SILENCE", timedelta(seconds=0.1))
    await shows(alice, NTINDA, live=False)
    assert await until(is_gone(mongo), SOON)


def is_gone(mongo: Mongo) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return await mongo.database["couriers"].find_one({}) is None

    return look


async def test_a_map_ends_with_its_time(
    shop: ShopBackend,
    sandbox: Sandbox,
    mongo: Mongo,
    alice: Person,
    out: Message,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.services.news.courier_maps.LIVES", timedelta(seconds=1))
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)
    await nobody_watches(mongo)
    assert sandbox.calls_of("stopMessageLiveLocation") == []  # Telegram ends it by itself


# Privacy


async def test_whoever_unlinks_is_shown_nothing_more(
    shop: ShopBackend, mongo: Mongo, alice: Person, out: Message
) -> None:
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)
    await unlinks(alice)
    await shows(alice, NTINDA, live=False)
    await shop.move("ord_1", BUKOTO)
    await nobody_watches(mongo)
    assert [place.items() >= NTINDA.items() for place in maps(alice)] == [True]


@pytest.mark.parametrize("what", ["customers/customer-1", "orders/ord_1"])
async def test_an_erasure_ends_the_map_before_it_is_answered_and_leaves_nothing(
    shop: ShopBackend, mongo: Mongo, alice: Person, out: Message, what: str
) -> None:
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    shown = await shows(alice, NTINDA)
    assert (await shop.api("DELETE", f"/api/v1/{what}")).status == 204
    assert await mongo.database["couriers"].find_one({}) is None
    assert not alice.chat.messages[shown.id].is_live
    assert (await shop.move("ord_1", BUKOTO)).status == 404


async def test_who_deletes_their_data_ends_their_map_and_leaves_that_of_others(
    shop: ShopBackend, mongo: Mongo, alice: Person, bob: Person, link: Link, out: Message
) -> None:
    await link(bob, "customer-1")
    await shop.move("ord_1", NTINDA)
    [button] = [b.data for row in out.buttons for b in row if b.text == "Show on the map"]
    assert button
    for person in (alice, bob):
        await person.press_data(button)
        await shows(person, NTINDA)
    await deletes(alice)
    await shows(alice, NTINDA, live=False)
    await shop.move("ord_1", BUKOTO)
    await shows(bob, BUKOTO)
    courier = await Couriers(mongo).get("ord_1")
    assert courier
    assert [each.chat_id for each in courier.maps] == [bob.id]


async def test_an_export_has_the_last_place_and_who_watches_it(
    shop: ShopBackend, alice: Person, out: Message
) -> None:
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)
    for path in ("customers/customer-1", "orders/ord_1"):
        export = await shop.api("GET", f"/api/v1/{path}/export")
        [courier] = export.body["couriers"]
        assert courier == {
            "order_id": "ord_1",
            "at": courier["at"],
            **NTINDA,
            "watched_by": [alice.id],
        }


async def test_a_place_is_sealed_in_the_database(
    shop: ShopBackend, mongo: Mongo, alice: Person, out: Message
) -> None:
    await shop.move("ord_1", NTINDA)
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)
    stored = await mongo.database["couriers"].find_one({"_id": "ord_1"})
    assert stored
    assert isinstance(stored["place"], bytes)
    assert "0.354" not in str(stored)


async def test_an_erasure_while_the_map_is_being_sent_ends_it_as_well(
    shop: ShopBackend, sandbox: Sandbox, mongo: Mongo, alice: Person, out: Message
) -> None:
    await shop.move("ord_1", NTINDA)
    sandbox.fail(Fault(method="sendLocation", delay=4))
    await alice.press("Show on the map", out)
    await shows(alice, NTINDA)  # it is there, and nobody knows yet
    assert (await shop.api("DELETE", "/api/v1/customers/customer-1")).status in {204, 503}
    await shows(alice, NTINDA, live=False)
    assert await until(is_gone(mongo), SOON)


async def test_who_deletes_their_data_leaves_no_place_of_an_order_that_was_theirs_alone(
    shop: ShopBackend, mongo: Mongo, alice: Person, out: Message
) -> None:
    await shop.move("ord_1", NTINDA)
    couriers = Couriers(mongo)
    await until(lambda: couriers.get("ord_1"), SOON)
    await deletes(alice)
    assert await mongo.database["couriers"].find_one({}) is None


# Several replicas


async def test_of_two_replicas_one_moves_the_map_and_either_takes_places(
    settings: Settings, sandbox: Sandbox, shop: ShopBackend, alice: Person, out: Message
) -> None:
    async with Trackline(settings) as other, aiohttp.ClientSession() as session:
        elsewhere = ShopBackend(other.url, session)
        await shop.move("ord_1", NTINDA)
        await alice.press("Show on the map", out)
        await shows(alice, NTINDA)
        for step in range(1, 6):
            place = {"latitude": 0.35 - step / 1000, "longitude": 32.61}
            await (elsewhere if step % 2 else shop).move("ord_1", place)
            await shows(alice, place)
        moves = [call.params["latitude"] for call in sandbox.calls_of("editMessageLiveLocation")]
        assert len(moves) == len(set(moves)) == 5
        assert len(sandbox.calls_of("sendLocation")) == 1
        await elsewhere.tell("ord_1", "delivered")
        await shows(alice, place, live=False)
    assert len(sandbox.calls_of("stopMessageLiveLocation")) == 1


async def test_a_map_goes_on_after_a_restart_and_ends_where_it_is_switched_off(
    settings: Settings, sandbox: Sandbox, mongo: Mongo, alice: Person
) -> None:
    async with Trackline(settings) as service, aiohttp.ClientSession() as session:
        shop = ShopBackend(service.url, session)
        offer = await shop.connect("customer-1")
        await alice.send(f"/link {offer['code']}")
        await alice.receives(containing="Connect this chat")
        await alice.press("Yes, connect")
        await alice.receives(containing="at hand")
        await shop.create("ord_1", "customer-1", notify=False)
        await shop.tell("ord_1", "out_for_delivery")
        await alice.receives(containing="out for delivery")
        await shop.move("ord_1", NTINDA)
        await alice.press("Show on the map")
        await shows(alice, NTINDA)
    async with Trackline(settings) as service, aiohttp.ClientSession() as session:
        shop = ShopBackend(service.url, session)
        await shop.move("ord_1", BUKOTO)
        await shows(alice, BUKOTO)
    assert len(maps(alice)) == 1
    async with Trackline(settings.model_copy(update={"courier_map": "off"})):
        await shows(alice, BUKOTO, live=False)
        await nobody_watches(mongo)


# Where nobody has said whether there is a map


async def test_the_map_is_offered_once_the_shop_tells_of_couriers_and_after_a_restart(
    settings: Settings, mongo: Mongo, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings.model_copy(update={"courier_map": "auto"})

    async def is_offered(service: Trackline) -> bool:
        await service._services.courier.look_for_couriers()
        return service._reader.fleet.is_shown

    async with Trackline(settings) as service, aiohttp.ClientSession() as session:
        shop = ShopBackend(service.url, session)
        await shop.create("ord_1", "customer-1", status="shipped")
        assert (await shop.move("ord_1", NTINDA)).status == 200
        assert not await is_offered(service)
        await shop.tell("ord_1", "out_for_delivery")
        assert (await shop.move("ord_1", BUKOTO)).status == 202
        await until(lambda: is_offered(service), SOON)
    async with Trackline(settings) as service:
        await until(lambda: is_offered(service), SOON)
        monkeypatch.setattr("bot.services.news.courier.IN_USE_FOR", timedelta(0))
        assert not await is_offered(service)
