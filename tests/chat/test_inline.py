"""The bot's name, typed in any chat, offers one's own orders; what is sent is a shared link."""

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.services.orders.references import button_key
from bot.services.people.offering import MOST
from sandbox import Fault, Message, Person, Sandbox
from storage.mongo import Mongo
from tests.chat.test_sharing import ENDED, HIDDEN, labels, opens, payload_of
from tests.conftest import Link, unlinks
from tests.support.commands import COMMANDS
from tests.support.shop import ShopBackend


@pytest.fixture
async def orders(shop: ShopBackend, alice: Person, link: Link) -> None:
    """Alice's: 1001 is on its way with DHL, 1002 was placed, 1000 is long over."""
    await link(alice, "customer-1")
    ago = datetime.now(UTC) - timedelta(days=3)
    await shop.create(
        "ord_0", "customer-1", order_number="1000", status="delivered", at=ago, notify=False
    )
    await shop.create("ord_1", "customer-1", order_number="1001", items=3, notify=False)
    await shop.tell(
        "ord_1",
        "in_transit",
        note="Behind the blue door",
        location="Kampala",
        parcel="JD0146000037",
        carrier={"name": "DHL", "tracking_number": "JD0146000037"},
        notify=False,
    )
    await shop.create("ord_2", "customer-1", order_number="1002", notify=False)


async def titles(person: Person, typed: str = "") -> list[str]:
    return [result.title for result in (await person.type_inline(typed)).results]


async def sends(person: Person, to: Person, typed: str = "1001") -> Message:
    """The first that is offered."""
    return person.choose((await person.type_inline(typed)).results[0], to=to)


# What is offered


async def test_one_s_own_orders_are_offered_that_can_be_shared(
    orders: None, sandbox: Sandbox, alice: Person
) -> None:
    answer = await alice.type_inline()
    assert {result.title for result in answer.results} == {"Order #1001", "Order #1002"}
    assert answer.button is None
    shown = {result.title: result.description for result in answer.results}
    assert "On its way" in shown["Order #1001"]
    [call] = sandbox.calls_of("answerInlineQuery")
    assert call.params["is_personal"] is True
    assert call.params["cache_time"] <= 10


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        *(("1001", ["Order #1001"]), ("#1001 ", ["Order #1001"]), ("02", ["Order #1002"])),
        *(
            ("jd 0146", ["Order #1001"]),
            ("order 1002", ["Order #1002"]),
            ("ord_2", ["Order #1002"]),
        ),
        *(("1000", []), ("nothing", []), ("x" * 300, [])),
    ],
)
async def test_what_is_typed_chooses_among_them(
    orders: None, alice: Person, typed: str, found: list[str]
) -> None:
    assert await titles(alice, typed) == found


async def test_who_finds_none_is_led_to_their_orders(orders: None, alice: Person) -> None:
    button = (await alice.type_inline("9999")).button
    assert button is not None
    assert button.text == "No such order: see yours"
    await alice.send(f"/start {button.start_parameter}")
    await alice.receives(containing="Your latest orders")


async def test_who_is_not_linked_is_led_to_connect(orders: None, charlie: Person) -> None:
    answer = await charlie.type_inline("1001")
    assert answer.results == []
    assert answer.button is not None
    assert answer.button.text == "Connect your orders first"
    await charlie.send(f"/start {answer.button.start_parameter}")
    await charlie.receives(containing="Connect your account")


async def test_nobody_is_offered_somebody_else_s(
    orders: None, alice: Person, charlie: Person, link: Link
) -> None:
    await link(charlie, "customer-2")
    assert await titles(alice, "1001") == ["Order #1001"]
    assert await titles(charlie, "1001") == await titles(charlie, "9999") == []


async def test_a_guest_is_offered_the_order_that_they_follow(
    shop: ShopBackend, charlie: Person
) -> None:
    await shop.tell("g-1", kind="order.created", order_number="7001", notify=False)
    issued = (await shop.api("POST", "/api/v1/links", json={"order_id": "g-1"})).body
    await charlie.send(f"/start {issued['url'].rpartition('=')[2]}")
    await charlie.receives()
    await charlie.press("Yes, follow it")
    await charlie.receives(containing="following")
    assert await titles(charlie) == ["Order #7001"]


async def test_of_many_orders_so_many_are_offered(
    orders: None, shop: ShopBackend, alice: Person
) -> None:
    for n in range(MOST):
        await shop.create(f"more_{n}", "customer-1", notify=False)
    assert len(await titles(alice)) == MOST


async def test_who_has_blocked_the_bot_is_not_taken_for_back(
    orders: None, alice: Person, mongo: Mongo
) -> None:
    alice.block()
    await alice.type_inline()
    chat = await mongo.database["chats"].find_one({"_id": alice.id})
    assert chat is not None
    assert chat["paused"] == "blocked"


# What is written


async def test_a_key_pressed_writes_nothing_once_the_orders_were_offered(
    orders: None, alice: Person, mongo: Mongo
) -> None:
    await alice.type_inline()
    assert await mongo.database["shares"].count_documents({}) == 2
    with COMMANDS.of(mongo.database.name) as commands:
        for typed in ("1", "10", "100", "1001"):
            await alice.type_inline(typed)
    written = {"insert", "update", "delete"} & {next(iter(command)) for command in commands}
    collections = {c.get("update") for c in commands if "update" in c}
    assert written <= {"update"}
    assert "shares" not in collections
    assert await mongo.database["shares"].count_documents({}) == 2


async def test_the_token_of_what_is_offered_is_not_kept(
    orders: None, alice: Person, bob: Person, mongo: Mongo
) -> None:
    payload = payload_of(await sends(alice, bob))
    kept = await mongo.database["shares"].find({}).to_list(None)
    assert payload[2:] not in repr(kept)


# What is sent


async def test_a_friend_gets_a_link_that_says_no_more_than_any(
    orders: None, alice: Person, bob: Person
) -> None:
    sent = await sends(alice, bob)
    assert bob.from_friends == [sent]
    assert sent.via_bot
    assert sent.text.startswith("Here you can see where my order is:\nhttps://t.me/")
    assert labels(sent) == ["See where it is"]
    assert sent.buttons[0][0].url is not None
    assert sent.buttons[0][0].url.endswith(payload_of(sent))
    view = await opens(bob, payload_of(sent))
    assert "On its way" in view.text
    for word in [*HIDDEN, "JD0146"]:
        assert word not in sent.text.partition("https")[0] + view.text


async def test_in_a_group_it_is_the_same_and_the_bot_adds_nothing(
    orders: None, sandbox: Sandbox, alice: Person, bob: Person
) -> None:
    family = sandbox.group("Family", members=[alice, bob])
    answer = await alice.type_inline("1001")
    sent = alice.choose(answer.results[0], to=family)
    assert "On its way" in (await opens(bob, payload_of(sent))).text
    assert [m for m in family.messages.values() if m.from_bot] == []


async def test_in_the_bot_s_own_chat_it_is_no_question(orders: None, alice: Person) -> None:
    said = len(alice.inbox)
    await sends(alice, alice)
    await alice.send("1002")
    await alice.receives(containing="Order #1002")
    assert len(alice.inbox) == said + 1


async def test_the_same_link_is_offered_until_it_is_stopped(
    orders: None, alice: Person, bob: Person
) -> None:
    first = payload_of(await sends(alice, bob))
    assert payload_of(await sends(alice, bob, "#1001")) == first
    await alice.send("/track 1001")
    await alice.press("⚙️ Options", await alice.receives(containing="Order #1001"))
    await alice.press("🚫 Stop sharing", await alice.receives(containing="Options for order"))
    await alice.receives(containing="Sharing has stopped")
    assert ENDED in (await opens(bob, first)).text
    second = payload_of(await sends(alice, bob, "order 1001"))
    assert second != first
    assert "On its way" in (await opens(bob, second)).text
    assert ENDED in (await opens(bob, first)).text


async def test_it_ends_with_its_sender_s_link_and_does_not_come_back(
    orders: None, alice: Person, bob: Person, charlie: Person, link: Link
) -> None:
    await link(bob, "customer-1")
    first = payload_of(await sends(alice, charlie))
    await unlinks(alice)
    assert ENDED in (await opens(charlie, first)).text
    await link(alice, "customer-1")
    second = payload_of(await sends(alice, charlie, "#1001"))
    assert ENDED in (await opens(charlie, first)).text
    assert "On its way" in (await opens(charlie, second)).text


async def test_one_that_is_half_over_is_not_offered_again(
    orders: None, alice: Person, bob: Person, mongo: Mongo
) -> None:
    first = payload_of(await sends(alice, bob))
    ago = datetime.now(UTC) - timedelta(days=31)
    await mongo.database["shares"].update_many({}, {"$set": {"created_at": ago}})
    assert payload_of(await sends(alice, bob, "#1001")) != first


async def test_the_link_of_the_share_button_says_how_to_do_it_in_any_chat(
    orders: None, alice: Person
) -> None:
    await alice.press_data(f"share:{button_key('ord_1')}")
    assert "type @trackline_bot" in (await alice.receives(containing="Share order")).text


# Trouble


async def test_what_telegram_does_not_take_spoils_nothing_that_comes_later(
    orders: None, sandbox: Sandbox, alice: Person
) -> None:
    sandbox.fail(Fault(method="answerInlineQuery", status=502))
    with pytest.raises(AssertionError):
        await alice.type_inline("1001", timeout=1)
    assert await titles(alice, "1001") == ["Order #1001"]


async def test_an_answer_that_comes_too_late_is_no_error(
    orders: None, sandbox: Sandbox, alice: Person
) -> None:
    said = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    sandbox.fail(Fault(method="answerInlineQuery", status=400, description=said))
    with capture_logs() as logs, pytest.raises(AssertionError):
        await alice.type_inline("1001", timeout=1)
    assert [line for line in logs if line["log_level"] == "error"] == []
