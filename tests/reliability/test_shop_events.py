"""`kill -9` between a cause, its event for the shop, and the shop's answer."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from sandbox import Person
from storage.mongo import Mongo
from tests.reliability import points
from tests.reliability.conftest import IMPATIENT, Linked, ShopOf, Starts
from tests.reliability.events import ShopEvent
from tests.reliability.state import State
from tests.support.child import Child
from tests.support.listening_shop import SHOP_SECRET, WAITING, ListeningShop
from tests.support.mongo_proxy import MongoProxy
from tests.support.waiting import until

StartsFor = Callable[..., Awaitable[Child]]


@pytest.fixture
def starts_for(starts: Starts, listener: ListeningShop) -> StartsFor:
    async def start(program: str = "bot") -> Child:
        return await starts(program, shop_webhook_url=listener.url, shop_webhook_secret=SHOP_SECRET)

    return start


async def comes_back(mongo: Mongo, state: State, starts_for: StartsFor) -> None:
    """A new start, when all leases have run out; until nothing waits for anybody."""
    now = datetime.now(UTC)
    await mongo.database["shop_events"].update_many(WAITING, {"$set": {"due_at": now}})
    if await state.held():
        await state.leases_run_out()
    if await state.unfanned():
        await state.marks_get_old()
    await starts_for(IMPATIENT)
    await state.settles()

    async def none_waits() -> bool:
        return await mongo.database["shop_events"].count_documents(WAITING) == 0

    await until(none_waits)


async def test_killed_between_a_delivery_and_its_event_the_shop_hears_of_the_second_delivery(
    starts_for: StartsFor,
    shop_of: ShopOf,
    cable: MongoProxy,
    state: State,
    linked: Linked,
    mongo: Mongo,
    listener: ListeningShop,
    alice: Person,
) -> None:
    await linked(alice)
    child = await starts_for()
    adding = cable.hold(points.adding_a_shop_event("message.delivered"))
    await ShopEvent("ord_1").post(shop_of(child))
    await adding.reached()
    await child.kill()
    assert (len(alice.inbox), listener.attempts) == (1, [])

    await comes_back(mongo, state, starts_for)
    assert len(alice.inbox) == 2
    assert len(listener.events_of("message.delivered")) == len(listener.taken) == 1


async def test_killed_between_a_delivery_s_event_and_its_mark_the_shop_hears_one_event(
    starts_for: StartsFor,
    shop_of: ShopOf,
    cable: MongoProxy,
    state: State,
    linked: Linked,
    mongo: Mongo,
    listener: ListeningShop,
    alice: Person,
) -> None:
    await linked(alice)
    child = await starts_for()
    mark = cable.hold(points.completing_a_mailbox)
    await ShopEvent("ord_1").post(shop_of(child))
    await mark.reached()
    await child.kill()

    await comes_back(mongo, state, starts_for)
    assert len(alice.inbox) == 2
    assert len(listener.events_of("message.delivered")) == 1


async def test_killed_between_the_shop_s_answer_and_our_note_of_it_the_event_comes_again_as_it_was(
    starts_for: StartsFor,
    shop_of: ShopOf,
    cable: MongoProxy,
    state: State,
    linked: Linked,
    mongo: Mongo,
    listener: ListeningShop,
    alice: Person,
) -> None:
    await linked(alice)
    child = await starts_for()
    note = cable.hold(points.finishing_a_shop_event)
    await ShopEvent("ord_1").post(shop_of(child))
    await note.reached()
    await child.kill()
    assert len(listener.taken) == 1

    await comes_back(mongo, state, starts_for)
    assert len(listener.taken) == 2
    assert len({(attempt.id, attempt.body) for attempt in listener.taken}) == 1
    assert len(alice.inbox) == 1


async def test_killed_between_a_link_and_its_event_the_press_is_handled_again_and_the_shop_hears(
    starts_for: StartsFor,
    shop_of: ShopOf,
    cable: MongoProxy,
    state: State,
    mongo: Mongo,
    listener: ListeningShop,
    alice: Person,
) -> None:
    child = await starts_for()
    offer = await shop_of(child).connect("customer-1")
    await alice.send(f"/link {offer['code']}")
    await alice.receives(containing="Connect this chat")
    adding = cable.hold(points.adding_a_shop_event("customer.linked"))
    agreed = alice.inbox[-1].buttons[0][0].data
    assert agreed
    await alice.pressed(alice.id, alice.inbox[-1].id, agreed, 0.1)
    await adding.reached()
    await child.kill()

    await comes_back(mongo, state, starts_for)

    async def hears() -> bool:
        return bool(listener.events_of("customer.linked"))

    await until(hears)
    assert listener.events_of("customer.linked")[0]["customer_id"] == "customer-1"
