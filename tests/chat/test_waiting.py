"""Whoever opens a shared link may want to be told when the order arrives: once, and no more."""

from datetime import UTC, datetime

import pytest

from bot.services.orders.references import button_key
from sandbox import Message, Person, Sandbox
from sandbox.faults import Fault
from storage.chats import Chats
from storage.models import Preferences
from storage.mongo import Mongo
from tests.chat.test_sharing import ENDED, labels, opens, payload_of, shares
from tests.conftest import Link, unlinks
from tests.support.commands import COMMANDS
from tests.support.shop import ShopBackend
from tests.support.waiting import until

TELL_ME, DO_NOT = "🔔 Tell me when it arrives", "🔕 Do not tell me"
ONCE = "You asked me to tell you. I write no more about it."


@pytest.fixture
async def payload(shop: ShopBackend, alice: Person, link: Link) -> str:
    """Of alice's link to her order."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "in_transit", note="Behind the blue door", notify=False)
    return payload_of(await shares(alice))


async def waits(person: Person, payload: str) -> Message:
    view = await opens(person, payload)
    answer = await person.press(TELL_ME)
    assert answer.text == "I will tell you here when it arrives."
    changed = await person.receives(containing="I will tell you here")
    assert changed.id == view.id
    return changed


async def count(mongo: Mongo, collection: str = "waits") -> int:
    return await mongo.database[collection].count_documents({})


async def is_over(mongo: Mongo) -> None:
    await until(lambda: none_left(mongo))


async def none_left(mongo: Mongo) -> bool:
    unfanned = await mongo.database["orders"].count_documents({"unfanned_since": {"$gt": None}})
    busy = await mongo.database["chats"].count_documents({"entries.0": {"$exists": True}})
    return not unfanned and not busy


# The one message


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("delivered", "Delivered"),
        ("ready_for_pickup", "Ready for pick-up"),
        ("cancelled", "Cancelled"),
        ("returned", "Returned"),
    ],
)
async def test_who_wants_to_know_is_told_once_when_it_arrives_or_ends_otherwise(
    payload: str,
    shop: ShopBackend,
    alice: Person,
    charlie: Person,
    mongo: Mongo,
    status: str,
    says: str,
) -> None:
    await waits(charlie, payload)
    await shop.tell("ord_1", "out_for_delivery")
    await alice.receives(containing="out for delivery")
    await shop.tell("ord_1", status, note="With Mr Blue", location="Kampala")
    told = await charlie.receives(containing=ONCE)
    assert says in told.text
    assert "An order at Nile Coffee, shared with you" in told.text
    for word in ("1001", "ord_1", "Blue", "Kampala"):
        assert word not in told.text + repr(told.buttons)
    await until(lambda: nobody_waits(mongo))
    said = len(charlie.inbox)
    await shop.tell("ord_1", "refunded")
    await alice.receives(containing="refunded")
    await is_over(mongo)
    assert len(charlie.inbox) == said


async def nobody_waits(mongo: Mongo) -> bool:
    return await count(mongo) == 0 and await count(mongo, "chats") == 1


async def test_everybody_who_waits_is_told_linked_or_not(
    payload: str, shop: ShopBackend, bob: Person, charlie: Person, link: Link
) -> None:
    await link(bob, "customer-2")
    for person in (bob, charlie):
        await waits(person, payload)
    await shop.tell("ord_1", "delivered")
    for person in (bob, charlie):
        await person.receives(containing=ONCE)


async def test_to_press_twice_is_to_wait_once(
    payload: str, shop: ShopBackend, alice: Person, charlie: Person, mongo: Mongo
) -> None:
    view = await opens(charlie, payload)
    for _ in range(2):
        await charlie.press_data(f"await:{payload}", view)
    assert await count(mongo) == 1
    await shop.tell("ord_1", "delivered")
    await charlie.receives(containing=ONCE)
    await is_over(mongo)
    assert sum(ONCE in message.text for message in charlie.inbox) == 1


async def test_what_telegram_does_not_take_is_told_later(
    payload: str, shop: ShopBackend, sandbox: Sandbox, charlie: Person, mongo: Mongo
) -> None:
    await waits(charlie, payload)
    sandbox.fail(Fault(method="sendMessage", chat_id=charlie.id, retry_after=1))
    await shop.tell("ord_1", "delivered")
    await charlie.receives(containing=ONCE, timeout=10)
    await until(lambda: nobody_waits(mongo))


async def test_in_the_receiver_s_quiet_hours_it_waits_for_their_end(
    payload: str, shop: ShopBackend, alice: Person, bob: Person, link: Link, chats: Chats
) -> None:
    await link(bob, "customer-2")
    await waits(bob, payload)
    hour = datetime.now(UTC).hour
    quiet = Preferences(timezone="UTC", quiet=(hour, (hour + 2) % 24))
    await chats.prefer(bob.id, quiet)
    said = len(bob.inbox)
    await shop.tell("ord_1", "delivered")
    await alice.receives(containing="delivered")

    async def is_held() -> bool:
        chat = await chats.get(bob.id)
        return bool(chat and chat.entries and chat.entries[0].due and not chat.lease)

    await until(is_held)
    assert len(bob.inbox) == said
    await chats.prefer(bob.id, Preferences())
    await bob.receives(containing=ONCE)


async def test_it_is_offered_no_more_once_it_has_arrived(
    payload: str, shop: ShopBackend, charlie: Person, mongo: Mongo
) -> None:
    view = await opens(charlie, payload)
    await shop.tell("ord_1", "delivered", notify=False)
    await charlie.press(TELL_ME, view)
    changed = await charlie.receives(containing="Delivered")
    assert labels(changed) == ["🔄 Refresh"]
    assert await count(mongo) == 0


async def test_an_order_that_nobody_awaits_costs_no_look_for_who_does(
    payload: str, shop: ShopBackend, alice: Person, charlie: Person, mongo: Mongo
) -> None:
    with COMMANDS.of(mongo.database.name) as commands:
        await shop.tell("ord_1", "delivered")
        await alice.receives(containing="delivered")
        await is_over(mongo)
    assert not any(command.get("find") == "waits" for command in commands)


# Its end


async def test_the_receiver_ends_it(
    payload: str, shop: ShopBackend, alice: Person, charlie: Person, mongo: Mongo
) -> None:
    await waits(charlie, payload)
    await charlie.press(DO_NOT)
    assert TELL_ME in labels(await charlie.receives(containing="Refresh shows"))
    await nothing_is_told(shop, alice, charlie, mongo)


async def test_the_receiver_ends_it_in_the_settings_without_being_linked(
    payload: str, shop: ShopBackend, alice: Person, charlie: Person, mongo: Mongo
) -> None:
    await waits(charlie, payload)
    await charlie.send("/settings")
    screen = await charlie.receives(containing="Shared with you")
    assert "On its way" in screen.text
    assert "1001" not in screen.text
    assert labels(screen) == [DO_NOT]
    await charlie.press(DO_NOT)
    assert labels(await charlie.receives(containing="not waiting")) == []
    await nothing_is_told(shop, alice, charlie, mongo)


async def test_who_is_linked_finds_it_among_the_settings(
    payload: str, bob: Person, link: Link
) -> None:
    await link(bob, "customer-2")
    await waits(bob, payload)
    await bob.send("/settings")
    await bob.receives(containing="Tap what you would like to change")
    await bob.press("📨 Shared with you")
    assert labels(await bob.receives(containing="I tell you once")) == [DO_NOT, "‹ Back"]


@pytest.mark.parametrize("stop", ["Stop sharing", "/unlink", "/privacy", "in a group"])
async def test_it_ends_with_the_link(
    payload: str,
    shop: ShopBackend,
    sandbox: Sandbox,
    alice: Person,
    bob: Person,
    charlie: Person,
    mongo: Mongo,
    link: Link,
    stop: str,
) -> None:
    await link(bob, "customer-1")  # somebody goes on following the order
    await waits(charlie, payload)
    if stop == "Stop sharing":
        await alice.press_data(f"unshare:{button_key('ord_1')}")
        await alice.receives(containing="Sharing has stopped")
    elif stop == "/unlink":
        await unlinks(alice)
    elif stop == "/privacy":
        await erases_themselves(alice)
    else:
        family = sandbox.group("Family", members=[alice])
        await alice.send_in_group(family, f"/start {payload}")
        await until(lambda: no_shares(mongo))
    await charlie.send("/settings")
    assert DO_NOT not in labels(await charlie.receives())
    await nothing_is_told(shop, bob, charlie, mongo)


async def no_shares(mongo: Mongo) -> bool:
    return await count(mongo, "shares") == 0


async def test_it_ends_with_the_customer(
    payload: str, shop: ShopBackend, charlie: Person, mongo: Mongo
) -> None:
    await waits(charlie, payload)
    await shop.api("DELETE", "/api/v1/customers/customer-1")
    assert await count(mongo) == 0
    assert ENDED in (await opens(charlie, payload)).text


@pytest.mark.parametrize("how", ["block", "/privacy", "/unlink"])
async def test_it_ends_with_the_receiver(
    payload: str, shop: ShopBackend, alice: Person, charlie: Person, mongo: Mongo, how: str
) -> None:
    await waits(charlie, payload)
    if how == "block":
        charlie.block()
    elif how == "/privacy":
        await erases_themselves(charlie)
    else:
        await charlie.send("/unlink")
        await charlie.receives()
    await until(lambda: nobody_waits(mongo))
    if how == "block":
        charlie.unblock()
    await nothing_is_told(shop, alice, charlie, mongo)


async def test_who_has_blocked_us_unheard_is_forgotten_with_the_message(
    payload: str, shop: ShopBackend, sandbox: Sandbox, charlie: Person, mongo: Mongo
) -> None:
    await waits(charlie, payload)
    said = "Forbidden: bot was blocked by the user"
    sandbox.fail(Fault(method="sendMessage", chat_id=charlie.id, status=403, description=said))
    await shop.tell("ord_1", "delivered")
    await until(lambda: nobody_waits(mongo))


async def nothing_is_told(
    shop: ShopBackend, follower: Person, receiver: Person, mongo: Mongo
) -> None:
    said = len(receiver.inbox)
    await shop.tell("ord_1", "delivered")
    await follower.receives(containing="delivered")
    await is_over(mongo)
    assert len(receiver.inbox) == said


async def erases_themselves(person: Person) -> None:
    await person.send("/privacy")
    held = await person.receives(containing="What I keep")
    assert "shared orders you wait for" in held.text
    await person.press("Delete my data")
    await person.receives(containing="Delete what I keep about you?")
    await person.press("Yes, delete it")
    await person.receives(containing="is deleted")


# What it does not open


async def test_a_forged_button_waits_for_nothing(
    payload: str, charlie: Person, mongo: Mongo
) -> None:
    view = await opens(charlie, payload)
    await charlie.press_data("await:s_" + "A" * 32, view)
    await charlie.receives(containing=ENDED)
    assert await count(mongo) == 0


async def test_who_waits_is_linked_to_nothing(
    payload: str, shop: ShopBackend, charlie: Person, mongo: Mongo
) -> None:
    await waits(charlie, payload)
    await charlie.send("1001")
    await charlie.receives(containing="Connect your account")
    assert await count(mongo, "chats") == 1
