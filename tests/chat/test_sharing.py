"""A shared order: what somebody else sees by a link, for how long, and who can end it."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.services.orders.references import button_key
from bot.services.people.sharing import MOST
from bot.services.people.throttle import CODES
from sandbox import Message, Person, Sandbox
from storage.models import Share
from storage.mongo import Mongo
from storage.whose import account
from tests.chat.test_throttles import missed
from tests.conftest import Link, unlinks
from tests.support.shop import ShopBackend

KEY = button_key("ord_1")
ENDED = "This link shows nothing any more"
HIDDEN = ["1001", "ord_1", "Kampala", "blue door", "DHL", "JD01", "parcel-B", "3 items"]
"""What is the owner's alone."""


@pytest.fixture
async def order(shop: ShopBackend, alice: Person, link: Link) -> None:
    """Alice's order, of which everything is known."""
    await link(alice, "customer-1")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await shop.create("ord_1", "customer-1", order_number="1001", items=3, notify=False)
    await shop.tell(
        "ord_1",
        "in_transit",
        note="Behind the blue door",
        location="Kampala",
        parcel="parcel-B",
        carrier={"name": "DHL", "tracking_number": "JD01", "tracking_url": "https://dhl.test/JD01"},
        estimated_delivery={"latest": tomorrow.isoformat()},
        notify=False,
    )


async def shares(person: Person, order_id: str = "ord_1") -> Message:
    await person.press_data(f"share:{button_key(order_id)}")
    return await person.receives(containing="Share order")


def url_of(message: Message) -> str:
    found = re.search(r"https://t\.me/\S+", message.text)
    assert found
    return found[0]


def payload_of(message: Message) -> str:
    return parse_qs(urlsplit(url_of(message)).query)["start"][0]


async def opens(person: Person, payload: str) -> Message:
    """What somebody is shown who taps the link."""
    await person.send(f"/start {payload}")
    return await person.receives()


def labels(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


# The link


async def test_the_owner_gets_a_link_to_forward(order: None, alice: Person) -> None:
    message = await shares(alice)
    assert re.fullmatch(r"s_[A-Za-z0-9_-]{32}", payload_of(message))
    assert labels(message) == ["📤 Send it", "🚫 Stop sharing", "My orders"]
    assert message.buttons[0][0].url is not None
    forward = urlsplit(message.buttons[0][0].url)
    assert (forward.hostname, forward.path) == ("t.me", "/share/url")
    assert parse_qs(forward.query) == {
        "url": [url_of(message)],
        "text": ["Here you can see where my order is:"],
    }
    assert "until a day after the delivery" in message.text


async def test_only_a_hash_of_the_link_is_kept(order: None, alice: Person, mongo: Mongo) -> None:
    payload = payload_of(await shares(alice))
    [kept] = await mongo.database["shares"].find({}).to_list(None)
    assert payload[2:] not in repr(kept)
    assert set(kept) == {"_id", "chat_id", "order_id", "whose", "created_at", "expires_at"}


@pytest.mark.parametrize("data", ["share:", "unshare:"])
async def test_charlie_cannot_share_or_stop_what_is_not_his(
    order: None, alice: Person, charlie: Person, link: Link, mongo: Mongo, data: str
) -> None:
    await shares(alice)
    await link(charlie, "customer-2")
    answers = []
    for key in (KEY, button_key("ord_99"), "1001", ""):
        await charlie.press_data(data + key)
        answers.append((await charlie.receives()).text)
    assert "I can't find that one" in answers[0]
    assert len(set(answers)) == 1
    assert await mongo.database["shares"].count_documents({}) == 1


async def test_who_is_not_linked_is_told_how_to(order: None, charlie: Person) -> None:
    await charlie.send("/help")
    await charlie.receives()
    for data in ("share:", "unshare:"):
        await charlie.press_data(data + KEY)
        await charlie.receives(containing="Connect your account")


# What is seen


async def test_anybody_with_the_link_sees_state_and_expected_delivery_and_nothing_else(
    order: None, alice: Person, charlie: Person
) -> None:
    view = await opens(charlie, payload_of(await shares(alice)))
    assert view.text.startswith("🚚 On its way\nExpected by ")
    assert "An order at Nile Coffee, shared with you" in view.text
    assert "Next: Out for delivery" in view.text
    assert labels(view) == ["🔄 Refresh", "🔔 Tell me when it arrives"]
    for word in HIDDEN:
        assert word not in view.text + repr(view.buttons)


async def test_who_is_linked_themselves_sees_the_same(
    order: None, alice: Person, bob: Person, charlie: Person, link: Link
) -> None:
    payload = payload_of(await shares(alice))
    await link(bob, "customer-2")
    assert len({(await opens(person, payload)).text for person in (alice, bob, charlie)}) == 1


async def test_refresh_shows_the_new_state_in_its_place(
    order: None, shop: ShopBackend, alice: Person, charlie: Person
) -> None:
    view = await opens(charlie, payload_of(await shares(alice)))
    await shop.tell(
        "ord_1", "out_for_delivery", parcel="parcel-B", note="Rider: 0700", notify=False
    )
    answer = await charlie.press("🔄 Refresh")
    assert answer.text == "This is how it stands now."
    refreshed = await charlie.receives(containing="Out for delivery")
    assert refreshed.id == view.id
    assert "0700" not in refreshed.text
    assert (await charlie.press("🔄 Refresh")).text == "Nothing new yet."


async def test_the_link_says_nothing_of_new_steps_by_itself(
    order: None, shop: ShopBackend, alice: Person, charlie: Person
) -> None:
    await opens(charlie, payload_of(await shares(alice)))
    said = len(charlie.inbox)
    await shop.tell("ord_1", "out_for_delivery")
    await alice.receives(containing="out for delivery")
    assert len(charlie.inbox) == said


# Its end


async def test_the_owner_stops_all_links_to_the_order(
    order: None, alice: Person, charlie: Person
) -> None:
    payloads = [payload_of(await shares(alice)) for _ in range(2)]
    view = await opens(charlie, payloads[0])
    await alice.press("🚫 Stop sharing")
    stopped = await alice.receives(containing="Sharing has stopped")
    assert "#1001" in stopped.text
    assert labels(stopped) == ["🔗 Share again", "My orders"]
    await charlie.press("🔄 Refresh", view)
    assert (await charlie.receives(containing=ENDED)).id == view.id
    assert ENDED in (await opens(charlie, payloads[1])).text
    await alice.press("🔗 Share again")
    assert "On its way" in (await opens(charlie, payload_of(await alice.receives()))).text


async def test_to_stop_twice_is_no_error(order: None, alice: Person) -> None:
    message = await shares(alice)
    for _ in range(2):
        await alice.press_data(f"unshare:{KEY}", message)
    await alice.receives(containing="Sharing has stopped")


async def test_a_new_link_leaves_the_others_alone_up_to_a_number(
    order: None, alice: Person, charlie: Person, mongo: Mongo
) -> None:
    payloads = [payload_of(await shares(alice)) for _ in range(MOST + 1)]
    assert await mongo.database["shares"].count_documents({}) == MOST
    assert ENDED in (await opens(charlie, payloads[0])).text
    for payload in payloads[1:]:
        assert "On its way" in (await opens(charlie, payload)).text


@pytest.mark.parametrize("status", ["delivered", "cancelled", "returned", "refunded"])
async def test_it_ends_a_day_after_the_order(
    order: None, shop: ShopBackend, alice: Person, charlie: Person, status: str
) -> None:
    now = datetime.now(UTC)
    seen = {}
    for hours in (23, 25):
        order_id = f"ord_{hours}"
        await shop.create(order_id, "customer-1", at=now - timedelta(days=3), notify=False)
        payload = payload_of(await shares(alice, order_id))
        await shop.tell(order_id, status, at=now - timedelta(hours=hours), notify=False)
        seen[hours] = ENDED in (await opens(charlie, payload)).text
    assert seen == {23: False, 25: True}


async def test_what_has_ended_does_not_begin_again_with_the_order(
    order: None, shop: ShopBackend, alice: Person, charlie: Person, mongo: Mongo
) -> None:
    now = datetime.now(UTC)
    await shop.create("ord_2", "customer-1", at=now - timedelta(days=3), notify=False)
    payload = payload_of(await shares(alice, "ord_2"))
    await shop.tell("ord_2", "delivered", at=now - timedelta(days=2), notify=False)
    assert ENDED in (await opens(charlie, payload)).text
    await shop.tell("ord_2", "out_for_delivery", notify=False)
    assert ENDED in (await opens(charlie, payload)).text
    assert await mongo.database["shares"].count_documents({}) == 0


async def test_of_an_order_that_ended_days_ago_there_is_no_link(
    order: None, shop: ShopBackend, alice: Person, mongo: Mongo
) -> None:
    ago = datetime.now(UTC) - timedelta(days=2)
    await shop.create("ord_2", "customer-1", status="delivered", at=ago, notify=False)
    await alice.press_data(f"share:{button_key('ord_2')}")
    answer = await alice.receives(containing="nothing left to share")
    assert labels(answer) == ["My orders"]
    assert await mongo.database["shares"].count_documents({}) == 0


async def test_it_ends_with_its_owner_s_link_and_does_not_come_back(
    order: None, alice: Person, bob: Person, charlie: Person, link: Link
) -> None:
    payload = payload_of(await shares(alice))
    await link(bob, "customer-1")
    await unlinks(alice)
    assert ENDED in (await opens(charlie, payload)).text
    await link(alice, "customer-1")
    assert ENDED in (await opens(charlie, payload)).text


async def test_it_ends_when_its_owner_becomes_another_customer(
    order: None, alice: Person, charlie: Person, link: Link
) -> None:
    payload = payload_of(await shares(alice))
    await unlinks(alice)
    await link(alice, "customer-2")
    assert ENDED in (await opens(charlie, payload)).text


async def test_one_that_shares_ends_nobody_else_s(
    order: None, alice: Person, bob: Person, charlie: Person, link: Link
) -> None:
    await link(bob, "customer-1")
    mine, hers = payload_of(await shares(bob)), payload_of(await shares(alice))
    await bob.press("🚫 Stop sharing")
    await bob.receives(containing="Sharing has stopped")
    assert ENDED in (await opens(charlie, mine)).text
    assert "On its way" in (await opens(charlie, hers)).text


async def test_every_link_that_does_not_work_gets_one_answer(
    order: None, shop: ShopBackend, alice: Person, charlie: Person, mongo: Mongo
) -> None:
    stopped = payload_of(await shares(alice))
    await alice.press("🚫 Stop sharing")
    await alice.receives(containing="Sharing has stopped")
    lapsed = payload_of(await shares(alice))
    await mongo.database["shares"].update_many({}, {"$set": {"expires_at": datetime.now(UTC)}})
    answers = []
    for payload in (stopped, lapsed, "s_" + "A" * 32, "s_", "s_x"):
        await mongo.database["throttles"].delete_many({})
        answers.append(await opens(charlie, payload))
    assert {(answer.text, tuple(labels(answer))) for answer in answers} == {
        (answers[0].text, ("My orders",))
    }
    assert ENDED in answers[0].text


# Guesses, and links of another kind


async def test_a_link_which_nobody_guesses_works_however_many_have_ended(
    order: None, alice: Person, charlie: Person, link: Link
) -> None:
    payload = payload_of(await shares(alice))
    for n in range(CODES.misses + 1):
        assert ENDED in (await opens(charlie, f"s_{n:032}")).text
    assert "On its way" in (await opens(charlie, payload)).text
    await link(charlie, "customer-2")


async def test_who_guessed_codes_can_still_see_what_is_shared(
    order: None, alice: Person, charlie: Person, mongo: Mongo
) -> None:
    await missed(mongo, CODES, charlie, CODES.misses)
    assert "On its way" in (await opens(charlie, payload_of(await shares(alice)))).text


async def test_a_link_links_nobody(
    order: None, alice: Person, charlie: Person, mongo: Mongo
) -> None:
    payload = payload_of(await shares(alice))
    await opens(charlie, payload)
    await charlie.press_data(f"link:{payload}")
    await charlie.receives(containing="no longer valid")
    assert await mongo.database["chats"].count_documents({}) == 1


async def test_a_token_to_connect_with_that_begins_alike_is_none_to_look_with(
    order: None, charlie: Person
) -> None:
    assert "This link or code is no longer valid" in (await opens(charlie, "s_" + "A" * 41)).text


# Groups


async def test_in_a_group_nothing_is_shown_and_the_link_is_void(
    order: None, sandbox: Sandbox, alice: Person, bob: Person, charlie: Person
) -> None:
    payload = payload_of(await shares(alice))
    view = await opens(charlie, payload)
    family = sandbox.group("Family", members=[alice, bob])
    await bob.send_in_group(family, f"/start {payload}")

    def said() -> list[Message]:
        return [message for message in family.messages.values() if message.from_bot]

    await family.changed.until(said, 5)
    assert [message.text for message in said()] == [
        "Orders are a private matter: please write to me in our own chat."
    ]
    assert ENDED in (await opens(bob, payload)).text
    await charlie.press("🔄 Refresh", view)
    await charlie.receives(containing=ENDED)


async def test_its_buttons_forged_into_a_group_show_nothing(
    order: None, sandbox: Sandbox, alice: Person, bob: Person, mongo: Mongo
) -> None:
    payload = payload_of(await shares(alice))
    family = sandbox.group("Family", members=[alice, bob])
    await alice.send_in_group(family, "/track")

    def said() -> list[Message]:
        return [message for message in family.messages.values() if message.from_bot]

    await family.changed.until(said, 5)
    for data in (f"share:{KEY}", f"unshare:{KEY}", f"shared:{payload}"):
        assert (await alice.press_data(data, said()[0])).text is None
    assert len(said()) == 1
    assert await mongo.database["shares"].count_documents({}) == 1


# Privacy


async def test_privacy_ends_and_removes_the_links_of_who_is_linked_and_who_was(
    order: None, alice: Person, charlie: Person, mongo: Mongo
) -> None:
    payload = payload_of(await shares(alice))
    await mongo.database["shares"].insert_one(
        Share(
            id="x",
            chat_id=charlie.id,
            order_id="ord_9",
            whose=account("customer-9"),
            created_at=datetime.now(UTC),
            expires_at=datetime.now(UTC) + timedelta(days=1),
        ).to_mongo()
    )
    for person in (charlie, alice):
        await person.send("/privacy")
        assert "Which orders you share" in (await person.receives(containing="What I keep")).text
        await person.press("Delete my data")
        await person.receives(containing="Delete what I keep about you?")
        await person.press("Yes, delete it")
        await person.receives(containing="is deleted")
    assert await mongo.database["shares"].count_documents({}) == 0
    assert ENDED in (await opens(charlie, payload)).text
