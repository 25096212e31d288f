"""How orders are written: by several at once and with stale ones in hand, and who hears of it."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from bot.services.news.fresh import Announced
from bot.services.orders.adding import IncomingEvent
from bot.services.orders.booked import BookedOrder, BookedStep
from bot.services.orders.catching_up import CatchingUp, Outcome
from bot.services.orders.descriptions import DescribedStep, OrderDescription
from bot.services.orders.events import OrderEvent
from bot.services.orders.intake import Intake
from bot.services.orders.recording import (
    IdTaken,
    NotThisCustomers,
    Recording,
    TooManyEvents,
    UnknownOrder,
)
from bot.services.people.privacy import CustomerErased
from storage.chats import Chats
from storage.errors import Overloaded
from storage.models import Chat, Order
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from storage.rounds import LARGEST
from storage.whose import account
from tests.support.commands import COMMANDS
from tests.support.drivers import one
from tests.support.news import chat
from tests.support.replica import a_recording

HOME = "customer-1"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def driver() -> Driver:
    """One is enough: what is decided here lies on this side of the driver."""
    return one("motor")


@pytest.fixture
def elsewhere(mongo: Mongo) -> Recording:
    """Another replica's, with hands of its own."""
    return a_recording(mongo)


@pytest.fixture
def other(elsewhere: Recording) -> Intake:
    return Intake(elsewhere, status_words={})


@pytest.fixture
def catching_up(recording: Recording) -> CatchingUp:
    return CatchingUp(recording, status_words={})


@pytest.fixture
async def alice(chats: Chats) -> Chat:
    """Her chat, which follows the customer's orders."""
    await chats.link(chat(1001, HOME))
    found = await chats.get(1001)
    assert found is not None
    return found


def said(
    event_id: str,
    status: str | None = None,
    *,
    order_id: str = "ord_1",
    customer_id: str | None = HOME,
    after: float = 0,
    kind: str = "order.updated",
    **data: Any,
) -> IncomingEvent:
    """As the webhook hands it on. It happened so many minutes after a day ago."""
    at = NOW - timedelta(days=1) + timedelta(minutes=after)
    told = {"order_id": order_id, "status": status, "occurred_at": at.isoformat(), **data}
    if customer_id:
        told["customer_id"] = customer_id
    event = OrderEvent.model_validate({"type": kind, "timestamp": NOW.isoformat(), "data": told})
    return IncomingEvent(event_id, event, hashlib.sha256(event.model_dump_json().encode()).digest())


def description(*states: str, customer_id: str = HOME, after: float = 0) -> OrderDescription:
    times = [NOW - timedelta(days=1) + timedelta(minutes=after + n) for n in range(len(states))]
    steps = [
        DescribedStep.model_validate({"status": state, "timestamp": at.isoformat()})
        for state, at in zip(states, times, strict=True)
    ]
    return OrderDescription(customer_id=customer_id, tracking_info=steps)


def booked(*states: str, order_id: str = "ord_1", customer_id: str = HOME) -> BookedOrder:
    steps = [
        BookedStep(status=state, at=NOW - timedelta(days=1) + timedelta(hours=n))
        for n, state in enumerate(states)
    ]
    return BookedOrder(order_id=order_id, customer_id=customer_id, steps=steps)


async def got(orders: Orders, order_id: str = "ord_1") -> Order:
    order = await orders.get(order_id)
    assert order is not None
    return order


async def ids(orders: Orders, order_id: str = "ord_1") -> list[str]:
    return [event.id for event in (await got(orders, order_id)).events]


def announced(recording: Recording) -> list[Announced]:
    """What has been announced since somebody looked."""
    queue, found = recording.fresh.queue, []
    while not queue.empty():
        work = queue.get_nowait()
        assert isinstance(work, Announced)
        found.append(work)
    return found


def sent(commands: list[dict[str, Any]]) -> list[tuple[str, object]]:
    return [next(iter(command.items())) for command in commands]


# What is refused, and what came before


async def test_an_unknown_order_needs_a_customer(intake: Intake, orders: Orders) -> None:
    with pytest.raises(UnknownOrder):
        await intake.record(said("e1", "placed", customer_id=None))
    assert await orders.get("ord_1") is None


async def test_a_known_order_needs_no_customer(intake: Intake, orders: Orders) -> None:
    assert await intake.record(said("e1", "placed"))
    assert await intake.record(said("e2", "shipped", customer_id=None, after=1))
    assert await ids(orders) == ["e1", "e2"]


async def test_another_customer_cannot_add_to_an_order(intake: Intake, orders: Orders) -> None:
    await intake.record(said("e1", "placed"))
    before = await got(orders)
    with pytest.raises(NotThisCustomers):
        await intake.record(said("e2", "shipped", customer_id="customer-2", after=1))
    with pytest.raises(NotThisCustomers):
        await intake.describe("ord_1", description("shipped", customer_id="customer-2"))
    assert await got(orders) == before


async def test_an_event_is_kept_once(intake: Intake, orders: Orders) -> None:
    once = said("e1", "placed")
    assert await intake.record(once)
    before = await got(orders)
    assert not await intake.record(once)
    assert not await intake.record_post([once, once])
    assert await got(orders) == before


async def test_an_id_that_came_with_another_body_is_taken(intake: Intake, orders: Orders) -> None:
    await intake.record(said("e1", "placed"))
    before = await got(orders)
    with pytest.raises(IdTaken):
        await intake.record(said("e1", "shipped"))
    assert await got(orders) == before


async def test_an_event_is_known_by_its_id_after_the_order_was_described_as_a_whole(
    intake: Intake, orders: Orders
) -> None:
    once = said("e1", "placed")
    await intake.record(once)
    assert await intake.describe("ord_1", description("placed", "shipped")) == "replaced"
    before = await got(orders)
    assert not await intake.record(once)
    with pytest.raises(IdTaken):
        await intake.record(said("e1", "packed"))
    assert await got(orders) == before


async def test_an_id_is_an_order_s_own(intake: Intake, orders: Orders) -> None:
    """Two orders may have events of the same id, with whatever bodies."""
    assert await intake.record(said("e1", "placed"))
    assert await intake.record(said("e1", "placed", order_id="ord_2"))
    await intake.record(said("e2", "placed", order_id="ord_3"))
    assert await intake.record(said("e1", "shipped", order_id="ord_3", customer_id=None, after=1))
    assert [await ids(orders, f"ord_{n}") for n in (1, 2, 3)] == [["e1"], ["e1"], ["e2", "e1"]]


@pytest.fixture
def three_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.orders.adding.MOST_EVENTS", 3)
    monkeypatch.setattr("bot.services.orders.catching_up.MOST_EVENTS", 3)


@pytest.mark.usefixtures("three_at_most")
async def test_a_full_order_takes_no_more(intake: Intake, orders: Orders) -> None:
    await intake.record_post([said("e1", "placed"), said("e2", "packed", after=1)])
    with pytest.raises(TooManyEvents):
        await intake.record_post([said(f"e{n}", "shipped", after=n) for n in (3, 4)])
    assert await intake.record(last := said("e3", "shipped", after=2))
    with pytest.raises(TooManyEvents):
        await intake.record(said("e4", "delivered", after=3))
    assert not await intake.record(last)
    assert await ids(orders) == ["e1", "e2", "e3"]


async def test_a_post_is_taken_as_a_whole_or_not_at_all(intake: Intake, orders: Orders) -> None:
    await intake.record(said("e1", "placed"))
    with pytest.raises(IdTaken):
        await intake.record_post([said("e2", "packed", after=1), said("e1", "shipped", after=2)])
    assert await ids(orders) == ["e1"]
    assert await intake.record_post([said("e1", "placed"), said("e2", "packed", after=1)])
    assert await ids(orders) == ["e1", "e2"]


async def test_what_a_post_says_twice_is_recorded_once(intake: Intake, orders: Orders) -> None:
    """As a shop's own log may hold a step twice."""
    step = said("e1", "placed", note="Thank you")
    assert await intake.record_post([step, step, said("e2", "packed", after=1)])
    assert await ids(orders) == ["e1", "e2"]


async def test_events_in_turn_get_each_what_it_alone_would_have_come_to(
    intake: Intake, orders: Orders, mongo: Mongo
) -> None:
    events = [
        said("e0", "placed", customer_id=None),
        said("e1", "placed"),
        said("e1", "placed"),
        said("e1", "shipped"),
        said("e2", "shipped", customer_id="customer-2", after=1),
        said("e3", "shipped", customer_id=None, after=2),
    ]
    with COMMANDS.of(mongo.database.name) as commands:
        results = await intake.record_in_turn(events)
    assert [result if isinstance(result, bool) else type(result) for result in results] == [
        *(UnknownOrder, True, False, IdTaken, NotThisCustomers, True),
    ]
    assert await ids(orders) == ["e1", "e3"]
    assert [name for command in commands if (name := next(iter(command))) != "find"] == ["insert"]


async def test_events_in_turn_of_an_order_that_nobody_knows_are_all_refused(
    intake: Intake, orders: Orders
) -> None:
    events = [said(f"e{n}", "placed", customer_id=None) for n in range(2)]
    results = await intake.record_in_turn(events)
    assert [type(result) for result in results] == [UnknownOrder] * 2
    assert await orders.get("ord_1") is None


async def test_to_describe_an_order_as_it_is_changes_nothing(
    intake: Intake, orders: Orders
) -> None:
    whole = description("placed", "shipped")
    assert await intake.describe("ord_1", whole) == "created"
    before = await got(orders)
    assert await intake.describe("ord_1", whole) == "unchanged"
    assert await got(orders) == before
    assert await intake.describe("ord_1", description("placed", "packed")) == "replaced"


Telling = Callable[[Intake, CatchingUp], Awaitable[object]]
WAYS: dict[str, Telling] = {
    "record": lambda intake, _: intake.record(said("e1", "Out In Space")),
    "record_post": lambda intake, _: intake.record_post([said("e1", "Out In Space")]),
    "record_in_turn": lambda intake, _: intake.record_in_turn([said("e1", "Out In Space")]),
    "describe": lambda intake, _: intake.describe("ord_1", description("Out In Space")),
    "catch_up": lambda _, catching_up: catching_up.catch_up([booked("Out In Space")]),
}
every_way = pytest.mark.parametrize("tell", WAYS.values(), ids=WAYS.keys())


@every_way
async def test_no_order_is_made_for_a_customer_who_was_erased(
    recording: Recording, intake: Intake, catching_up: CatchingUp, orders: Orders, tell: Telling
) -> None:
    await recording.privacy.erase(HOME)
    try:
        outcomes = await tell(intake, catching_up)
    except CustomerErased:
        outcomes = [Outcome(is_erased=True)]
    assert outcomes == [Outcome(is_erased=True)]
    assert await orders.get("ord_1") is None
    assert not recording.noticed.words


async def test_an_order_that_went_with_its_customer_does_not_come_back(
    intake: Intake, other: Intake, elsewhere: Recording, orders: Orders
) -> None:
    """Not by a replica that still has it in hand, either."""
    await intake.record(said("e1", "placed"))
    await other.record(said("e2", "packed", after=1))
    await elsewhere.privacy.erase(account(HOME))
    assert (orders.cached("ord_1") is None, elsewhere.orders.cached("ord_1")) == (False, None)
    for each in (intake, other):
        with pytest.raises(CustomerErased):
            await each.record(said("e3", "shipped", after=2))
        with pytest.raises(UnknownOrder):
            await each.record(said("e3", "shipped", customer_id=None, after=2))
    assert await orders.get("ord_1") is None


# At the same moment


@pytest.mark.parametrize("is_new", [True, False], ids=["new order", "known order"])
async def test_fifty_identical_events_at_once_are_one(
    intake: Intake, other: Intake, orders: Orders, is_new: bool
) -> None:
    if not is_new:
        await intake.record(said("e0", "placed"))
    same = said("e1", "shipped", after=1)
    stored = await asyncio.gather(*(each.record(same) for each in [intake, other] * 25))
    assert sum(stored) == 1
    assert await ids(orders) == (["e1"] if is_new else ["e0", "e1"])
    assert (await got(orders)).news == (1 if is_new else 2)


async def test_twenty_different_events_at_once_on_a_new_order_are_all_kept(
    intake: Intake, other: Intake, orders: Orders
) -> None:
    different = [said(f"e{n:02}", "in_transit", after=n) for n in range(20)]
    stored = await asyncio.gather(
        *(each.record(one) for each, one in zip([intake, other] * 10, different, strict=True))
    )
    assert stored == [True] * 20
    assert await ids(orders) == [one.id for one in different]


async def test_events_of_one_order_are_written_in_turn_so_that_none_is_too_late(
    intake: Intake, mongo: Mongo, orders: Orders
) -> None:
    await intake.record(said("e0", "placed"))
    with COMMANDS.of(mongo.database.name) as commands:
        await asyncio.gather(
            *(intake.record(said(f"e{n}", f"state {n}", after=n)) for n in range(1, 6))
        )
    assert sent(commands) == [("find", "chats"), ("update", "orders")] * 5
    assert await ids(orders) == [f"e{n}" for n in range(6)]


async def test_one_of_ten_customers_gets_an_order_that_all_make(
    intake: Intake, other: Intake, orders: Orders
) -> None:
    results = await asyncio.gather(
        *(
            each.record(said(f"e{n}", "placed", customer_id=f"customer-{n}"))
            for n, each in enumerate([intake, other] * 5)
        ),
        return_exceptions=True,
    )
    assert Counter(map(type, results)) == {bool: 1, NotThisCustomers: 9}
    winner = results.index(True)
    order = await got(orders)
    assert (order.customer_id, len(order.events)) == (f"customer-{winner}", 1)


# What is said to be new


def created(event_id: str = "e1", **more: Any) -> IncomingEvent:
    return said(event_id, kind="order.created", **more)


async def test_an_order_that_is_said_to_be_new_is_made_without_a_look_at_it(
    intake: Intake, mongo: Mongo, orders: Orders
) -> None:
    with COMMANDS.of(mongo.database.name) as commands:
        assert await intake.record(created())
    assert sent(commands) == [("find", "erasures"), ("find", "chats"), ("insert", "orders")]
    assert await ids(orders) == ["e1"]


async def test_an_order_that_is_said_to_be_new_and_is_not_is_taken_as_it_is(
    intake: Intake, other: Intake, orders: Orders
) -> None:
    await other.record(said("e0", "shipped", after=1))
    assert await intake.record(created())
    assert not await other.record(created())
    assert await ids(orders) == ["e1", "e0"]
    for repeated in (intake, other):
        assert not await repeated.record(created())
    order = await got(orders)
    assert (order.news, len(order.events)) == (1, 2)


@pytest.mark.usefixtures("three_at_most")
async def test_what_is_said_to_be_new_is_refused_by_what_it_is(
    intake: Intake, other: Intake, recording: Recording, orders: Orders
) -> None:
    with pytest.raises(UnknownOrder):
        await intake.record(said("e1", "placed", customer_id=None))
    await other.record_post([said(f"e{n}", "in_transit", after=n) for n in range(1, 4)])
    before = await got(orders)
    with pytest.raises(IdTaken):
        await intake.record(created())
    with pytest.raises(NotThisCustomers):
        await intake.record(created("e4", customer_id="customer-2"))
    with pytest.raises(TooManyEvents):
        await intake.record(created("e4"))
    assert await got(orders) == before
    await recording.privacy.erase(account("customer-2"))
    with pytest.raises(NotThisCustomers):
        await intake.record(created("e4", customer_id="customer-2"))
    with pytest.raises(CustomerErased):
        await intake.record(created("e4", order_id="ord_2", customer_id="customer-2"))


# Who hears of it


async def test_where_nobody_follows_nothing_is_written_but_the_order_itself(
    recording: Recording, intake: Intake, mongo: Mongo, orders: Orders
) -> None:
    with COMMANDS.of(mongo.database.name) as commands:
        await intake.record(said("e1", "placed"))
        await intake.record(said("e2", "shipped", after=1))
    assert sent(commands) == [
        *(("find", "orders"), ("find", "erasures"), ("find", "chats"), ("insert", "orders")),
        *(("find", "chats"), ("update", "orders")),
    ]
    order = await got(orders)
    assert (order.news, order.fanned, order.unfanned_since) == (2, 2, None)
    assert announced(recording) == []


async def test_news_is_marked_and_announced_with_those_who_follow_in_hand(
    recording: Recording, intake: Intake, orders: Orders, alice: Chat, chats: Chats
) -> None:
    await chats.link(chat(2002, "customer-2"))
    started = recording.clock()
    await intake.record(said("e1", "placed"))
    order = await got(orders)
    assert order.unfanned_since
    assert started <= order.unfanned_since <= recording.clock()
    assert (order.news, order.fanned) == (1, 0)
    assert announced(recording) == [Announced("ord_1", order, [alice])]


async def test_what_is_no_news_is_announced_to_nobody_and_nobody_is_looked_for(
    recording: Recording, intake: Intake, mongo: Mongo, orders: Orders, alice: Chat
) -> None:
    await intake.record(said("e1", "placed", notify=False))
    with COMMANDS.of(mongo.database.name) as commands:
        await intake.record(said("e2", note="A new date", after=1))
    assert sent(commands) == [("update", "orders")]
    assert (await got(orders)).unfanned_since is None
    assert announced(recording) == []


async def test_of_what_a_post_says_at_once_only_the_present_state_is_news(
    recording: Recording, intake: Intake, orders: Orders, alice: Chat
) -> None:
    states = ("placed", "packed", "shipped")
    await intake.record_post([said(f"e{n}", s, after=n) for n, s in enumerate(states)])
    assert [change.event for change in (await got(orders)).changes] == ["e2"]
    assert len(announced(recording)) == 1


async def test_a_description_tells_who_follows_unless_it_should_tell_nobody(
    recording: Recording, intake: Intake, orders: Orders, alice: Chat
) -> None:
    silent = description("placed").model_copy(update={"notify": False})
    await intake.describe("ord_1", silent)
    assert announced(recording) == []
    await intake.describe("ord_1", description("placed", "shipped"))
    (news,) = announced(recording)
    assert news.order == await got(orders)
    assert news.order.news == 1


async def test_who_follows_since_then_is_told_of_the_next(
    recording: Recording, intake: Intake, chats: Chats
) -> None:
    await intake.record(said("e1", "placed"))
    await chats.link(chat(1001, HOME))
    await intake.record(said("e2", "shipped", after=1))
    (news,) = announced(recording)
    assert news.order is not None
    assert (news.order.news, news.order.fanned) == (2, 1)
    assert [each.id for each in news.followers or []] == [1001]


async def test_a_repeat_announces_what_has_not_reached_the_mailboxes_yet(
    recording: Recording, intake: Intake, orders: Orders, alice: Chat
) -> None:
    """A crash may have come between the writing and the telling."""
    await intake.record(once := said("e1", "placed"))
    announced(recording)
    order = await got(orders)
    assert not await intake.record(once)
    assert announced(recording) == [Announced("ord_1", order)]
    await recording.orders.fanned_out(order)
    assert not await intake.record(once)
    assert announced(recording) == []


async def test_what_was_stored_and_not_answered_is_a_duplicate_that_is_announced(
    recording: Recording, intake: Intake, mongo: Mongo, orders: Orders, alice: Chat
) -> None:
    class CutOff(Orders):
        """The write arrives, and its answer does not."""

        async def save(self, before: Order | None, after: Order) -> Order | None:
            await super().save(before, after)
            raise AutoReconnect

    cut_off = a_recording(mongo, CutOff(mongo))
    with pytest.raises(AutoReconnect):
        await Intake(cut_off, status_words={}).record(once := said("e1", "placed"))
    assert announced(cut_off) == []
    assert not cut_off.noticed.states
    assert not await intake.record(once)
    assert [news.order_id for news in announced(recording)] == ["ord_1"]


async def test_what_is_told_again_is_marked_and_announced_like_any_news(
    recording: Recording, intake: Intake, orders: Orders, alice: Chat
) -> None:
    """Whoever decides it: here nothing is told of the order but what is known."""
    await intake.record(said("e1", "placed", notify=False))

    def again(order: Order | None) -> Order:
        assert order is not None
        return order.model_copy(update={"news": order.news + 1})

    recorded = await recording.write("ord_1", again)
    assert recorded.is_new
    order = await got(orders)
    assert order == recorded.order
    assert order.unfanned_since
    assert announced(recording) == [Announced("ord_1", order, [alice])]


# A stale order in hand costs a repeat, and nothing else


async def test_what_another_replica_has_written_is_kept_and_counted(
    recording: Recording, intake: Intake, other: Intake, mongo: Mongo, orders: Orders, alice: Chat
) -> None:
    await intake.record(said("e1", "placed"))
    await other.record(said("e2", "packed", after=1))
    announced(recording)
    with COMMANDS.of(mongo.database.name) as commands:
        assert await intake.record(said("e3", "shipped", after=2))
    assert sent(commands) == [
        *(("find", "chats"), ("update", "orders"), ("find", "orders")),  # and it was too late
        *(("find", "orders"), ("find", "chats"), ("update", "orders")),
    ]
    order = await got(orders)
    assert [change.event for change in order.changes] == ["e1", "e2", "e3"]
    assert [news.order for news in announced(recording)] == [order]


async def test_an_event_that_another_replica_has_recorded_is_a_duplicate(
    intake: Intake, other: Intake, orders: Orders
) -> None:
    await intake.record(said("e1", "placed"))
    await other.record(same := said("e2", "packed", after=1))
    before = await got(orders)
    assert not await intake.record(same)
    with pytest.raises(IdTaken):
        await intake.record(said("e2", "shipped", after=1))
    assert await got(orders) == before


@pytest.mark.usefixtures("three_at_most")
async def test_an_order_is_not_full_that_another_replica_has_made_shorter(
    intake: Intake, other: Intake, orders: Orders
) -> None:
    await intake.record_post([said(f"e{n}", "in_transit", after=n) for n in range(3)])
    await other.describe("ord_1", description("placed"))
    assert await intake.record(said("e3", "delivered", after=3))
    assert [event.status for event in (await got(orders)).events] == ["placed", "delivered"]


@pytest.mark.usefixtures("three_at_most")
async def test_events_in_turn_are_judged_by_the_order_as_it_is(
    intake: Intake, other: Intake, orders: Orders
) -> None:
    await intake.record_post([said("e1", "placed"), said("e2", "packed", after=1)])
    await other.record(said("e3", "shipped", after=2))
    events = [said(f"e{n}", "shipped", after=n - 1) for n in (2, 3, 4)]
    results = await intake.record_in_turn(events)
    assert [result if isinstance(result, bool) else type(result) for result in results] == [
        *(IdTaken, False, TooManyEvents),
    ]
    assert await ids(orders) == ["e1", "e2", "e3"]


async def test_an_order_that_has_become_another_customer_s_is_theirs(
    intake: Intake, other: Intake, elsewhere: Recording, orders: Orders
) -> None:
    await intake.record(said("e1", "placed"))
    await elsewhere.privacy.erase(account(HOME))
    await other.record(said("e1", "placed", customer_id="customer-2"))
    assert orders.cached("ord_1")
    assert await intake.record(said("e2", "packed", customer_id="customer-2", after=1))
    with pytest.raises(NotThisCustomers):
        await intake.record(said("e3", "shipped", after=2))
    assert await ids(orders) == ["e1", "e2"]


async def test_a_description_is_not_unchanged_where_another_replica_has_changed_it(
    intake: Intake, other: Intake, orders: Orders
) -> None:
    whole = description("placed", "shipped")
    await intake.describe("ord_1", whole)
    await other.record(said("e1", "delivered", after=9))
    assert await intake.describe("ord_1", whole) == "replaced"
    assert [event.status for event in (await got(orders)).events] == ["placed", "shipped"]
    assert await other.describe("ord_1", whole) == "unchanged"


async def test_news_is_marked_where_another_replica_has_told_the_news_before(
    recording: Recording, intake: Intake, mongo: Mongo, orders: Orders, alice: Chat
) -> None:
    """Or else a crash before it reaches the mailboxes would lose it."""
    await intake.record(said("e1", "placed"))
    await Orders(mongo).fanned_out(await got(orders))
    await intake.record(said("e2", "shipped", after=1))
    order = await got(orders)
    assert (order.unfanned_since is not None, order.fanned, order.news) == (True, 1, 2)


# What is noticed


@every_way
async def test_a_state_that_nobody_knows_is_noticed_whoever_tells_it(
    recording: Recording, intake: Intake, catching_up: CatchingUp, tell: Telling
) -> None:
    await tell(intake, catching_up)
    await tell(intake, catching_up)  # and once
    assert recording.noticed.take_words() == {"Out In Space": 1}
    assert recording.noticed.take_states() == {"other": 1}


async def test_each_state_is_noticed_as_often_as_it_is_recorded(
    recording: Recording, intake: Intake
) -> None:
    events = [("placed", 0), ("shipped", 1), ("placed", 2), (None, 3)]
    await intake.record_post([said(f"e{n}", s, after=n) for s, n in events[:2]])
    await intake.record_in_turn([said(f"e{n}", s, after=n) for s, n in events])
    with pytest.raises(NotThisCustomers):
        await intake.record(said("e9", "delivered", customer_id="customer-2"))
    assert recording.noticed.take_states() == {"placed": 2, "shipped": 1}
    assert recording.noticed.take_words() == {}


# A burst


async def test_a_burst_of_events_of_different_orders_takes_a_few_round_trips(
    recording: Recording, intake: Intake, mongo: Mongo, orders: Orders, alice: Chat
) -> None:
    many = [f"ord_{n}" for n in range(100)]
    with COMMANDS.of(mongo.database.name) as commands:
        made = [intake.record(said("e1", "placed", order_id=each)) for each in many]
        assert await asyncio.gather(*made) == [True] * 100
    rounds = -(-100 // LARGEST)
    asked = ("find", "orders"), ("find", "erasures"), ("find", "chats"), ("insert", "orders")
    assert Counter(sent(commands)) == dict.fromkeys(asked, rounds)

    with COMMANDS.of(mongo.database.name) as commands:
        moved = [intake.record(said("e2", "shipped", order_id=each, after=1)) for each in many]
        assert await asyncio.gather(*moved) == [True] * 100
    assert Counter(sent(commands)) == dict.fromkeys([("find", "chats"), ("update", "orders")], 2)
    assert len(announced(recording)) == 200
    assert {tuple(await ids(orders, each)) for each in many} == {("e1", "e2")}


async def test_beyond_the_most_that_may_wait_an_event_is_refused_at_once_and_not_recorded(
    intake: Intake, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.rounds.MOST_WAITING", 10)
    results = await asyncio.gather(
        *(intake.record(said("e1", "placed", order_id=f"ord_{n}")) for n in range(30)),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [bool] * 10 + [Overloaded] * 20
    assert await mongo.database["orders"].count_documents({}) == 10
