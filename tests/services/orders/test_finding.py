"""An order is found by its id, its number or a parcel's number; a stranger's never."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.events import OrderEvent
from bot.services.orders.finding import LONG_OVER, Finding, OrderNames
from bot.services.orders.intake import Intake
from bot.services.orders.tracking import OrderNotFound
from storage.chats import Chats
from storage.models import Chat
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from storage.whose import account
from tests.support.commands import COMMANDS
from tests.support.drivers import one
from tests.support.news import chat
from tests.support.replica import a_recording, a_tracking

NOW = datetime.now(UTC).replace(microsecond=0)
PARCEL = "JD0146000037"


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def finding(orders: Orders) -> Finding:
    return Finding(orders)


class Shop:
    """Tells of orders, one event each time."""

    def __init__(self, intake: Intake, told: int = 0) -> None:
        self._intake = intake
        self._told = told

    async def tell(
        self,
        order_id: str,
        customer_id: str | None = "alice",
        status: str = "shipped",
        *,
        parcel: str | None = None,
        ago: timedelta = timedelta(),
        **data: Any,
    ) -> None:
        self._told += 1
        told = {"order_id": order_id, "customer_id": customer_id, "status": status, **data}
        if parcel:
            told["carrier"] = {"tracking_number": parcel}
        at = (NOW - ago + timedelta(seconds=self._told)).isoformat()
        kind = "order.status_changed" if customer_id else "order.created"
        event = {"type": kind, "timestamp": at, "data": told}
        await self._intake.record(IncomingEvent(f"e{self._told}", OrderEvent.model_validate(event)))


@pytest.fixture
def shop(intake: Intake) -> Shop:
    return Shop(intake)


async def meant(finding: Finding, **called: str) -> str | None:
    order = await finding.meant(OrderNames(**called), NOW)
    return order.id if order else None


async def typed(finding: Finding, reference: str, customer_id: str = "alice") -> list[str]:
    return [order.id for order in await finding.known_to([account(customer_id)], reference)]


@pytest.mark.parametrize(
    "reference",
    [
        *("5413", "#1001", "1001", " 10 01 ", "ID 1001", "id: #1001", "Order no. 1001", "١٠٠١"),
        *("JD0146000037", "jd01 4600 0037", "JD-0146-000037", "JD\u20110146000037"),
    ],
)
async def test_an_order_is_found_by_whatever_it_is_called(
    shop: Shop, finding: Finding, reference: str
) -> None:
    await shop.tell("5413", order_number="#1001", parcel="JD01 4600-0037")
    await shop.tell("5414", order_number="#1002", parcel="JD02")
    assert await typed(finding, reference) == ["5413"]
    assert [order.id for order in await finding.anybodys(reference, 9)] == ["5413"]
    assert await typed(finding, reference, "charlie") == []


async def test_a_number_with_a_label_is_found_without_it_and_whole(
    shop: Shop, finding: Finding
) -> None:
    await shop.tell("o-1", order_number="ID 1234")
    for reference in ("1234", "ID 1234", "id1234", "#1234"):
        assert await typed(finding, reference) == ["o-1"]


@pytest.mark.parametrize(
    "said",
    [
        "jd 0146 0000 37",
        "https://www.dhl.de/en/track.html?piececode=JD0146000037&lang=en",
        "Good news! Your parcel JD 0146 0000 37 arrives on 12 May.",
    ],
)
async def test_an_order_is_found_by_its_carrier_s_link_or_text(
    shop: Shop, finding: Finding, said: str
) -> None:
    await shop.tell("5413", order_number="#1001", parcel=PARCEL)
    assert await typed(finding, said) == ["5413"]
    assert await typed(finding, said, "charlie") == []


async def test_an_order_is_found_by_each_of_its_parcels(shop: Shop, finding: Finding) -> None:
    await shop.tell("5413", parcel=PARCEL)
    await shop.tell("5413", parcel="1Z 999 AA1 01 2345 6784")
    assert await typed(finding, "1z999aa10123456784") == await typed(finding, PARCEL) == ["5413"]


async def test_orders_that_share_a_parcel_are_all_found(shop: Shop, finding: Finding) -> None:
    await shop.tell("5413", parcel=PARCEL)
    await shop.tell("5414", parcel=PARCEL)
    assert sorted(await typed(finding, PARCEL)) == ["5413", "5414"]


async def test_an_order_s_own_name_comes_before_a_parcel_s(shop: Shop, finding: Finding) -> None:
    await shop.tell("o-1", parcel="7001")
    await shop.tell("7001")
    assert await typed(finding, "7001") == ["7001"]


async def test_a_number_that_is_told_later_finds_the_order_from_then_on(
    shop: Shop, finding: Finding
) -> None:
    await shop.tell("o-1")
    assert await typed(finding, PARCEL) == []
    await shop.tell("o-1", parcel=PARCEL)
    assert await typed(finding, PARCEL) == ["o-1"]


async def test_an_order_from_before_such_keys_were_kept_has_them_with_its_next_event(
    shop: Shop, mongo: Mongo, orders: Orders
) -> None:
    await shop.tell("o-1", parcel=PARCEL)
    of_then = {"$set": {"keys": ["o-1", "of alice"], "version": 1}}
    await mongo.database["orders"].update_one({"_id": "o-1"}, of_then)
    afresh = Shop(Intake(a_recording(mongo, orders), status_words={}), told=1)
    await afresh.tell("o-1", status="delivered")
    assert await typed(Finding(orders), PARCEL) == ["o-1"]


async def test_the_end_of_a_parcel_s_number_finds_nothing(
    shop: Shop, orders: Orders, chats: Chats, mongo: Mongo
) -> None:
    await shop.tell("o-1", parcel=PARCEL)
    alice = await linked(chats, "alice")
    with pytest.raises(OrderNotFound):
        await a_tracking(mongo, orders).timeline(alice, PARCEL[-6:])


@pytest.mark.parametrize("said", ["{}", "https://dhl.example/?id={}&lang=en", "Parcel {} arrived"])
async def test_a_stranger_s_parcel_is_answered_as_one_that_does_not_exist(
    shop: Shop, orders: Orders, chats: Chats, mongo: Mongo, said: str
) -> None:
    await shop.tell("o-1", parcel=PARCEL)
    charlie = await linked(chats, "charlie")
    tracking = a_tracking(mongo, orders)
    asked = []
    for reference in (PARCEL, "JD0199999999"):
        with COMMANDS.of(mongo.database.name) as commands, pytest.raises(OrderNotFound):
            await tracking.timeline(charlie, said.format(reference))
        asked.append([next(iter(command.items())) for command in commands])
    assert asked[0] == asked[1]


async def linked(chats: Chats, customer_id: str) -> Chat:
    await chats.link(chat(1001, customer_id))
    found = await chats.get(1001)
    assert found is not None
    return found


# What a system means


async def test_a_system_means_by_its_own_names_the_order_that_goes_by_them(
    shop: Shop, finding: Finding
) -> None:
    await shop.tell("5413", order_number="#1001", parcel=PARCEL)
    assert await meant(finding, number="1001") == "5413"
    assert await meant(finding, order_id="#1001") == "5413"
    assert await meant(finding, order_id="unheard of", number="ID 1001") == "5413"
    assert await meant(finding, tracking_number="jd01 4600 0037") == "5413"
    assert await meant(finding, order_id="unheard of", tracking_number=PARCEL) == "5413"
    assert await meant(finding, number="1002", tracking_number="JD02") is None
    assert await meant(finding) is None


async def test_a_number_means_the_order_with_that_number_and_not_one_with_that_id(
    shop: Shop, finding: Finding
) -> None:
    await shop.tell("1001", "charlie", order_number="950")
    await shop.tell("1050", "alice", order_number="1001")
    assert await meant(finding, number="#1001") == "1050"
    assert await meant(finding, order_id="1001") is None  # there is no telling


async def test_of_two_orders_with_one_parcel_the_named_customer_s_is_meant(
    shop: Shop, finding: Finding
) -> None:
    await shop.tell("o-1", "alice", parcel=PARCEL)
    await shop.tell("o-2", "charlie", parcel=PARCEL)
    assert await meant(finding, tracking_number=PARCEL, customer_id="alice") == "o-1"
    assert await meant(finding, tracking_number=PARCEL, perhaps_of="charlie") == "o-2"
    assert await meant(finding, tracking_number=PARCEL, customer_id="bob") is None
    assert await meant(finding, tracking_number=PARCEL, perhaps_of="bob") is None
    assert await meant(finding, tracking_number=PARCEL) is None


async def test_of_two_guests_with_one_parcel_neither_is_told_of_the_other_s(
    shop: Shop, finding: Finding
) -> None:
    await shop.tell("g-1", None, parcel=PARCEL)
    assert await meant(finding, tracking_number=PARCEL) == "g-1"
    await shop.tell("g-2", None, parcel=PARCEL)
    assert await meant(finding, tracking_number=PARCEL) is None


async def test_else_the_newest_open_one_is(shop: Shop, finding: Finding) -> None:
    """A carrier uses its numbers again; one box may hold two orders."""
    await shop.tell("o-1", "charlie", "delivered", parcel=PARCEL)
    await shop.tell("o-2", "alice", parcel=PARCEL)
    assert await meant(finding, tracking_number=PARCEL) == "o-2"
    await shop.tell("o-3", "alice", parcel=PARCEL)
    assert await meant(finding, tracking_number=PARCEL) == "o-3"
    await shop.tell("o-2", "alice", "delivered")
    await shop.tell("o-3", "alice", "delivered")
    assert await meant(finding, tracking_number=PARCEL) is None  # charlie's, or alice's?


async def test_an_order_that_has_long_been_over_is_not_meant(shop: Shop, finding: Finding) -> None:
    await shop.tell("o-1", "alice", "delivered", parcel=PARCEL, ago=timedelta(days=2))
    assert await meant(finding, tracking_number=PARCEL) == "o-1"
    await shop.tell("o-2", "alice", "delivered", parcel="JD02", ago=LONG_OVER)
    assert await meant(finding, tracking_number="JD02") == "o-2"
    await shop.tell("o-3", "alice", "delivered", parcel="JD03", ago=LONG_OVER + timedelta(days=1))
    assert await meant(finding, tracking_number="JD03") is None


async def test_who_names_the_order_and_its_customer_means_no_other(
    shop: Shop, finding: Finding
) -> None:
    await shop.tell("o-1", "alice", order_number="7", parcel=PARCEL)
    shared = {"number": "7", "tracking_number": PARCEL, "customer_id": "alice"}
    assert await meant(finding, **shared) == "o-1"
    assert await meant(finding, order_id="o-2", **shared) is None
    assert await meant(finding, order_id="#7", **shared) == "o-1"
