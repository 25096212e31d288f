"""`kill -9` at each point between an event and its message, and a new start.

The points are chosen from outside: the cable to the database holds one operation up.
"""

from datetime import UTC, datetime

from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.models import Preferences
from tests.reliability import points
from tests.reliability.conftest import IMPATIENT, Linked, ShopOf, Starts
from tests.reliability.events import ShopEvent
from tests.reliability.state import State
from tests.support.mailboxes import got
from tests.support.mongo_proxy import MongoProxy
from tests.support.waiting import until

EXPIRED = "trackline_leases_expired_total"


async def test_killed_before_the_write_it_answers_nothing_and_stores_nothing(
    starts: Starts, shop_of: ShopOf, cable: MongoProxy, state: State, linked: Linked, alice: Person
) -> None:
    await linked(alice)
    child = await starts()
    write = cable.hold(points.storing_an_event)
    posting = ShopEvent("ord_1").posting(shop_of(child))
    await write.reached()
    await child.kill()
    assert await posting is None
    assert await state.states("ord_1") == ["placed"]


async def test_killed_between_the_write_and_the_answer_a_retry_makes_one_event_and_one_message(
    starts: Starts, shop_of: ShopOf, cable: MongoProxy, state: State, linked: Linked, alice: Person
) -> None:
    await linked(alice)
    event = ShopEvent("ord_1")
    child = await starts()
    write = cable.hold(points.storing_an_event, answered=True)
    posting = event.posting(shop_of(child))
    await write.reached()
    await child.kill()
    assert await posting is None
    assert await state.states("ord_1") == ["placed", "shipped"]

    answer = await event.post(shop_of(await starts()))
    assert answer is not None
    assert (answer.status, answer.result) == (200, "duplicate")
    await alice.receives(containing="has been shipped")
    await state.settles()
    assert await state.states("ord_1") == ["placed", "shipped"]
    assert len(alice.inbox) == 1


async def test_killed_between_storing_and_fanning_out_the_message_still_leaves(
    starts: Starts, shop_of: ShopOf, cable: MongoProxy, state: State, linked: Linked, alice: Person
) -> None:
    await linked(alice)
    child = await starts()
    fan_out = cable.hold(points.claiming_a_mailbox)
    answer = await ShopEvent("ord_1").post(shop_of(child))
    assert answer is not None
    assert answer.status == 202
    await fan_out.reached()
    await child.kill()
    assert (await state.unfanned(), await state.waiting()) == (1, 0)

    await state.marks_get_old()
    await starts(IMPATIENT)
    await alice.receives(containing="has been shipped")
    await state.settles()
    assert len(alice.inbox) == 1


async def test_killed_between_the_claim_and_the_send_it_is_sent_after_the_lease_and_once(
    starts: Starts,
    shop_of: ShopOf,
    cable: MongoProxy,
    state: State,
    linked: Linked,
    alice: Person,
    charlie: Person,
) -> None:
    await linked(alice, charlie)
    child = await starts()
    claim = cable.hold(points.claiming_a_mailbox, answered=True)
    await ShopEvent("ord_1", "customer-1").post(shop_of(child))
    await claim.reached()
    await child.kill()
    assert (await state.held(), alice.inbox) == (1, [])

    child = await starts(IMPATIENT)
    await ShopEvent("ord_2", "customer-2").post(shop_of(child))
    await charlie.receives(containing="has been shipped")
    assert (await child.counted(EXPIRED), alice.inbox) == (0, [])

    await state.leases_run_out()
    await alice.receives(containing="has been shipped")
    await state.marks_get_old()
    await state.settles()
    assert await child.counted(EXPIRED) == 1
    assert len(alice.inbox) == 1


async def test_killed_between_telegrams_answer_and_the_mark_it_is_sent_twice_and_counted(
    starts: Starts, shop_of: ShopOf, cable: MongoProxy, state: State, linked: Linked, alice: Person
) -> None:
    await linked(alice)
    child = await starts()
    mark = cable.hold(points.completing_a_mailbox)
    await ShopEvent("ord_1").post(shop_of(child))
    await mark.reached()
    await child.kill()
    assert len(alice.inbox) == 1

    await state.leases_run_out()
    await state.marks_get_old()
    child = await starts(IMPATIENT)
    await state.settles()
    assert len(alice.inbox) == 2
    assert await child.counted(EXPIRED) == 1
    assert len(await state.sent_to(alice.id)) == 1


async def test_killed_between_a_live_message_and_its_mark_it_leaves_one_more_and_loses_none(
    starts: Starts,
    shop_of: ShopOf,
    cable: MongoProxy,
    state: State,
    linked: Linked,
    chats: Chats,
    alice: Person,
) -> None:
    await linked(alice)
    await chats.prefer(alice.id, Preferences(cards=True))
    child = await starts()
    mark = cable.hold(points.completing_a_mailbox)
    await ShopEvent("ord_1").post(shop_of(child))
    await mark.reached()
    await child.kill()
    assert len(alice.inbox) == 1

    await state.leases_run_out()
    await state.marks_get_old()
    await starts(IMPATIENT)
    await state.settles()
    (card,) = (await got(chats, alice.id)).cards
    assert [message.id for message in alice.inbox][1:] == [card.message_id]


async def test_killed_between_the_mark_and_the_deletion_the_former_live_message_stays(
    starts: Starts,
    shop_of: ShopOf,
    sandbox: Sandbox,
    state: State,
    linked: Linked,
    chats: Chats,
    alice: Person,
) -> None:
    await linked(alice)
    await chats.prefer(alice.id, Preferences(cards=True))
    child = await starts()
    shop = shop_of(child)
    await ShopEvent("ord_1").post(shop)
    await state.settles()
    sandbox.fail(Fault(method="deleteMessage", delay=60, drop=True))
    await shop.tell("ord_1", "delivered")
    await alice.receives(containing="Delivered")

    async def is_marked() -> bool:
        return [card.news for card in (await got(chats, alice.id)).cards] == [2]

    await until(is_marked)
    await child.kill()
    sandbox.clear_faults()

    await state.marks_get_old()
    await starts(IMPATIENT)
    await state.settles()
    (card,) = (await got(chats, alice.id)).cards
    assert [message.text.splitlines()[0] for message in alice.inbox] == [
        "🚚 Shipped",
        "✅ Delivered",
    ]
    assert alice.inbox[-1].id == card.message_id


async def test_killed_with_news_held_back_it_is_told_in_its_time_and_once(
    starts: Starts,
    shop_of: ShopOf,
    state: State,
    linked: Linked,
    chats: Chats,
    alice: Person,
) -> None:
    await linked(alice)
    hour = datetime.now(UTC).hour
    quiet = Preferences(timezone="UTC", quiet=((hour - 1) % 24, (hour + 2) % 24))
    await chats.prefer(alice.id, quiet)
    child = await starts()
    await ShopEvent("ord_1").post(shop_of(child))

    async def is_held() -> bool:
        return [bool(entry.due) for entry in (await got(chats, alice.id)).entries] == [True]

    await until(is_held)
    await child.kill()
    assert alice.inbox == []

    await chats.prefer(alice.id, Preferences())
    await starts(IMPATIENT)
    await alice.receives(containing="has been shipped")
    await state.settles()
    assert len(alice.inbox) == 1


async def test_killed_while_it_handles_a_command_it_answers_after_the_restart(
    starts: Starts, sandbox: Sandbox, linked: Linked, alice: Person
) -> None:
    await linked(alice)
    child = await starts()
    sandbox.fail(Fault(method="sendMessage", delay=60, drop=True))
    polls = len(sandbox.calls_of("getUpdates"))
    await alice.send("/track 1001")

    async def has_polled_again() -> bool:  # as it does when somebody's update takes long
        return len(sandbox.calls_of("getUpdates")) >= polls + 2

    await until(has_polled_again)
    await child.kill()
    assert alice.inbox == []

    await starts()
    await alice.receives(containing="I can't find that one")
    assert len(alice.inbox) == 1
