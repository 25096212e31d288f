"""A word that was stored as it came means what the operator says today."""

from datetime import timedelta

import pytest

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.booked import BookedOrder, BookedStep
from bot.services.orders.catching_up import CatchingUp
from bot.services.orders.events import OrderEvent
from bot.services.orders.intake import Intake
from bot.services.orders.meanings import Meanings
from bot.services.orders.timeline import timeline
from storage.chats import Chats
from storage.models import Chat
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from tests.services.orders.history import START, happened
from tests.services.orders.history import order as an_order
from tests.support.commands import COMMANDS
from tests.support.drivers import one
from tests.support.news import chat
from tests.support.replica import a_recording, a_tracking

WORDS = {"Livré": "delivered", "woocommerce.lpc transit": "in_transit"}


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def today(mongo: Mongo) -> Orders:
    """The store of a service that was started anew, with these words."""
    return Orders(mongo, Meanings(WORDS).today)


@pytest.fixture
async def alice(chats: Chats) -> Chat:
    await chats.link(chat(1001, "customer-1"))
    found = await chats.get(1001)
    assert found is not None
    return found


def said(
    status: str, *, event_id: str = "evt", hours: float = 0, order_id: str = "ord_1"
) -> IncomingEvent:
    at = (START + timedelta(hours=hours)).isoformat()
    data = {"order_id": order_id, "customer_id": "customer-1", "status": status}
    event = {"type": "order.status_changed", "timestamp": at, "data": data}
    return IncomingEvent(f"{event_id}{hours}", OrderEvent.model_validate(event))


async def is_closed_as_stored(mongo: Mongo, order_id: str = "ord_1") -> bool:
    found = await mongo.database["orders"].find_one({"_id": order_id})
    assert found is not None
    return bool(found["closed"])


async def test_what_was_stored_raw_reads_as_it_is_mapped_today(
    intake: Intake, today: Orders
) -> None:
    await intake.record(said("livré"))
    order = await today.get("ord_1")
    assert order is not None
    assert timeline(order).status == "delivered"
    assert not timeline(order).is_open
    assert [o.events[0].status for o in await today.known_as(["ord_1"], 5)] == ["delivered"]


def test_a_system_s_own_words_count_for_its_events_only() -> None:
    events = [happened(n, "lpc_transit", source=who) for n, who in enumerate(["woocommerce", "x"])]
    meant = Meanings(WORDS).today(an_order(*events))
    assert [event.status for event in meant.events] == ["in_transit", "lpc_transit"]


def test_an_order_in_known_states_is_the_very_same() -> None:
    order = an_order(happened(0, "placed"), happened(1), happened(2, "Out In Space"))
    assert Meanings(WORDS).today(order) is order


async def test_a_further_event_writes_what_follows_and_no_event_anew(
    intake: Intake, today: Orders, mongo: Mongo
) -> None:
    await intake.record(said("livré"))
    later = Intake(a_recording(mongo, today), status_words=WORDS)
    with COMMANDS.of(mongo.database.name) as commands:
        await later.record(said("livré", hours=1))
    [update] = [command["updates"][0]["u"] for command in commands if "update" in command]
    assert len(update["$push"]["events"]["$each"]) == 1
    assert update["$set"]["closed"] is True
    order = await today.get("ord_1")
    assert order is not None
    assert order.news == 1  # it was said before


async def test_a_delivered_order_does_not_stay_among_the_open_ones(
    intake: Intake, today: Orders, chats: Chats, mongo: Mongo, alice: Chat
) -> None:
    await intake.record(said("shipped", order_id="open"))
    await intake.record(said("livré", hours=1))
    tracking = a_tracking(mongo, today)
    assert [(o.order_id, o.is_open) for o in (await tracking.page(alice)).orders] == [
        ("ord_1", False),
        ("open", True),
    ]
    assert await is_closed_as_stored(mongo)
    assert [o.order_id for o in (await tracking.page(alice)).orders] == ["open", "ord_1"]
    with COMMANDS.of(mongo.database.name) as commands:
        await tracking.page(alice)
    assert [next(iter(command)) for command in commands] == ["find", "find"]


async def test_one_that_was_taken_for_delivered_by_mistake_is_open_again(
    mongo: Mongo, chats: Chats, alice: Chat
) -> None:
    """The word is kept as long as nobody knew it; what it was read as is not written."""
    raw = Intake(a_recording(mongo), status_words={})
    await raw.record(said("gone"))
    for meaning, is_open in (("delivered", False), ("shipped", True)):
        orders = Orders(mongo, Meanings({"gone": meaning}).today)
        tracking = a_tracking(mongo, orders)
        [order] = (await tracking.page(alice)).orders
        assert (order.status, order.is_open) == (meaning, is_open)
        assert await is_closed_as_stored(mongo) is not is_open


async def test_an_import_mends_it_and_records_nothing_twice(
    intake: Intake, today: Orders, mongo: Mongo
) -> None:
    await intake.record(said("livré"))
    recording = a_recording(mongo, today)
    catching_up = CatchingUp(recording, status_words=WORDS)
    step = BookedStep(status="livré", at=START)
    book = [BookedOrder(order_id="ord_1", customer_id="customer-1", steps=[step])]
    [outcome] = await catching_up.catch_up(book)
    assert (outcome.recorded, outcome.known) == (0, 1)
    assert await is_closed_as_stored(mongo)
